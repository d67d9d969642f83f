"""The application on a database, a broker and a storage folder of the test's own.

The portal is imported inside the fixtures, so that tests of the pure parts run without loading it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session

    from portal.core.settings import Settings


class _Compiled(BytecodeCache):
    """Templates are compiled once per run, not once for every test's application."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._code:
            bucket.bytecode_from_string(self._code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key] = bucket.bytecode_to_string()


COMPILED = _Compiled()


@pytest.fixture
def settings(database_url: str, valkey_url: str, tmp_path: Path) -> Settings:
    from portal.core.settings import Settings

    return Settings(
        database_url=database_url,
        redis_url=valkey_url,
        secret_key="k" * 48,
        password_salt="s" * 48,
        storage_dir=tmp_path / "storage",
        public_url="http://localhost",
    )


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    from portal.app import create_app
    from portal.core.db import db

    application = create_app(settings)
    application.testing = True
    application.jinja_env.bytecode_cache = COMPILED
    yield application
    with application.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A session inside an application context, for tests that call commands and queries directly."""
    from portal.core.db import db

    with app.app_context():
        yield db.session()
