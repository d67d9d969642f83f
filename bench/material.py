"""Minutes and hours of music in the shapes that recordings arrive in, made once per run."""

import itertools
import os
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from tests.signals.files import pcm_bytes, wav
from tests.signals.music import music
from tests.signals.tones import Signal

_PIECE_S = 30.0


LONG = {"WAV 24/96, 2 h": (2, 96_000, "pcm24"), "WAV 16/44.1, 6 h": (6, 44_100, "pcm16")}  # name -> hours, rate, kind


def paths(folder: Path) -> dict[str, Path]:
    """Return name -> path of what `make` writes."""
    return {
        "WAV 24/96": folder / "96.wav",
        "WAV 24/44.1": folder / "44.wav",
        "FLAC 24/96": folder / "96.flac",
        "MP3 320": folder / "44.mp3",
        "AAC 256": folder / "44.m4a",
    }


def make(folder: Path, seconds: float) -> None:
    """Write the files into `folder`. It takes some hundred megabytes: call it where nobody measures memory."""
    files = paths(folder)
    for name, rate_hz in (("WAV 24/96", 96_000), ("WAV 24/44.1", 44_100)):
        _write_wav(files[name], seconds, rate_hz)
    _encode(files["WAV 24/96"], files["FLAC 24/96"], codec="flac", sample_format="s32", bits=24)
    _encode(files["WAV 24/44.1"], files["MP3 320"], codec="libmp3lame", sample_format="fltp", bitrate=320_000)
    _encode(files["WAV 24/44.1"], files["AAC 256"], codec="aac", sample_format="fltp", bitrate=256_000)


def make_long(path: Path, name: str) -> None:
    """Write one of the LONG files, piece by piece."""
    hours, rate_hz, kind = LONG[name]
    _write_wav(path, hours * 3600, rate_hz, kind=kind)


def _master(seed: int, seconds: float, rate_hz: int) -> Signal:
    """A mastered mix, gently saturated to a peak of -0.5 dBFS."""
    mix = music(seconds, rate_hz, seed=seed + 1, peak_dbfs=0.0)
    return np.tanh(mix * 2) / np.tanh(2) * (0.6 + 0.35 * (seed % 2))


def _write_wav(path: Path, seconds: float, rate_hz: int, *, kind: str = "pcm24") -> None:
    """Four different pieces in turn, until the time is over."""
    left = round(seconds * rate_hz) * 2 * int(kind.removeprefix("pcm")) // 8
    header = wav(np.zeros((0, 2)), rate_hz, kind=kind, data_size=left, riff_size=36 + left)
    pieces = [pcm_bytes(_master(seed, min(_PIECE_S, seconds), rate_hz), kind) for seed in range(4)]
    with path.open("wb") as file:
        file.write(header)
        for piece in itertools.cycle(pieces):
            file.write(piece[:left])
            left -= len(piece)
            if left <= 0:
                return


def _encode(
    source: Path, target: Path, *, codec: str, sample_format: str, bitrate: int | None = None, bits: int | None = None
) -> None:
    with av.open(os.fspath(source)) as reader, av.open(os.fspath(target), "w") as writer:
        sound = reader.streams.audio[0]
        stream = writer.add_stream(codec, rate=sound.rate, layout="stereo")
        stream.codec_context.format = sample_format
        stream.codec_context.options = {"bits_per_raw_sample": str(bits)} if bits else {}
        if bitrate:
            stream.bit_rate = bitrate
        fifo, resampler = av.AudioFifo(), av.AudioResampler(format=sample_format, layout="stereo", rate=sound.rate)
        frames = stream.codec_context.frame_size or 4096
        for decoded in reader.decode(sound):
            decoded.pts, decoded.time_base = None, Fraction(1, sound.rate)
            for piece in resampler.resample(decoded):
                piece.pts = None
                fifo.write(piece)
            for ready in fifo.read_many(frames):
                writer.mux(stream.encode(ready))
        rest = fifo.read(partial=True)
        if rest is not None:
            writer.mux(stream.encode(rest))
        writer.mux(stream.encode(None))
