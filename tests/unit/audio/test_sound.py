"""Clean music has no fault, what was not measured has no value; offset and spectrum."""

import numpy as np
import pytest

from tests.signals.music import music
from tests.signals.tones import Signal, sine
from tests.unit.audio.clean import CLEAN, at, pair
from tests.unit.audio.listening import RATE_HZ, hear


@pytest.mark.parametrize("seed", range(1, 7))
def test_clean_music_has_no_fault(seed: int) -> None:
    report = hear(music(12, RATE_HZ, seed=seed))
    assert report.levels.clip_runs == 0
    assert report.levels.flat_top_runs == 0
    assert report.defects.clicks == 0
    assert report.defects.dropouts == 0
    assert report.silence.gap_count == 0
    assert report.loudness.true_peak_overs == 0
    assert report.stereo.dead_channel is False
    assert report.stereo.dual_mono is False
    assert report.levels.dc_offset == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize(
    "signal",
    [
        np.zeros((at(5), 2)),
        np.full((at(5), 2), 0.3),
        CLEAN[:, :1],
        CLEAN * [1, 0],
        CLEAN[:4000],
        np.tile(CLEAN[: at(4)], (1, 3)),
    ],
)
def test_what_was_not_measured_has_no_value(signal: Signal) -> None:
    report = hear(signal)
    for path in report.health.not_measured:
        group, _, field = path.partition(".")
        values = [report.value(path)] if field else list(vars(getattr(report, group)).values())
        assert all(value in (None, ()) if not field else value is None for value in values), path


def test_dc_offset_is_measured_with_its_sign() -> None:
    report = hear(CLEAN * 0.8 + np.array([0.0, -0.018]))
    assert report.levels.dc_offset == pytest.approx(-0.018, abs=0.001)
    assert report.levels.dc_offset_channel == 1


def test_upsampled_material_has_a_cliff_and_nothing_above() -> None:
    rng = np.random.default_rng(3)
    frames = 12 * 96_000
    spectrum = np.fft.rfft(rng.standard_normal(frames)) / 30
    full = np.fft.irfft(spectrum, frames)
    spectrum[np.fft.rfftfreq(frames, 1 / 96_000) > 21_500] = 0
    resampled = np.fft.irfft(spectrum, frames)
    honest, upsampled = hear(pair(full, full), 96_000).spectrum, hear(pair(resampled, resampled), 96_000).spectrum
    assert (honest.edge_db or 99) < 6
    assert (upsampled.edge_db or 0) > 30
    assert upsampled.edge_hz == pytest.approx(21_500, abs=300)
    assert (upsampled.above_edge_dbfs or 0) < -90


def test_octave_bands_show_where_the_energy_is() -> None:
    tone = sine(0.3, 5, RATE_HZ, hz=1000)
    bands = hear(pair(tone, tone)).spectrum.octave_bands
    loudest = max(bands, key=lambda band: band.level_db)
    assert (loudest.centre_hz, loudest.level_db) == (1000.0, 0.0)
    assert all(band.level_db < -40 for band in bands if band is not loudest)
