"""What each loudspeaker counts (ITU-R BS.1770-5, Table 4), and which may be silent."""

import numpy as np
import pytest

from tests.signals.files import wav
from tests.signals.music import music
from tests.unit.audio.listening import listen
from workers.audio.loudness import channel_weights

RATE_HZ = 48_000
PIECE = music(4, RATE_HZ)[:, 0]
SIDE_DB = 10 * np.log10(1.41)


@pytest.mark.parametrize(
    ("names", "weights"),
    [
        ("FL FR", (1, 1)),
        ("FL FR FC LFE BL BR", (1, 1, 1, 0, 1.41, 1.41)),
        ("FL FR FC LFE SL SR", (1, 1, 1, 0, 1.41, 1.41)),
        ("FL FR FC LFE BL BR SL SR", (1, 1, 1, 0, 1, 1, 1.41, 1.41)),
        ("FL FR FC LFE BC SL SR", (1, 1, 1, 0, 1, 1.41, 1.41)),
        ("FL FR FC BC", (1, 1, 1, 1)),
        ("FL FR FC LFE BL BR FLC FRC", (1, 1, 1, 0, 1.41, 1.41, 1, 1)),
    ],
)
def test_only_what_stands_at_the_side_counts_more(names: str, weights: tuple[float, ...]) -> None:
    assert channel_weights(len(weights), tuple(names.split())) == weights


@pytest.mark.parametrize(
    ("channels", "silent", "dead"),
    [(6, {3}, ()), (6, {3, 4}, (4,)), (8, {3}, ()), (5, {3}, (3,)), (6, set(), ())],
)
@pytest.mark.parametrize("extensible", [True, False])
def test_only_the_low_frequency_channel_may_be_silent(
    channels: int, silent: set[int], dead: tuple[int, ...], *, extensible: bool
) -> None:
    signal = np.repeat(PIECE[:, None], channels, axis=1)
    signal[:, sorted(silent)] = 0
    stereo = listen(wav(signal, RATE_HZ, extensible=extensible)).report.stereo
    assert (stereo.dead_channel, stereo.dead_channels) == (bool(dead), dead)


def test_channels_without_names_are_taken_in_the_usual_order() -> None:
    assert channel_weights(8) == (1, 1, 1, 0, 1, 1, 1.41, 1.41)
    assert channel_weights(4) == (1, 1, 1, 1)


@pytest.mark.parametrize(("channel", "against_front_db"), [(1, 0.0), (4, 0.0), (5, 0.0), (6, SIDE_DB), (7, SIDE_DB)])
def test_a_take_in_one_channel_of_7_1(channel: int, against_front_db: float) -> None:
    def loudness(at: int) -> float:
        signal = np.zeros((len(PIECE), 8))
        signal[:, at] = PIECE
        return listen(wav(signal, RATE_HZ, extensible=True)).report.loudness.integrated_lufs or 0.0

    assert loudness(channel) - loudness(0) == pytest.approx(against_front_db, abs=0.01)
