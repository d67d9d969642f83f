"""`python -m portal.checks [FILE]` writes the handbook page of all checks, docs/checks.md unless told otherwise."""

import sys
from pathlib import Path

from portal.checks.document import handbook


def main(arguments: list[str]) -> int:
    """Write the page and return the exit code."""
    if len(arguments) > 1:
        sys.stderr.write("usage: python -m portal.checks [FILE]\n")
        return 2
    Path(arguments[0] if arguments else "docs/checks.md").write_text(handbook(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
