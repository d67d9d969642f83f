"""Dropouts, clicks and hum are put into clean music and found at their place; music that resembles them is let be."""

import numpy as np
import pytest

from tests.signals.music import music
from tests.signals.tones import Signal, sine
from tests.unit.audio.clean import CLEAN, at, pair
from tests.unit.audio.listening import RATE_HZ, hear


def test_dropouts_are_found_once_for_both_channels() -> None:
    signal = CLEAN.copy()
    for start, length in ((3.0, 0.02), (5.0, 0.004), (9.0, 0.1)):
        signal[at(start) : at(start + length)] = 0
    report = hear(signal)
    assert [round(place.start_s, 2) for place in report.defects.dropout_places] == [3.0, 5.0, 9.0]


def test_holes_dropped_into_music_are_found_wherever_they_fall() -> None:
    starts = np.random.default_rng(3).uniform(0.5, 11.4, 20)
    found = [hear(_cut(CLEAN, start, 0.02)).defects.dropouts for start in starts]
    assert found.count(1) >= 19


def _cut(signal: Signal, start: float, length: float) -> Signal:
    holed = signal.copy()
    holed[at(start) : at(start + length)] = 0
    return holed


def _tones(length_s: float, every_s: float, *, first_s: float, seconds: float = 30) -> Signal:
    """A note every now and then, cut hard, and digital zero between."""
    time = np.arange(at(seconds)) / RATE_HZ
    return sine(0.5, seconds, RATE_HZ, hz=330) * ((time >= first_s) & ((time - first_s) % every_s < length_s))


def test_hits_left_and_right_in_turn_are_no_hole_through_the_whole_piece() -> None:
    defects = hear(pair(_tones(0.07, 0.25, first_s=0.0), _tones(0.07, 0.25, first_s=0.125))).defects
    assert defects.dropouts == 0  # 180 ms long: rests
    assert defects.rests == pytest.approx(240, abs=4)
    few = hear(pair(*[_tones(0.07, 0.25, first_s=first_s, seconds=5) for first_s in (0.0, 0.125)])).defects
    assert max(place.end_s - place.start_s for place in few.rest_places) == pytest.approx(0.18, abs=0.01)
    fast = hear(pair(_tones(0.07, 0.15, first_s=0.0), _tones(0.07, 0.15, first_s=0.06))).defects
    assert fast.dropouts == pytest.approx(400, abs=4)  # 80 ms each, those of one side halfway into the other's


def test_a_hole_that_is_a_little_longer_in_one_channel_is_one_hole() -> None:
    signal = CLEAN.copy()
    signal[at(3.0) : at(3.02), 0] = 0
    signal[at(3.001) : at(3.021), 1] = 0
    signal[at(5.0) : at(5.02), 0] = 0
    signal[at(5.015) : at(5.035), 1] = 0
    assert [round(place.start_s, 3) for place in hear(signal).defects.dropout_places] == [3.0, 5.0, 5.015]


def test_rests_are_told_from_holes_by_their_length_and_by_what_is_beside_them() -> None:
    sustained = pair(*[sine(0.4, 12, RATE_HZ, hz=223.7)] * 2)
    assert _holes_and_rests(_cut(sustained, 4.001, 0.1)) == (1, 0)
    assert _holes_and_rests(_cut(sustained, 4.001, 0.25)) == (0, 1)
    decayed = sustained.copy()
    decayed[at(2) : at(4)] *= 0.05
    assert _holes_and_rests(_cut(decayed, 3.95, 0.05)) == (0, 1)
    assert _holes_and_rests(_cut(decayed, 1.95, 0.05)) == (0, 1)
    bar_line = 8.0  # the chord before it fades out in 10 ms, drums come in behind it
    assert _holes_and_rests(_cut(CLEAN, bar_line, 0.1)) == (0, 1)


def _holes_and_rests(signal: Signal) -> tuple[int | None, int | None]:
    defects = hear(signal).defects
    return defects.dropouts, defects.rests


