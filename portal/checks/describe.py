"""A slot's technical rules in plain words, for the public page and for the preview in the editor."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from portal.checks.check import Audience, Severity
from portal.checks.evaluate import RuleSpec
from portal.checks.portfolio import Portfolio
from portal.checks.registry import get_check
from portal.checks.report import AudioReport
from portal.checks.wording import listed

AT_LEAST = "at least "


@dataclass(frozen=True, kw_only=True)
class RuleLine:
    """One rule as a list shows it. `words` is None when the rule asks nothing that could be said in a few words."""

    check_key: str
    title: str
    words: str | None
    limits: tuple[str, ...]  # every parameter in words: nothing is judged by a limit that is not published
    severity: Severity
    audience: Audience


def rule_words(rule: RuleSpec) -> str | None:
    """Return what a rule asks: "2:00 to 6:00; over from 6:05", "at least 44.1 kHz". Raises like `evaluate`."""
    check = get_check(rule.check_key)
    return check.describe(check.params.parse(rule.params))


def rule_lines(rules: Iterable[RuleSpec], *, audience: Audience = Audience.APPLICANT) -> list[RuleLine]:
    """Return one line per rule that the reader may know of, in the order of the rules."""
    visible = [
        rule for rule in rules if audience is Audience.STAFF or get_check(rule.check_key).audience is Audience.APPLICANT
    ]
    return [_line(rule) for rule in visible]


def slot_sentence(rules: Sequence[RuleSpec], *, minimum: int, maximum: int) -> str:
    """Say in one sentence how many recordings are asked for, and what each must be.

    As in "3 recordings, each 2:00 to 6:00, WAV, AIFF or FLAC, at least 44.1 kHz and 16 bit; over from 6:05." Only
    blocking rules are said here; what a rule says after a semicolon goes to the end.
    """
    together = _phrases(rules, Severity.BLOCK, subject=Portfolio)
    each = _phrases(rules, Severity.BLOCK, subject=AudioReport)
    main = [phrase.partition("; ")[0] for phrase in each]
    afterwards = [tail for phrase in each if (tail := phrase.partition("; ")[2])]
    amount = f"{minimum}" if minimum == maximum else f"{minimum} to {maximum}" if minimum else f"up to {maximum}"
    text = f"{amount} {'recording' if maximum == 1 else 'recordings'}"
    if main:
        text += f", {'each ' if maximum > 1 else ''}{', '.join(_merge_at_least(main))}"
    text = "; ".join([text, *together, *afterwards])
    return f"{text}."


def advice_sentence(rules: Sequence[RuleSpec]) -> str | None:
    """Say the most important of what is remarked on without stopping anybody; None when there is nothing to say."""
    headlines = [rule for rule in rules if get_check(rule.check_key).headline]
    phrases = [phrase.partition("; ")[0] for phrase in _phrases(headlines, Severity.WARN, subject=AudioReport)]
    return f"Recommended, not required: {', '.join(_merge_at_least(phrases))}." if phrases else None


def _line(rule: RuleSpec) -> RuleLine:
    check = get_check(rule.check_key)
    return RuleLine(
        check_key=check.key,
        title=check.title,
        words=rule_words(rule),
        limits=check.params.parse(rule.params).words(),
        severity=rule.severity,
        audience=check.audience,
    )


def _phrases(rules: Iterable[RuleSpec], severity: Severity, *, subject: type) -> list[str]:
    """Return the words of the rules of one severity about one kind of subject."""
    wanted = [rule for rule in rules if rule.severity is severity and get_check(rule.check_key).subject is subject]
    return [line.words for line in rule_lines(wanted) if line.words]


def _merge_at_least(phrases: Sequence[str]) -> list[str]:
    """Join neighbours such as "at least 44.1 kHz" and "at least 16 bit" to "at least 44.1 kHz and 16 bit"."""
    merged: list[str] = []
    run: list[str] = []
    for phrase in [*phrases, ""]:
        if phrase.startswith(AT_LEAST):
            run.append(phrase.removeprefix(AT_LEAST))
            continue
        if run:
            merged.append(AT_LEAST + listed(run))
            run = []
        if phrase:
            merged.append(phrase)
    return merged
