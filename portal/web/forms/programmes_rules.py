"""Technical rules as a form that is generated from each check's own parameters: a new check needs nothing here."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, Form, FormField, HiddenField, SelectField, SelectMultipleField, StringField
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from portal.checks.check import Audience, Check, Severity
from portal.checks.describe import rule_words
from portal.checks.evaluate import READABLE, RuleSpec
from portal.checks.params import ParamField, ParamsError
from portal.checks.registry import all_checks, get_check
from portal.checks.wording import sentence, short_number
from portal.programmes.technical_rules import SEVERITY_WORDS, reading_order
from portal.web.forms.fields import A_NUMBER, WholeNumberField, options

NOT_ASKED = ""
SEVERITIES = {
    NOT_ASKED: "Not asked",
    Severity.BLOCK.value: "Must be met: the recording cannot be submitted",
    Severity.WARN.value: "Leads to a remark",
    Severity.INFORM.value: "Is only told",
}
# Hints about provenance and about other applicants reach staff alone, so they cannot stop anybody.
SEVERITIES_FOR_STAFF = {
    NOT_ASKED: "Not asked",
    Severity.WARN.value: "Leads to a remark for staff",
    Severity.INFORM.value: "Is only told to staff",
}
SHORT = {NOT_ASKED: "not asked", **{severity.value: words for severity, words in SEVERITY_WORDS.items()}}
HEADINGS = {
    "Length": ("length", "portfolio"),
    "File and format": ("file", "audio"),
    "Loudness": ("loudness",),
    "Peaks and levels": ("peak", "level"),
    "Silence": ("silence",),
    "Stereo": ("stereo",),
    "Faults in the sound": ("defect", "noise", "spectrum"),
    "Origin and duplicates": ("origin", "duplicate", "identity"),
}
OTHERS = "Others"


class CheckboxesField(SelectMultipleField):
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class RuleForm(Form):
    """One check: how much its failure counts, and one field for each parameter. `check` is set by the subclass."""

    check: Check[Any, Any]
    severity: SelectField

    @property
    def asked(self) -> bool:
        return bool(self.severity.data)

    @property
    def words(self) -> str:
        """The rule in a few words as it stands in the form: for its closed heading."""
        said = SHORT.get(self.severity.data or "", "")
        try:
            limits = rule_words(self.spec()) if self.asked and said else None
        except ParamsError:
            return said
        return f"{limits} · {said}" if limits else said

    @property
    def for_staff_only(self) -> bool:
        return self.check.audience is Audience.STAFF

    def parameters(self) -> list[Field]:
        return [self[field.name] for field in self.check.params.fields()]

    def spec(self) -> RuleSpec:
        """Raises ParamsError."""
        texts = {field.name: self[field.name].data for field in self.check.params.fields()}
        params = self.check.params.parse_form(texts).plain()
        return RuleSpec(check_key=self.check.key, severity=Severity(self.severity.data), params=params)

    def validate(self, extra_validators: Any = None) -> bool:
        fine = super().validate(extra_validators)
        if not fine or not self.asked:
            return fine
        try:
            self.spec()
        except ParamsError as error:
            field = self[error.field] if error.field else self.severity
            field.errors = [*field.errors, sentence(error.problem)]
            return False
        return True


class RulesFormBase(FlaskForm):
    """All checks that can be asked. `rule_forms` are the generated parts, in reading order."""

    expected_version = WholeNumberField(validators=[A_NUMBER], widget=HiddenInput(), default=0)
    based_on = HiddenField(default="")

    def rule_forms(self) -> list[RuleForm]:
        return [field.form for field in self if isinstance(field, FormField)]

    def groups(self) -> list[tuple[str, list[RuleForm]]]:
        """The generated parts under a heading each."""
        found: dict[str, list[RuleForm]] = {heading: [] for heading in (*HEADINGS, OTHERS)}
        for form in self.rule_forms():
            found[_heading(form.check)].append(form)
        return [(heading, forms) for heading, forms in found.items() if forms]

    def rules(self) -> list[RuleSpec]:
        """What the form asks now; call after it was validated."""
        return [form.spec() for form in self.rule_forms() if form.asked]


@functools.cache
def rules_form_class() -> type[RulesFormBase]:
    """The form class, generated once from the registry of checks."""
    keys = sorted((key for key in all_checks() if key != READABLE), key=reading_order)
    parts = {field_name(key): FormField(_rule_form_class(get_check(key)), label=get_check(key).title) for key in keys}
    return type("RulesForm", (RulesFormBase,), parts)


def rules_form(rules: Sequence[RuleSpec], *, version: int, based_on: str = "") -> RulesFormBase:
    """The form filled in with these rules; what was sent by the browser comes first."""
    data: dict[str, Any] = {"expected_version": version, "based_on": based_on}
    known = all_checks()
    for rule in rules:
        if rule.check_key in known and rule.check_key != READABLE:
            params = known[rule.check_key].params.parse(rule.params).plain()
            data[field_name(rule.check_key)] = {"severity": rule.severity.value, **_as_texts(params)}
    form: RulesFormBase = rules_form_class()(data=data)
    return form


def field_name(check_key: str) -> str:
    return check_key.replace(".", "_")


def _rule_form_class(check: Check[Any, Any]) -> type[RuleForm]:
    fields = {field.name: _field(field) for field in check.params.fields()}
    choices = SEVERITIES if check.audience is Audience.APPLICANT else SEVERITIES_FOR_STAFF
    fields["severity"] = SelectField("If it is not met", choices=options(choices.items()), default=NOT_ASKED)
    return type(f"RuleForm_{field_name(check.key)}", (RuleForm,), {"check": check, **fields})


def _heading(check: Check[Any, Any]) -> str:
    return next((heading for heading, groups in HEADINGS.items() if check.group in groups), OTHERS)


def _field(field: ParamField) -> Any:
    label = f"{field.label} ({field.unit})" if field.unit else field.label
    if field.kind == "flag":
        return BooleanField(label, description=field.help, default=field.default)
    if field.kind == "choices":
        choices = options(field.choices.items())
        return CheckboxesField(label, description=field.help, choices=choices, default=list(field.default))
    return StringField(
        label,
        description=_hint(field),
        default=_as_text(field.default),
        render_kw={"inputmode": "numeric" if field.kind == "whole" else "decimal", "size": "10"},
    )


def _hint(field: ParamField) -> str:
    parts = [field.help] if field.help else []
    if field.minimum is not None and field.maximum is not None:
        parts.append(f"{short_number(field.minimum)} to {short_number(field.maximum)}.")
    if field.optional:
        parts.append("Empty: no limit.")
    return " ".join(parts)


def _as_texts(params: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value if isinstance(value, bool | list) else _as_text(value) for name, value in params.items()}


def _as_text(value: float | None) -> str:
    return "" if value is None else f"{value:.10g}"
