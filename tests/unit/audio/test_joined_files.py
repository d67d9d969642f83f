"""Recordings that stand one after the other are counted; tags, and floods of what looks like tags, are none."""

import pytest

from portal.checks.check import State
from tests.factories.judging import judge
from tests.signals.files import flac, mp3, wav
from tests.signals.music import music
from tests.unit.audio.listening import RATE_HZ, listen
from tests.unit.audio.takes import OTHER, PIECE, aac, aiff, flac_in_ogg, flac_that_says, opus, vorbis


def _wav_pair() -> bytes:
    return wav(PIECE, RATE_HZ) + wav(OTHER, RATE_HZ)


JOINED = {
    "mp3": (lambda: mp3(PIECE, RATE_HZ) + mp3(OTHER, RATE_HZ), 2, 16.0, 2),
    "three mp3": (lambda: mp3(PIECE, RATE_HZ) * 3, 3, 30.1, 3),
    "mp3 of another rate": (lambda: mp3(PIECE, RATE_HZ) + mp3(music(5, 48_000), 48_000), 2, 15.0, 2),
    "ogg": (lambda: vorbis() + vorbis(OTHER), 2, 16.0, 2),
    "opus": (lambda: opus() + opus(), 2, 20.0, 2),
    "ogg of two codecs": (lambda: vorbis() + opus(), 2, 10.0, 1),
    "flac": (lambda: flac(PIECE, RATE_HZ) + flac(OTHER, RATE_HZ), 2, 16.0, 2),
    "flac without checksum": (lambda: flac_that_says(checksum=False) + flac(OTHER, RATE_HZ), 2, 16.0, 2),
    "wav": (_wav_pair, 2, 10.0, 1),
    "aiff": (lambda: aiff() + aiff(), 2, 10.0, 1),
    "m4a": (lambda: aac("ipod") + aac("ipod"), 2, 10.0, 1),
}


@pytest.mark.parametrize("name", JOINED)
def test_recordings_one_after_the_other_are_counted(name: str) -> None:
    make, recordings, decoded_s, heard = JOINED[name]
    report = listen(make()).report
    assert (report.container.recordings, report.container.recordings_heard) == (recordings, heard)
    assert report.decoded.duration_s == pytest.approx(decoded_s, abs=0.15)
    said = judge("file.joined", report)
    assert said.state is State.FAIL
    amount = {2: "two", 3: "three"}[recordings]
    outcome = "only the first can be heard" if heard == 1 else "together they last"
    assert said.message.startswith(f"This file holds {amount} recordings one after the other: {outcome}")
    assert report.decoded.bad_packets == 0
    assert judge("file.damaged", report).state is State.PASS


def test_the_checksum_of_a_joined_flac_proves_the_first_recording() -> None:
    report = listen(flac(PIECE, RATE_HZ) + flac(OTHER, RATE_HZ)).report
    assert report.decoded.flac_md5 is True
    assert judge("file.flac_md5", report).message == "The first recording is verified bit for bit."
    broken = bytearray(flac(PIECE, RATE_HZ))
    broken[30] ^= 1
    assert listen(bytes(broken) + flac(OTHER, RATE_HZ)).report.decoded.flac_md5 is False


def test_a_recording_behind_one_that_was_cut_is_counted() -> None:
    whole = vorbis()
    report = listen(whole[: len(whole) // 2] + vorbis(OTHER)).report
    assert (report.container.recordings, report.container.recordings_heard) == (2, 2)
    assert report.container.damage_count == 1


def test_a_stream_without_a_beginning_behind_the_sound_is_passed_over() -> None:
    whole, other = vorbis(), flac_in_ogg()
    first_page = whole[: whole.find(b"OggS", 1)]
    report = listen(whole + first_page + other[other.rfind(b"OggS") :]).report
    assert report.decoded.duration_s == pytest.approx(10.0, abs=0.1)
    assert (report.container.recordings, report.container.recordings_heard) == (2, 2)


@pytest.mark.parametrize("tag", [b"", b"TAG".ljust(128, b"\0")])
def test_a_tag_at_the_end_is_no_second_recording(tag: bytes) -> None:
    report = listen(mp3(PIECE, RATE_HZ) + tag).report
    assert report.container.recordings == 1
    assert report.container.hidden_bytes == 0
    assert report.container.ending == "whole"


@pytest.mark.parametrize(
    "flood", [b"ID3\3\0\0\0\0\0\0" * 30_000, b"TAG\xff\xfb\x90\x64" * 30_000, b"\xff\xfb\x90\x64" * 50_000]
)
def test_a_flood_of_tags_behind_an_mp3_is_no_sound(flood: bytes) -> None:
    report = listen(mp3(PIECE, RATE_HZ) + flood).report
    assert report.decoded.duration_s == pytest.approx(10.0, abs=0.1)
    assert (report.container.recordings, report.container.damage_count) == (1, 0)
    assert report.container.hidden_bytes == pytest.approx(len(flood), abs=500)


@pytest.mark.parametrize("flood", [b"OggS\0\2" + b"OggS\0" * 200_000, (b"OggS\0\0" + bytes(21)) * 50_000])
def test_a_flood_of_page_marks_is_no_sound_and_soon_over(flood: bytes) -> None:
    alone = listen(flood).report
    assert "beginning of this file is damaged" in (alone.reason or "")
    behind = listen(vorbis() + flood).report
    assert behind.decoded.duration_s == pytest.approx(10.0, abs=0.1)
