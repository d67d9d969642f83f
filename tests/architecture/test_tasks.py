"""The portal sends tasks by name: names, queues and arguments must be those that the workers register."""

from __future__ import annotations

import inspect

import pytest

from portal.core import queue
from portal.core.settings import Settings
from workers.celery_app import make_celery


@pytest.fixture
def celery(settings: Settings):  # type: ignore[no-untyped-def]  # Celery has no types
    made = make_celery(settings)
    made.loader.import_default_modules()
    return made


def ours(celery) -> dict[str, object]:  # type: ignore[no-untyped-def]
    return {name: task for name, task in celery.tasks.items() if not name.startswith("celery.")}


@pytest.mark.parametrize("database_url", ["sqlite://"])
def test_the_workers_register_exactly_what_the_portal_sends(celery) -> None:  # type: ignore[no-untyped-def]
    assert set(ours(celery)) == {task.name for task in queue.TASKS}


@pytest.mark.parametrize("database_url", ["sqlite://"])
def test_arguments_are_the_same_on_both_sides(celery) -> None:  # type: ignore[no-untyped-def]
    for task in queue.TASKS:
        signature = inspect.signature(celery.tasks[task.name].run)
        assert tuple(signature.parameters) == task.arguments, task.name
        assert all(p.kind is p.KEYWORD_ONLY for p in signature.parameters.values()), task.name


@pytest.mark.parametrize("database_url", ["sqlite://"])
def test_beat_sends_known_tasks_to_their_queues(celery) -> None:  # type: ignore[no-untyped-def]
    queue_of = {task.name: task.queue.value for task in queue.TASKS}
    for entry in celery.conf.beat_schedule.values():
        assert entry["options"]["queue"] == queue_of[entry["task"]]


@pytest.mark.parametrize("database_url", ["sqlite://"])
def test_a_task_ends_before_its_message_is_given_out_again(celery) -> None:  # type: ignore[no-untyped-def]
    for task in ours(celery).values():
        assert task.soft_time_limit < task.time_limit  # type: ignore[attr-defined]
        assert task.time_limit <= celery.conf.visibility_timeout / 2  # type: ignore[attr-defined]


def test_every_task_names_a_queue_that_exists() -> None:
    assert {task.queue for task in queue.TASKS} == set(queue.Queue)
