"""The file as one row of numbers per 10 ms: what silence, stereo and the waveform are judged from.

The rows are handed on in chunks of half a minute, so that an hour needs no more room than a minute.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from workers.audio.blocks import HOPS, Block, Floats

_ROUNDING = np.float32(1e-6)  # of single precision, where an offset is subtracted from itself
CHUNK_HOPS = 40 * HOPS  # 38.4 s: a whole number of blocks and of 100 ms


@dataclass(frozen=True)
class Hops:
    """Consecutive hops, the first of which is number `start`; the arrays are used again for the next chunk.

    energies: (channels, n) sums of squares; sums: (channels, n); highs, lows: (n,) extremes over all channels;
    differences: (n,) energy of left minus right, None unless there are two channels. frames: of the file, up to the end
    of the last hop, which may hold padding behind them.
    """

    start: int
    energies: Floats
    sums: Floats
    highs: Floats
    lows: Floats
    differences: Floats | None
    hop: int
    frames: int

    def moving_energies(self) -> Floats:
        """(channels, n): the energy of each hop without its own mean: a constant offset (DC) is no sound."""
        count = self.energies.shape[1]
        lengths = np.full(count, self.hop, np.float32)
        lengths[-1] = self.frames - (self.start + count - 1) * self.hop
        moving = self.energies - self.sums * self.sums / lengths
        moving[moving < self.energies * _ROUNDING] = 0
        return np.asarray(moving)


class HopTable:
    """Feed it every Block, then `finish`; both yield chunks of CHUNK_HOPS, the last one as long as it is."""

    def __init__(self, channels: int, hop: int) -> None:
        self._channels = channels
        # Two rows per channel, then highs, lows and, in stereo, the differences.
        self._rows = np.empty((2 * channels + 2 + (channels == 2), CHUNK_HOPS), np.float32)
        self._hop = hop
        self._start = self._fill = self._frames = 0

    def push(self, block: Block) -> Iterator[Hops]:
        channels, used = self._channels, -(-block.real // block.hop)
        rows = self._rows[:, self._fill : self._fill + used]
        energies, sums, (highs, lows) = rows[:channels], rows[channels : 2 * channels], rows[2 * channels :][:2]
        energies[:] = block.energies[:, :used]
        sums[:] = block.sums[:, :used]
        np.maximum.reduce(block.highs[:, :used], out=highs)
        np.minimum.reduce(block.lows[:, :used], out=lows)
        if channels == 2:
            difference = block.hops[0] - block.hops[1]
            rows[-1] = np.vecdot(difference, difference)[:used]
        self._fill, self._frames = self._fill + used, block.start + block.real
        if self._fill == CHUNK_HOPS:
            yield self._chunk()

    def finish(self) -> Iterator[Hops]:
        if self._fill:
            yield self._chunk()

    def _chunk(self) -> Hops:
        channels, rows = self._channels, self._rows[:, : self._fill]
        chunk = Hops(
            self._start,
            energies=rows[:channels],
            sums=rows[channels : 2 * channels],
            highs=rows[2 * channels],
            lows=rows[2 * channels + 1],
            differences=rows[-1] if channels == 2 else None,
            hop=self._hop,
            frames=self._frames,
        )
        self._start, self._fill = self._start + self._fill, 0
        return chunk
