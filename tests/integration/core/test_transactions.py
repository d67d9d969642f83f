"""One command, one transaction; messages leave only with a commit; two writers take turns."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal.accounts.models import Person
from portal.core import audit, clock, outbox, queue
from portal.core.db import after_commit, compare_and_set, db, transaction
from portal.core.outbox import OutboxMail


def add_person(email: str) -> Person:
    person = Person(email=email, full_name="Ada")
    db.session.add(person)
    db.session.flush()
    return person


def people() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(Person)) or 0


def test_what_fails_leaves_nothing_and_sends_nothing(session: Session) -> None:
    sent: list[str] = []
    with pytest.raises(ZeroDivisionError), transaction():
        add_person("ada@example.org")
        after_commit(lambda: sent.append("mail"))
        raise ZeroDivisionError

    assert people() == 0
    assert sent == []


def test_messages_leave_with_the_outermost_commit_only(session: Session) -> None:
    sent: list[str] = []
    with transaction():
        with transaction():
            add_person("ada@example.org")
            after_commit(lambda: sent.append("inner"))
        with db.session.begin_nested():
            after_commit(lambda: sent.append("savepoint"))
        assert sent == []

    assert sent == ["inner", "savepoint"]
    assert people() == 1


def test_an_inner_command_cannot_commit_what_the_outer_one_takes_back(session: Session) -> None:
    sent: list[str] = []
    with pytest.raises(ZeroDivisionError), transaction():
        with transaction():
            add_person("ada@example.org")
            after_commit(lambda: sent.append("inner"))
        raise ZeroDivisionError

    assert people() == 0
    assert sent == []


def test_messages_audit_and_mail_belong_into_a_command(session: Session) -> None:
    with pytest.raises(RuntimeError, match="inside transaction"):
        after_commit(lambda: None)
    with pytest.raises(RuntimeError, match="inside transaction"):
        queue.send_after_commit(queue.DELIVER_MAIL)
    with pytest.raises(RuntimeError, match="transaction of its change"):
        audit.record("person.rename", Person(id="1", email="a@example.org"))
    with pytest.raises(RuntimeError, match="owed by a command"):
        outbox.put("hello", to_address="ada@example.org")


def test_changes_made_outside_of_a_command_are_refused_not_lost(session: Session) -> None:
    db.session.add(Person(email="ada@example.org"))

    with pytest.raises(RuntimeError, match="inside transaction"), transaction():
        pass
    db.session.rollback()


def test_a_task_takes_exactly_its_arguments(session: Session) -> None:
    with transaction(), pytest.raises(ValueError, match="version_id"):
        queue.send_after_commit(queue.CHECK_RECORDING, version_id="1")


def test_a_mail_survives_a_broker_that_is_away(app: Flask, session: Session) -> None:
    app.extensions[queue.EXTENSION] = queue.make_producer("redis://127.0.0.1:1/0")

    with transaction():
        outbox.put("hello", to_address="ada@example.org")

    assert db.session.scalar(sa.select(OutboxMail.to_address)) == "ada@example.org"


def test_compare_and_set_changes_only_what_is_as_expected(session: Session) -> None:
    with transaction():
        person = add_person("ada@example.org")
    with transaction():
        assert compare_and_set(Person, person.id, expected={"full_name": "Ada"}, values={"full_name": "Ada L."})
        assert not compare_and_set(Person, person.id, expected={"full_name": "Ada"}, values={"full_name": "Eve"})

    assert person.full_name == "Ada L."


def test_of_many_writers_at_once_exactly_one_wins_and_none_fails(app: Flask, session: Session) -> None:
    with transaction():
        person_id = add_person("ada@example.org").id
    outcomes: list[object] = []
    start = threading.Barrier(6)

    def claim(number: int) -> None:
        with app.app_context():
            db.session.get(Person, person_id)  # a reader that turns into a writer
            start.wait()
            try:
                with transaction():
                    outcomes.append(
                        compare_and_set(
                            Person, person_id, expected={"time_zone": "UTC"}, values={"time_zone": f"Z{number}"}
                        )
                    )
            except Exception as error:  # noqa: BLE001 - whatever a thread raises must be seen by the test
                outcomes.append(error)

    threads = [threading.Thread(target=claim, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert sorted(map(str, outcomes)) == ["False"] * 5 + ["True"]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_on_sqlite_writers_wait_in_line_and_do_not_crowd_at_the_database(app: Flask, session: Session) -> None:
    begun: list[str] = []
    there = threading.Semaphore(0)

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement == "BEGIN IMMEDIATE":
            begun.append(threading.current_thread().name)

    sa.event.listen(db.engine, "before_cursor_execute", note)

    def write() -> None:
        with app.app_context():
            people()  # with a connection of its own, so that only the turn is left to wait for
            there.release()
            with transaction():
                add_person(f"{threading.current_thread().name}@example.org")

    threads = [threading.Thread(target=write, name=name) for name in ("ada", "ben", "clara")]
    with transaction():
        add_person("first@example.org")
        for thread in threads:
            thread.start()
            assert there.acquire(timeout=60)
            thread.join(timeout=0.2)
        assert begun == ["MainThread"]
    for thread in threads:
        thread.join(timeout=60)

    assert sorted(begun) == ["MainThread", "ada", "ben", "clara"]
    assert people() == 4


def test_times_come_back_aware_and_in_utc(session: Session) -> None:
    now = clock.now()
    with transaction():
        person = add_person("ada@example.org")
        person.confirmed_at = now
    db.session.expire_all()

    assert person.confirmed_at == now
    assert person.confirmed_at.utcoffset() is not None
