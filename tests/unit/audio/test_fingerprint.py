"""The same recording is known again whatever was done to it; another one is not."""

import functools

import numpy as np
import pytest

from tests.signals.files import flac, mp3, wav
from tests.signals.music import tune
from tests.signals.tones import Signal
from tests.unit.audio.listening import RATE_HZ, listen
from workers.audio.resemblance import resemblance

SAME, LOOK = 0.20, 0.30
SECONDS = 30.0
TAKE = tune(SECONDS, RATE_HZ, seed=1)


def _words(data: bytes) -> tuple[int, ...]:
    words = listen(data).fingerprint
    assert words is not None
    return words


@functools.cache
def _take() -> tuple[int, ...]:
    return _words(wav(TAKE, RATE_HZ))


def _with_echo(signal: Signal) -> Signal:
    echoed = signal * 0.6
    echoed[3000:] += 0.3 * signal[:-3000]
    return echoed


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("MP3 at 96 kb/s", lambda: mp3(TAKE, RATE_HZ, bitrate=96_000)),
        ("12 dB lower", lambda: wav(TAKE / 4, RATE_HZ)),
        ("inverted", lambda: wav(-TAKE, RATE_HZ)),
        ("mono", lambda: wav(TAKE[:, :1], RATE_HZ)),
        ("driven hard", lambda: wav(np.tanh(TAKE * 4) * 0.9, RATE_HZ)),
        ("brighter", lambda: wav(np.diff(TAKE, axis=0) * 3, RATE_HZ)),
        ("with echo", lambda: wav(_with_echo(TAKE), RATE_HZ)),
        ("at 96 kHz", lambda: flac(tune(SECONDS, 96_000, seed=1), 96_000)),
    ],
)
def test_the_same_recording_is_known_again(name: str, data: functools.partial[bytes]) -> None:
    found = resemblance(_take(), _words(data()))
    assert found is not None, name
    assert found.error < SAME
    assert abs(found.first_s - found.second_s) < 0.2


def test_a_recording_with_a_cut_start_is_found_at_its_place() -> None:
    found = resemblance(_take(), _words(wav(TAKE[7 * RATE_HZ :], RATE_HZ)))
    assert found is not None
    assert found.error < SAME
    assert found.first_s - found.second_s == pytest.approx(7, abs=0.15)


def test_other_recordings_are_other_recordings() -> None:
    others = [_words(wav(tune(SECONDS, RATE_HZ, seed=seed), RATE_HZ)) for seed in range(2, 8)]
    for other in others:
        found = resemblance(_take(), other)
        assert found is not None
        assert found.error > LOOK


def test_too_little_sound_has_no_fingerprint() -> None:
    measured = listen(wav(TAKE[: 3 * RATE_HZ], RATE_HZ))
    assert measured.fingerprint is None
    assert measured.report.fingerprint.digest is None
    assert measured.report.why_not("fingerprint.digest") == "needs at least 4 s of sound"
    assert resemblance(_take(), _take()[:50]) is None
