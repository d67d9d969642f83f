"""Audio files as bytes: WAV by hand, so that its header can lie, everything else through PyAV's encoders."""

import io
import struct
from fractions import Fraction

import av
import numpy as np

from tests.signals.tones import Signal

_GUID_TAIL = bytes.fromhex("000000001000800000aa00389b71")


def pcm_bytes(signal: Signal, kind: str) -> bytes:
    """Return interleaved little-endian samples; kind: pcm8, pcm16, pcm24, pcm32, float32, float64."""
    if kind == "float32":
        return signal.astype("<f4").tobytes()
    if kind == "float64":
        return signal.astype("<f8").tobytes()
    bits = int(kind.removeprefix("pcm"))
    top = 2 ** (bits - 1)
    whole = np.clip(np.rint(signal * top), -top, top - 1).astype("<i8")
    if bits == 8:
        return (whole + 128).astype("u1").tobytes()
    return whole.reshape(-1, 1).view("u1").reshape(-1, 8)[:, : bits // 8].tobytes()


def wav(
    signal: Signal,
    rate_hz: int,
    *,
    kind: str = "pcm16",
    extensible: bool = False,
    data_size: int | None = None,
    block_align: int | None = None,
    riff_size: int | None = None,
    before: bytes = b"",
    after: bytes = b"",
) -> bytes:
    """Return a WAV file. data_size, block_align and riff_size are what the header claims instead of the truth."""
    data = pcm_bytes(signal, kind)
    channels = signal.shape[1] if signal.ndim == 2 else 1
    fmt = _format(channels, rate_hz, kind, extensible=extensible, block_align=block_align)
    chunks = chunk(b"fmt ", fmt) + before
    body = b"data" + struct.pack("<I", len(data) if data_size is None else data_size) + data + b"\0" * (len(data) % 2)
    whole = 4 + len(chunks) + len(body) + len(after)
    return b"RIFF" + struct.pack("<I", whole if riff_size is None else riff_size) + b"WAVE" + chunks + body + after


def rf64(signal: Signal, rate_hz: int, *, magic: bytes = b"RF64", kind: str = "pcm24") -> bytes:
    """Return an RF64 or BW64 file (ITU-R BS.2088): sizes of 32 bits are all ones, the true ones stand in ds64."""
    data = pcm_bytes(signal, kind)
    fmt = chunk(b"fmt ", _format(signal.shape[1], rate_hz, kind, extensible=False, block_align=None))
    size = 4 + 8 + 28 + len(fmt) + 8 + len(data)
    ds64 = chunk(b"ds64", struct.pack("<QQQI", size, len(data), len(signal), 0))
    return magic + b"\xff" * 4 + b"WAVE" + ds64 + fmt + b"data" + b"\xff" * 4 + data


def chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def encoded(
    signal: Signal,
    rate_hz: int,
    *,
    codec: str,
    container: str,
    sample_format: str,
    bitrate: int | None = None,
    bits: int | None = None,
    options: dict[str, str] | None = None,
    metadata: dict[str, str] | None = None,
) -> bytes:
    """Return the file that FFmpeg's encoder and muxer make; sample_format as FFmpeg names it."""
    target = io.BytesIO()
    layout = {1: "mono", 2: "stereo", 6: "5.1"}[signal.shape[1]]
    with av.open(target, "w", format=container, container_options=options or {}) as output:
        output.metadata.update(metadata or {})
        stream = output.add_stream(codec, rate=rate_hz, layout=layout)
        stream.codec_context.format = sample_format
        raw_bits = {"bits_per_raw_sample": str(bits)} if bits else {}
        # FFmpeg's own Vorbis encoder is called experimental.
        stream.codec_context.options = {"strict": "experimental", **raw_bits}
        if bitrate:
            stream.bit_rate = bitrate
        resampler = av.AudioResampler(format=sample_format, layout=layout, rate=rate_hz)
        frame = av.AudioFrame.from_ndarray(signal.astype(np.float32).reshape(1, -1), format="flt", layout=layout)
        frame.sample_rate, frame.time_base, frame.pts = rate_hz, Fraction(1, rate_hz), 0
        fifo = av.AudioFifo()
        for piece in resampler.resample(frame):
            fifo.write(piece)
        size = stream.codec_context.frame_size or 4096
        while (piece := fifo.read(size, partial=True)) is not None:
            output.mux(stream.encode(piece))
        output.mux(stream.encode(None))
    return target.getvalue()


def flac(signal: Signal, rate_hz: int, *, bits: int = 16, metadata: dict[str, str] | None = None) -> bytes:
    sample_format = "s16" if bits == 16 else "s32"
    return encoded(
        signal, rate_hz, codec="flac", container="flac", sample_format=sample_format, bits=bits, metadata=metadata
    )


def mp3(signal: Signal, rate_hz: int, *, bitrate: int = 320_000, xing: bool = True) -> bytes:
    options = {"write_xing": "1" if xing else "0", "id3v2_version": "3" if xing else "0"}
    return encoded(
        signal, rate_hz, codec="libmp3lame", container="mp3", sample_format="fltp", bitrate=bitrate, options=options
    )


def _format(channels: int, rate_hz: int, kind: str, *, extensible: bool, block_align: int | None) -> bytes:
    tag, bits = (3, int(kind[5:])) if kind.startswith("float") else (1, int(kind[3:]))
    align = channels * bits // 8 if block_align is None else block_align
    head = struct.pack("<HIIHH", channels, rate_hz, rate_hz * channels * bits // 8, align, bits)
    if not extensible:
        return struct.pack("<H", tag) + head
    mask = {1: 0x4, 2: 0x3, 5: 0x37, 6: 0x3F, 8: 0x63F}[channels]
    return struct.pack("<H", 0xFFFE) + head + struct.pack("<HHIH", 22, bits, mask, tag) + _GUID_TAIL
