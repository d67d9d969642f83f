"""What the person at the terminal sees while the demo works: one line per step, and a table at the end."""

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO


class Console:
    """Plain lines everywhere; on a terminal a step shows that it is under way before it is done."""

    def __init__(self, out: TextIO = sys.stdout) -> None:
        self._out = out
        self._live = out.isatty()

    @contextmanager
    def step(self, text: str) -> Iterator[None]:
        """A piece of work with its time. Lines said inside stand above its own closing line."""
        if self._live:
            self._write(f"  …  {text}")
        began = time.monotonic()
        try:
            yield
        except BaseException:
            self._line(f"  ✗  {text}")
            raise
        self._line(f"  ✓  {text}  ({time.monotonic() - began:.1f} s)")

    def say(self, text: str) -> None:
        self._line(f"     {text}")

    def alarm(self, text: str) -> None:
        self._line(f"\n  ✗  {text}")

    def plain(self, text: str = "") -> None:
        self._line(text)

    def table(self, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        widths = [max(len(row[column]) for row in [heads, *rows]) for column in range(len(heads))]
        for row in [heads, ["─" * width for width in widths], *rows]:
            self._line("     " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())

    def _line(self, text: str) -> None:
        self._write(text + "\n")

    def _write(self, text: str) -> None:
        self._out.write(("\r\033[K" if self._live else "") + text)
        self._out.flush()


class Follower:
    """Reads what was added to a log since the last look, in whole lines."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0
        self._rest = b""

    def new_lines(self) -> list[str]:
        try:
            size = self._path.stat().st_size
        except FileNotFoundError:
            return []
        if size < self._offset:
            self._offset, self._rest = 0, b""
        with self._path.open("rb") as log:
            log.seek(self._offset)
            added = log.read()
        self._offset += len(added)
        *lines, self._rest = (self._rest + added).split(b"\n")
        return [line.decode("utf-8", "replace") for line in lines]
