"""What only the decoder's own integers can tell: bits in use, the hash of the sound, FLAC's checksum, bad floats."""

import hashlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

LARGEST_SAMPLE = 2.0**15  # 90 dB over full scale; a float beyond it is damage, no level


class PcmFacts:
    """Feed it every piece of interleaved samples as the decoder gives them: int32, left-aligned, or float32."""

    def __init__(self, *, md5_bits: int | None = None, md5_frames: int | None = None) -> None:
        """md5_bits: bits per sample of a FLAC stream whose MD5 is wanted; None for no MD5.

        md5_frames: the length that the stream announces; `md5_announced` is the MD5 of so much.
        """
        self._sha256 = hashlib.sha256()
        self._md5_bits = md5_bits
        self._md5 = hashlib.md5(usedforsecurity=False)
        self._md5_frames = md5_frames
        self._md5_announced: bytes | None = None
        self._used = 0
        self._frames = 0
        self.non_finite = 0
        self.first_non_finite: int | None = None

    def push(self, piece: NDArray[Any]) -> None:
        self._sha256.update(piece.data.cast("B"))
        if piece.dtype == np.int32:
            self._used |= int(np.bitwise_or.reduce(piece, axis=None))
            if self._md5_bits is not None:
                self._hash_flac(piece, self._md5_bits)
        elif not max(float(piece.max()), -float(piece.min())) <= LARGEST_SAMPLE:  # a NaN compares as false
            self._count_non_finite(piece)
        self._frames += len(piece)

    @property
    def sha256(self) -> str:
        return self._sha256.hexdigest()

    @property
    def md5(self) -> bytes:
        return self._md5.digest()

    @property
    def md5_announced(self) -> bytes | None:
        """None when the stream is no longer than it announces."""
        return self._md5_announced

    def effective_bits(self) -> int | None:
        """Return how many bits from the top are ever used; None for digital silence and for floats."""
        if self._used == 0:
            return None
        lowest = self._used & -self._used
        return 32 - (lowest.bit_length() - 1)

    def _hash_flac(self, piece: NDArray[np.int32], bits: int) -> None:
        left = (self._md5_frames or 0) - self._frames
        if 0 <= left < len(piece) and self._md5_frames and self._md5_announced is None:
            self._md5.update(_flac_bytes(piece[:left], bits).data.cast("B"))
            self._md5_announced = self._md5.digest()
            piece = piece[left:]
        self._md5.update(_flac_bytes(piece, bits).data.cast("B"))

    def _count_non_finite(self, piece: NDArray[Any]) -> None:
        bad = ~(np.abs(piece) <= LARGEST_SAMPLE)
        self.non_finite += int(bad.sum())
        if self.first_non_finite is None and self.non_finite:
            self.first_non_finite = self._frames + int(bad.any(axis=1).argmax())
        piece[bad] = 0  # so that the rest of the pass stays finite; its numbers are withheld


def _flac_bytes(piece: NDArray[np.int32], bits: int) -> NDArray[Any]:
    """Return the samples as FLAC hashes them: signed little-endian, each in as few whole bytes as it needs."""
    width = -(-bits // 8)
    aligned = piece if bits == width * 8 else piece >> (width * 8 - bits)
    if width == 4:
        return aligned
    # Whole words at the distance of `width` bytes, in turn: each covers what the one before it wrote too much.
    packed = np.empty(piece.size * width + 4 - width, np.uint8)
    words = np.ndarray(piece.size, np.uint32, packed, strides=(width,))
    np.right_shift(aligned.reshape(-1).view(np.uint32), np.uint32(32 - 8 * width), out=words)
    return packed[: piece.size * width]
