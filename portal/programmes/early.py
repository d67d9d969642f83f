"""What a file's first bytes prove against it, said before the rest of them travels: in the browser, and as they arrive.

Only what is certain is said here; the checks measure the truth. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from portal.checks.check import Severity
from portal.checks.evaluate import RuleSpec
from portal.checks.foreign import sentence_about
from portal.checks.formats import CONTAINER_NAMES, CONTAINERS_OF, FORMATS
from portal.checks.registry import get_check
from portal.checks.wording import listed


def said_early(rules: Sequence[RuleSpec]) -> dict[str, Any]:
    """Limits for the uploader, those that apply: containers, formats_in_words, min_rate_hz, shortest_s, longest_s.

    Lengths are those at which a recording is refused, tolerance included.
    """
    blocking = {rule.check_key: rule for rule in rules if rule.severity is Severity.BLOCK}
    found: dict[str, Any] = {}
    if formats := _params(blocking, "file.format"):
        found["containers"] = _containers(formats.accepted)
        found["formats_in_words"] = listed([FORMATS[key] for key in formats.accepted], "or")
    if (rate := _params(blocking, "audio.sample_rate")) and rate.min_hz:
        found["min_rate_hz"] = rate.min_hz
    if length := _params(blocking, "length.duration"):
        if length.min_s:
            found["shortest_s"] = length.min_s - length.under_s
        if length.max_s:
            found["longest_s"], found["longest_shown_s"] = length.max_s + max(length.over_s, 0.1), length.max_s
    return found


def objection(container: str | None, rules: Sequence[RuleSpec], *, head: bytes = b"") -> str | None:
    """A sentence when a file in this container (None: in none that we read) cannot pass; None when it may.

    head: the file's first bytes, so that the sentence can say what it is instead.
    """
    asked = said_early(rules)
    wanted = f" The programme asks for {asked['formats_in_words']}." if asked.get("containers") else ""
    if container is None:
        return sentence_about(head) or (
            f"This does not look like a sound file, whatever its name says.{wanted} Export it again from the session."
        )
    if wanted and container not in asked["containers"]:
        return f"This is a file of the kind {CONTAINER_NAMES[container]}.{wanted} Export it again from the session."
    return None


def _containers(formats: Sequence[str]) -> list[str]:
    return sorted({container for key in formats for container in CONTAINERS_OF[key]})


def _params(rules: dict[str, RuleSpec], key: str) -> Any:
    return get_check(key).params.parse(rules[key].params) if key in rules else None
