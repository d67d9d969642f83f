"""`python -m workers.audio FILE…`: one strict JSON report per line.

Exit 0 when every file got a verdict (unreadable is one), 2 for wrong usage: none named, or one that cannot be opened.
"""

import argparse
import os
import sys
from dataclasses import asdict
from pathlib import Path


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m workers.audio", description="Measure recordings.")
    parser.add_argument("files", nargs="+", metavar="FILE", type=Path)
    paths = parser.parse_args(arguments).files
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before numpy is loaded; threads would not survive the fork
    from workers.audio.child import unpacked
    from workers.audio.forked import measure_in_fork
    from workers.audio.limits import Limits
    from workers.audio.server import warm_up

    warm_up()
    code = 0
    for path in paths:
        try:
            outcome = measure_in_fork(path, file_name=path.name, limits=Limits())
        except OSError as error:
            print(f"{path}: {error.strerror}", file=sys.stderr)
            code = 2
            continue
        print(unpacked(asdict(outcome), file_name=path.name).report.to_json(), flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
