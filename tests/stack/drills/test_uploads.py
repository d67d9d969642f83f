"""A file that arrives while the web server is killed, or while the disk is full, arrives whole."""

from __future__ import annotations

import psutil
import pytest
from flask import Flask

from tests.factories.sounds import tone, wav
from tests.services.processes import until
from tests.services.running import LineBroke, RunningPortal, Sender
from tests.stack.drills.story import (
    an_open_application,
    assert_arrived,
    assert_checked_once,
    sender_for,
    until_checked,
)

SOUND = wav(tone(12.0))
ROOM_BYTES = 9_000_000
TOO_MUCH = wav(tone(60.0))


@pytest.fixture
def sender(inside: Flask, portal: RunningPortal) -> Sender:
    recording = an_open_application()[0]
    made = sender_for(inside, portal, recording, SOUND)
    assert made.begin(recording.id).status == 201
    return made


def answers(sender: Sender) -> bool:
    try:
        sender.look()
    except LineBroke:
        return False
    return True


@pytest.mark.parametrize("whole_server", [False, True], ids=["its workers", "all of it"])
def test_the_web_server_is_killed_in_the_middle_of_a_piece(
    portal: RunningPortal, sender: Sender, whole_server: bool
) -> None:
    assert sender.send(300_000).status == 204
    with sender.sending(700_000):
        if whole_server:
            portal.kill("web")
            portal.start("web")
        else:
            for worker in portal.processes("web"):
                worker.kill()
    until(lambda: answers(sender), story=lambda: portal.log_of("web"))

    assert 300_000 < sender.acknowledged < 1_000_000, "what had arrived was kept, the last byte had not"
    assert sender.send().status == 204

    version_id = assert_arrived(sender)
    until_checked(version_id, story=lambda: portal.log_of("checks"))
    assert_checked_once(version_id)


def test_a_full_disk_takes_nothing_back_and_goes_on_when_there_is_room(inside: Flask, portal: RunningPortal) -> None:
    recording = an_open_application()[0]
    sender = sender_for(inside, portal, recording, TOO_MUCH)
    assert sender.begin(recording.id).status == 201
    assert sender.send(ROOM_BYTES - 50_000).status == 204

    limit_files(portal, ROOM_BYTES)
    try:
        refused = sender.send(200_000)
        assert refused.status == 503
        assert refused.text.startswith("The server could not store the file just now. Please try again")
        assert sender.look() == ROOM_BYTES, "what found room was kept"
        assert sender.send(100_000).status == 503
    finally:
        limit_files(portal, psutil.RLIM_INFINITY)

    assert sender.send().status == 204
    version_id = assert_arrived(sender)
    until_checked(version_id, story=lambda: portal.log_of("checks"))
    assert_checked_once(version_id)


def limit_files(portal: RunningPortal, size: int) -> None:
    """To a process a limit on its files looks as a full disk does: a write is cut short, the next one fails."""
    for worker in portal.processes("web"):
        worker.rlimit(psutil.RLIMIT_FSIZE, (size, psutil.RLIM_INFINITY))
