"""What a storm has shown, as a table to read."""

from __future__ import annotations

from collections import Counter

from bench.storm.people import Sender
from bench.storm.processes import Onlooker
from bench.storm.tally import Tally


def show(
    tally: Tally,
    onlooker: Onlooker,
    *,
    senders: list[Sender],
    took_s: float,
    losses: list[str],
    stands: Counter[str],
) -> None:
    requests = sum(len(times) for times in tally.took_s.values())
    done = sum(sender.done for sender in senders)
    print(f"\nmachine: {onlooker.machine()}")
    print(f"{requests} requests in {took_s:.0f} s: {requests / took_s:.0f} a second")
    print(
        f"{done} of {len(senders)} recordings arrived whole; {tally.bytes_acknowledged / 1e6:.0f} MB, "
        f"{tally.bytes_acknowledged / took_s / 1e6:.1f} MB a second"
    )
    print(f"\n{'kind of request':<34}{'count':>7}{'50 %':>8}{'95 %':>8}{'99 %':>8}{'worst':>8} ms   answers")
    for kind in sorted(tally.took_s):
        times = "".join(f"{value:>8.0f}" for value in tally.percentiles_ms(kind))
        answers = ", ".join(f"{outcome}: {count}" for outcome, count in tally.answers[kind].most_common())
        print(f"{kind:<34}{len(tally.took_s[kind]):>7}{times}      {answers}")
    print(f"\n{'kind of process':<34}{'most':>7}{'memory':>10}{'CPU':>9}")
    for kind in sorted(onlooker.peak_mb):
        cpu = onlooker.cpu_s(kind)
        print(f"{kind:<34}{onlooker.most[kind]:>7}{onlooker.peak_mb[kind]:>7.0f} MB{cpu:>7.1f} s")
    for what, count in (tally.events + Counter(f"killed: {victim}" for victim in tally.killed)).most_common():
        print(f"{what}: {count}")
    print("files: " + ", ".join(f"{count} {state}" for state, count in sorted(stands.items())))
    print("lost: nothing" if not losses else "LOST:\n" + "\n".join(losses[:50]))
