"""Run as a program: confines itself as the audio child does, then tries what a hijacked decoder would try."""

import json
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path

from workers.audio.confine import confine
from workers.audio.limits import Limits


def main() -> None:
    outside, port = sys.argv[1], int(sys.argv[2])
    answer = os.dup(1)
    held = confine(Limits(memory_bytes=2**29), keep=(answer,))
    attempts: dict[str, Callable[[], object]] = {
        "read a file": lambda: Path("/etc/passwd").read_text(),
        "list a folder": lambda: list(Path("/").iterdir()),
        "write a file": lambda: Path(outside).write_text("was here"),
        "connect": lambda: socket.create_connection(("127.0.0.1", port), timeout=2),
        "take 1 GB": lambda: bytearray(2**30),
        "run a program": lambda: os.execv("/bin/true", ["true"]),
    }
    succeeded = []
    for name, attempt in attempts.items():
        try:
            attempt()
        except (OSError, MemoryError):
            continue
        succeeded.append(name)
    os.write(answer, json.dumps({"held": held, "succeeded": succeeded, "environment": dict(os.environ)}).encode())
    os._exit(0)


if __name__ == "__main__":
    main()
