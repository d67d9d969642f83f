"""A database per test, on SQLite and again on PostgreSQL, copied from one that the real migrations have built."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest

from portal.stack.postgres import NoPostgres, Postgres, throwaway_postgres
from tests.services.lacking import lacking

DATABASES = ("sqlite", "postgresql")
TEMPLATE = "soundcheck_template"
_numbers = count(1)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=DATABASES, help="run the database tests on this one only (default: both)")


def migrate(database_url: str) -> None:
    # Imported late, like the application: tests of the pure parts run without loading the rest.
    from portal.core.schema import upgrade

    upgrade(database_url)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    try:
        with throwaway_postgres() as server:
            yield server
    except NoPostgres as why:
        lacking("PostgreSQL", remedy=str(why))


@pytest.fixture(scope="session")
def postgres_template(postgres_server: Postgres) -> Postgres:
    _run(postgres_server, f"CREATE DATABASE {TEMPLATE}")
    migrate(postgres_server.url(TEMPLATE))
    return postgres_server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite3"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(params=DATABASES)
def database_kind(request: pytest.FixtureRequest) -> str:
    wanted = request.config.getoption("--database")
    if wanted and wanted != request.param:
        pytest.skip(f"only {wanted} was asked for")
    return str(request.param)


@pytest.fixture
def database_url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated, empty database of this test alone."""
    if database_kind == "sqlite":
        path = tmp_path / "soundcheck.sqlite3"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
    else:
        yield from _postgres_database(request.getfixturevalue("postgres_template"), template=TEMPLATE)


@pytest.fixture
def empty_database_url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without a single table: for the migrations' own tests."""
    if database_kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    else:
        yield from _postgres_database(request.getfixturevalue("postgres_server"), template="template1")


def _postgres_database(server: Postgres, *, template: str) -> Iterator[str]:
    name = f"test_{next(_numbers)}"
    _run(server, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    yield server.url(name)
    _run(server, f"DROP DATABASE {name} WITH (FORCE)")


def _run(server: Postgres, statement: str) -> None:
    with closing(server.connect()) as connection:
        connection.execute(statement)
