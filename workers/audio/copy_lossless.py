"""Writing samples anew: canonical WAV (`fmt ` and `data`, nothing else) and FLAC (STREAMINFO, nothing else).

WAV by the Multimedia Programming Interface 1.0 with WAVEFORMATEXTENSIBLE for more than two channels; RF64 by EBU Tech
3306; FLAC by RFC 9639.
"""

import hashlib
import struct
from typing import Any, BinaryIO, Final

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from av.audio.frame import AudioFrame
from numpy.typing import NDArray

from workers.audio.decode import Decoder
from workers.audio.notthisway import NotThisWay

MAX_RIFF_BYTES: Final = 0xFFFFFFFF - 128
_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_GUID_TAIL = bytes.fromhex("000000001000800000aa00389b71")
_SPEAKERS = ("FL", "FR", "FC", "LFE", "BL", "BR", "FLC", "FRC", "BC", "SL", "SR")
_STREAMINFO_BYTES = 34
_FLAC_BITS = {"s16": ("s16", 16), "s32": ("s32", 24)}


def write_wav(decoder: Decoder, source: BinaryIO, out: BinaryIO) -> None:
    """Samples as they are, in at most 4 GiB. Double precision becomes single, which is what every browser plays."""
    _write_riff(decoder, out, rf64=False)


def write_rf64(decoder: Decoder, source: BinaryIO, out: BinaryIO) -> None:
    """The same without the limit of 4 GiB."""
    _write_riff(decoder, out, rf64=True)


def write_flac(decoder: Decoder, source: BinaryIO, out: BinaryIO) -> None:
    """Integers of up to 24 bits, encoded again without loss."""
    sample_format, bits = _FLAC_BITS.get(decoder.sample_format.removesuffix("p"), ("", 0))
    if not bits:
        raise NotThisWay("FLAC holds integers only")
    encoder = _flac_encoder(decoder, sample_format, bits)
    out.write(b"fLaC" + bytes([0x80]) + _STREAMINFO_BYTES.to_bytes(3, "big") + bytes(_STREAMINFO_BYTES))
    digest = hashlib.md5(usedforsecurity=False)  # RFC 9639 section 8.2
    for piece in decoder.pieces():
        digest.update(_little_endian(piece, bits))
        frame = _packed_frame(piece, decoder, sample_format)
        for packet in encoder.encode(frame):
            out.write(bytes(packet))
    for packet in encoder.encode(None):
        out.write(bytes(packet))
    facts = encoder.extradata or b""
    if len(facts) != _STREAMINFO_BYTES:
        raise NotThisWay("the encoder did not say how the stream begins")
    out.seek(8)
    out.write(facts[:-16] + digest.digest())  # the encoder's own digest is not yet final here
    out.seek(0, 2)


def _flac_encoder(decoder: Decoder, sample_format: str, bits: int) -> AudioCodecContext:
    encoder: Any = av.CodecContext.create("flac", "w")
    encoder.sample_rate = decoder.rate_hz
    encoder.layout = decoder.layout
    encoder.format = sample_format
    encoder.options = {"compression_level": "5", "bits_per_raw_sample": str(bits)}
    encoder.open()
    made: AudioCodecContext = encoder
    return made


def _packed_frame(piece: NDArray[np.int32], decoder: Decoder, sample_format: str) -> AudioFrame:
    samples = (piece >> 16).astype(np.int16) if sample_format == "s16" else piece
    frame = AudioFrame.from_ndarray(samples.reshape(1, -1), format=sample_format, layout=decoder.layout)
    frame.sample_rate = decoder.rate_hz
    return frame


def _write_riff(decoder: Decoder, out: BinaryIO, *, rf64: bool) -> None:
    bits = _wav_bits(decoder)
    shape = _fmt_chunk(decoder, bits)
    head_bytes = 12 + (36 if rf64 else 0) + len(shape) + 8
    out.write(bytes(head_bytes))
    size = 0
    for piece in decoder.pieces():
        data = _little_endian(piece, bits)
        size += len(data)
        if not rf64 and head_bytes + size > MAX_RIFF_BYTES:
            raise NotThisWay("this needs more than 4 GiB")
        out.write(data)
    out.write(b"\0" * (size % 2))
    whole = head_bytes - 8 + size + size % 2
    out.seek(0)
    out.write(_riff_head(whole, size, decoder.frames, shape, rf64=rf64))
    out.seek(0, 2)


def _riff_head(whole: int, size: int, frames: int, shape: bytes, *, rf64: bool) -> bytes:
    if not rf64:
        return b"RIFF" + struct.pack("<I", whole) + b"WAVE" + shape + b"data" + struct.pack("<I", size)
    sizes = b"ds64" + struct.pack("<IQQQI", 28, whole, size, frames, 0)
    unknown = b"\xff" * 4
    return b"RF64" + unknown + b"WAVE" + sizes + shape + b"data" + unknown


def _wav_bits(decoder: Decoder) -> int:
    """Bits of a sample in the WAV: the original's for PCM, enough for every bit otherwise."""
    if decoder.float_samples:
        return 32
    for bits in (8, 16, 24):
        if decoder.codec in (f"pcm_u{bits}", f"pcm_s{bits}", f"pcm_s{bits}le", f"pcm_s{bits}be"):
            return bits
    return {"u8": 8, "s16": 16}.get(decoder.sample_format.removesuffix("p"), 32)


def _fmt_chunk(decoder: Decoder, bits: int) -> bytes:
    kind = _FLOAT if decoder.float_samples else _PCM
    block = decoder.channels * bits // 8
    many = decoder.channels > 2
    body = struct.pack(
        "<HHIIHH",
        _EXTENSIBLE if many else kind,
        decoder.channels,
        decoder.rate_hz,
        decoder.rate_hz * block,
        block,
        bits,
    )
    if many:
        body += struct.pack("<HHI", 22, bits, _speakers(decoder.channel_names)) + struct.pack("<H", kind) + _GUID_TAIL
    return b"fmt " + struct.pack("<I", len(body)) + body


def _speakers(names: tuple[str, ...]) -> int:
    """The channel mask, 0 (no places) unless every channel has a place and they stand in the mask's own order."""
    places = [_SPEAKERS.index(name) for name in names if name in _SPEAKERS]
    if len(places) != len(names) or places != sorted(places):
        return 0
    return sum(1 << place for place in places)


def _little_endian(piece: NDArray[Any], bits: int) -> bytes:
    if piece.dtype == np.float32 or bits == 32:
        return piece.tobytes()
    if bits == 8:
        return ((piece >> 24) + 128).astype(np.uint8).tobytes()
    return piece.view(np.uint8).reshape(-1, 4)[:, 4 - bits // 8 :].tobytes()
