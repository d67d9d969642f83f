"""What a file is, by its bytes: nothing that is not one of our containers may reach a decoder."""

import io

import pytest

from portal.checks.sniff import DEMUXERS, sniff
from tests.signals.files import mp3, wav
from tests.signals.music import music

MP3 = mp3(music(1, 44_100), 44_100, xing=False)


def _sniff(data: bytes) -> str | None:
    return sniff(io.BytesIO(data))


@pytest.mark.parametrize(
    ("head", "container"),
    [
        (b"RIFF\0\0\0\0WAVE", "wav"),
        (b"RF64\xff\xff\xff\xffWAVE", "rf64"),
        (b"BW64\xff\xff\xff\xffWAVE", "bw64"),
        (b"FORM\0\0\0\0AIFF", "aiff"),
        (b"FORM\0\0\0\0AIFC", "aifc"),
        (b"fLaC\0\0\0\x22", "flac"),
        (b"OggS\0\x02", "ogg"),
        (b"\0\0\0\x20ftypM4A ", "mp4"),
        (b"caff\0\x01\0\0", "caf"),
        (b"ID3\x04\0\0\0\0\0\x05-----fLaC", "flac"),
    ],
)
def test_every_container_is_known_by_its_first_bytes(head: bytes, container: str) -> None:
    assert _sniff(head.ljust(64, b"\0")) == container
    assert container in DEMUXERS


@pytest.mark.parametrize(
    "head",
    [
        b"", b"\xff", b"RIFF\0\0\0\0AVI ", b"FORM\0\0\0\08SVX", b"RIFFWAVE", b"wvpk", b"#EXTM3U\n", b"MThd",
        b"\x1aE\xdf\xa3", b"ffconcat version 1.0", b"<?xml version='1.0'?><MPD/>", b"\x7fELF", b"ID3\x03\0\0\0\0\0\0",
        b"\xff\xfb\x90\x00" + bytes(5000), bytes(70_000),
    ],
)  # fmt: skip
def test_everything_else_is_nothing(head: bytes) -> None:
    assert _sniff(head) is None


def test_mpeg_needs_two_frames_in_a_row() -> None:
    assert _sniff(MP3) == "mp3"
    assert _sniff(b"some junk" + MP3) == "mp3"
    assert _sniff(MP3 + b"x" * 5000) == "mp3"
    assert _sniff(MP3[:800]) is None


def test_far_behind_junk_mpeg_needs_a_row_of_frames() -> None:
    assert _sniff(b"x" * 5000 + MP3) == "mp3"
    assert _sniff(b"x" * 5000 + MP3[:1600]) is None
    assert _sniff(b"x" * 65_535 + MP3) == "mp3"
    assert _sniff(b"x" * 65_536 + MP3) is None


def test_more_than_one_tag_may_stand_in_front() -> None:
    tag = b"ID3\x03\0\0\0\0\x01\0" + bytes(128)
    large = b"ID3\x03\0\0\0\x0f\x7f\x7f" + bytes((0x0F << 14) + (0x7F << 7) + 0x7F)
    for front in (tag + tag, tag + large, large + tag, tag * 50):
        assert _sniff(front + MP3) == "mp3"
        assert _sniff(front + b"fLaC\0\0\0\x22") == "flac"


def test_a_name_or_an_mp3_inside_does_not_change_what_it_is() -> None:
    assert _sniff(wav(music(1, 8000), 8000, after=MP3)) == "wav"
