"""The technical rules of a slot: stored, judged by, compared and said in words. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from portal.checks.check import Severity
from portal.checks.describe import rule_words
from portal.checks.evaluate import READABLE, RuleSpec
from portal.checks.params import ParamsError, RuleParams
from portal.checks.registry import UnknownCheck, get_check
from portal.core.errors import Invalid
from portal.programmes.models import RuleSet

# What applicants want to know first stands first; all other checks follow by their key.
READING_ORDER = ("length.duration", "file.format", "audio.sample_rate", "audio.bit_depth", "audio.channels")

SEVERITY_WORDS = {
    Severity.BLOCK: "must be met",
    Severity.WARN: "leads to a remark",
    Severity.INFORM: "is only told",
}


def specs_of(rule_set: RuleSet | None) -> list[RuleSpec]:
    """The rules to judge by; none where none were published."""
    return from_stored(rule_set.rules) if rule_set is not None else []


def from_stored(stored: Sequence[Mapping[str, Any]]) -> list[RuleSpec]:
    """Read what `to_stored` wrote."""
    return [
        RuleSpec(check_key=rule["check_key"], severity=Severity(rule["severity"]), params=rule["params"])
        for rule in stored
    ]


def to_stored(rules: Sequence[RuleSpec]) -> list[dict[str, Any]]:
    """The rules as a version keeps them: in reading order, with *all* parameters, so that a later change of a check's
    default does not change what was published. Whether a file can be read at all is always asked and never stored.
    Raises Invalid for what no check can judge by.
    """
    keys = [rule.check_key for rule in rules]
    twice = {key for key in keys if keys.count(key) > 1}
    if twice:
        raise Invalid(f"There are two rules for {', '.join(sorted(twice))}. Keep one.")
    kept = [rule for rule in rules if rule.check_key != READABLE]
    return [_stored(rule) for rule in sorted(kept, key=lambda rule: reading_order(rule.check_key))]


def asked(rule: RuleSpec) -> str:
    """What a rule asks, in a few words: "2:00 to 6:00; over from 6:05". The check's title where it has no limits."""
    return rule_words(rule) or get_check(rule.check_key).title.lower()


def reading_order(check_key: str) -> tuple[int, str]:
    """A sort key for lists of checks."""
    first = READING_ORDER.index(check_key) if check_key in READING_ORDER else len(READING_ORDER)
    return first, check_key


def differences(old: Sequence[RuleSpec], new: Sequence[RuleSpec]) -> list[str]:
    """What changes from one version to the next, a sentence for each rule; empty when nothing does."""
    before = {rule.check_key: rule for rule in old if rule.check_key != READABLE}
    after = {rule.check_key: rule for rule in new if rule.check_key != READABLE}
    sentences = []
    for key in sorted(before.keys() | after.keys(), key=reading_order):
        sentence = _difference(before.get(key), after.get(key))
        if sentence:
            sentences.append(sentence)
    return sentences


def _difference(old: RuleSpec | None, new: RuleSpec | None) -> str | None:
    if old is None and new is not None:
        return f"{get_check(new.check_key).title}: new, {asked(new)} ({SEVERITY_WORDS[new.severity]})."
    if new is None and old is not None:
        return f"{get_check(old.check_key).title}: no longer asked (was {asked(old)})."
    if old is None or new is None:
        return None
    parts = []
    if asked(old) != asked(new):
        parts.append(f"“{asked(old)}” becomes “{asked(new)}”")
    elif _all_params(old) != _all_params(new):
        parts.append(_changed_params(old, new))
    if old.severity is not new.severity:
        parts.append(f"now {SEVERITY_WORDS[new.severity]}, before it {_then(old.severity)}")
    return f"{get_check(new.check_key).title}: {'; '.join(parts)}." if parts else None


def _changed_params(old: RuleSpec, new: RuleSpec) -> str:
    """For limits that the few words leave out, such as where remarks begin."""
    before, after = _all_params(old), _all_params(new)
    check = get_check(new.check_key)
    changed = [field for field in check.params.fields() if before[field.name] != after[field.name]]
    return ", ".join(
        f"{one.label.lower()} {_value(before[one.name], one.unit)} becomes {_value(after[one.name], one.unit)}"
        for one in changed
    )


def _value(value: Any, unit: str) -> str:
    if value is None:
        return "no limit"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(value)
    return f"{value:g} {unit}".strip()


def _then(severity: Severity) -> str:
    return {
        Severity.BLOCK: "had to be met",
        Severity.WARN: "led to a remark",
        Severity.INFORM: "was only told",
    }[severity]


def _all_params(rule: RuleSpec) -> dict[str, Any]:
    params: RuleParams = get_check(rule.check_key).params.parse(rule.params)
    return params.plain()


def _stored(rule: RuleSpec) -> dict[str, Any]:
    try:
        check = get_check(rule.check_key)
        params = check.params.parse(rule.params)
    except UnknownCheck as error:
        raise Invalid(f"There is no check “{rule.check_key}”. Reload the page.") from error
    except ParamsError as error:
        name = f"{rule.check_key}.{error.field}" if error.field else rule.check_key
        raise Invalid(f"{check.title}: {error.problem}.", fields={name: f"{error.problem}."}) from error
    return {"check_key": check.key, "params": params.plain(), "severity": rule.severity.value}
