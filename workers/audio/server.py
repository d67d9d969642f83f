"""The warm helper: a single-threaded process with everything imported that forks one confined child per file.

A Celery worker process starts one (`child.py`) and speaks to it over a socket that is the helper's standard input:
one line of JSON in, a length and that many bytes out; before the answer, about every second, how far it has come. When
the socket closes, the helper ends.
"""

import encodings.ascii
import encodings.cp1252
import encodings.idna
import encodings.latin_1
import encodings.mac_roman
import encodings.utf_8_sig
import encodings.utf_16
import encodings.utf_16_be
import encodings.utf_16_le  # noqa: F401
import gc
import io
import json
import os
import signal
import socket
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from workers.audio.forked import Outcome, copy_in_fork, measure_in_fork, packed
from workers.audio.limits import Limits
from workers.audio.listening_copy import make_copy
from workers.audio.measure import measure
from workers.audio.memory import keep_freed_memory
from workers.audio.tone import tone_wav
from workers.audio.wire import PROGRESS, Tell, send


def main() -> int:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the owner decides when we end
    stand_nowhere()
    with socket.socket(fileno=0) as owner:
        warm_up()
        gc.freeze()
        with owner.makefile("r", encoding="utf-8") as requests:
            for line in requests:
                send(owner, _answer(line, lambda part: send(owner, json.dumps({PROGRESS: part}).encode())))
    return 0


def stand_nowhere() -> None:
    """Work in an empty folder that is gone already: nothing is left behind, however this process ends."""
    nowhere = Path(tempfile.mkdtemp(prefix="soundcheck-audio-"))
    os.chdir(nowhere)
    nowhere.rmdir()


def warm_up() -> None:
    """Measure and copy a tiny recording, so that nothing has to be imported where no file can be read any more."""
    keep_freed_memory()
    tone = tone_wav()
    packed(measure(io.BytesIO(tone), file_name="warm-up.wav"))
    make_copy(io.BytesIO(tone), io.BytesIO())


def _answer(line: str, tell: Tell) -> bytes:
    request = json.loads(line)
    try:
        path, limits = Path(request["path"]), Limits(**request["limits"])
        if "target" in request:
            outcome = copy_in_fork(path, target=Path(request["target"]), limits=limits)
        else:
            outcome = measure_in_fork(path, file_name=request["file_name"], limits=limits, tell=tell)
    except OSError as error:
        outcome = Outcome(b"", "missing", str(error), 0.0, 0)
    plain = asdict(outcome)
    plain["result"] = outcome.result.decode()
    return json.dumps(plain).encode()


if __name__ == "__main__":
    sys.exit(main())
