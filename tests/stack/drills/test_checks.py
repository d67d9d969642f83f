"""The broker and the workers are killed while recordings are listened to: each is still checked, exactly once."""

from __future__ import annotations

import shutil

import pytest
from flask import Flask

from portal.core import queue
from portal.recordings.service import checking
from portal.recordings.states import Processing
from tests.factories.sounds import long_flac, tone, wav
from tests.services.processes import until
from tests.services.running import RunningPortal
from tests.stack.drills.story import (
    a_minute_passes,
    an_open_application,
    assert_checked_once,
    its_lease_runs_out,
    put_in,
    state_of,
    until_checked,
)

SHORT, LONG = wav(tone(3.0)), long_flac(900)


def listened_to(version_id: str) -> bool:
    return state_of(version_id) is Processing.CHECKING


@pytest.mark.parametrize("data_lost", [False, True], ids=["its data kept", "its data lost"])
def test_the_broker_is_killed_with_checks_queued_and_running(
    inside: Flask, portal: RunningPortal, data_lost: bool
) -> None:
    first, second = an_open_application()
    third, fourth = an_open_application()
    running = put_in(first, LONG, name="long.flac")
    until(lambda: listened_to(running), story=lambda: portal.log_of("checks"))
    waiting = [put_in(second, SHORT), put_in(third, SHORT)]

    portal.kill("broker")
    waiting.append(put_in(fourth, SHORT))
    assert state_of(waiting[-1]) is Processing.RECEIVED, "a file is received without a broker"
    if data_lost:
        shutil.rmtree(portal.broker_files / "appendonlydir")
    portal.start("broker")

    a_minute_passes()
    sent_again = checking.requeue_stuck()
    if data_lost:
        assert sent_again == len(waiting), "the one that is listened to is not lost, the others are"
    until(lambda: queue.depth(queue.Queue.CHECKS) == 0, within_s=60, story=lambda: portal.log_of("checks"))
    a_minute_passes()
    checking.requeue_stuck()
    until_checked(running, *waiting, story=lambda: portal.log_of("checks"))
    assert_checked_once(running, *waiting)


def test_the_process_that_listens_is_killed_as_when_memory_runs_out(inside: Flask, portal: RunningPortal) -> None:
    version_id = put_in(an_open_application()[0], LONG, name="long.flac")
    until(lambda: listened_to(version_id), story=lambda: portal.log_of("checks"))
    for process in portal.processes("checks"):
        process.kill()

    its_lease_runs_out(version_id)
    assert checking.requeue_stuck() == 1
    until_checked(version_id, story=lambda: portal.log_of("checks"))
    assert_checked_once(version_id)
