"""Reasons why a check has nothing to say about a recording. Each returns the reason, or None when the check applies."""

from portal.checks.report import AudioReport

MIN_DC_S = 5.0
MIN_CHANNELS_S = 0.4  # as long as one block of BS.1770


def only_stereo(report: AudioReport) -> str | None:
    """For what compares left and right."""
    channels = report.decoded.channels
    if channels is None or channels == 2:
        return None
    return "the file is mono" if channels == 1 else f"the file has {channels} channels"


def only_several_channels(report: AudioReport) -> str | None:
    """For what looks for a channel that differs from the rest."""
    return "the file is mono" if report.decoded.channels == 1 else None


def only_lossless(report: AudioReport) -> str | None:
    """For what a lossy codec does not have, or hides."""
    return "the file is in a lossy format" if report.decoded.lossless is False else None


def only_lossy(report: AudioReport) -> str | None:
    """For what only lossy codecs have."""
    return "the file is in a lossless format" if report.decoded.lossless is True else None


def only_flac(report: AudioReport) -> str | None:
    """For the checksum that FLAC alone carries."""
    if report.decoded.codec is not None and report.decoded.codec != "flac":
        return "the file is not FLAC"
    return "the file stores no checksum of its sound" if report.decoded.flac_md5_stored is False else None


def only_sound(report: AudioReport) -> str | None:
    """For what asks where the sound begins, ends or pauses."""
    return "the whole file is silent" if report.levels.digital_silence else None


def only_long_enough(report: AudioReport) -> str | None:
    """For averages that mean nothing over a few notes."""
    duration = report.decoded.duration_s
    return f"the file is shorter than {MIN_DC_S:g} s" if duration is not None and duration < MIN_DC_S else None


def only_enough_for_channels(report: AudioReport) -> str | None:
    """For what is said about a channel: a remnant of a file says nothing about how it was mixed."""
    duration = report.decoded.duration_s
    too_short = duration is not None and duration < MIN_CHANNELS_S
    return f"the file is shorter than {1000 * MIN_CHANNELS_S:g} ms" if too_short else None


def only_live_stereo(report: AudioReport) -> str | None:
    """For what compares left and right, and means nothing when one of them is silent."""
    return (
        only_sound(report)
        or only_stereo(report)
        or only_enough_for_channels(report)
        or ("one channel is silent" if report.stereo.dead_channel else None)
    )
