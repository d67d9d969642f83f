"""The listening copy: every sample as it was, and not a trace of a name, whatever the file carried."""

import io
import random
import struct
from collections.abc import Callable
from itertools import chain

import av
import mutagen.aiff
import mutagen.apev2
import mutagen.flac
import mutagen.id3
import mutagen.mp4
import mutagen.oggopus
import mutagen.oggvorbis
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.signals.files import chunk, encoded, flac, mp3, pcm_bytes, rf64, wav
from tests.signals.tones import Signal
from workers.audio import copy_lossless
from workers.audio.limits import Limits
from workers.audio.listening_copy import CannotCopy, make_copy
from workers.audio.measure import measure

NAME = "Ada Lindqvist"
PLANTED = NAME.encode()
RATE = 44_100


def music(channels: int = 2, *, rate_hz: int = RATE, seconds: float = 1.3) -> Signal:
    """Something with different channels that no lossy codec takes for silence."""
    t = np.arange(round(seconds * rate_hz)) / rate_hz
    tones = [0.4 * np.sin(2 * np.pi * (220 + 110 * n) * t) * (1 - 0.5 * t / t[-1]) for n in range(channels)]
    return np.stack(tones, axis=1)


def copy_of(original: bytes) -> tuple[bytes, str]:
    out = io.BytesIO()
    made = make_copy(io.BytesIO(original), out)
    return out.getvalue(), made.mime


def samples(file: bytes) -> NDArray[np.float64]:
    """The decoded sound on -1..1, by a decoder that shares nothing with ours but FFmpeg."""
    parts = []
    with av.open(io.BytesIO(file)) as container:
        for frame in chain.from_iterable(frames_of(packet) for packet in container.demux(audio=0)):
            block = frame.to_ndarray()
            channels = len(frame.layout.channels)
            block = block.T if frame.format.is_planar else block.reshape(-1, channels)
            scale = {"u": 128.0, "i": float(2 ** (8 * block.itemsize - 1)), "f": 1.0}[block.dtype.kind]
            parts.append((block.astype(np.float64) - (128.0 if block.dtype.kind == "u" else 0.0)) / scale)
    return np.concatenate(parts)


def frames_of(packet: av.Packet) -> list[av.AudioFrame]:
    try:
        return packet.decode()
    except av.error.InvalidDataError:
        return []


def tagged(file: bytes, kind: Callable[[io.BytesIO], object], fill: Callable[[object], None]) -> bytes:
    """The file with tags that mutagen writes."""
    buffer = io.BytesIO(file)
    tags = kind(buffer)
    fill(tags)
    buffer.seek(0)
    tags.save(buffer)  # type: ignore[attr-defined]
    return buffer.getvalue()


def bext() -> bytes:
    """A broadcast extension (EBU Tech 3285) with a name in description, originator and coding history."""
    field = PLANTED.ljust(256, b"\0") + PLANTED.ljust(32, b"\0") + PLANTED.ljust(32, b"\0") + b"2026-11-2212:00:00"
    return chunk(b"bext", field.ljust(602, b"\0") + b"A=PCM,T=" + PLANTED)


def full_of_names_wav(kind: str = "pcm24") -> bytes:
    info = b"INFO" + chunk(b"IART", PLANTED) + chunk(b"ISFT", b"Studio of " + PLANTED)
    xml = b"<BWFXML><PROJECT>" + PLANTED + b"</PROJECT></BWFXML>"
    return wav(
        music(),
        RATE,
        kind=kind,
        before=bext() + chunk(b"LIST", info),
        after=chunk(b"iXML", xml) + chunk(b"id3 ", b"ID3" + PLANTED) + b"junk " + PLANTED,
    )


def full_of_names_flac(bits: int = 24) -> bytes:
    def fill(file: mutagen.flac.FLAC) -> None:
        file["artist"] = NAME
        picture = mutagen.flac.Picture()
        picture.data, picture.desc, picture.mime = b"\xff\xd8 photo of " + PLANTED, NAME, "image/jpeg"
        file.add_picture(picture)

    plain = flac24(music()) if bits == 24 else flac(music(), RATE, bits=bits)
    return tagged(plain, mutagen.flac.FLAC, fill) + id3v1()


def flac24(signal: Signal) -> bytes:
    target = io.BytesIO()
    with av.open(target, "w", format="flac") as output:
        stream = output.add_stream("flac", rate=RATE, layout="stereo")
        stream.codec_context.format = "s32"
        stream.codec_context.options = {"bits_per_raw_sample": "24"}
        whole = (np.rint(signal * 2**22).astype(np.int32) << 8).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(whole, format="s32", layout="stereo")
        frame.sample_rate = RATE
        output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return target.getvalue()


def id3v1() -> bytes:
    return b"TAG" + PLANTED.ljust(30, b"\0") * 3 + b"2026" + PLANTED.ljust(30, b"\0") + b"\x0c"


