"""Truth and claim side by side: intact files of every kind, then headers that lie and files that are broken."""

import functools
import io
import random
import struct

import numpy as np
import pytest

from portal.checks.check import State
from tests.factories.judging import judge
from tests.signals.files import encoded, flac, mp3, rf64, wav
from tests.signals.music import music
from tests.unit.audio.listening import RATE_HZ, hear, listen

SECONDS = 10.0
PIECE = music(SECONDS, RATE_HZ)


def _through(codec: str, container: str, sample_format: str, **more: object) -> bytes:
    return encoded(PIECE, RATE_HZ, codec=codec, container=container, sample_format=sample_format, **more)  # type: ignore[arg-type]


LOSSLESS_16 = {
    "wav": lambda: wav(PIECE, RATE_HZ),
    "wav, extensible header": lambda: wav(PIECE, RATE_HZ, extensible=True),
    "rf64": lambda: rf64(PIECE, RATE_HZ, kind="pcm16"),
    "bw64": lambda: rf64(PIECE, RATE_HZ, magic=b"BW64", kind="pcm16"),
}
SAME_TAKE = {  # FFmpeg rounds to 16 bits in its own way, so these agree among themselves
    "flac": lambda: flac(PIECE, RATE_HZ),
    "flac in ogg": lambda: _through("flac", "ogg", "s16"),
    "alac": lambda: _through("alac", "ipod", "s16p"),
    "aiff": lambda: _through("pcm_s16be", "aiff", "s16"),
    "caf": lambda: _through("pcm_s16le", "caf", "s16"),
    "w64": lambda: _through("pcm_s16le", "w64", "s16"),
}


@pytest.mark.parametrize("files", [LOSSLESS_16, SAME_TAKE], ids=["by hand", "by encoders"])
def test_one_take_has_one_hash_in_every_lossless_file(files: dict[str, functools.partial[bytes]]) -> None:
    hashes = set()
    for name, make in files.items():
        report = listen(make()).report
        decoded = report.decoded
        assert report.readable, name
        assert (decoded.duration_s, decoded.bits_per_sample, decoded.effective_bits) == (SECONDS, 16, 16), name
        assert decoded.lossless, name
        assert decoded.bad_packets == 0, name
        assert report.container.header_faults == (), name
        hashes.add(decoded.pcm_sha256)
    assert len(hashes) == 1


@pytest.mark.parametrize(
    ("codec", "container", "sample_format", "sniffed"),
    [("libmp3lame", "mp3", "fltp", "mp3"), ("aac", "ipod", "fltp", "mp4"), ("aac", "adts", "fltp", "adts"),
     ("vorbis", "ogg", "fltp", "ogg")],
)  # fmt: skip
def test_lossy_files_have_a_bitrate_and_no_bit_depth(
    codec: str, container: str, sample_format: str, sniffed: str
) -> None:
    report = listen(_through(codec, container, sample_format, bitrate=192_000)).report
    decoded = report.decoded
    assert report.container.sniffed == sniffed
    assert decoded.lossless is False
    assert decoded.duration_s == pytest.approx(SECONDS, abs=0.05)
    assert decoded.bits_per_sample is None
    assert report.why_not("decoded.bits_per_sample") == "lossy audio has no bit depth"
    assert decoded.bitrate_bps is not None
    assert 100_000 < decoded.bitrate_bps < 220_000
    assert report.loudness.integrated_lufs == pytest.approx(hear(PIECE).loudness.integrated_lufs, abs=0.5)


@pytest.mark.parametrize("kind", ["float32", "float64"])
@pytest.mark.parametrize("extensible", [False, True])
def test_floats_keep_their_peaks_above_full_scale(kind: str, extensible: bool) -> None:
    report = listen(wav(PIECE * 3, RATE_HZ, kind=kind, extensible=extensible)).report
    assert report.decoded.float_samples
    assert report.loudness.sample_peak_dbfs == pytest.approx(-3.0 + 9.54, abs=0.01)
    assert report.levels.over_samples is not None
    assert report.levels.over_samples > 100
    assert report.levels.over_places[0].value == pytest.approx(6.5, abs=6.5)


