"""What the page draws: small, finite, and in step with the sound."""

import json

import numpy as np
import pytest

from tests.signals.files import wav
from tests.signals.music import music
from tests.signals.tones import Signal, sine
from tests.unit.audio.listening import RATE_HZ, listen
from workers.audio.waveform import WaveformData


def _draw(signal: Signal, rate_hz: int = RATE_HZ) -> WaveformData:
    waveform = listen(wav(signal, rate_hz)).waveform
    assert waveform is not None
    return waveform


def test_peaks_follow_the_sound() -> None:
    signal = np.zeros((RATE_HZ * 4, 2))
    signal[RATE_HZ : 2 * RATE_HZ, 0] = sine(0.5, 1, RATE_HZ)
    signal[3 * RATE_HZ, 1] = -1.0
    waveform = _draw(signal)
    lows, highs = np.array(waveform.peaks).reshape(-1, 2).T
    assert waveform.peak_step_s == pytest.approx(0.01)
    assert len(lows) == 400
    assert (lows[:100] == 0).all()
    assert (highs[101:199] == 64).all()
    assert (lows[101:199] == -64).all()
    assert (lows[300], highs[300]) == (-127, 0)


def test_the_loudness_curve_shows_lufs_and_silence_as_nothing() -> None:
    signal = np.zeros((RATE_HZ * 12, 2))
    signal[4 * RATE_HZ : 8 * RATE_HZ] = sine(10 ** (-23 / 20), 4, RATE_HZ)[:, None]
    waveform = _draw(signal)
    momentary = waveform.momentary
    assert momentary.start_s == pytest.approx(0.4)
    at_6_s = momentary.values[round((6 - momentary.start_s) / momentary.step_s)]
    assert at_6_s == pytest.approx(-23.0, abs=0.1)
    assert momentary.values[0] is None
    assert max(value for value in waveform.short_term.values if value is not None) == pytest.approx(-23.0, abs=0.1)


def test_long_recordings_stay_small() -> None:
    waveform = _draw(music(300, 8000), 8000)
    assert len(waveform.peaks) <= 6000
    assert len(waveform.momentary.values) <= 1200
    assert len(waveform.spectrum) <= 240
    assert waveform.correlation is not None
    assert len(waveform.to_json()) < 64_000
    assert json.loads(waveform.to_json())["duration_s"] == 300


def test_the_spectrum_peaks_at_the_tone() -> None:
    tone = sine(0.5, 6, RATE_HZ, hz=1000)
    spectrum = _draw(np.stack([tone, tone], axis=1)).spectrum
    loudest = max(spectrum, key=lambda point: point[1])
    assert loudest[0] == pytest.approx(1000, rel=0.05)
    assert loudest[1] == pytest.approx(-6, abs=1)
