"""The application without its pages: what web and workers share."""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask
from sqlalchemy import URL, make_url

from portal.core import log, queue, signing, storage
from portal.core.db import db, set_up_engine
from portal.core.local_storage import LocalStorage
from portal.core.settings import S3Place, Settings, named_bucket

if TYPE_CHECKING:
    from portal.core.s3_storage import S3Storage

SETTINGS = "soundcheck_settings"
# As many as a web process has threads: what is over it would be opened and closed again with every request.
MOST_CONNECTIONS = 16

MODEL_MODULES = (
    "portal.core.audit",
    "portal.core.outbox",
    "portal.core.signing",
    "portal.accounts.models",
    "portal.programmes.models",
    "portal.recordings.models",
    "portal.applications.models",
    "portal.applications.receipts.models",
    "portal.reviews.models",
    "portal.decisions.models",
    "portal.exports.models",
)


def make_storage(settings: Settings) -> storage.Storage:
    """The home of files that the settings name."""
    return bucket(settings, settings.s3) if settings.s3 else LocalStorage(settings.storage_dir)


def both_homes(settings: Settings, environ: Mapping[str, str]) -> dict[str, storage.Storage]:
    """The folder and the bucket that the environment names, whichever is in use. Raises SettingsError."""
    place = bucket(settings, settings.s3 or named_bucket(environ))
    place.ensure_bucket()
    return {"folder": LocalStorage(settings.storage_dir), "s3": place}


def bucket(settings: Settings, place: S3Place) -> S3Storage:
    """A bucket as a home of files. Only who uses S3 pays for loading its client."""
    from portal.core.s3_storage import S3Storage

    return S3Storage(place, staging_folder=settings.storage_dir / "staging")


def load_models() -> None:
    """Make every table known. The test that compares models and migrations finds a module that is forgotten here."""
    for name in MODEL_MODULES:
        import_module(name)


def _pool(database: URL) -> dict[str, Any]:
    if not database.database:
        return {}  # in memory: one connection for all
    return {"pool_pre_ping": database.get_backend_name() != "sqlite", "pool_size": MOST_CONNECTIONS}


def base_app(settings: Settings | None = None) -> Flask:
    """A Flask application with database, storage, queue and logs, and no pages.

    Raises SettingsError when the environment is incomplete.
    """
    settings = settings or Settings.from_env(os.environ)
    log.set_up()
    load_models()
    app = Flask("portal", root_path=str(Path(__file__).parent / "web"))
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=_pool(make_url(settings.database_url)),
        TESTING=False,
    )
    app.extensions[SETTINGS] = settings
    app.extensions[storage.EXTENSION] = make_storage(settings)
    app.extensions[signing.EXTENSION] = signing.Signer(
        secret_key=settings.secret_key, school_name=settings.school_name, address=settings.public_url
    )
    app.extensions[queue.EXTENSION] = queue.make_producer(settings.redis_url)
    db.init_app(app)
    with app.app_context():
        set_up_engine(db.engine)
    return app
