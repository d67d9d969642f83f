"""What applicants fill in. Lengths and meanings are checked by the commands; here only what a type cannot hold."""

from __future__ import annotations

from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    FieldList,
    Form,
    FormField,
    RadioField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Optional

from portal.programmes.models import Concentration, Slot, Track
from portal.programmes.states import GateKind
from portal.recordings.models import Recording
from portal.recordings.service.words import MAX_CREDITS, CreditLine, Words
from portal.web.forms.fields import NumberField

SPARE_CREDITS = 3


class ChoicesForm(FlaskForm):
    concentration_id = RadioField("Concentration", validators=[Optional()], validate_choice=False)
    track_id = RadioField("Track", validators=[Optional()], validate_choice=False)

    def offer(self, concentrations: Sequence[Concentration], tracks: Sequence[Track]) -> ChoicesForm:
        """Fill in what the programme offers today."""
        self.concentration_id.choices = [(one.id, one.title) for one in concentrations]
        self.track_id.choices = [(one.id, one.title) for one in tracks]
        return self


class GateForm(FlaskForm):
    """One requirement. An exam asks for a score, everything else for words; both may be given."""

    answer = TextAreaField("Your answer", render_kw={"rows": 4})
    score = NumberField("Your score", validators=[Optional()], render_kw={"inputmode": "decimal"})

    def for_kind(self, kind: GateKind) -> GateForm:
        if kind is GateKind.ENTRANCE_EXAM:
            self.answer.label.text = "Which exam, and when"
        else:
            del self.score
        return self


class CreditForm(Form):
    person_name = StringField("Name")
    role = StringField("Part")


class RecordingForm(FlaskForm):
    title = StringField("Title")
    composers = StringField("Composers", description="Of the music and of the words, if there are any.")
    performers = StringField("Performers", description="Where nobody plays, say so, such as “programmed”.")
    recorded_on = DateField("Date of the recording", validators=[Optional()], render_kw={"autocomplete": "off"})
    own_role = StringField("Your own part in it", description="Such as recording, editing and mix.")
    note = TextAreaField("Note", render_kw={"rows": 8})
    credits = FieldList(FormField(CreditForm), max_entries=MAX_CREDITS + SPARE_CREDITS)

    @classmethod
    def of(cls, recording: Recording) -> RecordingForm:
        """The form as the recording stands, with a few empty lines for more people."""
        form = cls(formdata=None, obj=recording)
        while len(form.credits) < len(recording.credits) + SPARE_CREDITS and len(form.credits) < MAX_CREDITS:
            form.credits.append_entry()
        return form

    def fit(self, slot: Slot) -> RecordingForm:
        """Say what this slot asks for."""
        wanted = "Needed" if slot.note_required else "If you like"
        self.note.description = (
            f"{wanted}, at most {slot.note_max_words} words. Reviewers read it." if slot.note_max_words else wanted
        )
        return self

    def words(self) -> Words:
        return Words(
            title=self.title.data or "",
            composers=self.composers.data or "",
            performers=self.performers.data or "",
            recorded_on=self.recorded_on.data,
            note=self.note.data or "",
            own_role=self.own_role.data or "",
            credits=[
                CreditLine(person_name=line["person_name"] or "", role=line["role"] or "") for line in self.credits.data
            ],
        )
