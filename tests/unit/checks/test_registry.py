"""What every check must be, whichever it is. A new rule file is held to this without a line here."""

import importlib
from dataclasses import fields
from pathlib import Path
from types import ModuleType

import pytest

from portal.checks import rules
from portal.checks.check import Audience, Check, Judgement, Severity, State
from portal.checks.params import RuleParams
from portal.checks.portfolio import Comparison, Portfolio
from portal.checks.registry import BadRuleFile, UnknownCheck, all_checks, get_check, read_rule_file
from portal.checks.report import AudioReport, measurable_fields
from portal.checks.strict import field_types
from tests.factories.reports import make_report, make_unreadable

CHECKS = list(all_checks().values())
EMPTY = {AudioReport: make_unreadable(), Comparison: Comparison(), Portfolio: Portfolio(recordings=0)}
CLEAN = {
    AudioReport: make_report(),
    Comparison: Comparison(exact=(), acoustic=()),
    Portfolio: Portfolio(recordings=3, total_duration_s=600.0),
}

each_check = pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.key)


def _without(path):
    """Return a clean report that does not know one field; None where a field is always known, as lists are."""
    group, name = path.split(".")
    hint = field_types(type(getattr(make_report(), group)))[name]
    return make_report(**{f"{group}__{name}": None}) if type(None) in getattr(hint, "__args__", ()) else None


def test_the_catalogue_is_whole():
    assert len(CHECKS) >= 52
    assert len({check.key for check in CHECKS}) == len(CHECKS)


@each_check
def test_says_what_it_is(check):
    assert check.title
    assert len(check.about.strip().splitlines()[0]) > 10
    assert check.standard
    assert check.false_alarm.endswith(".")
    assert check.version >= 1
    assert check.title[0].isupper()


@each_check
def test_every_parameter_is_labelled_and_limited(check):
    for field in check.params.fields():
        assert field.label, field.name
        assert field.choices or field.kind == "flag" or None not in (field.minimum, field.maximum), field.name
    assert check.params.parse(check.params().plain()) == check.params()


@each_check
def test_has_nothing_to_say_about_a_clean_recording(check):
    said = check.judge(CLEAN[check.subject], check.params())

    assert said.state in (State.PASS, State.NOT_APPLICABLE) or check.key == "file.encoder"
    assert said.action == ""
    assert said.places == ()


@each_check
def test_what_it_needs_exists(check):
    for path in check.needs:
        found = CLEAN[check.subject]
        for name in path.split("."):
            assert name in {field.name for field in fields(found)}, path
            found = getattr(found, name)


@each_check
def test_never_passes_on_what_is_not_known(check):
    said = check.judge(EMPTY[check.subject], check.params())

    if check.key not in ("file.readable", "health.analysis"):
        assert said.state is State.NOT_MEASURED
        assert said.message.startswith("Could not be measured: ")
    assert said.state is not State.PASS or check.key == "health.analysis"


@each_check
def test_says_what_it_needs(check):
    for path in check.needs if check.subject is AudioReport else ():
        report = _without(path)
        if report is not None and check.applies(report) is None:
            said = check.judge(report, check.params())
            assert said.state is State.NOT_MEASURED, path


@pytest.mark.parametrize("path", [*measurable_fields(), "container.sniffed", "declared.duration_s"])
def test_no_check_stumbles_over_an_unknown_field(path):
    report = _without(path)
    for check in CHECKS if report is not None else ():
        if check.subject is AudioReport:
            assert isinstance(check.judge(report, check.params()), Judgement)


@each_check
def test_hints_about_origin_and_other_people_are_for_staff_and_never_block(check):
    if check.group == "origin" or check.key in ("file.encoder", "duplicate.elsewhere", "duplicate.acoustic"):
        assert check.audience is Audience.STAFF
        assert check.severity is Severity.INFORM
    else:
        assert check.audience is Audience.APPLICANT


@each_check
def test_is_told_by_checks_of_the_same_subject_and_reader(check):
    for key in check.told_by:
        assert key != check.key
        assert get_check(key).subject is check.subject
        assert get_check(key).audience is Audience.APPLICANT


@each_check
def test_has_a_test_of_its_own(check):
    tests = (Path(__file__).parent / "rules").glob("test_*.py")
    assert any(f'"{check.key}"' in path.read_text(encoding="utf-8") for path in tests)


def test_every_rule_file_is_short():
    for path in Path(rules.__path__[0]).glob("*.py"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 150, path.name


def test_an_unknown_key_is_named():
    with pytest.raises(UnknownCheck, match=r"there is no check 'loudness\.guessed'"):
        get_check("loudness.guessed")


def _rule_file(name, **names):
    module = ModuleType(f"portal.checks.rules.{name}", "About it.")
    vars(module).update(names)
    return module


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("file_readable", lambda check, about: {}, "must define exactly one Check, called CHECK"),
        ("file_readable", lambda check, about: {"OTHER": check}, "must define exactly one Check, called CHECK"),
        ("file_readable", lambda check, about: {"CHECK": check, "TWO": about}, "must define exactly one Check"),
        ("file_other", lambda check, about: {"CHECK": check}, "file and key must have one name"),
        ("file_readable", lambda check, about: {"CHECK": about}, "needs a docstring, given to Check"),
    ],
)
def test_refuses_a_bad_rule_file(name, change, message):
    check = get_check("file.readable")
    named_otherwise = Check(**{**vars(check), "about": "Something else."})

    with pytest.raises(BadRuleFile, match=message):
        read_rule_file(_rule_file(name, **change(check, named_otherwise)))


def test_reads_a_good_rule_file():
    module = importlib.import_module("portal.checks.rules.file_readable")
    assert read_rule_file(module) is get_check("file.readable")
    assert get_check("file.readable").params is RuleParams
