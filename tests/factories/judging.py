"""Judging by one check, as short as a test of it should be."""

from typing import Any

from portal.checks.check import Judgement
from portal.checks.registry import get_check
from tests.factories.reports import make_report


def judge(
    check_key: str, subject: Any = None, /, *, params: dict[str, Any] | None = None, **overrides: Any
) -> Judgement:
    """Judge `subject`, or else a clean report with `overrides` as `make_report` takes them, by one check."""
    check = get_check(check_key)
    return check.judge(make_report(**overrides) if subject is None else subject, check.params.parse(params or {}))
