"""The Celery application: `celery -A workers.celery_app worker` and `… beat`.

Delivery is at least once, so every task claims its row in the database first. Settings are those that survived
kill -9 of workers and of the broker; each line that is not self-evident says what happens without it.
"""

from __future__ import annotations

from celery import Celery
from kombu import Queue as KombuQueue

from portal.bootstrap import SETTINGS, base_app
from portal.core import queue
from portal.core.settings import Settings
from workers.task_base import ContextTask

VISIBILITY_TIMEOUT_S = 900
TASK_MODULES = (
    "workers.tasks.recordings",
    "workers.tasks.trials",
    "workers.tasks.media",
    "workers.tasks.mail",
    "workers.tasks.exports",
    "workers.tasks.housekeeping",
)


def make_celery(settings: Settings | None = None) -> Celery:
    flask_app = base_app(settings)
    settings = flask_app.extensions[SETTINGS]
    celery = Celery("soundcheck", broker=settings.redis_url, task_cls=ContextTask, include=list(TASK_MODULES))
    celery.flask_app = flask_app
    celery.conf.update(
        # No result backend: the database is the truth, and a Redis backend that goes away loses tasks.
        task_ignore_result=True,
        accept_content=["json"],
        task_queues=[KombuQueue(q.value) for q in queue.Queue],
        task_default_queue=queue.Queue.HOUSEKEEPING.value,
        task_acks_late=True,
        # A child that dies is tried again a few times by the retry policy; rejecting alone would repeat for ever.
        task_reject_on_worker_lost=True,
        task_retry_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        worker_max_tasks_per_child=200,
        worker_max_memory_per_child=400_000,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        worker_soft_shutdown_timeout=30,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        visibility_timeout=VISIBILITY_TIMEOUT_S,
        broker_transport_options={
            "visibility_timeout": VISIBILITY_TIMEOUT_S,
            # The default looks for lost messages only every 100 s.
            "unacked_restore_interval": 5,
            "unacked_restore_throttle": 1,
            "socket_keepalive": True,
            "health_check_interval": 25,
            "socket_timeout": 30,
        },
        beat_schedule={
            "requeue-stuck": {"task": queue.REQUEUE_STUCK.name, "schedule": 15.0, "options": {"queue": "housekeeping"}},
            "deliver-mail": {"task": queue.DELIVER_MAIL.name, "schedule": 20.0, "options": {"queue": "mail"}},
            "remind": {"task": queue.REMIND.name, "schedule": 300.0, "options": {"queue": "housekeeping"}},
            "sweep": {"task": queue.SWEEP.name, "schedule": 3600.0, "options": {"queue": "housekeeping"}},
        },
    )
    return celery


def __getattr__(name: str) -> Celery:
    """`app`, which the celery command asks for: made then, because it reads the environment and imports do not."""
    if name != "app":
        raise AttributeError(name)
    made = globals()["app"] = make_celery()
    return made
