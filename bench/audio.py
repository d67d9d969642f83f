"""What listening to a recording costs, against what people use now: `python -m bench.audio [--seconds 600] [--long]`.

CPU seconds and peak memory as medians, each contender in a process of its own:
  ours     the full catalogue, in a fork of the warm helper, as in production
  bare     PyAV decodes to nothing
  ffmpeg   `ffmpeg -af ebur128=peak=true -f null -`; without the program, the same filter inside PyAV
  usual    pydub's AudioSegment.from_file and pyloudnorm
The contenders take turns, so that a busy minute of the machine meets all of them; the ratios count, not the seconds.
`--long` also measures the memory of a recording of 2 h and of one of 6 h (8 GB of disk, one file at a time).
"""

import argparse
import functools
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from workers.audio.blas import blas_environment

os.environ.update(blas_environment())  # before numpy

import av
import numpy as np

from bench.material import LONG, make, make_long, paths
from workers.audio.forked import measure_in_fork
from workers.audio.limits import Limits
from workers.audio.server import warm_up

_FFMPEG = shutil.which("ffmpeg")
_LOSSLESS = ("WAV", "FLAC")
_MOST_OF_FFMPEG, _MOST_OF_BARE, _MOST_OF_USUAL, _MOST_MB = 1.0, 5.0, 1 / 15, 160.0


@dataclass(frozen=True)
class Cost:
    cpu_s: float
    peak_mb: float


@dataclass(frozen=True)
class Row:
    """One file: what each contender took; None where it was not run."""

    file: str
    ours: Cost
    bare: Cost
    ffmpeg: Cost
    usual: Cost | None


def ours(path: Path) -> Cost:
    limits = Limits(cpu_s=600, wall_s=1800.0, max_duration_s=7 * 3600.0)
    outcome = measure_in_fork(path, file_name=path.name, limits=limits)
    if outcome.failure:
        raise RuntimeError(f"{path.name}: {outcome.failure}: {outcome.detail}")
    return Cost(outcome.cpu_s, outcome.peak_rss_bytes / 2**20)


def bare(path: Path) -> Cost:
    def decode() -> None:
        with av.open(os.fspath(path)) as container:
            for _ in container.decode(container.streams.audio[0]):
                pass

    return _in_fork(decode)


def ffmpeg(path: Path) -> Cost:
    if _FFMPEG is None:
        return _in_fork(lambda: _ebur128_in_pyav(path))
    command = [_FFMPEG, "-v", "quiet", "-nostats", "-i", os.fspath(path), "-af", "ebur128=peak=true", "-f", "null", "-"]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def usual(path: Path) -> Cost:
    def measure() -> None:
        pyloudnorm, segments = _usual_libraries()
        segment = segments.from_file(os.fspath(path))
        samples = np.array(segment.get_array_of_samples()).reshape(-1, segment.channels)
        scaled = samples / float(1 << (8 * segment.sample_width - 1))
        pyloudnorm.Meter(segment.frame_rate).integrated_loudness(scaled)

    return _in_fork(measure, prepare=_usual_libraries)  # ours is warm, too


def _usual_libraries() -> tuple[Any, Any]:
    """Import them in a child, so that they do not weigh on the other contenders' memory."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pyloudnorm
        from pydub import AudioSegment
    return pyloudnorm, AudioSegment


def _ebur128_in_pyav(path: Path) -> None:
    with av.open(os.fspath(path)) as container:
        sound = container.streams.audio[0]
        graph = av.filter.Graph()
        source = graph.add_abuffer(template=sound)
        meter, sink = graph.add("ebur128", "peak=true"), graph.add("abuffersink")
        source.link_to(meter)
        meter.link_to(sink)
        graph.configure()
        for frame in container.decode(sound):
            graph.push(frame)
            while True:
                try:
                    graph.pull()
                except (av.error.BlockingIOError, av.error.EOFError):
                    break


def _in_fork(work: Callable[[], object], *, prepare: Callable[[], object] = lambda: None) -> Cost:
    """Run both in a child and return what `work` took."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            prepare()
            began = time.process_time()
            work()
            os.write(writing, str(time.process_time() - began).encode())
            code = 0
        finally:
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading) as answer:
        cpu_s = answer.read()
    _, status, usage = os.wait4(child, 0)
    if status:
        raise RuntimeError(f"a contender failed with status {status}")
    return Cost(float(cpu_s), usage.ru_maxrss / 1024)


def compare(name: str, path: Path, times: int) -> Row:
    """Let the contenders take turns. The usual way is slow enough for one run to tell."""
    # pydub needs the ffmpeg program for everything but WAV.
    by_usual = usual(path) if name.startswith("WAV") or _FFMPEG is not None else None
    turns = [(ours(path), bare(path), ffmpeg(path)) for _ in range(times)]
    return Row(name, *map(_median, zip(*turns, strict=True)), by_usual)


