"""`python -m workers.audio FILE…`: one strict JSON report per line. Exit 0 when every file got a verdict."""

import argparse
import sys
from pathlib import Path

from workers.audio.measure import measure


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m workers.audio", description="Measure recordings.")
    parser.add_argument("files", nargs="+", metavar="FILE", type=Path)
    for path in parser.parse_args(arguments).files:
        with path.open("rb") as file:
            print(measure(file, file_name=path.name).report.to_json(), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
