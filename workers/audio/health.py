"""Which tools made a report and what it cost."""

import resource
import sys
import time
from importlib.metadata import version
from typing import Any

import av

from workers.audio.limits import ENGINE

_LIBRARIES = {"PyAV": "av", "mutagen": "mutagen", "pydub": "pydub", "numpy": "numpy"}


def tools() -> dict[str, str]:
    """Return library -> version. Called once, before the confined child loses sight of the disk."""
    found = {name: version(package) for name, package in _LIBRARIES.items()}
    codec = ".".join(str(part) for part in av.library_versions["libavcodec"])
    return {**found, "libavcodec": codec, "Python": sys.version.split()[0]}


TOOLS = tools()


class Stopwatch:
    """CPU and wall-clock seconds since it was made, by this process alone."""

    def __init__(self) -> None:
        self._cpu, self._wall = time.process_time(), time.monotonic()

    def numbers(self) -> dict[str, Any]:
        """Return the fields of `Health` that this process can tell."""
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return {
            "engine": ENGINE,
            "tools": TOOLS,
            "cpu_s": round(time.process_time() - self._cpu, 4),
            "wall_s": round(time.monotonic() - self._wall, 4),
            "peak_rss_bytes": peak * (1 if sys.platform == "darwin" else 1024),
        }