def full_of_names_mp3() -> bytes:
    plain = mp3(music(), RATE)
    start = plain.index(b"Info") if b"Info" in plain else plain.index(b"Xing")
    lame = plain.index(b"LAME", start) if b"LAME" in plain[start : start + 200] else plain.index(b"Lav", start)
    plain = plain[: lame + 4] + b"Ada L" + plain[lame + 9 :]
    tags = mutagen.id3.ID3()
    tags.add(mutagen.id3.TPE1(encoding=3, text=NAME))
    tags.add(mutagen.id3.COMM(encoding=3, text=f"by {NAME}"))
    tags.add(mutagen.id3.APIC(encoding=3, mime="image/jpeg", desc=NAME, data=b"\xff\xd8" + PLANTED))
    front = io.BytesIO(plain)
    tags.save(front)
    behind = io.BytesIO(front.getvalue())
    ape = mutagen.apev2.APEv2()
    ape["Artist"] = NAME
    ape.save(behind)
    return behind.getvalue() + id3v1()


def full_of_names_mp4(codec: str) -> bytes:
    def fill(file: mutagen.mp4.MP4) -> None:
        file["\xa9ART"] = NAME
        file["ownr"] = NAME
        file["----:com.apple.iTunes:NOTE"] = PLANTED
        file["covr"] = [mutagen.mp4.MP4Cover(b"\xff\xd8" + PLANTED)]

    sample_format = "s16p" if codec == "alac" else "fltp"
    return tagged(
        encoded(music(), RATE, codec=codec, container="ipod", sample_format=sample_format), mutagen.mp4.MP4, fill
    )


def full_of_names_ogg(codec: str, kind: Callable[[io.BytesIO], object], rate_hz: int) -> bytes:
    def fill(file: object) -> None:
        file["artist"] = NAME  # type: ignore[index]

    signal = music(rate_hz=rate_hz)
    sample_format = "fltp" if codec == "vorbis" else "flt"
    return tagged(encoded(signal, rate_hz, codec=codec, container="ogg", sample_format=sample_format), kind, fill)


def full_of_names_aiff() -> bytes:
    def fill(file: mutagen.aiff.AIFF) -> None:
        file.add_tags()
        file.tags.add(mutagen.id3.TPE1(encoding=3, text=NAME))

    plain = encoded(
        music(),
        RATE,
        codec="pcm_s24be",
        container="aiff",
        sample_format="s32",
        metadata={"author": NAME, "title": NAME},
    )
    return tagged(plain, mutagen.aiff.AIFF, fill)


FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "wav of 16 bits": (lambda: full_of_names_wav("pcm16"), "audio/wav"),
    "wav of 24 bits": (full_of_names_wav, "audio/wav"),
    "wav of 32 bits": (lambda: full_of_names_wav("pcm32"), "audio/wav"),
    "wav of 8 bits": (lambda: full_of_names_wav("pcm8"), "audio/wav"),
    "wav of floats": (lambda: full_of_names_wav("float32"), "audio/wav"),
    "rf64": (lambda: rf64(music(), RATE) + chunk(b"iXML", PLANTED), "audio/wav"),
    "bw64": (lambda: rf64(music(), RATE, magic=b"BW64") + chunk(b"axml", PLANTED), "audio/wav"),
    "aiff": (full_of_names_aiff, "audio/wav"),
    "caf": (
        lambda: encoded(
            music(), RATE, codec="pcm_s24le", container="caf", sample_format="s32", metadata={"artist": NAME}
        ),
        "audio/wav",
    ),
    "flac of 16 bits": (lambda: full_of_names_flac(16), "audio/flac"),
    "flac of 24 bits": (full_of_names_flac, "audio/flac"),
    "flac of 32 bits, which browsers refuse": (lambda: full_of_names_flac(32), "audio/wav"),
    "alac": (lambda: full_of_names_mp4("alac"), "audio/flac"),
    "mp3": (full_of_names_mp3, "audio/mpeg"),
    "aac": (lambda: full_of_names_mp4("aac"), "audio/mp4"),
    "vorbis": (lambda: full_of_names_ogg("vorbis", mutagen.oggvorbis.OggVorbis, RATE), "audio/ogg"),
    "opus": (lambda: full_of_names_ogg("libopus", mutagen.oggopus.OggOpus, 48_000), "audio/ogg"),
}


@pytest.mark.parametrize("what", FILES)
def test_the_sound_is_the_same_and_the_name_is_gone(what: str) -> None:
    make, mime = FILES[what]
    original = make()
    assert PLANTED in original
    copy, said = copy_of(original)
    assert said == mime
    assert np.array_equal(samples(copy), samples(original))
    for trace in (PLANTED, b"Lindqvist", b"Ada", NAME.encode("utf-16-le"), NAME.encode("utf-16-be")):
        assert trace not in copy


def test_a_wav_has_two_chunks_and_nothing_else() -> None:
    signal = music()
    copy, _ = copy_of(full_of_names_wav("pcm24"))
    assert copy == wav(signal, RATE, kind="pcm24")