@pytest.mark.parametrize("faults", ["clicks", "dropouts"])
def test_many_faults_are_placed_from_end_to_end(faults: str) -> None:
    signal = np.concatenate([CLEAN] * 3)
    rng = np.random.default_rng(4)
    if faults == "clicks":
        signal = rng.standard_normal(signal.shape) * 1e-4
    for start in np.arange(0.53, 35.5, 0.13):
        if faults == "clicks":
            signal[at(start)] += 0.3
        else:
            signal = _cut(signal, start, 0.005)
    defects = hear(signal).defects
    many, places = (
        (defects.clicks, defects.click_places) if faults == "clicks" else (defects.dropouts, defects.dropout_places)
    )
    assert (many or 0) > 200
    assert (places[0].start_s, places[-1].end_s) == (pytest.approx(0.53, abs=0.3), pytest.approx(35.4, abs=0.3))


def test_a_frozen_buffer_is_a_dropout_and_a_square_wave_is_not() -> None:
    frozen = CLEAN.copy()
    frozen[at(4) : at(4.03)] = frozen[at(4)]
    assert hear(frozen).defects.dropouts == 1
    square = np.sign(sine(1, 4, RATE_HZ, hz=60)) * 0.4
    assert hear(np.stack([square, square], axis=1)).defects.dropouts == 0


def test_clicks_are_found_where_they_are() -> None:
    signal = CLEAN.copy()
    places = [_smoothest(second) for second in (2, 4, 6, 9)]
    for place in places:
        signal[place] += 0.3
    report = hear(np.clip(signal, -1, 1))
    assert report.defects.clicks == 4
    found = [round(click.start_s * RATE_HZ) for click in report.defects.click_places]
    assert found == pytest.approx(places, abs=2)


@pytest.mark.parametrize("decay_s", [0.02, 0.1, 0.3, 1.0])
def test_a_drum_that_begins_with_a_step_is_no_click(decay_s: float) -> None:
    signal = CLEAN * 0.05
    for start in np.arange(0.25, 11.5, 0.47):
        tail = np.arange(len(signal) - at(start)) / RATE_HZ
        hit = 0.8 * np.exp(-tail / decay_s) * np.cos(2 * np.pi * (50 * tail - 3 * np.exp(-tail / 0.03)))
        signal[at(start) :] = hit[:, None] + CLEAN[at(start) :] * 0.05
    assert hear(signal).defects.clicks == 0


def _kicks(hz: float, beat_s: float, *, length_s: float, decay_s: float) -> Signal:
    """A kick on every beat: its pitch falls, it begins without a step, its sample is faded in 5 ms; then nothing."""
    tail = np.arange(at(length_s)) / RATE_HZ
    kick = np.tanh(
        1.5 * np.sin(2 * np.pi * np.cumsum(hz * (1 + 2 * np.exp(-tail / 0.02))) / RATE_HZ) * np.exp(-tail / decay_s)
    )
    kick *= np.minimum(1, (length_s - tail) / 0.005)
    signal = np.zeros(at(20))
    for start in np.arange(0, 19, beat_s):
        signal[at(start) : at(start) + len(kick)] += kick
    return pair(signal, signal) * 0.8


@pytest.mark.parametrize("beat_s", [0.46875, 0.48, 0.5])  # 128, 125 and 120 beats per minute; a block lasts 0.96 s
def test_kicks_with_nothing_between_them_are_neither_clicks_nor_dropouts(beat_s: float) -> None:
    defects = hear(_kicks(49.0, beat_s, length_s=0.45, decay_s=0.3)).defects
    assert (defects.clicks, defects.dropouts) == (0, 0)


def test_a_kick_tuned_to_the_mains_is_no_hum() -> None:
    kicks = _kicks(50.0, 1.2, length_s=1.1, decay_s=0.5)
    kicks[: at(10)] *= 0.1
    defects = hear(kicks).defects
    assert defects.hum_db is not None
    assert defects.hum_db < 6


