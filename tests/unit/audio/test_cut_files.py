"""Files that end too early: each says where it breaks off, and that the upload or the export was cut off."""

import struct

import numpy as np
import pytest

from portal.checks.check import State
from tests.factories.judging import judge
from tests.signals.files import encoded, flac, mp3, rf64, wav
from tests.signals.music import music
from tests.unit.audio.listening import RATE_HZ, listen
from tests.unit.audio.takes import OTHER, PIECE, aac, flac_in_ogg, flac_that_says, opus, vorbis

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


LONG = np.tile(music(20, RATE_HZ), (16, 1))  # 5:20, of which 0.5 % are 1.6 s


def _as_pcm(codec: str, container: str) -> bytes:
    return encoded(LONG, RATE_HZ, codec=codec, container=container, sample_format="s16")


def _frames_off(data: bytes, count: int) -> bytes:
    """An MP3 of 44.1 kHz and 320 kb/s without its last frames, cut between two of them."""
    end = len(data)
    for _ in range(count):
        end = data.rfind(b"\xff\xfb", 0, end - 1_000)  # a frame has 1,044 or 1,045 bytes
    return data[:end]


@pytest.mark.parametrize("cut_s", [0.02, 0.5, 1.2, 1.5])
@pytest.mark.parametrize(
    "make",
    [
        lambda: wav(LONG, RATE_HZ),
        lambda: rf64(LONG, RATE_HZ, kind="pcm16"),
        lambda: _as_pcm("pcm_s16be", "aiff"),
        lambda: _as_pcm("pcm_s16le", "caf"),
        lambda: _as_pcm("pcm_s16le", "w64"),
    ],
    ids=["wav", "rf64", "aiff", "caf", "w64"],
)
def test_a_cut_fails_however_long_the_rest_is(make, cut_s: float) -> None:
    whole = make()
    report = listen(whole[: len(whole) - round(cut_s * RATE_HZ) * 4]).report
    said = judge("file.damaged", report)
    assert (report.container.ending, said.state) == ("broken_off", State.FAIL)
    assert said.message.endswith(f"{CUT}.")
    assert said.value == pytest.approx(cut_s, abs=0.001)
    assert judge("file.damaged", listen(whole).report).state is State.PASS


@pytest.mark.parametrize("checksum", [True, False])
def test_a_flac_says_how_much_of_it_is_missing(checksum: bool) -> None:
    whole = bytearray(flac(LONG, RATE_HZ))
    whole[26:42] = whole[26:42] if checksum else bytes(16)
    report = listen(bytes(whole[: len(whole) * 317 // 320])).report
    said = judge("file.damaged", report)
    missing = 320 - (report.decoded.duration_s or 0)
    assert (said.state, said.value) == (State.FAIL, pytest.approx(missing))


@pytest.mark.parametrize("cut", [4, 47])
def test_an_mp3_without_its_last_frames_breaks_off(cut: int) -> None:
    whole = mp3(LONG, RATE_HZ)
    report = listen(_frames_off(whole, cut)).report
    said = judge("file.damaged", report)
    assert (report.container.ending, said.state) == ("broken_off", State.FAIL)
    assert said.value == pytest.approx(cut * 1152 / RATE_HZ, abs=0.06)


def test_the_last_of_joined_mp3_files_may_break_off() -> None:
    report = listen(mp3(PIECE, RATE_HZ) + _frames_off(mp3(OTHER, RATE_HZ), 40)).report
    assert (report.container.recordings, report.container.ending) == (2, "broken_off")
    assert judge("file.damaged", report).state is State.FAIL


@pytest.mark.parametrize("more", [1, 2])
def test_a_frame_count_that_counts_its_own_frame_is_no_cut(more: int) -> None:
    whole = bytearray(mp3(PIECE, RATE_HZ))
    at = max(whole.find(b"Xing"), whole.find(b"Info")) + 8
    whole[at : at + 4] = (int.from_bytes(whole[at : at + 4], "big") + more).to_bytes(4, "big")
    report = listen(bytes(whole)).report
    assert (report.container.ending, judge("file.damaged", report).state) == ("whole", State.PASS)


@pytest.mark.parametrize("rate_hz", [8_000, 16_000, 22_050, 32_000, 48_000])
@pytest.mark.parametrize("bitrate", [32_000, 64_000])
def test_what_encoders_write_is_whole_at_any_rate(rate_hz: int, bitrate: int) -> None:
    piece = music(7.3, rate_hz)
    for codec, container in (("libmp3lame", "mp3"), ("aac", "ipod"), ("aac", "adts")):
        report = listen(
            encoded(piece, rate_hz, codec=codec, container=container, sample_format="fltp", bitrate=bitrate)
        ).report
        assert judge("file.damaged", report).state is State.PASS, codec


@pytest.mark.parametrize("more", [2, 8, 36, 44])
def test_a_size_that_counts_the_header_is_no_cut(more: int) -> None:
    report = listen(wav(PIECE, RATE_HZ, data_size=len(PIECE) * 4 + more)).report
    assert report.container.header_faults == ("data_size_beyond_file",)
    assert judge("file.damaged", report).state is State.PASS


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
