"""Numbers must not depend on how a decoder packs its frames."""

import numpy as np
import pytest

from tests.signals.music import music
from tests.signals.tones import Signal
from workers.audio.facts import Facts
from workers.audio.listen import Listener

RATE_HZ = 44_100


def _facts(signal: Signal, block: int) -> tuple[Facts, str, tuple[int, ...] | None]:
    names = ("FL", "FR", "FC", "LFE", "BL", "BR")[: signal.shape[1]]
    listener = Listener(RATE_HZ, signal.shape[1], channel_names=names, integers=False)
    samples = signal.astype(np.float32)
    for start in range(0, len(samples), block):
        listener.push(samples[start : start + block])
    facts = Facts()
    listener.finish(facts)
    assert listener.waveform is not None
    return facts, listener.waveform.to_json(), listener.fingerprint


def _faulty(seconds: float, channels: int) -> Signal:
    """Music with a clipped, a silent, a clicking and a broken place, in any number of channels."""
    signal = np.tile(music(seconds, RATE_HZ, peak_dbfs=3.0), (1, 3))[:, :channels]
    signal = np.clip(signal, -1, 1)
    signal[RATE_HZ : RATE_HZ + 600] = 0
    signal[2 * RATE_HZ + 5] += 0.7
    signal[-RATE_HZ:] *= np.linspace(1, 0, RATE_HZ)[:, None]
    return signal


@pytest.mark.parametrize("channels", [1, 2, 6])
def test_blocks_of_any_length_give_identical_numbers(channels: int) -> None:
    signal = _faulty(7.3, channels)
    whole = _facts(signal, 65_536)
    for block in (7, 441, 4096):
        packed = _facts(signal, block)
        assert packed[0].__dict__ == whole[0].__dict__
        assert packed[1:] == whole[1:]


def test_single_frames_give_identical_numbers() -> None:
    signal = _faulty(4.0, 2)[: RATE_HZ + 1000]
    assert _facts(signal, 1)[0].__dict__ == _facts(signal, 65_536)[0].__dict__


@pytest.mark.parametrize("frames", [1, 2, 31, 441, 442, 17_639, 17_640, 42_336, 42_337])
def test_the_shortest_recordings_are_measured_as_far_as_they_go(frames: int) -> None:
    facts = _facts(music(2, RATE_HZ)[:frames], 4096)[0]
    loudness = facts.get("loudness", "integrated_lufs")
    assert (loudness is None) == (frames < 0.4 * RATE_HZ)
    assert isinstance(facts.get("loudness", "true_peak_dbtp"), float)
