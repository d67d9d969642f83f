"""A curve keeps its extremes and its places however long it becomes."""

import numpy as np
import pytest

from workers.audio.trace import MOST_VALUES, Trace


@pytest.mark.parametrize("count", [1, 1000, MOST_VALUES - 1, MOST_VALUES, 5 * MOST_VALUES + 17])
@pytest.mark.parametrize("piece", [999, 3841])
def test_every_group_shows_its_own_extreme(count: int, piece: int) -> None:
    values = np.random.default_rng(count).standard_normal(count).astype(np.float32)
    trace = Trace(np.fmax)
    for start in range(0, count, piece):
        trace.push(values[start : start + piece])
    points = trace.points(1200)
    assert len(points.values) <= 1200
    assert np.array_equal(points.values, np.maximum.reduceat(values, np.arange(0, count, points.step)))


def test_a_short_curve_is_kept_as_it_is() -> None:
    trace = Trace(np.fmin)
    trace.push(np.array([3.0, np.nan, 1.0], np.float32))
    assert trace.points().step == 1
    assert np.array_equal(trace.points().values, [3.0, np.nan, 1.0], equal_nan=True)


def test_what_is_missing_gives_way_to_what_is_there() -> None:
    trace = Trace(np.fmin)
    trace.push(np.array([np.nan, 2.0, np.nan, np.nan], np.float32))
    assert np.array_equal(trace.points(2).values, [2.0, np.nan], equal_nan=True)
