"""A deadline hour in small: `python -m bench.storm --uploaders 200 --pollers 500 --minutes 2 [--kill]`.

Applicants send recordings over tus, with lines that break and go on; others wait for their check and let their page ask
again as often as it says. All of it against the portal as `make demo` starts it, on this machine alone, and it ends by
itself. Prints throughput, how long each kind of request took, memory and CPU of each kind of process, and what was lost
of what had been acknowledged (which must be nothing: else the exit code is 1).
"""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
import time
from pathlib import Path

from bench.storm import people, proof, report
from bench.storm.clients import Place
from bench.storm.crowd import Poller, Uploader
from bench.storm.processes import Onlooker, kill_now_and_then
from bench.storm.stack import running_demo
from bench.storm.tally import Tally

MOST_PEOPLE, MOST_MINUTES = 2_000, 30.0
# Who has begun may finish; after that, what is unfinished is counted as such.
GRACE_S = 90.0


def main() -> int:
    wishes = _wishes()
    random.seed(wishes.seed)
    with tempfile.TemporaryDirectory(prefix="soundcheck-storm-") as scratch:
        folder = wishes.state or Path(scratch) / "state"
        crowd = people.Crowd(folder)
        with running_demo(folder, prepare=crowd.prepare) as demo:
            senders = crowd.add_senders(wishes.uploaders, seconds=wishes.sound_seconds)
            waiters = crowd.add_waiters(wishes.pollers)
            print(f"{len(senders)} send, {len(waiters)} wait, {wishes.minutes:g} minutes, at {demo.url}", flush=True)
            tally, onlooker = Tally(), Onlooker(demo.pid)
            began = time.monotonic()
            asyncio.run(_storm(wishes, demo.place, senders, waiters, tally, onlooker))
            took_s = time.monotonic() - began
            losses = proof.losses(crowd.app, senders)
            report.show(tally, onlooker, senders=senders, took_s=took_s, losses=losses, stands=proof.stands(crowd.app))
    return 1 if losses else 0


async def _storm(
    wishes: argparse.Namespace,
    place: Place,
    senders: list[people.Sender],
    waiters: list[people.Waiter],
    tally: Tally,
    onlooker: Onlooker,
) -> None:
    until = time.monotonic() + 60 * wishes.minutes
    # Most come early enough to finish, as at every deadline some do not.
    uploads = [Uploader(one, place, tally, wishes).run(until + GRACE_S) for one in senders]
    polls = [Poller(one, place, tally, every_s=wishes.every).run(until) for one in waiters]
    watching = [onlooker.watch(until)]
    if wishes.kill:
        watching.append(kill_now_and_then(onlooker, until, tally))
    await asyncio.gather(*uploads, *polls, *watching)


def _wishes() -> argparse.Namespace:
    ask = argparse.ArgumentParser(prog="python -m bench.storm", description=__doc__.splitlines()[0])
    ask.add_argument("--uploaders", type=_whole(MOST_PEOPLE), default=200)
    ask.add_argument("--pollers", type=_whole(MOST_PEOPLE), default=500)
    ask.add_argument("--minutes", type=float, default=2.0)
    ask.add_argument("--sound-seconds", type=_whole(600), default=30, help="length of each recording (30 s: 5 MB)")
    ask.add_argument("--drops", type=float, default=0.15, help="how many of the pieces break off on their way")
    ask.add_argument("--every", type=float, help="ask so often, instead of as often as the page says")
    ask.add_argument("--kill", action="store_true", help="SIGKILL a process now and then")
    ask.add_argument("--state", type=Path, help="use the demo that runs in this folder, or start one there")
    ask.add_argument("--seed", type=int, default=1)
    wishes = ask.parse_args()
    if not 0 < wishes.minutes <= MOST_MINUTES:
        ask.error(f"--minutes must be above 0 and at most {MOST_MINUTES:g}")
    return wishes


def _whole(most: int):
    def parse(text: str) -> int:
        if not text.isdecimal() or int(text) > most:
            raise argparse.ArgumentTypeError(f"must be a whole number of at most {most}")
        return int(text)

    return parse


if __name__ == "__main__":
    raise SystemExit(main())
