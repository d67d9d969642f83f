"""The whole file as one row of numbers per 10 ms: what silence, stereo, dropouts and the waveform are judged from."""

import numpy as np

from workers.audio.blocks import Block, Floats
from workers.audio.kweighting import Doubles
from workers.audio.rows import Rows


class HopTable:
    """Collects per hop the energies, the extremes and, for two channels, the energy of their difference."""

    def __init__(self, channels: int) -> None:
        self._channels = channels
        # One row per channel, then highs, lows and, in stereo, the differences.
        self._rows = Rows(channels + 2 + (channels == 2))
        self.sums: Doubles = np.zeros(channels)

    def push(self, block: Block) -> None:
        used = -(-block.real // block.hop)
        rows = [*block.energies, block.highs.max(axis=0), block.lows.min(axis=0)]
        self.sums += block.hops.sum(axis=2).sum(axis=1, dtype=np.float64)
        if self._channels == 2:
            difference = block.hops[0] - block.hops[1]
            rows.append(np.vecdot(difference, difference))
        self._rows.append(np.stack(rows)[:, :used])

    def finish(self) -> None:
        """Join the blocks; the tables below exist from here on. The last hop may hold padding."""
        whole = self._rows.join()
        self.energies: Floats = whole[: self._channels]
        self.highs: Floats = whole[self._channels]
        self.lows: Floats = whole[self._channels + 1]
        self.differences: Floats | None = whole[self._channels + 2] if self._channels == 2 else None
