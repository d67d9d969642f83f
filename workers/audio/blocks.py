"""The stream of samples, cut into blocks of one fixed length whatever the decoder delivers.

Every measurement sees the same blocks, so its numbers cannot depend on how a file happened to be packed. A block holds
96 hops of 10 ms: a whole number of hops and of 32-frame cells at every sample rate.
"""

from collections.abc import Iterator
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

HOPS = 96
CELL = 32  # frames; also the lead-in that every block brings along
HOP_S = 0.010


def hop_frames(rate_hz: int) -> int:
    """Return the frames of one 10 ms hop, rounded where the rate does not divide (11,025 Hz: 110)."""
    return round(rate_hz * HOP_S)


class Block:
    """`HOPS` hops of planar float32 samples, 1.0 = full scale; the last block of a file is padded with zeros.

    lead: (channels, CELL + frames), the block with the CELL frames before it; x: (channels, frames), the block itself.
    start: index of the first frame; real: how many frames are the file's own.
    """

    def __init__(self, lead: Floats, *, start: int, real: int, hop: int) -> None:
        self.lead, self.start, self.real, self.hop = lead, start, real, hop
        self.x = lead[:, CELL:]

    @property
    def whole_hops(self) -> int:
        """Hops that hold no padding."""
        return self.real // self.hop

    @cached_property
    def hops(self) -> Floats:
        """(channels, HOPS, hop): a view."""
        return self.x.reshape(self.x.shape[0], HOPS, self.hop)

    @cached_property
    def highs(self) -> Floats:
        """(channels, HOPS): largest sample of each hop; NaN where the hop holds one."""
        return np.asarray(self.hops.max(axis=2))

    @cached_property
    def lows(self) -> Floats:
        """(channels, HOPS): smallest sample of each hop; NaN where the hop holds one."""
        return np.asarray(self.hops.min(axis=2))

    @cached_property
    def peaks(self) -> Floats:
        """(channels, HOPS): largest absolute sample of each hop."""
        return np.maximum(self.highs, -self.lows)

    @cached_property
    def energies(self) -> Floats:
        """(channels, HOPS): sum of squares of each hop."""
        return np.asarray(np.vecdot(self.hops, self.hops))

    @cached_property
    def sums(self) -> Floats:
        """(channels, HOPS): sum of each hop, added up in pairs: a matrix product would round too much."""
        return np.asarray(self.hops.sum(axis=2))

    @cached_property
    def turns(self) -> Floats:
        """(channels, HOPS): largest second difference of each hop, by size: how sharply it turns."""
        slope = self.lead[:, CELL - 1 :] - self.lead[:, CELL - 2 : -1]
        bend = (slope[:, 1:] - slope[:, :-1]).reshape(self.hops.shape)
        return np.asarray(np.abs(bend, out=bend).max(axis=2))

    @cached_property
    def same(self) -> NDArray[np.bool_]:
        """(channels, frames): whether a sample equals the one before it."""
        return np.asarray(self.x == self.lead[:, CELL - 1 : -1])


class Reblocker:
    """Cuts pieces of any length into Blocks; `scale` makes full scale 1.0."""

    def __init__(self, rate_hz: int, channels: int, *, scale: float = 1.0) -> None:
        self._scale = np.float32(scale)
        self.hop = hop_frames(rate_hz)
        self.frames = HOPS * self.hop
        self._lead = np.zeros((channels, CELL + self.frames), np.float32)
        self._fill = 0
        self._start = 0

    def push(self, piece: NDArray[np.generic]) -> Iterator[Block]:
        """Take (channels, n) samples of any n and yield every block that became full."""
        taken = 0
        while taken < piece.shape[1]:
            n = min(self.frames - self._fill, piece.shape[1] - taken)
            at = CELL + self._fill
            self._lead[:, at : at + n] = piece[:, taken : taken + n]
            if self._scale != 1:
                self._lead[:, at : at + n] *= self._scale
            self._fill += n
            taken += n
            if self._fill == self.frames:
                yield self._block()

    def finish(self) -> Iterator[Block]:
        """Yield the last, zero-padded block, if frames are left."""
        if self._fill:
            self._lead[:, CELL + self._fill :] = 0
            yield self._block()

    def _block(self) -> Block:
        block = Block(self._lead, start=self._start, real=self._fill, hop=self.hop)
        self._lead = np.empty_like(self._lead)
        self._lead[:, :CELL] = block.lead[:, -CELL:]
        self._start += self._fill
        self._fill = 0
        return block
