"""The whole file as one row of numbers per 10 ms: what silence, stereo, dropouts and the waveform are judged from."""

import numpy as np

from workers.audio.blocks import Block, Floats
from workers.audio.kweighting import Doubles
from workers.audio.rows import Rows

_ROUNDING = np.float32(1e-6)  # of single precision, where an offset is subtracted from itself


class HopTable:
    """Collects per hop the energies, the sums, the extremes and, for two channels, the energy of their difference."""

    def __init__(self, channels: int) -> None:
        self._channels = channels
        # Two rows per channel, then highs, lows and, in stereo, the differences.
        self._rows = Rows(2 * channels + 2 + (channels == 2))
        self._hop, self._frames = 1, 0

    def push(self, block: Block) -> None:
        used = -(-block.real // block.hop)
        self._hop, self._frames = block.hop, block.start + block.real
        rows = [*block.energies, *block.hops.sum(axis=2), block.highs.max(axis=0), block.lows.min(axis=0)]
        if self._channels == 2:
            difference = block.hops[0] - block.hops[1]
            rows.append(np.vecdot(difference, difference))
        self._rows.append(np.stack(rows)[:, :used])

    def finish(self) -> None:
        """Join the blocks; the tables below exist from here on. The last hop may hold padding."""
        whole = self._rows.join()
        self.energies: Floats = whole[: self._channels]
        self.hop_sums: Floats = whole[self._channels : 2 * self._channels]
        self.highs, self.lows, *differences = whole[2 * self._channels :]
        self.differences: Floats | None = differences[0] if differences else None
        self.sums: Doubles = self.hop_sums.sum(axis=1, dtype=np.float64)

    def moving_energy(self, channel: int) -> Floats:
        """Return the energy of each hop without its own mean: a constant offset (DC) is no sound."""
        energy, total = self.energies[channel], self.hop_sums[channel]
        moving = energy - total * total / np.float32(self._hop)
        rest = self._frames % self._hop
        if rest and len(moving):
            moving[-1] = energy[-1] - total[-1] ** 2 / rest
        moving[moving < energy * _ROUNDING] = 0
        return np.asarray(moving)
