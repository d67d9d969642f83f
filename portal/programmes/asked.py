"""What an intake asks for, ready to be said on a page: to visitors, to applicants, to editors before they publish."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from portal.checks.check import Audience
from portal.checks.describe import RuleLine, advice_sentence, rule_lines, slot_sentence
from portal.checks.evaluate import RuleSpec
from portal.checks.registry import get_check
from portal.checks.wording import listed, megabytes, sentence
from portal.programmes import queries
from portal.programmes.models import Concentration, Criterion, Intake, Rubric, Slot
from portal.programmes.technical_rules import specs_of

EVERYBODY = "everybody"


@dataclass(frozen=True)
class AskedRecording:
    """A slot in words. `sentence` is "3 recordings, each 2:00 to 6:00, WAV, AIFF or FLAC, …"; `advice` may be None."""

    slot: Slot
    sentence: str
    largest_file: str
    advice: str | None
    lines: Sequence[RuleLine]
    version: int


@dataclass(frozen=True)
class AskedOf:
    """What is asked of everybody (`concentration` None), or of one concentration only."""

    concentration: Concentration | None
    recordings: Sequence[AskedRecording]


@dataclass(frozen=True)
class ScoredBy:
    """A rubric and whose it is in words; `shares` are the criteria with their part of the whole score in percent."""

    whom: str
    rubric: Rubric
    shares: Sequence[tuple[Criterion, int]]


def recording_in_words(slot: Slot, rules: Sequence[RuleSpec], *, version: int = 0) -> AskedRecording:
    """Say what a slot asks. Pure."""
    return AskedRecording(
        slot=slot,
        sentence=sentence(slot_sentence(rules, minimum=slot.min_items, maximum=slot.max_items)),
        largest_file=megabytes(slot.max_bytes),
        advice=advice_sentence(rules),
        lines=[_in_words(line) for line in rule_lines(rules, audience=Audience.APPLICANT)],
        version=version,
    )


def _in_words(line: RuleLine) -> RuleLine:
    """A check without a limit to tell says the question that it answers."""
    question = (get_check(line.check_key).about or "").strip().partition("\n")[0]
    return replace(line, words=line.words or question)


def recordings_asked(intake: Intake, *, concentrations: Sequence[Concentration]) -> list[AskedOf]:
    """What is asked of everybody first, then of each concentration; who is asked nothing is left out. Two queries."""
    slots = queries.all_slots(intake)
    rule_sets = queries.current_rule_sets([slot.id for slot in slots])
    words = [
        recording_in_words(slot, specs_of(rules), version=rules.version if rules else 0)
        for slot in slots
        for rules in [rule_sets.get(slot.id)]
    ]
    groups = []
    for concentration in (None, *concentrations):
        key = concentration.id if concentration else None
        own = [one for one in words if one.slot.concentration_id == key]
        if own:
            groups.append(AskedOf(concentration, own))
    return groups


def scored_by(intake: Intake, *, concentrations: Sequence[Concentration]) -> list[ScoredBy]:
    """The rubrics in force: the general one for those who have none of their own, then each own one. Two queries."""
    rubrics = queries.current_rubrics(intake)
    own = [(one, rubrics[one.id]) for one in concentrations if one.id in rubrics]
    others = [one.title for one in concentrations if one.id not in rubrics]
    found = [ScoredBy(one.title, rubric, shares(rubric.criteria)) for one, rubric in own]
    if None in rubrics and (others or not own):
        whom = listed(others) if own else EVERYBODY
        found.insert(0, ScoredBy(whom, rubrics[None], shares(rubrics[None].criteria)))
    return found


def shares(criteria: Sequence[Criterion]) -> list[tuple[Criterion, int]]:
    """Each criterion with its weight in whole percent. They add up to 100: the largest remainders are rounded up."""
    whole = sum(criterion.weight for criterion in criteria)
    exact = [100 * criterion.weight / whole if whole else 0 for criterion in criteria]
    found = [int(share) for share in exact]
    by_remainder = sorted(range(len(exact)), key=lambda i: found[i] - exact[i])
    for i in by_remainder[: round(sum(exact)) - sum(found)]:
        found[i] += 1
    return list(zip(criteria, found, strict=True))
