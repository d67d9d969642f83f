"""The order that a decision starts from, checked by hand."""

from __future__ import annotations

import pytest

from portal.panel.ranking import NO_SCORES, rank, summarise


def test_one_application_by_hand() -> None:
    summary = summarise([90.0, 60.0, 75.0])

    assert summary.n == 3
    assert summary.mean == pytest.approx(75.0)
    assert summary.median == 75.0
    assert summary.spread == 30.0
    assert summary.deviation == pytest.approx(15.0)


def test_what_one_score_cannot_tell_is_left_open() -> None:
    summary = summarise([62.5])

    assert (summary.n, summary.mean, summary.median) == (1, 62.5, 62.5)
    assert (summary.spread, summary.deviation) == (None, None)


def test_no_score_is_no_number() -> None:
    assert summarise([]) == NO_SCORES
    assert NO_SCORES.mean is None


def test_best_first_and_without_a_score_last_and_unranked() -> None:
    places = rank({"low": [10.0, 20.0], "none": [], "high": [80.0]}, seed="x")

    assert [(p.key, p.rank) for p in places] == [("high", 1), ("low", 2), ("none", None)]


def test_equal_means_share_a_rank_and_the_next_one_is_skipped() -> None:
    scores = {"a": [70.0, 80.0], "b": [75.0], "c": [90.0], "d": [10.0]}

    by_key = {place.key: place for place in rank(scores, seed="x")}

    assert {key: place.rank for key, place in by_key.items()} == {"c": 1, "a": 2, "b": 2, "d": 4}
    assert {key for key, place in by_key.items() if place.tied} == {"a", "b"}


def test_a_difference_of_rounding_alone_is_a_tie() -> None:
    places = rank({"a": [0.1 + 0.2], "b": [0.3]}, seed="x")

    assert [place.rank for place in places] == [1, 1]


def test_the_order_of_ties_follows_the_seed_and_not_the_name() -> None:
    scores = {f"key-{i}": [50.0] for i in range(20)}

    one = [place.key for place in rank(scores, seed="one")]
    other = [place.key for place in rank(scores, seed="other")]

    assert one == [place.key for place in rank(dict(reversed(scores.items())), seed="one")]
    assert one != other
    assert one != sorted(one)
