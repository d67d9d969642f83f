"""`python -m workers.audio FILE…`: one line of strict JSON per file, {"file": the argument, …the report}.

Exit 0 when every argument got a verdict; unreadable is one, also of a folder, a pipe or a device. Exit 2 for wrong
usage: none named, or one that is not there or may not be opened. Such an argument still gets its line, with the reason.
Bytes of a name that are no UTF-8 stand in "file" as \\xNN.
"""

import argparse
import json
import os
import stat
import sys
from dataclasses import asdict
from pathlib import Path
from typing import NoReturn

from portal.checks.file_facts import Health
from portal.checks.report import ENGINE, AudioReport
from workers.audio.blas import blas_environment

_FAILED_HERE = "Our analysis failed on this file, which is not the fault of the file. Nothing is known about its sound."


_NO_FILE = "This is {}, not a file. Name the recording itself."
_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (lambda _: True, "a device"),
)
_DASH = "a name that begins with a dash goes behind two of them: python -m workers.audio -- -take.wav"


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        super().error(f"{message}; {_DASH}" if any(word.startswith("-") for word in sys.argv[1:]) else message)


def main(arguments: list[str]) -> int:
    parser = _Parser(
        prog="python -m workers.audio",
        description="Measure recordings: one line of JSON per file, on standard output.",
        epilog=f"{_DASH.capitalize()}. Exit 0 when every argument got a verdict (unreadable is one, also of a folder "
        "or a pipe), 2 when one is not there or may not be opened. Bytes of a name that are no UTF-8 become \\xNN.",
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="a file on this machine, of any format")
    names = parser.parse_args(arguments).files
    os.environ.update(blas_environment())  # before numpy is loaded
    from workers.audio.server import warm_up

    warm_up()
    code = 0
    for name in names:
        shown = os.fsencode(name).decode(errors="backslashreplace")  # a name need not be text, a line of JSON is
        try:
            kind = _other_than_file(Path(name))
            report = _unreadable(_NO_FILE.format(kind)) if kind else _measured(Path(name), Path(shown).name)
        except OSError as error:
            report = _unreadable(f"Cannot be opened: {error.strerror}.")
            print(f"{shown}: {error.strerror}", file=sys.stderr)
            code = 2
        line = json.dumps({"file": shown, **report.to_plain()}, allow_nan=False, ensure_ascii=False)
        sys.stdout.buffer.write(line.encode() + b"\n")
        sys.stdout.buffer.flush()
    return code


def _unreadable(reason: str) -> AudioReport:
    return AudioReport.unreadable(reason, health=Health(engine=ENGINE))


def _other_than_file(path: Path) -> str | None:
    """What stands there, when it is no regular file. Raises OSError when nothing does."""
    mode = path.stat().st_mode
    return None if stat.S_ISREG(mode) else next(kind for is_one, kind in _KINDS if is_one(mode))


def _measured(path: Path, file_name: str) -> AudioReport:
    """Raises OSError when there is no such file, or none that can be read to an end."""
    from workers.audio.child import FAILURES, unpacked
    from workers.audio.forked import measure_in_fork
    from workers.audio.limits import Limits

    outcome = measure_in_fork(path, file_name=file_name, limits=Limits())
    return unpacked(asdict(outcome), file_name=file_name, sentences={**FAILURES, "engine": _FAILED_HERE}).report


def run() -> int:
    """Run as a program; whoever reads our lines may stop reading."""
    try:
        return main(sys.argv[1:])
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else the interpreter complains at its end
        return 0


if __name__ == "__main__":
    sys.exit(run())
