"""Feeds the audio engine broken files: `python -m bench.fuzz_audio --files 20000 --seed 1`.

Every file is one of a small generated corpus, mutated. What must hold for each: an answer within the limits, a report
that is strict JSON with finite numbers, a failure that is a known result. An engine error is a bug; its file is kept.
"""

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path

from workers.audio.blas import blas_environment

os.environ.update(blas_environment())  # before numpy

import numpy as np

from tests.signals.files import chunk, encoded, flac, mp3, rf64, wav
from tests.signals.hostile import nested_mp4, silent_flac
from tests.signals.music import music
from workers.audio.child import FAILURES, unpacked
from workers.audio.forked import measure_in_fork
from workers.audio.limits import Limits
from workers.audio.server import warm_up

LIMITS = Limits(cpu_s=20, wall_s=30.0, max_duration_s=120.0)
_EXTREMES = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
_HEADER_BYTES = 600


def corpus() -> dict[str, bytes]:
    """Return the files that get mutated, by name; about a second of sound each."""
    piece, rate = music(1.2, 44_100), 44_100

    def through(codec: str, container: str, sample_format: str, bitrate: int | None = None) -> bytes:
        return encoded(piece, rate, codec=codec, container=container, sample_format=sample_format, bitrate=bitrate)

    tag = b"ID3\x03\0\0\0\0\x01\0" + bytes(128)
    tags = {"artist": "A. Body", "title": "Take", "comment": "x" * 300}
    information = chunk(b"LIST", b"INFO" + chunk(b"IART", b"A. Body\0"))
    return {
        "wav16": wav(piece, rate),
        "wav24 tagged": wav(piece, rate, kind="pcm24", after=information + chunk(b"bext", b"Tape" * 160)),
        "wav float extensible": wav(piece, rate, kind="float32", extensible=True),
        "rf64": rf64(piece, rate),
        "aiff": through("pcm_s24be", "aiff", "s32"),
        "caf": through("pcm_s16le", "caf", "s16"),
        "w64": through("pcm_s16le", "w64", "s16"),
        "flac": flac(piece, rate, metadata=tags),
        "flac24": flac(piece, rate, bits=24),
        "flac in ogg": through("flac", "ogg", "s16"),
        "alac": through("alac", "ipod", "s16p"),
        "aac": through("aac", "ipod", "fltp", 128_000),
        "adts": through("aac", "adts", "fltp", 128_000),
        "vorbis": through("vorbis", "ogg", "fltp"),
        "opus": encoded(music(1.2, 48_000), 48_000, codec="libopus", container="ogg", sample_format="flt"),
        "mp3": mp3(piece, rate, bitrate=128_000),
        "mp3 bare": mp3(piece, rate, xing=False),
        "six channels": wav(np.tile(piece, (1, 3)), rate, kind="pcm16", extensible=True),
        "silent flac": silent_flac(0.05),
        "nested mp4": nested_mp4(50),
        "joined mp3": mp3(piece, rate) + mp3(piece, rate),
        "chained ogg": through("vorbis", "ogg", "fltp") * 2,
        "joined flac": flac(piece, rate) * 2,
        "flac without checksum": unchecked(flac(piece, rate)),
        "zeros and mp3": bytes(4096) + mp3(piece, rate),
        "tag and wav": tag + wav(piece, rate),
        "two tags and flac": tag * 2 + flac(piece, rate),
    }


def unchecked(data: bytes) -> bytes:
    """Return a FLAC file without the checksum of its sound."""
    return data[:26] + bytes(16) + data[42:]


