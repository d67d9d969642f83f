"""Ten minutes of music in the shapes that recordings arrive in, made once per run."""

import os
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from tests.signals.files import pcm_bytes, wav
from tests.signals.music import music
from tests.signals.tones import Signal

_PIECE_S = 30.0


def make(folder: Path, seconds: float) -> dict[str, Path]:
    """Write the files into `folder`; return name -> path. Memory stays at one piece of 30 s."""
    files = {
        "WAV 24/96": folder / "96.wav",
        "WAV 24/44.1": folder / "44.wav",
        "FLAC 24/96": folder / "96.flac",
        "MP3 320": folder / "44.mp3",
        "AAC 256": folder / "44.m4a",
    }
    for name, rate_hz in (("WAV 24/96", 96_000), ("WAV 24/44.1", 44_100)):
        _write_wav(files[name], seconds, rate_hz)
    _encode(files["WAV 24/96"], files["FLAC 24/96"], codec="flac", sample_format="s32", bits=24)
    _encode(files["WAV 24/44.1"], files["MP3 320"], codec="libmp3lame", sample_format="fltp", bitrate=320_000)
    _encode(files["WAV 24/44.1"], files["AAC 256"], codec="aac", sample_format="fltp", bitrate=256_000)
    return files


def _pieces(seconds: float, rate_hz: int) -> Iterator[Signal]:
    """A mastered mix: four different pieces in turn, gently saturated to a peak of -0.5 dBFS."""
    masters = []
    for seed in range(4):
        mix = music(min(_PIECE_S, seconds), rate_hz, seed=seed + 1, peak_dbfs=0.0)
        masters.append(np.tanh(mix * 2) / np.tanh(2) * (0.6 + 0.35 * (seed % 2)))
    left = round(seconds * rate_hz)
    for turn in range(10**6):
        piece = masters[turn % 4][:left]
        yield piece
        left -= len(piece)
        if left <= 0:
            return


def _write_wav(path: Path, seconds: float, rate_hz: int) -> None:
    size = round(seconds * rate_hz) * 6
    header = wav(np.zeros((0, 2)), rate_hz, kind="pcm24", data_size=size, riff_size=36 + size)
    with path.open("wb") as file:
        file.write(header)
        for piece in _pieces(seconds, rate_hz):
            file.write(pcm_bytes(piece, "pcm24"))


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
