"""Which reminder a moment asks for, and who was sending a file when the deadline came."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.applications.deadlines import reminder_due, was_sending
from portal.applications.models import Application
from portal.bootstrap import load_models
from portal.recordings.models import FileVersion, Recording, Upload
from portal.recordings.states import UploadState

load_models()

DEADLINE = datetime(2027, 6, 1, 21, 59, tzinfo=UTC)
HOUR, DAY, INSTANT = timedelta(hours=1), timedelta(days=1), timedelta(microseconds=1)
LONG_AGO = DEADLINE - 30 * DAY


@pytest.mark.parametrize(
    ("before", "hours"),
    [
        (7 * DAY + INSTANT, None),
        (7 * DAY, 168),
        (3 * DAY + INSTANT, 168),
        (3 * DAY, 72),
        (DAY + INSTANT, 72),
        (DAY, 24),
        (INSTANT, 24),
        (0 * DAY, 24),
        (-INSTANT, None),
    ],
)
def test_the_nearest_reminder_alone_is_due(before: timedelta, hours: int | None) -> None:
    assert reminder_due(DEADLINE, known_since=LONG_AGO, now=DEADLINE - before) == hours


@pytest.mark.parametrize(
    ("known", "before", "hours"),
    [
        (7 * DAY, 7 * DAY, 168),  # begun at the very moment
        (5 * DAY, 4 * DAY, None),  # begun after the first reminder: it is not made up for
        (5 * DAY, 3 * DAY, 72),
        (2 * DAY, 2 * DAY, None),
        (2 * DAY, DAY, 24),
        (12 * HOUR, 6 * HOUR, None),
    ],
)
def test_who_knows_of_the_deadline_only_since_then_is_not_reminded_of_earlier_ones(
    known: timedelta, before: timedelta, hours: int | None
) -> None:
    assert reminder_due(DEADLINE, known_since=DEADLINE - known, now=DEADLINE - before) == hours


def an_application(*, uploads: list[Upload] | None = None, versions: list[FileVersion] | None = None) -> Application:
    application = Application()
    application.recordings = [Recording(uploads=uploads or [], versions=versions or [])]
    return application


def an_upload(begun_at: datetime, state: UploadState = UploadState.OPEN) -> Upload:
    return Upload(created_at=begun_at, state=state)


def test_who_had_begun_and_not_finished_was_sending() -> None:
    assert was_sending(an_application(uploads=[an_upload(DEADLINE)]), DEADLINE)
    assert was_sending(an_application(uploads=[an_upload(DEADLINE - DAY)]), DEADLINE)
    assert was_sending(an_application(versions=[FileVersion(received_at=DEADLINE + INSTANT)]), DEADLINE)


def test_who_had_finished_or_given_up_was_not() -> None:
    assert not was_sending(an_application(), DEADLINE)
    assert not was_sending(an_application(versions=[FileVersion(received_at=DEADLINE)]), DEADLINE)
    for state in (UploadState.COMPLETE, UploadState.TERMINATED, UploadState.EXPIRED):
        assert not was_sending(an_application(uploads=[an_upload(DEADLINE - HOUR, state)]), DEADLINE)
