"""What listening to a recording costs, against what people use now: `python -m bench.audio [--seconds 600]`.

CPU seconds and peak memory as medians, each contender in a process of its own:
  ours     the full catalogue, in a fork of the warm helper, as in production
  bare     PyAV decodes to nothing
  ffmpeg   `ffmpeg -af ebur128=peak=true -f null -`; without the program, the same filter inside PyAV
  usual    pydub's AudioSegment.from_file and pyloudnorm
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before numpy: the engine forks, and CPU seconds are what is counted

import av
import numpy as np

from bench.material import make
from workers.audio.forked import measure_in_fork
from workers.audio.limits import Limits
from workers.audio.server import warm_up

_FFMPEG = shutil.which("ffmpeg")
_LOSSLESS = ("WAV", "FLAC")


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
    outcome = measure_in_fork(path, file_name=path.name, limits=Limits(cpu_s=600, wall_s=900.0))
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
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pyloudnorm
        from pydub import AudioSegment

    def measure() -> None:
        segment = AudioSegment.from_file(os.fspath(path))
        samples = np.array(segment.get_array_of_samples()).reshape(-1, segment.channels)
        scaled = samples / float(1 << (8 * segment.sample_width - 1))
        pyloudnorm.Meter(segment.frame_rate).integrated_loudness(scaled)

    return _in_fork(measure)


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


def _in_fork(work: Callable[[], None]) -> Cost:
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    _, status, usage = os.wait4(child, 0)
    if status:
        raise RuntimeError(f"a contender failed with status {status}")
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def _median(contender: Callable[[Path], Cost], path: Path, times: int) -> Cost:
    costs = [contender(path) for _ in range(times)]
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


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.audio", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--times", type=int, default=3, help="runs per contender; the median counts")
    parser.add_argument("--json", type=Path, help="also write the numbers here")
    options = parser.parse_args(arguments)
    warm_up()
    with tempfile.TemporaryDirectory(prefix="soundcheck-bench-") as folder:
        files = make(Path(folder), options.seconds)
        rows = []
        for name, path in files.items():
            # pydub needs the ffmpeg program for everything but WAV; it is slow enough for one run to tell.
            runs_usual = name.startswith("WAV") or _FFMPEG is not None
            rows.append(
                Row(
                    name,
                    _median(ours, path, options.times),
                    _median(bare, path, options.times),
                    _median(ffmpeg, path, options.times),
                    usual(path) if runs_usual else None,
                )
            )
            print(table(rows[-1:]).splitlines()[-1], flush=True)
        one, two = throughput(list(files.values()) * 2, 1), throughput(list(files.values()) * 2, 2)
    per_core_hour = 3600 / statistics.mean(row.ours.cpu_s for row in rows)
    print(f"\n{table(rows)}\n")
    print(
        f"{per_core_hour:,.0f} recordings of {options.seconds / 60:g} min per core-hour; 2 processes: {one / two:.2f}x"
    )
    if options.json:
        numbers = {"rows": [asdict(row) for row in rows], "per_core_hour": per_core_hour, "two_processes": one / two}
        options.json.write_text(json.dumps(numbers, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
