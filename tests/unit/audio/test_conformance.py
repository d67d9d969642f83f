"""The meter against the standards' own signals, at every sample rate that recordings come in."""

import pytest

from tests.signals.accuracy import PAGE, errors, rows
from tests.signals.meter import RATES_HZ, readings


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_every_case_of_the_standards_reads_within_its_tolerance(rate_hz: int) -> None:
    wrong = [
        f"{one.case}: {one.target.quantity} reads {one.measured}, expected {one.target.value}"
        for one in readings(rate_hz)
        if not one.passes
    ]
    assert not wrong
    assert len(readings(rate_hz)) == 103


def test_the_page_about_accuracy_is_true() -> None:
    stated = errors(PAGE.read_text(encoding="utf-8"))
    for index, rate_hz in enumerate(RATES_HZ):
        worst = rows(readings(rate_hz))
        assert set(worst) == set(stated)
        for key, one in worst.items():
            assert stated[key][index] == pytest.approx(one.error, abs=0.005), key
