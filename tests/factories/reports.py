"""Reports to judge: a clean stereo master, changed only in what a test is about."""

from dataclasses import replace
from typing import Any

from portal.checks.file_facts import Container, Declared, Decoded, Fingerprint, Health, Identity
from portal.checks.report import AudioReport
from portal.checks.sound_facts import Band, Defects, Levels, Loudness, Silence, Spectrum, Stereo

NOT_FLAC = {"decoded.flac_md5": "the file is not FLAC", "decoded.flac_md5_stored": "the file is not FLAC"}
NO_NON_FINITE = {"decoded.non_finite_at_s": "every sample is a number"}


def make_report(**overrides: Any) -> AudioReport:
    """Return the report of a clean 3:05 WAV, 48 kHz, 24 bit, stereo, -14.2 LUFS, -1.3 dBTP.

    Name what differs with a double underscore between group and field: `make_report(loudness__integrated_lufs=-4.8)`.
    A measured field that is set to None gets the reason "left out by the test" unless `health__not_measured` gives one.
    """
    report = _clean_master()
    changes: dict[str, dict[str, Any]] = {}
    whole: dict[str, Any] = {}
    for name, value in overrides.items():
        group, separator, field = name.partition("__")
        if separator:
            changes.setdefault(group, {})[field] = value
        else:
            whole[name] = value
    reasons = {**report.health.not_measured, **changes.get("health", {}).pop("not_measured", {})}
    for group, fields in changes.items():
        for field, value in fields.items():
            reasons = _with_reason(reasons, f"{group}.{field}", value)
    changes.setdefault("health", {})["not_measured"] = reasons
    groups = {group: replace(getattr(report, group), **fields) for group, fields in changes.items()}
    return replace(report, **groups, **whole)


def make_unreadable(
    reason: str = "There is no audio in this file.", *, limits_hit: tuple[str, ...] = (), **known: Any
) -> AudioReport:
    """Return the report of a file that could not be decoded."""
    return AudioReport.unreadable(reason, health=Health(engine="test 1", limits_hit=limits_hit), **known)


def _with_reason(reasons: dict[str, str], path: str, value: Any) -> dict[str, str]:
    if path.partition(".")[0] in ("container", "declared", "health"):
        return reasons
    if value is None and path.partition(".")[0] in reasons:
        return reasons
    if value is None:
        return {path: "left out by the test", **reasons}
    return {name: reason for name, reason in reasons.items() if name != path}


def _clean_master() -> AudioReport:
    frames = 185 * 48_000
    return AudioReport(
        readable=True,
        health=Health(
            engine="test 1",
            tools={"av": "18.1.0"},
            cpu_s=1.2,
            wall_s=1.4,
            peak_rss_bytes=90_000_000,
            confinement=("rlimits",),
            not_measured={**NOT_FLAC, **NO_NON_FINITE},
        ),
        container=Container(
            sniffed="wav",
            extension="wav",
            file_bytes=frames * 6 + 44,
            file_sha256="ab" * 32,
            audio_bytes=frames * 6,
            metadata_bytes=0,
            hidden_bytes=0,
            leading_bytes=0,
            recordings=1,
            recordings_heard=1,
            damaged_bytes=0,
            damage_count=0,
            audio_streams=1,
            video_streams=0,
            picture_streams=0,
            other_streams=0,
        ),
        declared=Declared(
            codec="PCM",
            duration_s=185.0,
            duration_estimated=False,
            sample_rate_hz=48_000,
            channels=2,
            bits_per_sample=24,
            bitrate_bps=2_304_000,
        ),
        decoded=Decoded(
            codec="pcm_s24le",
            lossless=True,
            float_samples=False,
            duration_s=185.0,
            frames=frames,
            sample_rate_hz=48_000,
            channels=2,
            channel_layout="stereo",
            bits_per_sample=24,
            effective_bits=24,
            bitrate_bps=2_304_000,
            packets=2_168,
            bad_packets=0,
            format_changes=0,
            non_finite_samples=0,
            stopped_at_limit=False,
            pcm_sha256="cd" * 32,
        ),
        **_clean_sound(),
    )


def _clean_sound() -> dict[str, Any]:
    return {
        "loudness": Loudness(
            integrated_lufs=-14.2,
            range_lu=6.4,
            range_stable=True,
            max_momentary_lufs=-9.8,
            max_momentary_at_s=62.4,
            max_short_term_lufs=-11.5,
            max_short_term_at_s=64.0,
            true_peak_dbtp=-1.3,
            true_peak_at_s=67.2,
            true_peak_channel=0,
            sample_peak_dbfs=-1.5,
            sample_peak_at_s=67.2,
            sample_peak_channel=0,
            plr_lu=12.9,
            channel_lufs=(-17.1, -17.3),
            true_peak_overs=0,
            intersample_overs=0,
        ),
        "levels": Levels(
            peak_fs=(0.84, 0.82),
            rms_fs=(0.12, 0.11),
            digital_silence=False,
            clip_runs=0,
            clip_longest_s=0.0,
            flat_top_runs=0,
            over_samples=0,
            dc_offset=0.0001,
            dc_offset_channel=0,
        ),
        "silence": Silence(
            threshold_dbfs=-60.0,
            loudest_dbfs=-4.0,
            head_s=0.3,
            tail_s=1.2,
            gap_count=0,
            longest_gap_s=0.0,
            start_rms_fs=0.0,
            end_rms_fs=0.0,
        ),
        "stereo": Stereo(
            correlation=0.62,
            min_correlation=0.1,
            min_correlation_at_s=31.0,
            negative_share=0.0,
            mid_band_correlation=0.7,
            mid_band_max_correlation=0.9,
            mono_fold_loss_db=0.9,
            imbalance_lu=0.2,
            dead_channel=False,
            one_sided_s=0.0,
            dual_mono=False,
        ),
        "spectrum": Spectrum(
            edge_db=5.0,
            edge_hz=17_800.0,
            above_edge_dbfs=-95.0,
            sub_30hz_share=0.01,
            octave_bands=(Band(centre_hz=63.0, level_db=0.0), Band(centre_hz=1000.0, level_db=-12.0)),
        ),
        "defects": Defects(clicks=0, dropouts=0, rests=0, hum_hz=50.0, hum_db=0.5, noise_floor_lufs=-62.0),
        "identity": Identity(named_field_count=0, pictures=0),
        "fingerprint": Fingerprint(algorithm="test 1", digest="ef" * 32, items=960, covers_s=120.0),
    }
