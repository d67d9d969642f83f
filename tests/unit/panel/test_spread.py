"""Spreading applications over reviewers: even, without conflicts, and the same every time."""

from collections import Counter

from portal.panel.spread import Need, spread_evenly

PANEL = [f"reviewer {letter}" for letter in "ABCDE"]


def needs(count: int, *, missing: int = 3, barred: frozenset[str] = frozenset()) -> list[Need]:
    return [Need(f"application {number:02d}", missing, barred) for number in range(count)]


def test_everybody_gets_the_same_number_give_or_take_one() -> None:
    plan = spread_evenly(needs(17), reviewers=PANEL, loads={})
    loads = Counter(reviewer for _, reviewer in plan.pairs)
    assert sum(loads.values()) == 17 * 3
    assert max(loads.values()) - min(loads.values()) <= 1
    assert len(set(plan.pairs)) == len(plan.pairs)
    assert plan.short == {}


def test_who_has_more_already_gets_less() -> None:
    plan = spread_evenly(needs(10, missing=1), reviewers=PANEL, loads={"reviewer A": 5, "reviewer B": 2})
    loads = Counter(reviewer for _, reviewer in plan.pairs)
    assert loads["reviewer A"] == 0
    assert loads["reviewer B"] < loads["reviewer C"]


def test_nobody_hears_what_is_barred_to_them() -> None:
    barred = frozenset({"reviewer A", "reviewer C"})
    plan = spread_evenly(needs(8, missing=2, barred=barred), reviewers=PANEL, loads={})
    assert not {reviewer for _, reviewer in plan.pairs} & barred


def test_who_has_little_choice_chooses_first() -> None:
    picky = Need("application 99", 1, frozenset(PANEL[1:]))
    plan = spread_evenly([*needs(4, missing=1), picky], reviewers=PANEL, loads={"reviewer A": 0})
    assert ("application 99", "reviewer A") in plan.pairs
    assert Counter(reviewer for _, reviewer in plan.pairs)["reviewer A"] == 1


def test_what_cannot_be_filled_is_said_and_the_rest_is_done() -> None:
    plan = spread_evenly(needs(2, missing=4), reviewers=PANEL[:3], loads={})
    assert len(plan.pairs) == 6
    assert plan.short == {"application 00": 1, "application 01": 1}


def test_the_same_input_gives_the_same_answer_and_panels_are_mixed() -> None:
    first = spread_evenly(needs(20), reviewers=PANEL, loads={})
    assert first == spread_evenly(list(reversed(needs(20))), reviewers=list(reversed(PANEL)), loads={})
    panels = {frozenset(r for a, r in first.pairs if a == key) for key, _ in first.pairs}
    assert len(panels) > 3
