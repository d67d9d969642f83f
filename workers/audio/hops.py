"""The whole file as one row of numbers per 10 ms: what silence, stereo, dropouts and the waveform are judged from."""

import numpy as np

from workers.audio.blocks import Block, Floats
from workers.audio.kweighting import Doubles


class HopTable:
    """Collects per hop the energies, the extremes and, for two channels, the energy of their difference."""

    def __init__(self, channels: int) -> None:
        self._stereo = channels == 2
        self._energies: list[Floats] = []
        self._highs: list[Floats] = []
        self._lows: list[Floats] = []
        self._differences: list[Floats] = []
        self.sums: Doubles = np.zeros(channels)

    def push(self, block: Block) -> None:
        used = -(-block.real // block.hop)
        self._energies.append(block.energies[:, :used])
        self._highs.append(block.highs[:, :used].max(axis=0))
        self._lows.append(block.lows[:, :used].min(axis=0))
        self.sums += block.hops.sum(axis=2).sum(axis=1, dtype=np.float64)
        if self._stereo:
            difference = block.hops[0] - block.hops[1]
            self._differences.append(np.vecdot(difference, difference)[:used])

    def finish(self) -> None:
        """Join the blocks; the tables below exist from here on. The last hop may hold padding."""
        self.energies: Floats = np.concatenate(self._energies, axis=1)
        self.highs: Floats = np.concatenate(self._highs)
        self.lows: Floats = np.concatenate(self._lows)
        self.differences: Floats | None = np.concatenate(self._differences) if self._stereo else None
        self._energies, self._highs, self._lows, self._differences = [], [], [], []