@pytest.mark.parametrize("speakers", [0, 2, 4, 0x800])
def test_one_channel_is_mono_whatever_speaker_the_header_names(speakers: int) -> None:
    data = bytearray(wav(music(1, RATE_HZ)[:, :1], RATE_HZ, extensible=True))
    data[40:44] = speakers.to_bytes(4, "little")
    assert listen(bytes(data)).report.decoded.channel_layout == "mono"


def test_an_mp3_in_a_wav_declares_no_bits() -> None:
    data = encoded(music(1, RATE_HZ), RATE_HZ, codec="libmp3lame", container="wav", sample_format="s16p")
    report = listen(data).report
    assert (report.decoded.codec, report.declared.bits_per_sample) == ("mp3", None)


def test_24_bits_that_are_really_16_are_seen() -> None:
    from_16 = hear((PIECE * 32768).round() / 32768, kind="pcm24")
    assert (from_16.decoded.bits_per_sample, from_16.decoded.effective_bits) == (24, 16)
    honest = listen(flac(PIECE, RATE_HZ, bits=24)).report
    assert (honest.decoded.bits_per_sample, honest.decoded.effective_bits) == (24, 24)
    assert honest.decoded.flac_md5 is True


@pytest.mark.parametrize(
    ("lie", "fault", "declared_s", "real_s"),
    [
        ({"data_size": 0xFFFFFFFF, "riff_size": 0xFFFFFFFF}, "streamed_size", 24_347.9, SECONDS),
        ({"data_size": 2**31 - 36}, "streamed_size", 12_173.9, SECONDS),
        ({"data_size": 0x7FFFF000, "riff_size": 0x7FFFF024}, "streamed_size", None, SECONDS),
        ({"data_size": 0x7FFFFFFF, "riff_size": 0x7FFFFFFF}, "streamed_size", None, SECONDS),
        ({"data_size": 0x80000000, "riff_size": 0x80000024}, "streamed_size", None, SECONDS),
        ({"data_size": 0xFFFFFFFF - 36}, "streamed_size", None, SECONDS),
        ({"data_size": 2_000_000_000}, "data_size_beyond_file", 11_337.9, SECONDS),
        ({"data_size": 3_000_000_000}, "data_size_beyond_file", 17_006.8, SECONDS),
        ({"data_size": 0}, "data_size_zero", None, SECONDS),
        ({"block_align": 1}, "block_align_wrong", SECONDS, SECONDS),
        ({"riff_size": 1000}, "container_size_wrong", SECONDS, SECONDS),
    ],
)
def test_a_wav_header_that_lies_is_named_and_the_sound_is_read(
    lie: dict[str, int], fault: str, declared_s: float | None, real_s: float
) -> None:
    report = listen(wav(PIECE, RATE_HZ, **lie)).report  # type: ignore[arg-type]
    assert report.decoded.duration_s == pytest.approx(real_s, abs=0.01)
    assert fault in report.container.header_faults
    if declared_s is not None:
        assert report.declared.duration_s == pytest.approx(declared_s, rel=0.001)


@pytest.mark.parametrize("size", [0x7FFFF000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF])
def test_a_wav_from_a_pipe_is_whole_and_only_remarked_on(size: int) -> None:
    report = listen(wav(PIECE, RATE_HZ, data_size=size, riff_size=min(size + 36, 0xFFFFFFFF))).report
    assert report.container.header_faults == ("streamed_size",)
    assert report.decoded.frames == len(PIECE)
    assert judge("file.damaged", report).state is State.PASS
    assert judge("file.header", report).state is State.WARN


@pytest.mark.parametrize(
    ("channels", "align"), [(1, 0), (1, 1), (1, 2), (2, 0), (2, 1), (2, 2), (2, 3), (2, 4), (5, 1), (5, 12)]
)
def test_a_wrong_block_alignment_does_not_turn_the_sound_into_noise(channels: int, align: int) -> None:
    piece = np.repeat(PIECE[:, :1], channels, axis=1)
    whole, lying = (wav(piece, RATE_HZ, kind="pcm24", block_align=claim) for claim in (None, align))
    report = listen(lying).report
    assert report.decoded.pcm_sha256 == listen(whole).report.decoded.pcm_sha256
    assert report.container.header_faults == ("block_align_wrong",)
    assert "block alignment" in judge("file.header", report).message
    assert judge("file.damaged", report).state is State.PASS


