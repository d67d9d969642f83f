"""Sound into files as applicants send them, the faulty ones included. All from arrays of our own."""

from __future__ import annotations

import io
import wave
from typing import cast

import av
import numpy as np

from portal.seed.music import Stereo


def wav(sound: Stereo, *, rate_hz: int = 44_100, bits: int = 16) -> bytes:
    """A WAV of 16 or 24 bits, dithered."""
    dither = np.random.default_rng(0).triangular(-1, 0, 1, sound.shape)
    steps = np.clip(np.rint(sound * (2 ** (bits - 1) - 1) + dither), -(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    whole = steps.astype("<i4")
    packed = whole.astype("<i2").tobytes() if bits == 16 else _low_three_bytes(whole)
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(sound.shape[1])
        file.setsampwidth(bits // 8)
        file.setframerate(rate_hz)
        file.writeframes(packed)
    return out.getvalue()


def flac(sound: Stereo, *, rate_hz: int = 44_100) -> bytes:
    """A 16-bit FLAC, with the MD5 of its samples."""
    return _encode(sound, rate_hz, container="flac", codec="flac", sample_format="s16")


def mp3_in_wav(sound: Stereo, *, rate_hz: int = 44_100, bit_rate: int = 192_000) -> bytes:
    """What some programs export as "WAV": only the decoder finds out."""
    return _encode(sound, rate_hz, container="wav", codec="libmp3lame", sample_format="s16p", bit_rate=bit_rate)


def clipped(sound: Stereo, *, gain_db: float = 9.0) -> Stereo:
    """Driven into full scale, as an export with a master bus that is too hot."""
    driven = sound * np.float32(10 ** (gain_db / 20))
    return np.clip(driven, -1.0, 1.0)


def without_right_channel(sound: Stereo) -> Stereo:
    silent = sound.copy()
    silent[:, 1] = 0
    return silent


def with_silence_in_front(sound: Stereo, *, seconds: float, rate_hz: int = 44_100) -> Stereo:
    return np.concatenate([np.zeros((int(seconds * rate_hz), 2), np.float32), sound])


def cut_off(file: bytes, *, share: float) -> bytes:
    """An upload or export that ended early: the header promises more than there is."""
    return file[: int(len(file) * share)]


def _low_three_bytes(whole: np.ndarray) -> bytes:
    return whole.reshape(-1, 1).view(np.uint8).reshape(-1, 4)[:, :3].tobytes()


def _encode(
    sound: Stereo, rate_hz: int, *, container: str, codec: str, sample_format: str, bit_rate: int | None = None
) -> bytes:
    out = io.BytesIO()
    samples = np.ascontiguousarray((np.clip(sound, -1, 1) * 32767).astype(np.int16))
    with av.open(out, "w", format=container) as target:
        stream = cast("av.AudioStream", target.add_stream(codec, rate=rate_hz, layout="stereo"))
        stream.codec_context.format = av.AudioFormat(sample_format)
        if bit_rate:
            stream.codec_context.bit_rate = bit_rate
        for start in range(0, len(samples), rate_hz):
            block = samples[start : start + rate_hz].reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(block, format="s16", layout="stereo")
            frame.sample_rate = rate_hz
            frame.pts = start
            for packet in stream.encode(frame):
                target.mux(packet)
        for packet in stream.encode(None):
            target.mux(packet)
    return out.getvalue()
