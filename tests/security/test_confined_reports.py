"""What the confined child finds is what the engine finds without confinement: nothing has to be loaded in there."""

import io
from collections.abc import Iterator
from pathlib import Path

import mutagen.apev2
import mutagen.id3
import mutagen.mp4
import pytest

from tests.signals.files import chunk, encoded, flac, mp3, rf64, wav
from tests.signals.music import music
from workers.audio import child
from workers.audio.child import analyse
from workers.audio.measure import measure

RATE_HZ = 44_100
PIECE = music(1.5, RATE_HZ)
NAME = "Åda Lövqvist"


@pytest.fixture(scope="module", autouse=True)
def helper_ends_with_the_module() -> Iterator[None]:
    yield
    child.close_helper()


def _mp3_with_id3(encoding: int, version: int) -> bytes:
    tags = mutagen.id3.ID3()
    for frame in (mutagen.id3.TPE1, mutagen.id3.TIT2, mutagen.id3.TSSE):
        tags.add(frame(encoding=encoding, text=[NAME]))
    tags.add(mutagen.id3.COMM(encoding=encoding, lang="eng", desc="d", text=[NAME]))
    tags.add(mutagen.id3.APIC(encoding=encoding, mime="image/png", type=3, desc="c", data=b"x" * 100))
    target = io.BytesIO(mp3(PIECE, RATE_HZ, xing=False))
    tags.save(target, v2_version=version, v1=mutagen.id3.ID3v1SaveOptions.CREATE)
    return target.getvalue()


def _mp3_with_ape() -> bytes:
    target = io.BytesIO(mp3(PIECE, RATE_HZ, xing=False))
    tags = mutagen.apev2.APEv2()
    tags["Artist"] = NAME
    tags.save(target)
    return target.getvalue()


def _m4a() -> bytes:
    target = io.BytesIO(encoded(PIECE, RATE_HZ, codec="aac", container="ipod", sample_format="fltp", bitrate=128_000))
    file = mutagen.mp4.MP4(target)
    file["\xa9ART"], file["----:com.apple.iTunes:PERSON"] = [NAME], [NAME.encode()]
    target.seek(0)
    file.save(target)
    return target.getvalue()


def _through(codec: str, container: str, sample_format: str) -> bytes:
    tags = {"artist": NAME, "title": "Take"}
    return encoded(PIECE, RATE_HZ, codec=codec, container=container, sample_format=sample_format, metadata=tags)


FILES = {
    "wav": lambda: wav(PIECE, RATE_HZ, after=chunk(b"LIST", b"INFO" + chunk(b"IART", NAME.encode("latin-1")))),
    "float wav": lambda: wav(PIECE, RATE_HZ, kind="float32"),
    "8-bit wav": lambda: wav(PIECE, RATE_HZ, kind="pcm8"),
    "rf64": lambda: rf64(PIECE, RATE_HZ),
    "aiff": lambda: _through("pcm_s24be", "aiff", "s32"),
    "caf": lambda: _through("pcm_s16le", "caf", "s16"),
    "flac": lambda: flac(PIECE, RATE_HZ, metadata={"artist": NAME}),
    "flac in ogg": lambda: _through("flac", "ogg", "s16"),
    "vorbis": lambda: _through("vorbis", "ogg", "fltp"),
    "opus": lambda: encoded(music(1.5, 48_000), 48_000, codec="libopus", container="ogg", sample_format="flt"),
    "mp3 as it is encoded": lambda: mp3(PIECE, RATE_HZ),
    "mp3 with ID3 in Latin-1": lambda: _mp3_with_id3(0, 3),
    "mp3 with ID3 in UTF-16": lambda: _mp3_with_id3(1, 3),
    "mp3 with ID3 in big-endian UTF-16": lambda: _mp3_with_id3(2, 4),
    "mp3 with ID3 in UTF-8": lambda: _mp3_with_id3(3, 4),
    "mp3 with APE": _mp3_with_ape,
    "m4a": _m4a,
    "alac": lambda: _through("alac", "ipod", "s16p"),
    "adts": lambda: _through("aac", "adts", "fltp"),
}


@pytest.mark.parametrize("name", FILES)
def test_the_confined_child_says_what_the_engine_says(name: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(FILES[name]())
    confined = analyse(tmp_path / "file", file_name="take.wav").report
    with (tmp_path / "file").open("rb") as file:
        free = measure(file, file_name="take.wav").report
    assert confined.declared.read_error is None
    for group in ("container", "declared", "decoded", "identity", "fingerprint"):
        assert getattr(confined, group) == getattr(free, group), group
    assert confined.loudness.integrated_lufs == pytest.approx(free.loudness.integrated_lufs, abs=1e-4)
