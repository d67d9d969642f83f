"""What an intake asks for: recordings (slots) and requirements (gates)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from portal.programmes.models import Concentration, Gate, Slot
from portal.programmes.states import GateKind
from portal.programmes.terms import GateTerms, SlotTerms
from portal.web.forms.fields import A_NUMBER, NEEDED, NumberField, WholeNumberField, options, stripped

MEGABYTE = 1_000_000

GATE_KINDS = {
    GateKind.DEGREE: "Degree",
    GateKind.MUSIC_BACKGROUND: "Background in music",
    GateKind.ENTRANCE_EXAM: "Entrance exam with a score",
    GateKind.GENERAL: "Anything else",
}


class SlotForm(FlaskForm):
    title = StringField("Title", [NEEDED], filters=[stripped], description="Sample recordings, Own composition.")
    description = TextAreaField(
        "In your words", filters=[stripped], description="What you hope to hear. The technical rules say the rest."
    )
    concentration_id = SelectField("Asked of")
    min_items = WholeNumberField("At least", [A_NUMBER], default=1, description="0 when it is optional.")
    max_items = WholeNumberField("At most", [A_NUMBER], default=1)
    max_bytes = WholeNumberField("Largest file, in MB", [A_NUMBER], default=1000)
    note_max_words = WholeNumberField(
        "Words in the note", [A_NUMBER], default=300, description="The most that a note may have; 0 for no note."
    )
    note_required = BooleanField("A note is required", default=True)
    credits_required = BooleanField("Credits are required: who did what", default=True)

    @classmethod
    def of(cls, slot: Slot | None, concentrations: Sequence[Concentration]) -> SlotForm:
        given = {}
        if slot is not None:
            given = {name: getattr(slot, name) for name in SlotTerms.__dataclass_fields__}
            given |= {"max_bytes": slot.max_bytes // MEGABYTE, "concentration_id": slot.concentration_id or ""}
        form = cls(data=given)
        form.concentration_id.choices = options([("", "Everybody"), *((one.id, one.title) for one in concentrations)])
        return form

    def terms(self) -> SlotTerms:
        """Raises Invalid."""
        given: dict[str, Any] = {name: self[name].data for name in SlotTerms.__dataclass_fields__}
        given["max_bytes"] *= MEGABYTE
        given["concentration_id"] = given["concentration_id"] or None
        return SlotTerms(**given)


class GateForm(FlaskForm):
    kind = SelectField("Kind", choices=options((kind.value, words) for kind, words in GATE_KINDS.items()))
    title = StringField(
        "Title",
        [NEEDED],
        filters=[stripped],
        description="Bachelor's degree in any field, TOEFL, Letter of motivation.",
    )
    question = TextAreaField("What applicants are asked", filters=[stripped])
    evidence_required = BooleanField("Evidence as a PDF is required", default=True)
    minimum_score = NumberField("Minimum score", [Optional()], description="Only for an entrance exam.")

    @classmethod
    def of(cls, gate: Gate | None) -> GateForm:
        names = GateTerms.__dataclass_fields__
        return cls(data={name: getattr(gate, name) for name in names} if gate is not None else None)

    def terms(self) -> GateTerms:
        """Raises Invalid."""
        return GateTerms(
            kind=GateKind(self.kind.data),
            title=self.title.data or "",
            question=self.question.data or "",
            evidence_required=self.evidence_required.data,
            minimum_score=self.minimum_score.data,
        )
