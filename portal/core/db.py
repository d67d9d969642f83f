"""The database: types, the session, and the one way to write.

Reading needs nothing. Writing happens inside `transaction()`, which ends the request's read transaction first: on
SQLite a reader that turns into a writer fails at once when somebody else has written in between, so a writer has to
begin as one (`BEGIN IMMEDIATE`) and wait its turn.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.engine import Engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.types import TypeDecorator

from portal.core.ids import ID_LENGTH, new_id

BUSY_TIMEOUT_MS = 30_000

_write_intent: ContextVar[bool] = ContextVar("write_intent", default=False)
_turns: WeakKeyDictionary[object, threading.Lock] = WeakKeyDictionary()  # of every SQLite engine


class Base(DeclarativeBase):
    """Constraint names are fixed, so that a migration can name what it changes on every database."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base)


class UtcDateTime(TypeDecorator[datetime]):
    """Aware in, aware UTC out. SQLite keeps no zone, so it is taken off and put back here."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("times are stored in UTC: a naive datetime has no place here")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


E = TypeVar("E", bound=StrEnum)


def enum_column(enum: type[E], length: int = 32) -> sa.Enum:
    """A text column that holds the enum's values; a new member needs no migration."""
    return sa.Enum(
        enum,
        native_enum=False,
        create_constraint=False,
        length=length,
        values_callable=lambda members: [m.value for m in members],
    )


def id_column() -> Mapped[str]:
    return mapped_column(sa.String(ID_LENGTH), primary_key=True, default=new_id)


def reference(target: str, *, nullable: bool = False, index: bool = True) -> Mapped[Any]:
    """A foreign key by table name: lower packages may be pointed at without importing the higher ones."""
    return mapped_column(sa.String(ID_LENGTH), sa.ForeignKey(target), nullable=nullable, index=index)


@contextmanager
def write_intent() -> Iterator[None]:
    """Transactions that begin inside are writers from their first statement."""
    token = _write_intent.set(True)
    try:
        yield
    finally:
        _write_intent.reset(token)


@contextmanager
def transaction() -> Iterator[Session]:
    """One command, one transaction. A command called by a command joins; only the outermost one commits.

    Callbacks given to `after_commit` run once the outermost transaction has committed, and never otherwise.
    Objects read before are expired here, so what a command reads is what it may rely on.
    """
    session = db.session()
    if session.info.get("in_command"):
        yield session
        return
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("changes outside of a command would be lost; make them inside transaction()")
    session.rollback()
    session.info["in_command"] = True
    callbacks: list[Callable[[], None]] = []
    session.info["after_commit"] = callbacks
    try:
        with _turn(session), write_intent():
            yield session
            session.commit()
    except BaseException:
        session.rollback()
        callbacks.clear()
        raise
    finally:
        session.info.pop("in_command", None)
        session.info.pop("after_commit", None)
    for callback in callbacks:
        callback()


@contextmanager
def _turn(session: Session) -> Iterator[None]:
    """Wait in line with the other writers of this process.

    SQLite has no line: it looks again after ever longer pauses, and who came late may win every time. Whoever waits too
    long here is sent on to wait there, which has a limit of its own.
    """
    turn = _turns.get(session.get_bind())
    taken = turn is not None and turn.acquire(timeout=BUSY_TIMEOUT_MS / 1000)
    try:
        yield
    finally:
        if turn is not None and taken:
            turn.release()


def in_transaction() -> bool:
    return bool(db.session().info.get("in_command"))


def after_commit(callback: Callable[[], None]) -> None:
    """Run `callback` when the outermost transaction has committed. Raises outside of a transaction.

    A callback that equals one that is waiting already is not added again.
    """
    callbacks = db.session().info.get("after_commit")
    if callbacks is None:
        raise RuntimeError("after_commit() belongs inside transaction()")
    if callback not in callbacks:
        callbacks.append(callback)


def compare_and_set(model: type[Any], key: str, *, expected: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    """Change one row only if it still is what we think it is. True when it was, and is changed now."""
    conditions = [getattr(model, name) == value for name, value in expected.items()]
    statement = sa.update(model).where(model.id == key, *conditions).values(**values)
    result = db.session.execute(statement, execution_options={"synchronize_session": "fetch"})
    return bool(result.rowcount == 1)  # type: ignore[attr-defined]


def set_up_engine(engine: Engine) -> None:
    """Give every SQLite connection the settings that make it safe for several processes."""
    if engine.dialect.name != "sqlite":
        return
    _turns[engine] = threading.Lock()

    @sa.event.listens_for(engine, "connect")
    def _connect(connection: sqlite3.Connection, _record: object) -> None:
        # The driver's own transaction handling would begin late and never IMMEDIATE.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _write_intent.get() else "BEGIN")


__all__ = [
    "Base",
    "UtcDateTime",
    "after_commit",
    "compare_and_set",
    "db",
    "enum_column",
    "id_column",
    "in_transaction",
    "reference",
    "set_up_engine",
    "transaction",
    "write_intent",
]
