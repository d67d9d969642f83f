"""Clean music, into which faults are put."""

import numpy as np

from tests.signals.music import music
from tests.signals.tones import Signal
from tests.unit.audio.listening import RATE_HZ

CLEAN = music(12, RATE_HZ)


def at(seconds: float) -> int:
    return round(seconds * RATE_HZ)


def pair(left: Signal, right: Signal) -> Signal:
    return np.stack([left, right], axis=1)
