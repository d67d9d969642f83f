"""What a browser can know of a file before it is sent: blocking rules, as far as the first bytes prove them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from portal.checks.check import Severity
from portal.checks.evaluate import RuleSpec
from portal.checks.formats import FORMATS
from portal.checks.registry import get_check
from portal.checks.wording import listed


def said_early(rules: Sequence[RuleSpec]) -> dict[str, Any]:
    """Limits for the uploader, those that apply: formats, formats_in_words, min_rate_hz, shortest_s, longest_s.

    Lengths are those at which a recording is refused, tolerance included.
    """
    blocking = {rule.check_key: rule for rule in rules if rule.severity is Severity.BLOCK}
    found: dict[str, Any] = {}
    if formats := _params(blocking, "file.format"):
        found["formats"] = list(formats.accepted)
        found["formats_in_words"] = listed([FORMATS[key] for key in formats.accepted], "or")
    if (rate := _params(blocking, "audio.sample_rate")) and rate.min_hz:
        found["min_rate_hz"] = rate.min_hz
    if length := _params(blocking, "length.duration"):
        if length.min_s:
            found["shortest_s"] = length.min_s - length.under_s
        if length.max_s:
            found["longest_s"], found["longest_shown_s"] = length.max_s + max(length.over_s, 0.1), length.max_s
    return found


def _params(rules: dict[str, RuleSpec], key: str) -> Any:
    return get_check(key).params.parse(rules[key].params) if key in rules else None
