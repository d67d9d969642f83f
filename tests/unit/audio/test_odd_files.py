"""Files that were cut, joined, damaged or begin with something else: each gets a sentence that names the cause."""

import json
import random
import struct
from pathlib import Path

import numpy as np
import pytest

from portal.checks.check import State
from portal.checks.report import AudioReport
from tests.factories.judging import judge
from tests.signals.files import encoded, flac, mp3, rf64, wav
from tests.signals.music import music
from tests.unit.audio.listening import RATE_HZ, listen
from workers.audio.measure import measure

PIECE, OTHER = music(10, RATE_HZ), music(6, RATE_HZ, seed=2)
CUT = "the upload or the export was cut off"


def _vorbis(piece: np.ndarray = PIECE) -> bytes:
    return encoded(piece, RATE_HZ, codec="vorbis", container="ogg", sample_format="fltp")


def _opus(seconds: float = 10) -> bytes:
    return encoded(music(seconds, 48_000), 48_000, codec="libopus", container="ogg", sample_format="flt")


def _flac_in_ogg() -> bytes:
    return encoded(PIECE, RATE_HZ, codec="flac", container="ogg", sample_format="s16")


def _aac(container: str, **options: str) -> bytes:
    return encoded(
        PIECE, RATE_HZ, codec="aac", container=container, sample_format="fltp", bitrate=128_000, options=options
    )


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


def _flac_that_says(frames: int | None = None, *, checksum: bool = True) -> bytes:
    data = bytearray(flac(PIECE, RATE_HZ))
    if frames is not None:
        data[18:26] = (int.from_bytes(data[18:26], "big") >> 36 << 36 | frames).to_bytes(8, "big")
    if not checksum:
        data[26:42] = bytes(16)
    return bytes(data)


def _overwritten(data: bytes, at: int, size: int) -> bytes:
    return data[:at] + random.Random(1).randbytes(size) + data[at + size :]


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (_vorbis, "The file breaks off at 0:04.1, and more should follow"),
        (_opus, "The file breaks off at 0:05.0, and more should follow"),
        (_flac_in_ogg, "The file breaks off at 0:04.6, and more should follow"),
        (lambda: encoded(PIECE, RATE_HZ, codec="pcm_s16le", container="caf", sample_format="s16"), "Only 0:05.0"),
        (lambda: mp3(PIECE, RATE_HZ), "Only 0:05.0 of the announced 0:10.0"),
        (lambda: _moov_first(_aac("ipod")), "Only 0:05.0 of the announced 0:10.0"),
        (lambda: _aac("ipod", movflags="frag_keyframe+empty_moov", frag_duration="1000000"), "The file breaks off at"),
        (lambda: _flac_that_says(checksum=False), "Only 0:04.9 of the announced 0:10.0"),
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


