"""Whatever a report holds, every check says something that can be stored, and never raises."""

import dataclasses
import typing
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.checks.check import State
from portal.checks.evaluate import Finding, RuleSpec, Verdict, evaluate, verdict
from portal.checks.registry import all_checks
from portal.checks.report import MEASURED_GROUPS, AudioReport, measurable_fields
from portal.checks.sound_facts import Span
from portal.checks.strict import Strict, field_types
from tests.factories.reports import make_report

EVERY_RULE = [RuleSpec(check_key=key, severity=check.severity) for key, check in all_checks().items()]

numbers = st.floats(min_value=-1e7, max_value=1e7, allow_nan=False, allow_subnormal=False)
seconds = st.floats(min_value=0, max_value=1e6, allow_nan=False)
words = st.text(alphabet='aZ9 .<&"\\äß字\n', min_size=1, max_size=12)
spans = st.builds(
    Span, start_s=seconds, end_s=seconds, channel=st.none() | st.integers(0, 7), value=st.none() | numbers
)


def _values(hint: Any) -> st.SearchStrategy[Any]:
    options = typing.get_args(hint) if type(None) in typing.get_args(hint) else (hint,)
    kind = next(option for option in options if option is not type(None))
    if typing.get_origin(kind) is tuple:
        found: st.SearchStrategy[Any] = st.lists(_values(typing.get_args(kind)[0]), max_size=8).map(tuple)
    elif kind is Span:
        found = spans
    elif isinstance(kind, type) and issubclass(kind, Strict):
        found = st.builds(kind, **{name: _values(inner) for name, inner in field_types(kind).items()})
    else:
        simple = {bool: st.booleans(), int: st.integers(0, 2**40), float: numbers, str: words}
        found = simple[kind]
    return st.none() | found if type(None) in options else found


def _report(readable: bool, limits: tuple[str, ...], groups: dict[str, Any]) -> AudioReport:
    reasons = dict.fromkeys(measurable_fields(), "not known")
    health = dataclasses.replace(make_report().health, not_measured=reasons, limits_hit=limits)
    return AudioReport(readable=readable, reason=None if readable else "It broke.", health=health, **groups)


FREE_GROUPS = (*MEASURED_GROUPS, "container", "declared")
reports = st.builds(
    _report,
    st.booleans(),
    st.lists(words, max_size=2).map(tuple),
    st.fixed_dictionaries(
        {name: _values(kind) for name, kind in field_types(AudioReport).items() if name in FREE_GROUPS}
    ),
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(reports)
def test_every_check_is_total(report):
    findings = evaluate(report, EVERY_RULE)

    assert verdict(findings) in Verdict
    for finding in findings:
        assert Finding.from_plain(finding.to_plain()) == finding
        assert finding.message
        assert bool(finding.action) == (finding.state in (State.WARN, State.FAIL)), finding.check_key
        assert "None" not in finding.text, finding.check_key
    assert AudioReport.from_json(report.to_json()) == report


@pytest.mark.parametrize("duration", [0.0, 0.001, 0.4])
def test_the_shortest_recordings_are_judged(duration):
    findings = evaluate(make_report(decoded__duration_s=duration, levels__clip_runs=1, defects__clicks=1), EVERY_RULE)
    assert len(findings) > 45