@pytest.mark.parametrize(("align", "byte_rate"), [(8, 8 * RATE_HZ), (8, 6 * RATE_HZ), (4, 4 * RATE_HZ), (5, 1)])
def test_a_header_that_contradicts_itself_about_its_samples_is_refused(align: int, byte_rate: int) -> None:
    whole = bytearray(wav(PIECE, RATE_HZ, kind="pcm24", block_align=align))
    whole[28:32] = struct.pack("<I", byte_rate)
    report = listen(bytes(whole)).report
    assert not report.readable
    assert "contradicts itself" in (report.reason or "")
    assert "block_align_wrong" in report.container.header_faults


def test_audio_behind_a_short_data_chunk_is_hidden_bytes() -> None:
    quarter = len(PIECE) * 4 // 4
    report = listen(wav(PIECE, RATE_HZ, data_size=quarter)).report
    assert report.decoded.duration_s == pytest.approx(SECONDS / 4, abs=0.01)
    assert report.container.hidden_bytes is not None
    assert report.container.hidden_bytes > 0.7 * len(PIECE) * 4


@pytest.mark.parametrize("zeros", [4096, 8192, 8191, 100_002])
@pytest.mark.parametrize("name", ["wav", "rf64", "aiff", "caf", "w64"])
def test_zeros_behind_the_last_chunk_are_hidden_bytes(name: str, zeros: int) -> None:
    whole = {**LOSSLESS_16, **SAME_TAKE}[name]()
    clean, padded = listen(whole).report, listen(whole + bytes(zeros)).report
    assert padded.readable
    assert padded.decoded.pcm_sha256 == clean.decoded.pcm_sha256
    assert padded.container.hidden_bytes == pytest.approx((clean.container.hidden_bytes or 0) + zeros, abs=24)
    assert judge("file.damaged", padded).state is State.PASS


def test_a_chunk_behind_zeros_is_found() -> None:
    text = b"LIST" + struct.pack("<I", 18) + b"INFOISFT" + struct.pack("<I", 6) + b"probe\0"
    report = listen(wav(PIECE, RATE_HZ, before=bytes(16_000), after=bytes(32_000) + text)).report
    assert report.decoded.duration_s == SECONDS
    assert report.container.hidden_bytes == pytest.approx(48_000, abs=48)


GLUED = {
    "flac": lambda: flac(PIECE, RATE_HZ),
    "mp3": lambda: mp3(PIECE, RATE_HZ),
    "mp3 without length": lambda: mp3(PIECE, RATE_HZ, xing=False),
    "ogg": lambda: _through("vorbis", "ogg", "fltp"),
    "adts": lambda: _through("aac", "adts", "fltp"),
}
FOREIGN = {"zeros": bytes(300_000), "text": b"not a note " * 30_000, "noise": random.Random(3).randbytes(300_000)}


@pytest.mark.parametrize(
    ("name", "kind"), [(name, kind) for name in GLUED for kind in FOREIGN if (name, kind) != ("adts", "noise")]
)
def test_what_is_glued_to_the_end_is_hidden_and_no_damage(name: str, kind: str) -> None:
    whole = GLUED[name]()
    clean, glued = listen(whole).report, listen(whole + FOREIGN[kind]).report
    hidden = (glued.container.hidden_bytes or 0) - (clean.container.hidden_bytes or 0)
    assert hidden == pytest.approx(len(FOREIGN[kind]), abs=10_000)
    assert (glued.decoded.bad_packets, glued.decoded.packets) == (0, clean.decoded.packets)
    assert glued.decoded.bitrate_bps == pytest.approx(clean.decoded.bitrate_bps, rel=0.02)
    assert judge("file.damaged", glued).state is State.PASS
    assert judge("file.hidden_data", glued).state is State.FAIL
    assert judge("file.hidden_data", clean).state is State.PASS


