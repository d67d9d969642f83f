"""The meter against the standards' own signals, at every sample rate that recordings come in."""

import pytest

from tests.signals.meter import RATES_HZ, readings


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_every_case_of_the_standards_reads_within_its_tolerance(rate_hz: int) -> None:
    everything = list(readings(rate_hz))
    wrong = [
        f"{one.case.name}: {one.target.quantity} reads {one.measured}, expected {one.target.value}"
        for one in everything
        if not one.passes
    ]
    assert not wrong
    assert len(everything) == 103