@pytest.mark.parametrize("make", [lambda: mp3(PIECE, RATE_HZ, xing=False), lambda: _aac("adts")])
def test_a_last_frame_that_is_incomplete_is_remarked_on(make) -> None:
    whole = make()
    report = listen(whole[: len(whole) // 2 + 100]).report
    said = judge("file.damaged", report)
    assert report.container.ending == "last_frame_cut"
    assert said.state is State.WARN
    assert "in the middle of a frame" in said.message


def test_an_ogg_file_without_its_last_page_has_no_end_mark() -> None:
    whole = _vorbis()
    said = judge("file.damaged", listen(whole[: whole.rfind(b"OggS")]).report)
    assert said.state is State.WARN
    assert said.message.startswith("The file stops at 0:09.2 without the mark that ends such a file")


def test_an_ogg_file_that_was_filled_up_with_zeros_breaks_off() -> None:
    whole = _vorbis()
    half = whole[: len(whole) // 2]
    assert listen(half.ljust(len(whole), b"\0")).report.container.ending == "broken_off"


def test_an_mpeg_4_file_without_its_table_of_contents_says_what_is_missing() -> None:
    whole = _aac("ipod")
    report = listen(whole[: len(whole) // 2]).report
    assert not report.readable
    assert "breaks off before its table of contents" in (report.reason or "")


def _wav_pair() -> bytes:
    return wav(PIECE, RATE_HZ) + wav(OTHER, RATE_HZ)


def _aiff() -> bytes:
    return encoded(PIECE, RATE_HZ, codec="pcm_s16be", container="aiff", sample_format="s16")


JOINED = {
    "mp3": (lambda: mp3(PIECE, RATE_HZ) + mp3(OTHER, RATE_HZ), 2, 16.0, 2),
    "three mp3": (lambda: mp3(PIECE, RATE_HZ) * 3, 3, 30.1, 3),
    "mp3 of another rate": (lambda: mp3(PIECE, RATE_HZ) + mp3(music(5, 48_000), 48_000), 2, 15.0, 2),
    "ogg": (lambda: _vorbis() + _vorbis(OTHER), 2, 16.0, 2),
    "opus": (lambda: _opus() + _opus(), 2, 20.0, 2),
    "ogg of two codecs": (lambda: _vorbis() + _opus(), 2, 10.0, 1),
    "flac": (lambda: flac(PIECE, RATE_HZ) + flac(OTHER, RATE_HZ), 2, 16.0, 2),
    "flac without checksum": (lambda: _flac_that_says(checksum=False) + flac(OTHER, RATE_HZ), 2, 16.0, 2),
    "wav": (_wav_pair, 2, 10.0, 1),
    "aiff": (lambda: _aiff() + _aiff(), 2, 10.0, 1),
    "m4a": (lambda: _aac("ipod") + _aac("ipod"), 2, 10.0, 1),
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


@pytest.mark.parametrize("tag", [b"", b"TAG".ljust(128, b"\0")])
def test_a_tag_at_the_end_is_no_second_recording(tag: bytes) -> None:
    report = listen(mp3(PIECE, RATE_HZ) + tag).report
    assert report.container.recordings == 1
    assert report.container.hidden_bytes == 0
    assert report.container.ending == "whole"


def test_a_frame_header_that_is_overwritten_is_damage_with_a_place() -> None:
    whole = mp3(PIECE, RATE_HZ, xing=False)
    at = whole.find(b"\xff\xfb", len(whole) // 2)
    report = listen(_overwritten(whole, at, 400)).report
    said = judge("file.damaged", report)
    assert said.state is State.WARN
    assert said.message == "The file is damaged at 0:05.0: there may be gaps or clicks."
    assert said.places[0].start_s == pytest.approx(5.0, abs=0.1)
    assert 400 <= (report.container.damaged_bytes or 0) < 2200
    assert report.decoded.duration_s == pytest.approx(10.0, abs=0.1)


@pytest.mark.parametrize("make", [_vorbis, _opus, _flac_in_ogg])
def test_an_ogg_page_whose_checksum_is_wrong_is_damage_with_a_place(make) -> None:
    whole = make()
    report = listen(_overwritten(whole, len(whole) // 2, 400)).report
    said = judge("file.damaged", report)
    assert (report.container.damage_count, said.place_count) == (1, 1)
    assert said.message.startswith("The file is damaged at 0:0")
    assert "cut off" not in said.message
    lost = said.places[0].end_s - said.places[0].start_s
    assert lost == pytest.approx(10.0 - (report.decoded.duration_s or 0), abs=0.3)


@pytest.mark.parametrize("checksum", [True, False])
def test_damage_inside_a_flac_is_not_called_a_cut(checksum: bool) -> None:
    whole = _flac_that_says(checksum=checksum)
    report = listen(_overwritten(whole, len(whole) // 2, 64)).report
    assert (report.container.ending, report.container.damage_count) == ("whole", 1)
    assert judge("file.damaged", report).message.startswith("The file is damaged inside")


def test_one_wrong_byte_in_a_flac_without_checksum_is_found_by_that_of_its_frame() -> None:
    whole = _flac_that_says(checksum=False)
    report = listen(_overwritten(whole, len(whole) // 2, 1)).report
    assert report.decoded.frames == len(PIECE) - 4608
    assert judge("file.damaged", report).state is State.WARN


@pytest.mark.parametrize("frames", [len(PIECE) // 2, len(PIECE) * 2])
@pytest.mark.parametrize("checksum", [True, False])
def test_a_flac_header_that_lies_about_the_length_is_no_cut(frames: int, checksum: bool) -> None:
    report = listen(_flac_that_says(frames, checksum=checksum)).report
    assert report.decoded.frames == len(PIECE)
    assert report.container.header_faults == ("length_wrong",)
    assert judge("file.damaged", report).state is State.PASS
    assert judge("file.header", report).state is State.FAIL


ID3 = b"ID3\x03\0\0\0\0\x01\x00" + bytes(128)


@pytest.mark.parametrize(
    ("front", "make", "sniffed", "leading"),
    [
        (bytes(4096), lambda: mp3(PIECE, RATE_HZ), "mp3", 4096),
        (bytes(4096), lambda: mp3(PIECE, RATE_HZ, xing=False), "mp3", 4096),
        (bytes(100_000), lambda: mp3(PIECE, RATE_HZ), "mp3", 100_000),
        (b"junk" * 100, lambda: mp3(PIECE, RATE_HZ, xing=False), "mp3", 400),
        (bytes(512), lambda: _aac("adts"), "adts", 512),
        (random.Random(1).randbytes(5000), lambda: mp3(PIECE, RATE_HZ, xing=False), "mp3", 5000),
        (b"MZ" + bytes(1000), lambda: mp3(PIECE, RATE_HZ, xing=False), "mp3", 1002),
        (random.Random(2).randbytes(64 * 1024 - 1), lambda: _aac("adts"), "adts", 65_535),
        (ID3, lambda: wav(PIECE, RATE_HZ), "wav", 138),
        (ID3, _vorbis, "ogg", 138),
        (ID3, lambda: _aac("ipod"), "mp4", 138),
    ],
)
def test_what_players_skip_in_front_is_skipped_and_named(front: bytes, make, sniffed: str, leading: int) -> None:
    clean, report = listen(make()).report, listen(front + make()).report
    assert (report.container.sniffed, report.container.leading_bytes) == (sniffed, leading)
    assert report.decoded.pcm_sha256 == clean.decoded.pcm_sha256
    assert report.decoded.bad_packets == 0
    said = judge("file.header", report)
    assert said.state is State.FAIL
    assert said.message.startswith(f"{leading:,} bytes that belong to no sound file stand in front of the sound")


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


def test_a_cut_caf_file_whose_packet_table_is_gone_says_that_it_was_cut() -> None:
    whole = _through("alac", "caf", "s16p")
    report = listen(whole[: len(whole) // 2]).report
    assert not report.readable
    assert (report.reason or "").startswith("This file breaks off before what is needed to read it")


def test_sound_in_a_quicktime_file_is_called_that() -> None:
    report = listen(_through("pcm_s16le", "mov", "s16")).report
    assert judge("file.format", report).message.startswith("The file is PCM in a QuickTime or MPEG-4 file;")


@pytest.mark.parametrize("flood", [b"OggS\0\2" + b"OggS\0" * 200_000, (b"OggS\0\0" + bytes(21)) * 50_000])
def test_a_flood_of_page_marks_is_no_sound_and_soon_over(flood: bytes) -> None:
    alone = listen(flood).report
    assert "beginning of this file is damaged" in (alone.reason or "")
    behind = listen(_vorbis() + flood).report
    assert behind.decoded.duration_s == pytest.approx(10.0, abs=0.1)


@pytest.mark.parametrize(
    "flood", [b"ID3\3\0\0\0\0\0\0" * 30_000, b"TAG\xff\xfb\x90\x64" * 30_000, b"\xff\xfb\x90\x64" * 50_000]
)
def test_a_flood_of_tags_behind_an_mp3_is_no_sound(flood: bytes) -> None:
    report = listen(mp3(PIECE, RATE_HZ) + flood).report
    assert report.decoded.duration_s == pytest.approx(10.0, abs=0.1)
    assert (report.container.recordings, report.container.damage_count) == (1, 0)
    assert report.container.hidden_bytes == pytest.approx(len(flood), abs=500)


def test_a_stream_without_a_beginning_behind_the_sound_is_passed_over() -> None:
    whole, other = _vorbis(), _flac_in_ogg()
    first_page = whole[: whole.find(b"OggS", 1)]
    report = listen(whole + first_page + other[other.rfind(b"OggS") :]).report
    assert report.decoded.duration_s == pytest.approx(10.0, abs=0.1)
    assert (report.container.recordings, report.container.recordings_heard) == (2, 2)


def test_a_recording_behind_one_that_was_cut_is_counted() -> None:
    whole = _vorbis()
    report = listen(whole[: len(whole) // 2] + _vorbis(OTHER)).report
    assert (report.container.recordings, report.container.recordings_heard) == (2, 2)
    assert report.container.damage_count == 1


def test_a_size_that_no_file_has_is_a_fault_and_no_accident(tmp_path: Path) -> None:
    whole = bytearray(rf64(OTHER, RATE_HZ))
    whole[20:28] = (2**64 - 1).to_bytes(8, "little")
    (tmp_path / "big.wav").write_bytes(whole)
    with (tmp_path / "big.wav").open("rb") as file:  # memory would forgive the seek
        report = measure(file).report
    assert "container_size_wrong" in report.container.header_faults
    assert report.decoded.frames == len(OTHER)


def test_a_report_of_the_first_version_is_still_read() -> None:
    report = listen(wav(OTHER, RATE_HZ)).report
    newer = ("leading_bytes", "ending", "recordings", "recordings_heard", "damaged_bytes", "damage_count")
    plain = report.to_plain()
    old = {**plain, "schema_version": 1, "container": {**plain["container"]}}
    for name in (*newer, "damage_places"):
        del old["container"][name]
    old["silence"] = {name: value for name, value in plain["silence"].items() if name != "loudest_dbfs"}
    old["stereo"] = {name: value for name, value in plain["stereo"].items() if not name.startswith("one_sided")}
    read = AudioReport.from_json(json.dumps(old))
    assert all(getattr(read.container, name) is None for name in newer)
    assert read.decoded == report.decoded
    assert judge("file.damaged", read).state is State.PASS
    assert judge("file.joined", read).state is State.NOT_MEASURED
    assert judge("stereo.dropped_channel", read).state is State.NOT_MEASURED
