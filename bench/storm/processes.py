"""Looking at the demo's processes from outside, and ending one of them now and then."""

from __future__ import annotations

import asyncio
import random
import time
from collections import defaultdict
from contextlib import suppress

import psutil

from bench.storm.tally import Tally

LOOK_EVERY_S = 2.0
KILL_EVERY_S = (4.0, 9.0)
# The supervisor starts a service again at most three times.
MOST_MASTERS = 2


class Onlooker:
    """The largest memory and the CPU seconds of every kind of process, while it watches, and how busy the machine is.

    A decoder that came and went between two looks is not among the processes; what it took is in the machine's.
    """

    def __init__(self, supervisor_pid: int) -> None:
        self.load_before = psutil.getloadavg()[0]
        self._began = time.monotonic(), _busy_s(), time.process_time()
        self._supervisor = psutil.Process(supervisor_pid)
        self.peak_mb: dict[str, float] = defaultdict(float)
        self._cpu: dict[int, tuple[str, float, float]] = {}
        self.most: dict[str, int] = defaultdict(int)

    async def watch(self, until: float) -> None:
        while time.monotonic() < until:
            self.look()
            await asyncio.sleep(LOOK_EVERY_S)

    def look(self) -> None:
        count: dict[str, int] = defaultdict(int)
        for process in self.family():
            with suppress(psutil.Error):
                kind = kind_of(process)
                count[kind] += 1
                times = process.cpu_times()
                used = times.user + times.system
                first = self._cpu.get(process.pid, (kind, used, used))[1]
                self._cpu[process.pid] = (kind, first, used)
                self.peak_mb[kind] = max(self.peak_mb[kind], process.memory_info().rss / 2**20)
        for kind, number in count.items():
            self.most[kind] = max(self.most[kind], number)

    def cpu_s(self, kind: str) -> float:
        return sum(used - first for known, first, used in self._cpu.values() if known == kind)

    def machine(self) -> str:
        """How busy it was, as a sentence: numbers of a machine that does other things are not the portal's."""
        began_at, busy_s, own_s = self._began
        cores, took_s = psutil.cpu_count() or 1, time.monotonic() - began_at
        return (
            f"{cores} cores, load {self.load_before:.1f} before; busy {_busy_s() - busy_s:.0f} of "
            f"{cores * took_s:.0f} core seconds, {time.process_time() - own_s:.0f} of them with this storm itself"
        )

    def family(self) -> list[psutil.Process]:
        with suppress(psutil.Error):
            return [self._supervisor, *self._supervisor.children(recursive=True)]
        return []


def _busy_s() -> float:
    times = psutil.cpu_times()
    return float(sum(times) - times.idle - getattr(times, "iowait", 0.0))


def kind_of(process: psutil.Process) -> str:
    line = " ".join(process.cmdline())
    parent = process.parent()
    inner = parent is not None and process.cmdline() == parent.cmdline()
    for words, kind in (
        ("gunicorn", "web worker" if inner else "web master"),
        ("workers.audio.server", "decoder" if inner else "ear"),
        ("checks@", "checks process" if inner else "checks master"),
        ("helpers@", "helpers process" if inner else "helpers master"),
        (" beat ", "clock"),
        ("valkey", "broker"),
        ("warden.py", "warden"),
    ):
        if words in line:
            return kind
    return "supervisor"


async def kill_now_and_then(onlooker: Onlooker, until: float, tally: Tally) -> None:
    """SIGKILL to whatever may be killed without ending the demo by its own rules."""
    masters = 0
    while time.monotonic() < until:
        await asyncio.sleep(random.uniform(*KILL_EVERY_S))
        victims = ["web worker", "checks process", "helpers process", "ear", "decoder"]
        if masters < MOST_MASTERS:
            victims.append("checks master")
        wanted = random.choice(victims)
        with suppress(psutil.Error):
            found = [process for process in onlooker.family() if kind_of(process) == wanted]
            if found:
                random.choice(found).kill()
                masters += wanted == "checks master"
                tally.killed.append(wanted)
