"""The overall value of a review: a weighted mean on 0..100 of what could be judged."""

import pytest

from portal.panel.score import CriterionPoints, composite


def criterion(points: int | None, *, weight: int = 1, low: int = 1, high: int = 5) -> CriterionPoints:
    return CriterionPoints(weight=weight, low=low, high=high, points=points)


def test_the_ends_of_every_scale_are_0_and_100() -> None:
    assert composite([criterion(1), criterion(1, low=1, high=10)]).overall == 0
    assert composite([criterion(5), criterion(10, low=1, high=10)]).overall == 100


def test_weights_count_and_scales_do_not() -> None:
    # (2 * 75 + 1 * 0) / 3, whichever scale the second criterion has
    assert composite([criterion(4, weight=2), criterion(1)]).overall == 50
    assert composite([criterion(4, weight=2), criterion(0, low=0, high=100)]).overall == 50


def test_what_could_not_be_judged_drops_out_with_its_weight() -> None:
    result = composite([criterion(5, weight=3), criterion(3, weight=1), criterion(None, weight=1)])
    assert result.overall == 87.5
    assert result.observed_share == 0.8
    assert result.complete


@pytest.mark.parametrize(
    ("judged_weight", "blank_weight", "overall"),
    [(3, 2, 100.0), (59, 41, None), (60, 40, 100.0), (0, 5, None)],
)
def test_a_review_is_complete_from_60_percent_of_the_weight_on(
    judged_weight: int, blank_weight: int, overall: float | None
) -> None:
    result = composite([criterion(5, weight=judged_weight), criterion(None, weight=blank_weight)])
    assert result.overall == overall
    assert result.observed_share == pytest.approx(judged_weight / (judged_weight + blank_weight))


def test_nothing_judged_is_no_score_rather_than_a_zero() -> None:
    assert composite([criterion(None), criterion(None)]).overall is None
    assert composite([]).overall is None
    assert composite([criterion(5, weight=0)]).overall is None


@pytest.mark.parametrize("wrong", [criterion(6), criterion(0), criterion(3, weight=-1), criterion(1, low=1, high=1)])
def test_impossible_points_weights_and_scales_are_refused(wrong: CriterionPoints) -> None:
    with pytest.raises(ValueError, match=r"not on the scale|cannot be|nothing to choose"):
        composite([wrong])
