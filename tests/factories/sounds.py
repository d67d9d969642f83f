"""Small files of sound, made on the spot."""

from __future__ import annotations

import io
import wave

import av
import numpy as np
from numpy.typing import NDArray


def tone(seconds: float, *, rate_hz: int = 44_100, level: float = 0.25) -> NDArray[np.float32]:
    """A stereo chord that swells and fades, different on both sides: (frames, 2)."""
    t = np.arange(int(seconds * rate_hz)) / rate_hz
    swell = level * (0.6 + 0.4 * np.sin(2 * np.pi * 0.11 * t)) * np.clip(np.minimum(t, seconds - t) * 5, 0, 1)
    left = np.sin(2 * np.pi * 220 * t) + 0.5 * np.sin(2 * np.pi * 331 * t + 0.3)
    right = np.sin(2 * np.pi * 220 * t + 0.4) + 0.5 * np.sin(2 * np.pi * 277 * t)
    return np.stack([left * swell, right * swell], axis=1).astype(np.float32)


def wav(sound: NDArray[np.float32], *, rate_hz: int = 44_100) -> bytes:
    """A 16-bit WAV."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(sound.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
    return out.getvalue()


def long_flac(seconds: int, *, rate_hz: int = 44_100) -> bytes:
    """A small file that takes long to listen to: one second of tone, repeated."""
    second = (tone(1.0, rate_hz=rate_hz) * 32767).astype(np.int16).reshape(1, -1)
    out = io.BytesIO()
    with av.open(out, "w", format="flac") as target:
        stream = target.add_stream("flac", rate=rate_hz, layout="stereo")
        for number in range(seconds):
            frame = av.AudioFrame.from_ndarray(second, format="s16", layout="stereo")
            frame.sample_rate, frame.pts = rate_hz, number * rate_hz
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    return out.getvalue()
