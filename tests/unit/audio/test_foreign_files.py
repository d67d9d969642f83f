"""What a file begins with, and what it is instead of a recording that we read: called by its name."""

import random

import pytest

from portal.checks.check import State
from tests.factories.judging import judge
from tests.signals.files import encoded, flac, mp3, wav
from tests.unit.audio.listening import RATE_HZ, listen
from tests.unit.audio.takes import OTHER, PIECE, aac, vorbis

ID3 = b"ID3\x03\0\0\0\0\x01\x00" + bytes(128)


@pytest.mark.parametrize(
    ("front", "make", "sniffed", "leading"),
    [
        (bytes(4096), lambda: mp3(PIECE, RATE_HZ), "mp3", 4096),
        (bytes(4096), lambda: mp3(PIECE, RATE_HZ, xing=False), "mp3", 4096),
        (bytes(100_000), lambda: mp3(PIECE, RATE_HZ), "mp3", 100_000),
        (b"junk" * 100, lambda: mp3(PIECE, RATE_HZ, xing=False), "mp3", 400),
        (bytes(512), lambda: aac("adts"), "adts", 512),
        (random.Random(1).randbytes(5000), lambda: mp3(PIECE, RATE_HZ, xing=False), "mp3", 5000),
        (b"MZ" + bytes(1000), lambda: mp3(PIECE, RATE_HZ, xing=False), "mp3", 1002),
        (random.Random(2).randbytes(64 * 1024 - 1), lambda: aac("adts"), "adts", 65_535),
        (ID3, lambda: wav(PIECE, RATE_HZ), "wav", 138),
        (ID3, vorbis, "ogg", 138),
        (ID3, lambda: aac("ipod"), "mp4", 138),
    ],
)
def test_what_players_skip_in_front_is_skipped_and_named(front: bytes, make, sniffed: str, leading: int) -> None:
    clean, report = listen(make()).report, listen(front + make()).report
    assert (report.container.sniffed, report.container.leading_bytes) == (sniffed, leading)
    assert report.decoded.pcm_sha256 == clean.decoded.pcm_sha256
    assert report.decoded.bad_packets == 0
    said = judge("file.header", report)
    assert said.state is State.FAIL
    assert said.message.startswith(f"{leading:,} bytes that cannot be played stand in front of the sound")


@pytest.mark.parametrize(
    ("front", "make", "says"),
    [
        (
            bytes(512),
            lambda: wav(PIECE, RATE_HZ),
            "512 bytes that do not belong to it; the WAV recording begins after them.",
        ),
        (
            b"x" * 1000,
            lambda: flac(PIECE, RATE_HZ),
            "1,000 bytes that do not belong to it; the FLAC recording begins after them.",
        ),
    ],
)
def test_what_players_do_not_skip_is_refused_by_name(front: bytes, make, says: str) -> None:
    report = listen(front + make()).report
    assert not report.readable
    assert report.reason == f"This file begins with {says} Export the recording again."


def _through(codec: str, container: str, sample_format: str = "s16") -> bytes:
    return encoded(OTHER, RATE_HZ, codec=codec, container=container, sample_format=sample_format, bitrate=192_000)


NAMED = {
    b"wvpk": "This is a WavPack file, which we do not read.",
    b"MAC ": "This is a Monkey's Audio file (APE), which we do not read.",
    b".snd": "This is an AU file (Sun audio), which we do not read.",
    b"DSD ": "This is a DSD file (DSF), which we do not read.",
    b"RIFX": "This is a big-endian RIFF file (RIFX), which we do not read.",
    b"RIFF\0\0\0\0AVI ": "This is an AVI video, which we do not read.",
    b"RIFF\0\0\0\0RMID": "This is a MIDI file, which holds notes and no sound.",
    b"MThd": "This is a MIDI file, which holds notes and no sound.",
    b"\x1aE\xdf\xa3\x01B\x82\x84webm": "This is a WebM file, which we do not read.",
    b"\x1aE\xdf\xa3": "This is a Matroska file (MKV), which we do not read.",
    b"PK\3\4": "This is a ZIP archive (some programs keep their projects in one).",
    b"FLhd": "This is an FL Studio project.",
    b"<REAPER_PROJECT": "This is a REAPER project.",
    b"%PDF-1.7": "This is a PDF document.",
    b"\n<!DOCTYPE html>": "This is a web page, perhaps the page of a download that went wrong.",
    (b"\x47" + bytes(187)) * 5: "This is an MPEG transport stream, which we do not read.",
}


@pytest.mark.parametrize("head", NAMED)
def test_a_file_of_another_kind_is_called_by_its_name(head: bytes) -> None:
    report = listen(head.ljust(2000, b"\0")).report
    assert (report.container.sniffed, report.readable) == (None, False)
    assert (report.reason or "").startswith(NAMED[head])
    assert (report.reason or "").endswith("as WAV, AIFF or FLAC and upload that.")


@pytest.mark.parametrize("front", [b"", ID3])
@pytest.mark.parametrize(
    ("codec", "container", "says"),
    [
        ("mp2", "mp2", "This is an MPEG layer II file (MP2)"),
        ("ac3", "ac3", "This is a Dolby Digital stream (AC-3)"),
        ("wmav2", "asf", "This is a Windows Media file (WMA or WMV)"),
    ],
)
def test_encoded_files_of_another_kind_are_called_by_their_name(
    front: bytes, codec: str, container: str, says: str
) -> None:
    sample_format = "s16" if codec == "mp2" else "fltp"
    assert (listen(front + _through(codec, container, sample_format)).report.reason or "").startswith(says)


@pytest.mark.parametrize(
    ("codec", "container", "sample_format", "says"),
    [
        ("pcm_mulaw", "wav", "s16", "PCM mu-law"),
        ("adpcm_ms", "wav", "s16", "ADPCM Microsoft"),
        ("pcm_alaw", "aiff", "s16", "PCM A-law"),
        ("ac3", "mp4", "fltp", "ATSC A/52A (AC-3)"),
    ],
)
def test_a_codec_that_we_do_not_take_is_named(codec: str, container: str, sample_format: str, says: str) -> None:
    report = listen(_through(codec, container, sample_format)).report
    assert not report.readable
    assert (report.reason or "").startswith(f"The sound in this file is coded as {says}")
    assert (report.reason or "").endswith("Export it as uncompressed (PCM) WAV, AIFF or FLAC.")


@pytest.mark.parametrize(
    ("codec", "bits", "is_float"),
    [("pcm_s16le", 16, False), ("pcm_s24be", 24, False), ("pcm_f32be", 32, True), ("pcm_f64be", 64, True)],
)
def test_every_kind_of_aiff_is_read(codec: str, bits: int, is_float: bool) -> None:
    sample_format = {"pcm_s16le": "s16", "pcm_s24be": "s32", "pcm_f32be": "flt", "pcm_f64be": "dbl"}[codec]
    report = listen(_through(codec, "aiff", sample_format)).report
    assert report.container.sniffed in ("aiff", "aifc")
    assert (report.decoded.codec, report.decoded.bits_per_sample, report.decoded.float_samples) == (
        codec, bits, is_float,
    )  # fmt: skip
    assert (report.decoded.frames, report.declared.duration_s) == (len(OTHER), 6.0)
    assert report.container.header_faults == ()


def test_sound_in_a_quicktime_file_is_called_that() -> None:
    report = listen(_through("pcm_s16le", "mov", "s16")).report
    assert judge("file.format", report).message.startswith("The file is PCM in a QuickTime or MPEG-4 file;")