@pytest.mark.parametrize("seed", range(4))
def test_noise_that_looks_like_a_packet_now_and_then_is_no_sound(seed: int) -> None:
    report = listen(mp3(PIECE, RATE_HZ) + random.Random(seed).randbytes(3_000_000)).report
    assert report.container.hidden_bytes == pytest.approx(3_000_000, abs=50_000)
    assert judge("file.damaged", report).state is State.PASS


def test_damage_inside_an_mp3_is_still_damage() -> None:
    whole = bytearray(mp3(PIECE, RATE_HZ))
    whole[len(whole) // 2 : len(whole) // 2 + 60_000] = random.Random(2).randbytes(60_000)
    report = listen(bytes(whole)).report
    assert (report.decoded.bad_packets or 0) > 3
    assert judge("file.damaged", report).state is State.FAIL


def test_a_page_lost_inside_an_ogg_file_is_no_end() -> None:
    whole = bytearray(_through("vorbis", "ogg", "fltp"))
    middle = whole.find(b"OggS", len(whole) // 2)
    whole[middle : middle + 4] = b"ogg?"
    assert listen(bytes(whole)).report.container.hidden_bytes == 0


@pytest.mark.parametrize("name", ["wav", "mp3", "flac"])
def test_a_file_cut_in_half_announces_more_than_it_has(name: str) -> None:
    whole = {"wav": wav, "mp3": mp3, "flac": flac}[name](PIECE, RATE_HZ)
    report = listen(whole[: len(whole) // 2]).report
    assert report.declared.duration_s == pytest.approx(SECONDS, abs=0.1)
    assert report.decoded.duration_s is not None
    assert 3 < report.decoded.duration_s < 6
    assert report.decoded.flac_md5 is (False if name == "flac" else None)


def test_overwritten_bytes_in_a_flac_file_break_its_checksum() -> None:
    whole = bytearray(flac(PIECE, RATE_HZ))
    whole[len(whole) // 2 : len(whole) // 2 + 64] = bytes(64)
    report = listen(bytes(whole)).report
    assert report.decoded.flac_md5 is False
    assert report.decoded.flac_md5_stored is True
    assert report.loudness.integrated_lufs is not None


@pytest.mark.parametrize("length", [0, 2**36 - 1])
def test_a_flac_length_that_lies_is_disproved_by_its_own_checksum(length: int) -> None:
    whole = bytearray(flac(PIECE, RATE_HZ))
    packed = int.from_bytes(whole[18:26], "big") >> 36 << 36 | length
    whole[18:26] = packed.to_bytes(8, "big")
    report = listen(bytes(whole)).report
    assert report.decoded.duration_s == SECONDS
    assert report.decoded.flac_md5 is True
    assert ("length_wrong" in report.container.header_faults) == (length > 0)


def test_a_flac_file_without_checksum_says_so() -> None:
    whole = bytearray(flac(PIECE, RATE_HZ))
    whole[26:42] = bytes(16)
    report = listen(bytes(whole)).report
    assert report.decoded.flac_md5_stored is False
    assert report.why_not("decoded.flac_md5") == "the file carries no checksum"


def test_an_mp3_without_length_header_is_only_estimated() -> None:
    report = listen(mp3(PIECE, RATE_HZ, xing=False)).report
    assert report.declared.duration_estimated is True
    assert report.decoded.duration_s == pytest.approx(SECONDS, abs=0.1)


def test_joined_mp3_files_are_heard_to_the_end() -> None:
    report = listen(mp3(PIECE, RATE_HZ) * 3).report
    assert report.declared.duration_s == pytest.approx(SECONDS, abs=0.1)
    assert report.decoded.duration_s == pytest.approx(3 * SECONDS, abs=0.3)


def test_chained_ogg_is_heard_to_the_end() -> None:
    report = listen(_through("vorbis", "ogg", "fltp") * 2).report
    assert report.decoded.duration_s == pytest.approx(2 * SECONDS, abs=0.1)


def test_junk_in_front_of_an_mp3_is_one_bad_packet_at_most() -> None:
    report = listen(b"junk" * 100 + mp3(PIECE, RATE_HZ)).report
    assert report.container.sniffed == "mp3"
    assert report.decoded.duration_s == pytest.approx(SECONDS, abs=0.1)
    assert report.decoded.bad_packets in (0, 1)


def test_an_mp3_in_a_wav_name_is_known_by_its_bytes() -> None:
    report = listen(mp3(PIECE, RATE_HZ), file_name="Mix final.WAV").report
    assert (report.container.sniffed, report.container.extension) == ("mp3", "wav")


def test_a_file_whose_rate_changes_is_heard_at_its_first_rate() -> None:
    report = listen(mp3(PIECE, 44_100) + mp3(music(5, 48_000), 48_000)).report
    assert report.decoded.format_changes == 1
    assert report.decoded.duration_s == pytest.approx(15, abs=0.3)


def test_a_file_whose_rate_changes_twice_is_heard_to_its_end() -> None:
    report = listen(b"".join(mp3(music(3, rate_hz), rate_hz) for rate_hz in (44_100, 48_000, 32_000))).report
    assert report.decoded.format_changes == 2
    assert report.decoded.duration_s == pytest.approx(9, abs=0.3)


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), 1e30])
def test_a_value_that_is_no_number_withholds_every_measurement(bad: float) -> None:
    signal = PIECE.copy()
    signal[4 * RATE_HZ, 0] = bad
    report = listen(wav(signal, RATE_HZ, kind="float32")).report
    assert report.decoded.non_finite_samples == 1
    assert report.decoded.non_finite_at_s == pytest.approx(4.0)
    assert report.loudness.integrated_lufs is None
    assert report.why_not("loudness.integrated_lufs") == (
        "the file contains invalid sample values (NaN, infinity, or far beyond any level)"
    )


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"just some text, renamed", "not an audio file"),
        (b"RIFF\x24\0\0\0WAVEfmt ", "damaged"),
        (b"#EXTM3U\nhttp://example.org/a.mp3\n", "playlist"),
        (wav(PIECE[:0], RATE_HZ), "could not find audio"),
    ],
)
def test_what_is_no_recording_gets_a_sentence(data: bytes, says: str) -> None:
    report = listen(data).report
    assert not report.readable
    assert says in (report.reason or "")
    assert report.why_not("loudness.integrated_lufs") == report.reason


