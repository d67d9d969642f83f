"""Short recordings in every container, to be cut, joined, damaged and lied about."""

import random

import numpy as np

from tests.signals.files import encoded, flac
from tests.signals.music import music
from tests.unit.audio.listening import RATE_HZ

PIECE, OTHER = music(10, RATE_HZ), music(6, RATE_HZ, seed=2)


def vorbis(piece: np.ndarray = PIECE) -> bytes:
    return encoded(piece, RATE_HZ, codec="vorbis", container="ogg", sample_format="fltp")


def opus(seconds: float = 10) -> bytes:
    return encoded(music(seconds, 48_000), 48_000, codec="libopus", container="ogg", sample_format="flt")


def flac_in_ogg() -> bytes:
    return encoded(PIECE, RATE_HZ, codec="flac", container="ogg", sample_format="s16")


def aac(container: str, **options: str) -> bytes:
    return encoded(
        PIECE, RATE_HZ, codec="aac", container=container, sample_format="fltp", bitrate=128_000, options=options
    )


def aiff() -> bytes:
    return encoded(PIECE, RATE_HZ, codec="pcm_s16be", container="aiff", sample_format="s16")


def flac_that_says(frames: int | None = None, *, checksum: bool = True) -> bytes:
    data = bytearray(flac(PIECE, RATE_HZ))
    if frames is not None:
        data[18:26] = (int.from_bytes(data[18:26], "big") >> 36 << 36 | frames).to_bytes(8, "big")
    if not checksum:
        data[26:42] = bytes(16)
    return bytes(data)


def overwritten(data: bytes, at: int, size: int) -> bytes:
    return data[:at] + random.Random(1).randbytes(size) + data[at + size :]
