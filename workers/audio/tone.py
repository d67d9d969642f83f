"""A few seconds of a decaying tone as a WAV file: what the engine tries itself on, without any file of anybody's."""

import math
import struct

_RATE_HZ, _SECONDS = 8000, 5


def tone_wav() -> bytes:
    """Return the file: 8 bit, stereo, long enough for every measurement to run."""
    frames = range(_RATE_HZ * _SECONDS)
    samples = bytes(
        round(128 + 90 * math.sin(i / 7) * (1 - i / _RATE_HZ / (_SECONDS + 1))) for i in frames for _ in (0, 1)
    )
    shape = struct.pack("<IHHIIHH", 16, 1, 2, _RATE_HZ, 2 * _RATE_HZ, 2, 8)
    head = struct.pack("<4sI4s4s", b"RIFF", 36 + len(samples), b"WAVE", b"fmt ") + shape
    return head + struct.pack("<4sI", b"data", len(samples)) + samples
