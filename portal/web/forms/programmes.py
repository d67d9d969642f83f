"""What a programme says of itself, and its concentrations and tracks. The limits stand in programmes/terms."""

from __future__ import annotations

from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import BooleanField, FieldList, Form, FormField, HiddenField, StringField, TextAreaField

from portal.programmes.models import Concentration, Track
from portal.programmes.terms import PathTerms, ProgrammeTerms
from portal.web.forms.fields import NEEDED, stripped

PARAGRAPHS = "Plain text. An empty line begins a new paragraph."


class ProgrammeForm(FlaskForm):
    title = StringField("Title", [NEEDED], filters=[stripped], description="As on the diploma: Music Production.")
    degree = StringField("Degree", [NEEDED], filters=[stripped], description="M.M., M.A., M.S.")
    school = StringField("School", filters=[stripped])
    slug = StringField(
        "Address",
        [NEEDED],
        filters=[stripped],
        description="The end of the page's address: small letters, digits, hyphens. Changing it breaks links.",
    )
    summary = TextAreaField(
        "Summary", filters=[stripped], description="One or two sentences that stand in the list of programmes."
    )
    courses = TextAreaField("Courses", filters=[stripped], description=PARAGRAPHS)
    ensembles = TextAreaField("Ensembles", filters=[stripped], description=PARAGRAPHS)
    studio_terms = TextAreaField("Studio terms on campus", filters=[stripped], description=PARAGRAPHS)
    careers = TextAreaField("What graduates do", filters=[stripped], description=PARAGRAPHS)

    def terms(self) -> ProgrammeTerms:
        """Raises Invalid."""
        return ProgrammeTerms(**{name: self[name].data or "" for name in ProgrammeTerms.__dataclass_fields__})


class PathForm(Form):
    id = HiddenField()
    title = StringField("Title", filters=[stripped])
    description = TextAreaField("What it is about", filters=[stripped])
    active = BooleanField("Offered to new applicants", default=True)

    def validate_title(self, field: StringField) -> None:
        NEEDED(self, field) if self.id.data or self.description.data else None

    @property
    def empty(self) -> bool:
        return not (self.id.data or self.title.data or self.description.data)


class PathsForm(FlaskForm):
    """All concentrations and all tracks; the last row of each list is empty and adds one when it is filled in."""

    concentrations = FieldList(FormField(PathForm))
    tracks = FieldList(FormField(PathForm))

    @classmethod
    def of(cls, concentrations: Sequence[Concentration], tracks: Sequence[Track]) -> PathsForm:
        form = cls(data={"concentrations": _rows(concentrations), "tracks": _rows(tracks)})
        for rows in (form.concentrations, form.tracks):
            if not rows.entries or not rows.entries[-1].form.empty:
                rows.append_entry({"active": True})
        return form

    def paths(self, name: str) -> list[PathTerms]:
        """Raises Invalid."""
        forms = [entry.form for entry in self[name].entries if not entry.form.empty]
        return [
            PathTerms(
                id=one.id.data or None,
                title=one.title.data or "",
                description=one.description.data or "",
                active=one.active.data,
            )
            for one in forms
        ]


def _rows(paths: Sequence[Concentration | Track]) -> list[dict[str, object]]:
    names = ("id", "title", "description", "active")
    return [{name: getattr(path, name) for name in names} for path in paths]
