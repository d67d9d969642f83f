"""Leaving out what cannot matter must not change a true peak."""

import numpy as np
import pytest

from tests.signals.meter import meter
from tests.signals.music import music
from tests.signals.tones import Signal, both, pink
from workers.audio import true_peak
from workers.audio.blocks import HOPS, hop_frames
from workers.audio.true_peak import TruePeakResult

RATE_HZ = 44_100
BLOCK = HOPS * hop_frames(RATE_HZ)


def _bass_with_overs() -> Signal:
    t = np.arange(3 * BLOCK)
    bass = 0.98 * np.sin(2 * np.pi * 40 * t / RATE_HZ)
    quarter = np.sin(np.pi / 2 * t + np.pi / 4)
    for at in (700, BLOCK - 3, 2 * BLOCK - 20, 3 * BLOCK - 12):  # inside a block, across and at the end of one
        bass[at - 10 : at + 10] = 0.99 * quarter[at - 10 : at + 10]
    return np.stack([bass, bass[::-1] * 0.9], axis=1)


def _steps() -> Signal:
    rng = np.random.default_rng(3)
    return np.repeat(rng.uniform(-0.99, 0.99, (3 * BLOCK // 60, 2)), 60, axis=0)


SIGNALS = {
    "music": lambda: music(4, RATE_HZ, peak_dbfs=-0.1),
    "quiet music": lambda: music(4, RATE_HZ, peak_dbfs=-30),
    "clipped noise": lambda: np.clip(both(pink(3, RATE_HZ, np.random.default_rng(1))) * 4, -0.97, 0.97),
    "white noise": lambda: np.random.default_rng(2).uniform(-1, 1, (3 * BLOCK, 2)),
    "bass with overs": _bass_with_overs,
    "steps": _steps,
    "one sample": lambda: np.eye(1, 2 * BLOCK, BLOCK).T.repeat(2, axis=1),
}


@pytest.mark.parametrize("name", SIGNALS)
def test_pruning_changes_nothing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    signal = SIGNALS[name]()
    pruned = meter(signal, RATE_HZ)[1]
    monkeypatch.setattr(true_peak, "WORST_GAIN", 1e9)
    monkeypatch.setattr(true_peak, "PER_PEAK", 1e9)
    whole = meter(signal, RATE_HZ)[1]
    assert pruned.peak == pytest.approx(whole.peak, rel=1e-6)
    assert (pruned.peak_at, pruned.peak_channel) == (whole.peak_at, whole.peak_channel)
    assert (pruned.overs, pruned.intersample_overs) == (whole.overs, whole.intersample_overs)
    assert _places(pruned) == pytest.approx(_places(whole), abs=1e-4)


def test_a_bass_is_not_oversampled(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at = []
    points = true_peak.TruePeakMeter._points
    monkeypatch.setattr(
        true_peak.TruePeakMeter, "_points", lambda self, *found: (looked_at.append(len(found[0])), points(self, *found))
    )
    t = np.arange(4 * BLOCK) / RATE_HZ
    meter(np.stack([0.9 * np.sin(2 * np.pi * 50 * t)] * 2, axis=1), RATE_HZ)
    assert sum(looked_at) < 0.2 * 2 * len(t) / 32


def _places(result: TruePeakResult) -> list[float | None]:
    return [number for place in result.over_places for number in (place.start_s, place.end_s, place.value)]
