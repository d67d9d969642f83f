"""A portal of real processes for a whole file of drills, and the view from inside its database."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.services.running import RunningPortal, running


@pytest.fixture(scope="module")
def portal(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPortal]:
    folder = tmp_path_factory.mktemp("portal")
    shutil.copyfile(sqlite_template, folder / "soundcheck.sqlite3")
    with running(folder / "state", f"sqlite:///{folder / 'soundcheck.sqlite3'}") as found:
        found.start("broker", "web", "checks")
        yield found


@pytest.fixture
def inside(portal: RunningPortal) -> Iterator[Flask]:
    """The same settings as its processes have, in this one."""
    yield from looking_inside(portal)


def looking_inside(portal: RunningPortal) -> Iterator[Flask]:
    from portal.app import create_app
    from portal.core.db import db

    app = create_app(portal.settings)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
