"""The warm helper works in a folder of its own, and leaves none behind even when it is killed, as it always is."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path


def test_a_killed_helper_leaves_no_folder_behind(tmp_path: Path) -> None:
    ours, theirs = socket.socketpair()
    path = os.pathsep.join(part or str(Path.cwd()) for part in sys.path)
    helper = subprocess.Popen(
        [sys.executable, "-m", "workers.audio.server"],
        stdin=theirs.fileno(),
        env={"PATH": os.defpath, "PYTHONPATH": path, "TMPDIR": str(tmp_path)},
    )
    try:
        with ours, theirs:
            ours.sendall(b'{"path": "/no/such/file", "target": "/no/such/file", "limits": {}}\n')
            ours.settimeout(60)
            assert ours.recv(1)  # it is warm and answers
    finally:
        helper.kill()
        helper.wait()

    assert list(tmp_path.iterdir()) == []