def test_a_flac_has_one_metadata_block_with_the_right_facts() -> None:
    copy, _ = copy_of(full_of_names_flac())
    assert copy[4] == 0x80
    assert int.from_bytes(copy[5:8]) == 34
    facts = mutagen.flac.FLAC(io.BytesIO(copy)).info
    original = mutagen.flac.FLAC(io.BytesIO(full_of_names_flac())).info
    assert (facts.total_samples, facts.bits_per_sample, facts.md5_signature) == (
        original.total_samples,
        24,
        original.md5_signature,
    )


def test_the_length_of_a_gapless_mp3_stays() -> None:
    copy, _ = copy_of(full_of_names_mp3())
    assert len(samples(copy)) == len(samples(full_of_names_mp3())) == len(music())


def test_double_precision_becomes_what_browsers_play() -> None:
    signal = music()
    copy, mime = copy_of(wav(signal, RATE, kind="float64"))
    assert mime == "audio/wav"
    assert copy[-len(signal) * 8 :] == pcm_bytes(signal, "float32")


def test_surround_keeps_its_channels_and_their_places() -> None:
    original = wav(music(6), RATE, kind="pcm24", extensible=True, after=chunk(b"iXML", PLANTED))
    copy, _ = copy_of(original)
    assert np.array_equal(samples(copy), samples(original))
    with av.open(io.BytesIO(copy)) as container:
        assert container.streams.audio[0].layout.name == "5.1"
    assert PLANTED not in copy


def test_more_than_a_riff_can_hold_becomes_rf64(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copy_lossless, "MAX_RIFF_BYTES", 100_000)
    original = full_of_names_wav()
    copy, mime = copy_of(original)
    assert (copy[:4], copy[12:16], mime) == (b"RF64", b"ds64", "audio/wav")
    whole, data, frames = struct.unpack("<QQQ", copy[20:44])
    assert (whole, frames) == (len(copy) - 8, len(music()))
    assert data == frames * 6
    assert np.array_equal(samples(copy), samples(original))


def test_lossy_sound_in_a_container_that_browsers_refuse_becomes_wav() -> None:
    original = encoded(
        music(rate_hz=48_000), 48_000, codec="libopus", container="mp4", sample_format="flt", metadata={"artist": NAME}
    )
    copy, mime = copy_of(original)
    assert mime == "audio/wav"
    assert np.array_equal(samples(copy), samples(original))
    assert PLANTED not in copy


def test_a_bare_aac_stream_gets_a_container_in_which_one_can_seek() -> None:
    original = encoded(music(), RATE, codec="aac", container="adts", sample_format="fltp")
    copy, mime = copy_of(original)
    assert (mime, copy[4:8]) == ("audio/mp4", b"ftyp")
    assert np.array_equal(samples(copy), samples(original))


def test_a_damaged_middle_is_kept_as_it_sounds() -> None:
    original = bytearray(mp3(music(), RATE))
    original[9000:9700] = b"\x55" * 700
    copy, _ = copy_of(bytes(original))
    assert np.array_equal(samples(copy), samples(bytes(original)))


@pytest.mark.parametrize("not_sound", [b"", b"Dear committee, my name is " + PLANTED, b"RIFF\x24\0\0\0WAVEfmt "])
def test_what_is_no_sound_is_refused_in_words(not_sound: bytes) -> None:
    with pytest.raises(CannotCopy, match=r"not a sound file|could not be read"):
        make_copy(io.BytesIO(not_sound), io.BytesIO(), limits=Limits())


def _with_a_foreign_page() -> bytes:
    whole, other = (
        encoded(music(), RATE, codec=codec, container="ogg", sample_format=kind)
        for codec, kind in (("vorbis", "fltp"), ("flac", "s16"))
    )
    return whole + whole[: whole.find(b"OggS", 1)] + other[other.rfind(b"OggS") :]


ODD = {
    "zeros in front of an mp3": lambda: bytes(4096) + mp3(music(), RATE),
    "two mp3": lambda: mp3(music(), RATE) + mp3(music(seconds=0.7), RATE),
    "bytes behind an mp3": lambda: mp3(music(), RATE) + random.Random(4).randbytes(200_000),
    "a tag in front of a wav": lambda: b"ID3\x03\0\0\0\0\x01\0" + PLANTED.ljust(128) + wav(music(), RATE),
    "two flac": lambda: flac(music(), RATE) + flac(music(seconds=0.7), RATE),
    "a foreign page in ogg": _with_a_foreign_page,
    "a chain in ogg": lambda: 2 * encoded(music(), RATE, codec="vorbis", container="ogg", sample_format="fltp"),
}


@pytest.mark.parametrize("name", ODD)
def test_the_copy_of_an_odd_file_holds_what_was_measured(name: str) -> None:
    original = ODD[name]()
    copied, _ = copy_of(original)
    assert PLANTED not in copied
    measured = measure(io.BytesIO(original)).report.decoded
    copy = measure(io.BytesIO(copied)).report.decoded
    assert (copy.pcm_sha256, copy.frames) == (measured.pcm_sha256, measured.frames)