def test_formats_that_we_do_not_take_are_refused_before_any_decoder() -> None:
    windows_media = _through("wmav2", "asf", "fltp", bitrate=128_000)
    assert not listen(windows_media).report.readable
    dolby = io.BytesIO(_through("ac3", "ac3", "fltp", bitrate=192_000)).getvalue()
    assert not listen(dolby).report.readable


def test_a_codec_that_we_do_not_take_is_refused_inside_a_known_container() -> None:
    report = listen(_through("ac3", "mp4", "fltp", bitrate=192_000)).report
    assert report.container.sniffed == "mp4"
    assert not report.readable


@pytest.mark.parametrize(
    ("channels", "rate_hz", "says"),
    [(0, 44_100, "channels"), (65_535, 44_100, "channels"), (2, 1, "sample rate"), (2, 4_000_000_000, "sample rate")],
)
def test_shapes_that_no_recording_has_are_refused_by_the_header(channels: int, rate_hz: int, says: str) -> None:
    whole = bytearray(wav(PIECE, RATE_HZ))
    whole[22:28] = struct.pack("<HI", channels, rate_hz)
    report = listen(bytes(whole)).report
    assert not report.readable
    assert says in (report.reason or "")


def test_a_cover_is_a_picture_and_a_film_is_a_video() -> None:
    report = listen(_through("aac", "ipod", "fltp", bitrate=128_000)).report
    counts = report.container
    assert (counts.audio_streams, counts.video_streams, counts.picture_streams, counts.other_streams) == (1, 0, 0, 0)
