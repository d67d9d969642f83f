"""Wrong terms cannot exist, and every field says what is wrong with it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from portal.core.errors import Invalid
from portal.programmes.states import GateKind
from portal.programmes.terms import CriterionTerms, GateTerms, IntakeTerms, PathTerms, ProgrammeTerms, SlotTerms

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def intake_terms(**changes: Any) -> IntakeTerms:
    values: dict[str, Any] = {
        "title": "Fall 2027",
        "time_zone": "America/New_York",
        "opens_at": NOON,
        "start_cutoff_at": NOON,
        "visible_deadline_at": NOON,
    }
    return IntakeTerms(**values | changes)


def refused(build: Any, **values: Any) -> dict[str, str]:
    with pytest.raises(Invalid) as refusal:
        build(**values)
    return refusal.value.fields


def test_limits_may_fall_together_but_never_be_out_of_order() -> None:
    intake_terms()
    fields = refused(intake_terms, start_cutoff_at=NOON - HOUR, visible_deadline_at=NOON - 2 * HOUR)
    assert fields == {
        "start_cutoff_at": "New applications cannot end before the intake opens (Sun 22 Nov 2026, 07:00 EST).",
        "visible_deadline_at": "The deadline cannot be before the last start of an application "
        "(Sun 22 Nov 2026, 06:00 EST).",
    }


def test_every_wrong_field_of_an_intake_is_named_at_once() -> None:
    fields = refused(intake_terms, title=" ", seats=-1, reviews_wanted=0, time_zone="Mars/Olympus")
    assert set(fields) == {"title", "seats", "reviews_wanted", "time_zone"}
    assert fields["reviews_wanted"] == "Enter a whole number from 1 to 20."


@pytest.mark.parametrize(
    ("field", "most"), [("grace_minutes", 1_440), ("extension_max_days", 60), ("extension_ask_hours", 168)]
)
def test_grace_and_more_time_have_limits(field: str, most: int) -> None:
    for allowed in (0, most):
        intake_terms(**{field: allowed})
    for wrong in (-1, most + 1):
        assert refused(intake_terms, **{field: wrong}) == {field: f"Enter a whole number from 0 to {most:,}."}


@pytest.mark.parametrize("slug", ["Music", "a b", "-a", "a--b", "", "é", "a/b", "x" * 81])
def test_an_address_is_made_of_small_letters_digits_and_hyphens(slug: str) -> None:
    assert set(refused(ProgrammeTerms, slug=slug, title="T", degree="M.M.")) == {"slug"}


def test_long_texts_say_how_much_fits() -> None:
    fields = refused(ProgrammeTerms, slug="a", title="T", degree="M.M.", courses="x" * 20_001)
    assert fields == {"courses": "This has 20,001 characters; at most 20,000 fit."}
    assert set(refused(PathTerms, title="", description="x" * 2_001)) == {"title", "description"}


def test_a_slot_asks_for_a_possible_number_of_recordings() -> None:
    assert refused(SlotTerms, title="T", min_items=3, max_items=2) == {
        "max_items": "The most (2) cannot be fewer than the least (3)."
    }
    assert set(refused(SlotTerms, title="T", max_bytes=10, max_items=21)) == {"max_bytes", "max_items"}
    assert set(refused(SlotTerms, title="T", note_required=True, note_max_words=0)) == {"note_max_words"}


def test_only_an_exam_has_a_minimum_score() -> None:
    GateTerms(kind=GateKind.ENTRANCE_EXAM, title="TOEFL", minimum_score=100)
    assert set(refused(GateTerms, kind=GateKind.DEGREE, title="Degree", minimum_score=1)) == {"minimum_score"}


def test_a_criterion_has_a_scale_and_anchors_on_it() -> None:
    CriterionTerms(title="Balance", anchors={"1": "poor", "5": "fine"})
    assert refused(CriterionTerms, title="Balance", anchors={"6": "beyond"}) == {
        "anchors": "6 is not a point from 1 to 5."
    }
    assert set(refused(CriterionTerms, title="Balance", scale_min=5, scale_max=5, weight=0)) == {"scale_max", "weight"}