def test_clicks_at_the_joints_of_blocks_are_found() -> None:
    signal = np.random.default_rng(2).standard_normal(CLEAN.shape) * 1e-4
    frames = 96 * RATE_HZ // 100
    places = [2 * frames - 2, 4 * frames - 1, 6 * frames, 8 * frames + 1]
    signal[places] += 0.1
    found = [round(click.start_s * RATE_HZ) for click in hear(signal).defects.click_places]
    assert found == pytest.approx(places, abs=2)


def _smoothest(second: int) -> int:
    """The frame between drum hits, within this second of the clean music, around which it bends least."""
    bend = np.abs(np.diff(CLEAN[at(second) : at(second + 1), 0], n=2))
    calm = np.convolve(bend, np.ones(1000), "valid")
    return at(second) + int(calm.argmin()) + 500


def test_hum_is_heard_in_a_quiet_place() -> None:
    quiet = CLEAN.copy()
    quiet[at(4) :] *= 0
    rng = np.random.default_rng(5)
    quiet += rng.standard_normal(quiet.shape) * 1e-4
    assert (hear(quiet).defects.hum_db or 0) < 10
    hum = np.sum([sine(2e-3 / n, 12, RATE_HZ, hz=60 * n) for n in range(1, 6)], axis=0)
    report = hear(quiet + hum[:, None])
    assert report.defects.hum_hz == 60
    assert (report.defects.hum_db or 0) > 20


def test_hum_under_loud_music_is_not_measured() -> None:
    report = hear(CLEAN)
    assert report.defects.hum_db is None
    assert report.why_not("defects.hum_db") == "no passage is quiet enough to hear hum in it"


PAUSED = np.concatenate([part for seed in (1, 2) for part in (music(8, RATE_HZ, seed=seed), np.zeros((at(3), 2)))])


def _note(hz: float, level_dbfs: float, harmonics: int) -> Signal:
    seconds = len(PAUSED) / RATE_HZ
    return np.sum([sine(1 / n, seconds, RATE_HZ, hz=hz * n) for n in range(1, harmonics + 1)], axis=0)[:, None] * (
        10 ** (level_dbfs / 20)
    )


@pytest.mark.parametrize(("mains", "noise"), [(50.0, 1e-4), (60.1, 0.0)])
@pytest.mark.parametrize("level_dbfs", [-70, -40, -32])
def test_hum_in_the_pauses_is_found_however_loud_it_is(mains: float, level_dbfs: float, noise: float) -> None:
    hiss = np.random.default_rng(5).standard_normal(PAUSED.shape) * noise
    defects = hear((PAUSED + hiss + _note(mains, level_dbfs, 3)) * 0.7).defects
    assert defects.hum_hz == round(mains, -1)
    assert (defects.hum_db or 0) > 20


@pytest.mark.parametrize(
    ("hz", "level_dbfs"),
    [(49.0, -50), (49.0, -32), (51.91, -32), (58.27, -32), (61.74, -50), (61.74, -32), (98.0, -32)],
)
def test_a_bass_note_is_no_hum_even_alone(hz: float, level_dbfs: float) -> None:
    hiss = np.random.default_rng(5).standard_normal(PAUSED.shape) * 1e-5
    defects = hear((PAUSED + hiss + _note(hz, level_dbfs, 8)) * 0.7).defects
    assert defects.hum_db is not None
    assert defects.hum_db < 6


def test_why_hum_was_not_looked_for_is_said_as_it_is() -> None:
    said = {"defects.hum_db", "defects.hum_hz"}
    for signal, reason in (
        (PAUSED, "the only quiet passages are digital silence, which holds no hum"),
        (PAUSED * 0, "the whole file is silent"),
        (PAUSED * 0 + 0.5, "the whole file is silent"),
        (PAUSED[: at(1.5)], "shorter than the 2 s that it needs"),
    ):
        report = hear(signal)
        assert {report.why_not(path) for path in said} == {reason}