def _median(costs: Iterable[Cost]) -> Cost:
    costs = list(costs)
    return Cost(statistics.median(one.cpu_s for one in costs), max(one.peak_mb for one in costs))


def throughput(files: list[Path], processes: int) -> float:
    """Wall seconds that this many processes, each with its share, take for all files once."""
    began = time.monotonic()
    children = []
    for share in range(processes):
        child = os.fork()
        if child == 0:
            for path in files[share::processes]:
                ours(path)
            os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)
    return time.monotonic() - began


def table(rows: list[Row]) -> str:
    peer = "ffmpeg" if _FFMPEG else "PyAV ebur128"
    lines = [
        f"| file | ours | bare decode | {peer} | pydub + pyloudnorm | ours / bare | ours / {peer} | usual / ours |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        usual_cost = f"{row.usual.cpu_s:.2f} s, {row.usual.peak_mb:.0f} MB" if row.usual else "-"
        usual_ratio = f"{row.usual.cpu_s / row.ours.cpu_s:.1f}" if row.usual else "-"
        lines.append(
            f"| {row.file} | {row.ours.cpu_s:.2f} s, {row.ours.peak_mb:.0f} MB | {row.bare.cpu_s:.2f} s "
            f"| {row.ffmpeg.cpu_s:.2f} s | {usual_cost} | {row.ours.cpu_s / row.bare.cpu_s:.2f} "
            f"| {row.ours.cpu_s / row.ffmpeg.cpu_s:.2f} | {usual_ratio} |"
        )
    return "\n".join(lines)


def verdicts(rows: list[Row]) -> list[str]:
    """Return a line per file and goal, met or not; a goal that decoding alone makes unreachable says so."""
    lines = []
    for row in rows:
        cpu_s = row.ours.cpu_s
        goals = [("ours / ffmpeg", cpu_s / row.ffmpeg.cpu_s, _MOST_OF_FFMPEG, "")]
        if row.file.startswith(_LOSSLESS):
            hopeless = " (decoding it is little more than copying)" if row.file.startswith("WAV") else ""
            goals.append(("ours / bare decode", cpu_s / row.bare.cpu_s, _MOST_OF_BARE, hopeless))
        if row.usual:
            share = row.bare.cpu_s / row.usual.cpu_s
            hopeless = f" (decoding alone takes {share:.3f})" if share > _MOST_OF_USUAL else ""
            goals.append(("ours / usual", cpu_s / row.usual.cpu_s, _MOST_OF_USUAL, hopeless))
        goals.append(("peak memory in MB", row.ours.peak_mb, _MOST_MB, ""))
        for goal, value, most, hopeless in goals:
            lines.append(
                f"{'met    ' if value <= most else 'NOT MET'}  {row.file}: {goal} {value:.3g}, at most {most:.3g}"
                + (hopeless if value > most else "")
            )
    return lines


def measure_long(folder: Path, short_mb: float) -> None:
    """Make, measure, print and delete one long recording after the other."""
    for name in LONG:
        path = folder / "long.wav"
        _in_fork(functools.partial(make_long, path, name))
        cost = ours(path)
        path.unlink()
        met = "met    " if cost.peak_mb <= _MOST_MB else "NOT MET"
        print(f"{met}  {name}: {cost.cpu_s:.1f} s, {cost.peak_mb:.0f} MB; the short ones {short_mb:.0f} MB", flush=True)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.audio", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--times", type=int, default=3, help="runs per contender; the median counts")
    parser.add_argument("--json", type=Path, help="also write the numbers here")
    parser.add_argument("--long", action="store_true", help="also measure 2 h of 24/96 and 6 h of 16/44.1")
    options = parser.parse_args(arguments)
    warm_up()
    with tempfile.TemporaryDirectory(prefix="soundcheck-bench-") as folder:
        _in_fork(functools.partial(make, Path(folder), options.seconds))
        files = paths(Path(folder))
        rows = []
        for name, path in files.items():
            rows.append(compare(name, path, options.times))
            print(table(rows[-1:]).splitlines()[-1], flush=True)
        one, two = throughput(list(files.values()) * 2, 1), throughput(list(files.values()) * 2, 2)
        if options.long:
            for path in files.values():
                path.unlink()
            measure_long(Path(folder), max(row.ours.peak_mb for row in rows))
    per_core_hour = 3600 / statistics.mean(row.ours.cpu_s for row in rows)
    print(f"\n{table(rows)}\n")
    print("\n".join(verdicts(rows)) + "\n")
    print(
        f"{per_core_hour:,.0f} recordings of {options.seconds / 60:g} min per core-hour; 2 processes: {one / two:.2f}x"
    )
    if options.json:
        numbers = {"rows": [asdict(row) for row in rows], "per_core_hour": per_core_hour, "two_processes": one / two}
        options.json.write_text(json.dumps(numbers, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
