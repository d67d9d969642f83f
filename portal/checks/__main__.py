"""`python -m portal.checks [FILE]` writes the handbook page of all checks, docs/checks.md unless told otherwise."""

import argparse
import sys
from pathlib import Path

from portal.checks.document import handbook


def main(arguments: list[str]) -> int:
    """Write the page and return the exit code. Ends the program for wrong usage (2) and for --help (0)."""
    parser = argparse.ArgumentParser(
        prog="python -m portal.checks", description="Write the handbook page of all checks, in Markdown."
    )
    parser.add_argument(
        "file", nargs="?", default="docs/checks.md", metavar="FILE", help="where it goes (default: %(default)s)"
    )
    Path(parser.parse_args(arguments).file).write_text(handbook(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
