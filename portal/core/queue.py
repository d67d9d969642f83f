"""Work for the workers: names, queues and arguments. The portal knows a task by its name and never imports it.

The database is the truth and the queue a hint. A message is sent after the outermost transaction has committed; if the
broker is away, or the message is lost, housekeeping finds the row that stopped moving and sends again.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from celery import Celery
from flask import current_app

from portal.core import log
from portal.core.db import after_commit

logger = logging.getLogger(__name__)

EXTENSION = "soundcheck_queue"


class Queue(StrEnum):
    CHECKS = "checks"
    TRIALS = "trials"
    MEDIA = "media"
    MAIL = "mail"
    EXPORTS = "exports"
    HOUSEKEEPING = "housekeeping"


@dataclass(frozen=True)
class TaskName:
    name: str
    queue: Queue
    arguments: tuple[str, ...] = ()


CHECK_RECORDING = TaskName("recordings.check", Queue.CHECKS, ("version_id", "generation"))
COMPARE_RECORDING = TaskName("recordings.compare", Queue.MEDIA, ("version_id", "generation"))
TRY_RECORDING = TaskName("recordings.try", Queue.TRIALS, ("trial_id",))
MAKE_LISTENING_COPY = TaskName("media.make_listening_copy", Queue.MEDIA, ("version_id", "generation"))
DELIVER_MAIL = TaskName("mail.deliver", Queue.MAIL)
WRITE_EXPORT = TaskName("exports.write", Queue.EXPORTS, ("job_id", "generation"))
REMIND = TaskName("housekeeping.remind", Queue.HOUSEKEEPING)
REQUEUE_STUCK = TaskName("housekeeping.requeue_stuck", Queue.HOUSEKEEPING)
SWEEP = TaskName("housekeeping.sweep", Queue.HOUSEKEEPING)


@dataclass(frozen=True)
class _Message:
    """A message that is to be sent. Two that say the same are equal."""

    task: TaskName
    arguments: dict[str, Any]

    def __call__(self) -> None:
        _send(self.task, self.arguments)


TASKS = (
    CHECK_RECORDING,
    COMPARE_RECORDING,
    TRY_RECORDING,
    MAKE_LISTENING_COPY,
    DELIVER_MAIL,
    WRITE_EXPORT,
    REMIND,
    REQUEUE_STUCK,
    SWEEP,
)


def make_producer(redis_url: str) -> Celery:
    """A Celery that only sends. It gives up quickly: a page must not wait for a broker."""
    producer = Celery("soundcheck-producer", broker=redis_url, set_as_current=False)
    producer.conf.update(
        task_ignore_result=True,
        broker_connection_retry=False,
        broker_connection_timeout=2,
        broker_transport_options={"socket_timeout": 2, "socket_connect_timeout": 2, "max_retries": 0},
    )
    return producer


def send_after_commit(task: TaskName, **arguments: Any) -> None:
    """Send once the running command has committed, and once only, however often the command asks for it.

    Raises ValueError when the arguments are not the task's.
    """
    _check_arguments(task, arguments)
    after_commit(_Message(task, arguments))


def send_now(task: TaskName, **arguments: Any) -> None:
    """Send for a change that is committed already (by a library, or by housekeeping itself)."""
    _check_arguments(task, arguments)
    _send(task, arguments)


def depth(queue: Queue) -> int | None:
    """How many messages wait in a queue, or None when the broker does not answer."""
    producer: Celery = current_app.extensions[EXTENSION]
    try:
        with producer.connection_for_read() as connection:
            return int(connection.default_channel.queue_declare(queue.value).message_count)
    except Exception as error:  # noqa: BLE001 - as in _send
        logger.warning("could not ask how much waits in %s (%s)", queue.value, error)
        return None


def _check_arguments(task: TaskName, arguments: dict[str, Any]) -> None:
    if set(arguments) != set(task.arguments):
        raise ValueError(f"{task.name} takes {task.arguments}, not {tuple(arguments)}")


def _send(task: TaskName, arguments: dict[str, Any]) -> None:
    producer: Celery = current_app.extensions[EXTENSION]
    try:
        producer.send_task(
            task.name,
            kwargs=arguments,
            queue=task.queue.value,
            retry=False,
            headers={"request_id": log.request_id()},
        )
    except Exception as error:  # noqa: BLE001 - whatever the broker's client raises, the row is safe and is sent again
        logger.warning("could not send %s %s (%s); housekeeping will send it again", task.name, arguments, error)
