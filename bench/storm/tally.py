"""What happened how often, and how long it took."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict


class Tally:
    def __init__(self) -> None:
        self.took_s: dict[str, list[float]] = defaultdict(list)
        self.answers: dict[str, Counter[str]] = defaultdict(Counter)
        self.events: Counter[str] = Counter()
        self.killed: list[str] = []
        self.bytes_acknowledged = 0

    def note(self, kind: str, outcome: str, took_s: float) -> None:
        self.took_s[kind].append(took_s)
        self.answers[kind][outcome] += 1

    def percentiles_ms(self, kind: str) -> tuple[float, float, float, float]:
        """50th, 95th, 99th and the worst."""
        times = sorted(self.took_s[kind])
        if len(times) == 1:
            times = times * 2
        cuts = statistics.quantiles(times, n=100, method="inclusive")
        return tuple(1000 * value for value in (cuts[49], cuts[94], cuts[98], times[-1]))  # type: ignore[return-value]
