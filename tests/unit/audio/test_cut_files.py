"""Files that end too early: each says where it breaks off, and that the upload or the export was cut off."""

import struct

import pytest

from portal.checks.check import State
from tests.factories.judging import judge
from tests.signals.files import encoded, flac, mp3
from tests.unit.audio.listening import RATE_HZ, listen
from tests.unit.audio.takes import PIECE, aac, flac_in_ogg, flac_that_says, opus, vorbis

CUT = "the upload or the export was cut off"


def _moov_first(data: bytes) -> bytes:
    """The same MPEG-4 file with its table of contents in front, as it is made for streaming."""
    at, atoms = 0, {}
    while at < len(data):
        size, name = struct.unpack(">I4s", data[at : at + 8])
        atoms[name] = bytearray(data[at : at + size])
        at += size
    moov = atoms[b"moov"]
    table = moov.find(b"stco") + 8
    for entry in range(struct.unpack(">I", moov[table : table + 4])[0]):
        place = slice(table + 4 + 4 * entry, table + 8 + 4 * entry)
        moov[place] = struct.pack(">I", struct.unpack(">I", moov[place])[0] + len(moov))
    return bytes(atoms[b"ftyp"] + moov + atoms.get(b"free", b"") + atoms[b"mdat"])


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (vorbis, "The file breaks off at 0:04.1, and more should follow"),
        (opus, "The file breaks off at 0:05.0, and more should follow"),
        (flac_in_ogg, "The file breaks off at 0:04.6, and more should follow"),
        (lambda: encoded(PIECE, RATE_HZ, codec="pcm_s16le", container="caf", sample_format="s16"), "Only 0:05.0"),
        (lambda: mp3(PIECE, RATE_HZ), "Only 0:05.0 of the announced 0:10.0"),
        (lambda: _moov_first(aac("ipod")), "Only 0:05.0 of the announced 0:10.0"),
        (lambda: aac("ipod", movflags="frag_keyframe+empty_moov", frag_duration="1000000"), "The file breaks off at"),
        (lambda: flac_that_says(checksum=False), "Only 0:04.9 of the announced 0:10.0"),
    ],
)
def test_a_file_that_breaks_off_says_so(make, says: str) -> None:
    whole = make()
    said = judge("file.damaged", listen(whole[: len(whole) // 2]).report)
    assert said.state is State.FAIL
    assert said.message.startswith(says)
    assert said.message.endswith(f"{CUT}.")
    assert judge("file.damaged", listen(whole).report).state is State.PASS


@pytest.mark.parametrize("kept", [4, 8, 10, 41, 42, 60])
def test_a_flac_that_ends_before_its_sound_was_cut_off(kept: int) -> None:
    report = listen(flac(PIECE, RATE_HZ)[:kept]).report
    assert not report.readable
    assert (report.reason or "").startswith(f"This file breaks off before what is needed to read it: {CUT}")


@pytest.mark.parametrize("make", [lambda: mp3(PIECE, RATE_HZ, xing=False), lambda: aac("adts")])
def test_a_last_frame_that_is_incomplete_is_remarked_on(make) -> None:
    whole = make()
    report = listen(whole[: len(whole) // 2 + 100]).report
    said = judge("file.damaged", report)
    assert report.container.ending == "last_frame_cut"
    assert said.state is State.WARN
    assert "in the middle of a frame" in said.message


def test_an_ogg_file_without_its_last_page_has_no_end_mark() -> None:
    whole = vorbis()
    said = judge("file.damaged", listen(whole[: whole.rfind(b"OggS")]).report)
    assert said.state is State.WARN
    assert said.message.startswith("The file stops at 0:09.2 without the mark that ends such a file")


def test_an_ogg_file_that_was_filled_up_with_zeros_breaks_off() -> None:
    whole = vorbis()
    half = whole[: len(whole) // 2]
    assert listen(half.ljust(len(whole), b"\0")).report.container.ending == "broken_off"


def test_an_mpeg_4_file_without_its_table_of_contents_says_what_is_missing() -> None:
    whole = aac("ipod")
    report = listen(whole[: len(whole) // 2]).report
    assert not report.readable
    assert "breaks off before its table of contents" in (report.reason or "")


def test_a_cut_caf_file_whose_packet_table_is_gone_says_that_it_was_cut() -> None:
    whole = encoded(PIECE, RATE_HZ, codec="alac", container="caf", sample_format="s16p")
    report = listen(whole[: len(whole) // 2]).report
    assert not report.readable
    assert (report.reason or "").startswith("This file breaks off before what is needed to read it")
