"""Hashed front-end files: the name a template uses and the file the build wrote."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from flask import current_app, url_for

BUILD_FOLDER = "build"


class AssetsNotBuilt(RuntimeError):
    """The front end has not been built, or lacks the file a template asks for."""


@lru_cache(maxsize=8)
def _manifest(path: Path, modified_ns: int) -> dict[str, str]:
    """Entry name to hashed file name; `modified_ns` makes a rebuild visible without a restart."""
    names: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return names


def asset(name: str) -> str:
    """URL of a built file, e.g. `asset("app.js")` -> `/static/build/app-3F2K.js`.

    Raises AssetsNotBuilt with the command to run when the build is missing.
    """
    path = Path(current_app.static_folder or "") / BUILD_FOLDER / "manifest.json"
    try:
        hashed = _manifest(path, path.stat().st_mtime_ns)[name]
    except (FileNotFoundError, KeyError) as missing:
        raise AssetsNotBuilt(f"{name} is not in {path}: run 'npm ci' and 'npm run build'") from missing
    return url_for("static", filename=f"{BUILD_FOLDER}/{hashed}")
