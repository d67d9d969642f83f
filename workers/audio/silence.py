"""Silence before, after and inside the recording, from the level of every 10 ms, each without its own mean."""

import math

import numpy as np
from numpy.typing import NDArray

from portal.checks.sound_facts import Span
from workers.audio.blocks import HOP_S, Floats
from workers.audio.facts import Facts
from workers.audio.hops import HopTable
from workers.audio.limits import MAX_PLACES
from workers.audio.runs import runs

GAP_DBFS = -60.0
_HIGHEST_THRESHOLD_DBFS = -50.0  # a dense mix has no noise floor; its quietest part must not count as silence
_ABOVE_FLOOR_DB = 10.0
_FLOOR_PERCENTILE = 1
_SHORTEST_GAP_S = 1.0


def report_silence(facts: Facts, table: HopTable, *, rate_hz: int, hop: int, frames: int) -> None:
    """Put head, tail and gaps. A window is silent when its loudest channel stays below the threshold."""
    levels = _levels_dbfs(table, hop)
    threshold = _threshold_dbfs(levels)
    sounding = np.flatnonzero(levels >= threshold)
    facts.put("silence", threshold_dbfs=threshold)
    if len(levels) and np.isfinite(levels.max()):
        facts.put("silence", loudest_dbfs=float(levels.max()))
    else:
        facts.excuse("nothing moves", "silence.loudest_dbfs")
    if not len(sounding):
        facts.excuse("the whole file is silent", "silence.head_s", "silence.tail_s", "silence.gap_count")
        facts.excuse("the whole file is silent", "silence.longest_gap_s")
        return
    first, last = int(sounding[0]), int(sounding[-1])
    gaps = _gaps(levels[first : last + 1] < GAP_DBFS, first, hop / rate_hz)
    facts.put(
        "silence",
        head_s=first * hop / rate_hz,
        tail_s=max(frames - (last + 1) * hop, 0) / rate_hz,
        gaps=tuple(sorted(gaps, key=lambda gap: gap.start_s - gap.end_s)[:MAX_PLACES]),
        gap_count=len(gaps),
        longest_gap_s=max((gap.end_s - gap.start_s for gap in gaps), default=0.0),
    )


def _levels_dbfs(table: HopTable, hop: int) -> Floats:
    loudest = table.moving_energy(0)
    for channel in range(1, len(table.energies)):
        np.maximum(loudest, table.moving_energy(channel), out=loudest)
    with np.errstate(divide="ignore"):
        return np.asarray(np.float32(10) * np.log10(loudest / np.float32(hop)))


def _threshold_dbfs(levels: Floats) -> float:
    sounding = levels[np.isfinite(levels)]
    if not len(sounding):
        return GAP_DBFS
    floor = float(np.percentile(sounding, _FLOOR_PERCENTILE))
    return min(max(GAP_DBFS, floor + _ABOVE_FLOOR_DB), _HIGHEST_THRESHOLD_DBFS)


def _gaps(silent: NDArray[np.bool_], first: int, hop_s: float) -> list[Span]:
    shortest = math.ceil(_SHORTEST_GAP_S / HOP_S)
    starts, ends = runs(silent)
    return [
        Span(start_s=(first + start) * hop_s, end_s=(first + end) * hop_s)
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
        if end - start >= shortest
    ]