class Mutator:
    """Makes broken files, the same for the same seed."""

    def __init__(self, files: dict[str, bytes], seed: int) -> None:
        self._files, self._names = files, sorted(files)
        self._rng = np.random.default_rng(seed)
        self._ways = (
            self._flip_bits, self._truncate, self._edit_header, self._splice, self._erase, self._insert, self._repeat,
            self._extreme,
        )  # fmt: skip

    def next(self) -> tuple[str, bytes]:
        name = self._names[self._rng.integers(len(self._names))]
        data = bytearray(self._files[name])
        done = []
        for _ in range(int(self._rng.integers(1, 4))):
            way = self._ways[self._rng.integers(len(self._ways))]
            way(data)
            done.append(way.__name__.strip("_"))
        return f"{name}: {', '.join(done)}", bytes(data)

    def _place(self, data: bytearray) -> int:
        return int(self._rng.integers(max(len(data), 1)))

    def _flip_bits(self, data: bytearray) -> None:
        for _ in range(int(2 ** self._rng.uniform(0, 9))):
            if data:
                data[self._place(data)] ^= 1 << int(self._rng.integers(8))

    def _truncate(self, data: bytearray) -> None:
        del data[self._place(data) :]

    def _edit_header(self, data: bytearray) -> None:
        for _ in range(int(self._rng.integers(1, 8))):
            at = int(self._rng.integers(min(_HEADER_BYTES, max(len(data), 1))))
            data[at : at + 1] = bytes([int(self._rng.integers(256))])

    def _extreme(self, data: bytearray) -> None:
        value = _EXTREMES[self._rng.integers(len(_EXTREMES))]
        size, order = ((2, "little"), (4, "little"), (4, "big"), (8, "big"))[self._rng.integers(4)]
        at = int(self._rng.integers(min(_HEADER_BYTES, max(len(data), 1))))
        data[at : at + size] = (value & (1 << 8 * size) - 1).to_bytes(size, order)  # type: ignore[arg-type]

    def _splice(self, data: bytearray) -> None:
        other = self._files[self._names[self._rng.integers(len(self._names))]]
        cut = int(self._rng.integers(len(other)))
        data[self._place(data) :] = other[cut:]

    def _erase(self, data: bytearray) -> None:
        at, size = self._place(data), int(2 ** self._rng.uniform(0, 14))
        data[at : at + size] = bytes(len(data[at : at + size]))

    def _insert(self, data: bytearray) -> None:
        at, size = self._place(data), int(2 ** self._rng.uniform(0, 12))
        data[at:at] = self._rng.bytes(size)

    def _repeat(self, data: bytearray) -> None:
        at, size = self._place(data), int(2 ** self._rng.uniform(4, 15))
        data[at:at] = data[at : at + size] * int(self._rng.integers(1, 4))


@dataclass
class Tally:
    """What became of the files."""

    files: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    bugs: list[str] = field(default_factory=list)
    slowest_s: float = 0.0
    most_memory: int = 0

    def text(self, seconds: float) -> str:
        ends = ", ".join(f"{name} {count:,}" for name, count in self.ends.most_common())
        return (
            f"{self.files:,} files in {seconds:.0f} s: {ends}; slowest {self.slowest_s:.2f} s, "
            f"most memory {self.most_memory / 2**20:.0f} MB, bugs {len(self.bugs)}"
        )


def attack(path: Path, name: str, tally: Tally) -> None:
    """Measure the file at `path` and note how it ended."""
    began = time.monotonic()
    outcome = measure_in_fork(path, file_name="fuzz.wav", limits=LIMITS)
    tally.slowest_s = max(tally.slowest_s, time.monotonic() - began)
    tally.most_memory = max(tally.most_memory, outcome.peak_rss_bytes)
    tally.files += 1
    try:
        analysis = unpacked({**asdict(outcome), "result": outcome.result.decode()}, file_name="fuzz.wav")
    except ValueError as error:
        tally.bugs.append(f"{name}: {error}")
        return
    if analysis.failure == "engine" or (analysis.failure and analysis.failure not in FAILURES):
        tally.bugs.append(f"{name}: {analysis.detail}")
    if "Permission denied" in (analysis.report.declared.read_error or ""):
        tally.bugs.append(f"{name}: {analysis.report.declared.read_error}")
    tally.ends[analysis.failure or ("measured" if analysis.report.readable else "refused")] += 1


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.fuzz_audio", description=__doc__)
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=3600.0, help="stop after so long, whatever --files says")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, default=Path("var/fuzz"), help="where the files that found a bug go")
    options = parser.parse_args(arguments)
    warm_up()
    mutator, tally, began = Mutator(corpus(), options.seed), Tally(), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="soundcheck-fuzz-") as folder:
        path = Path(folder) / "file"
        while tally.files < options.files and time.monotonic() - began < options.seconds:
            name, data = mutator.next()
            path.write_bytes(data)
            found = len(tally.bugs)
            attack(path, name, tally)
            if len(tally.bugs) > found:
                options.keep.mkdir(parents=True, exist_ok=True)
                (options.keep / f"{options.seed}-{tally.files}").write_bytes(data)
                print(tally.bugs[-1], flush=True)
            if tally.files % 1000 == 0:
                print(tally.text(time.monotonic() - began), flush=True)
    print(f"seed {options.seed}: {tally.text(time.monotonic() - began)}")
    return 1 if tally.bugs else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
