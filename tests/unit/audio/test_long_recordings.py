"""Hours need no more room than minutes, and what happened in them keeps its place."""

import tracemalloc

import numpy as np
import pytest

from workers.audio.facts import Facts
from workers.audio.hops import CHUNK_HOPS, Hops
from workers.audio.silence import Silence
from workers.audio.stereo import Stereo
from workers.audio.waveform import Outline

RATE_HZ, HOP = 8000, 80
HOURS = 6
CHUNKS = HOURS * 360_000 // CHUNK_HOPS
FRAMES = CHUNKS * CHUNK_HOPS * HOP
MUSIC_FS, HISS_FS = 0.1, 1e-5
GAP_AT = CHUNKS // 2 * CHUNK_HOPS - 150  # across two chunks


def _levels() -> np.ndarray:
    """RMS per hop: 30 s of hiss, hours of music with a gap of 3 s, 50 s of hiss."""
    levels = np.full(CHUNKS * CHUNK_HOPS, MUSIC_FS)
    levels[:3000] = levels[GAP_AT : GAP_AT + 300] = levels[-5000:] = HISS_FS
    return levels


def _hops(start: int, levels: np.ndarray) -> Hops:
    energies = np.stack([levels, levels / 2]).astype(np.float32) ** 2 * HOP
    highs = levels.astype(np.float32)
    differences = energies.sum(axis=0)
    frames = (start + len(levels)) * HOP
    return Hops(
        start, energies, sums=energies * 0, highs=highs, lows=-highs, differences=differences, hop=HOP, frames=frames
    )


def test_six_hours_stay_within_a_few_megabytes() -> None:
    levels = _levels()
    silence, stereo, outline = Silence(HOP), Stereo(RATE_HZ, 2, hop=HOP), Outline()
    tracemalloc.start()
    for start in range(0, len(levels), CHUNK_HOPS):
        for one in (silence, stereo, outline):
            one.push(_hops(start, levels[start : start + CHUNK_HOPS]))
    facts = Facts()
    silence.report(facts, rate_hz=RATE_HZ, frames=FRAMES)
    stereo.report(facts, frames=FRAMES, rms=np.array([MUSIC_FS, MUSIC_FS / 2]), channel_lufs=(-20.0, -26.0))
    peaks, step_s = outline.pairs(HOP / RATE_HZ)
    assert tracemalloc.get_traced_memory()[1] < 3_000_000
    tracemalloc.stop()
    assert facts.get("silence", "head_s") == pytest.approx(30.0)
    assert facts.get("silence", "tail_s") == pytest.approx(50.0)
    assert facts.get("silence", "gap_count") == 1
    assert facts.get("silence", "longest_gap_s") == pytest.approx(3.0)
    assert facts.get("silence", "gaps")[0].start_s == pytest.approx(GAP_AT * 0.01)
    assert facts.get("stereo", "correlation") == pytest.approx(0.0, abs=1e-6)
    assert len(peaks) <= 2 * 3000
    assert len(peaks) / 2 * step_s == pytest.approx(FRAMES / RATE_HZ, rel=1e-3)


@pytest.mark.parametrize("hops", [1, 3000, 50_000, 400_000])
def test_the_threshold_of_silence_follows_the_quietest_hundredth(hops: int) -> None:
    levels = np.random.default_rng(hops).uniform(-68, -20, hops)
    silence = Silence(HOP)
    for start in range(0, hops, CHUNK_HOPS):
        silence.push(_hops(start, 10 ** (levels[start : start + CHUNK_HOPS] / 20)))
    facts = Facts()
    silence.report(facts, rate_hz=RATE_HZ, frames=hops * HOP)
    expected = min(max(-60.0, np.percentile(levels, 1) + 10), -50.0)
    assert facts.get("silence", "threshold_dbfs") == pytest.approx(expected, abs=1e-4)
