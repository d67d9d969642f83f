"""The rubric editor: one row for each criterion, and empty rows to add more."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import FieldList, Form, FormField, StringField, TextAreaField
from wtforms.validators import ValidationError
from wtforms.widgets import HiddenInput

from portal.core.errors import Invalid
from portal.programmes.models import Criterion
from portal.programmes.terms import MAX_CRITERIA, CriterionTerms
from portal.web.forms.fields import A_NUMBER, NEEDED, WholeNumberField, stripped

ANCHOR_LINE = re.compile(r"(\d{1,2})\s*[:=.)–-]\s*(\S.*)")


class CriterionForm(Form):
    title = StringField("Title", filters=[stripped])
    description = TextAreaField("What it covers", filters=[stripped])
    weight = WholeNumberField("Weight", [A_NUMBER], default=1)
    scale_min = WholeNumberField("Lowest point", [A_NUMBER], default=1)
    scale_max = WholeNumberField("Highest point", [A_NUMBER], default=5)
    anchors = TextAreaField(
        "What the points mean",
        filters=[stripped],
        description="A line for each point that has words: “1: Parts cover each other”.",
    )

    @property
    def empty(self) -> bool:
        return not (self.title.data or self.description.data or self.anchors.data)

    def validate_title(self, field: StringField) -> None:
        if not self.empty:
            NEEDED(self, field)

    def validate_anchors(self, field: TextAreaField) -> None:
        points = [point for point, _ in self._anchor_lines()]
        if len(set(points)) != len(points):
            raise ValidationError("A point has two lines. Keep one for each point.")

    def terms(self) -> CriterionTerms:
        """Raises Invalid."""
        return CriterionTerms(
            title=self.title.data or "",
            description=self.description.data or "",
            weight=self.weight.data or 0,
            scale_min=self.scale_min.data or 0,
            scale_max=self.scale_max.data or 0,
            anchors=dict(self._anchor_lines()),
        )

    def _anchor_lines(self) -> list[tuple[str, str]]:
        """Raises ValidationError naming the line that cannot be read."""
        found = []
        for line in (self.anchors.data or "").splitlines():
            match = ANCHOR_LINE.fullmatch(line.strip())
            if match:
                found.append((str(int(match[1])), match[2]))
            elif line.strip():
                raise ValidationError(f"“{line.strip()[:60]}” does not begin with a point: write “3: …”.")
        return found


class RubricForm(FlaskForm):
    expected_version = WholeNumberField(validators=[A_NUMBER], widget=HiddenInput(), default=0)
    criteria = FieldList(FormField(CriterionForm))

    @classmethod
    def of(cls, criteria: Sequence[Criterion], *, version: int, spare_row: bool) -> RubricForm:
        """What was sent by the browser comes first; `spare_row` adds an empty criterion while there is room."""
        form = cls(data={"expected_version": version, "criteria": [_row(criterion) for criterion in criteria]})
        if spare_row and len(form.criteria.entries) < MAX_CRITERIA:
            form.criteria.append_entry()
        return form

    def terms(self) -> list[CriterionTerms]:
        """The rows that are filled in. Raises Invalid once every row has its own errors."""
        terms, wrong = [], False
        for entry in self.criteria.entries:
            if entry.form.empty:
                continue
            try:
                terms.append(entry.form.terms())
            except Invalid as error:
                wrong = True
                for name, words in error.fields.items():
                    entry.form[name].errors = [*entry.form[name].errors, words]
        if wrong:
            raise Invalid("Some criteria need another look.")
        return terms


def _row(criterion: Criterion) -> dict[str, object]:
    names = ("title", "description", "weight", "scale_min", "scale_max")
    lines = [f"{point}: {words}" for point, words in criterion.anchors.items()]
    return {name: getattr(criterion, name) for name in names} | {"anchors": "\n".join(lines)}
