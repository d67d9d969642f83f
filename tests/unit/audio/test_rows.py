"""A long table is the same table, however it was filled."""

import numpy as np
import pytest

from workers.audio.rows import Rows


@pytest.mark.parametrize("columns", [0, 1, 95, 4095, 4096, 4097, 10_000])
@pytest.mark.parametrize("step", [96, 5000])
def test_what_was_appended_comes_out_in_order(columns: int, step: int) -> None:
    table = np.arange(3 * columns, dtype=np.float64).reshape(3, columns)
    rows = Rows(3)
    for start in range(0, columns, step):
        rows.append(table[:, start : start + step])
    assert np.array_equal(rows.join(), table)
    assert rows.join().shape == (3, 0)
