"""The two hours around every limit at the doors themselves: beginning, sending a file, submitting.

In three zones: on an ordinary night, in the hour that comes twice, and just before one that is skipped.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.applications.models import Application
from portal.applications.service.extensions import grant, revoke
from portal.applications.states import ApplicationState
from portal.core import clock
from portal.core.db import db, transaction
from portal.programmes.models import Intake
from portal.programmes.zones import to_utc
from portal.recordings.models import FileVersion, Upload
from tests.factories.applications import add_recording, make_application, make_intake
from tests.factories.cast import acting_as, make_person, make_staff
from tests.integration.applications.browsing import signed_in_as
from tests.integration.uploads.sending import SOUND, Sender
from tests.services.page import Page

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NIGHTS = [
    pytest.param(("Pacific/Auckland", "2027-06-01T23:59"), id="auckland"),
    pytest.param(("Europe/Berlin", "2027-10-31T02:30"), id="berlin, the hour comes twice"),
    pytest.param(("America/St_Johns", "2027-03-14T01:30"), id="st johns, an hour is skipped"),
]
# Minutes from the deadline; the start cut-off is an hour before it and the grace is an hour long.
AROUND = (-120, -60, -59, 0, 1, 60, 61, 120)


@dataclass
class Case:
    app: Flask
    intake: Intake
    application: Application

    @property
    def deadline(self) -> datetime:
        return self.intake.visible_deadline_at

    def sender(self) -> Sender:
        return Sender(signed_in_as(self.app, self.application.applicant))

    def post(self, address: str) -> tuple[int, str]:
        """What a button of the page does, also one that is no longer shown."""
        browser = self.sender().browser
        token = next(iter(Page(browser.get("/apply/").text).forms)).value("csrf_token")
        answer = browser.post(address, data={"csrf_token": token}, follow_redirects=True)
        db.session.rollback()
        return answer.status_code, Page(answer.text).words


@pytest.fixture(params=NIGHTS)
def case(request: pytest.FixtureRequest, app: Flask, session: Session) -> Iterator[Case]:
    zone, wall = request.param
    deadline = to_utc(datetime.fromisoformat(wall), zone)
    with clock.frozen(deadline - 3 * HOUR):
        intake = make_intake(time_zone=zone, deadline=deadline)
        with transaction():
            intake.start_cutoff_at = deadline - HOUR
        yield Case(app, intake, make_application(intake))


def test_beginning_ends_with_the_cut_off(case: Case) -> None:
    for minutes in AROUND:
        ben = signed_in_as(case.app, make_person(f"Person {minutes}"))
        with clock.frozen(case.deadline + minutes * MINUTE):
            page = Page(ben.get(f"/apply/intakes/{case.intake.id}").text)
            offered = "Begin my application" in page.words or any(
                form.action.endswith(case.intake.id) for form in page.forms
            )
            token = next(iter(page.forms)).value("csrf_token")
            answer = ben.post(f"/apply/intakes/{case.intake.id}", data={"csrf_token": token})
            db.session.rollback()
        may = minutes <= -60
        assert (offered, answer.status_code) == (may, 303 if may else 403), minutes
        if not may:
            assert "New applications could be started until" in Page(answer.text).words


def test_a_file_begins_until_the_deadline_and_goes_on_until_the_grace_is_over(case: Case) -> None:
    recording = add_recording(case.application, case.intake.slots[0])
    for minutes in AROUND:
        with clock.frozen(case.deadline - MINUTE):
            begun = case.sender().create(recording).headers["Location"]
        with clock.frozen(case.deadline + minutes * MINUTE):
            sender = case.sender()
            beginning = sender.create(recording)
            if minutes < 0:
                continue  # the clock would run backwards for what was begun a minute before
            going_on = sender.patch(begun, SOUND[:1000], 0)
        assert beginning.status_code == (201 if minutes <= 0 else 403), minutes
        assert going_on.status_code == (204 if minutes <= 60 else 403), minutes
        if minutes > 0:
            assert "deadline was" in beginning.text.lower()
        if minutes > 60:
            assert "Files that were on their way then could arrive until" in going_on.text
        for upload in db.session.query(Upload):  # give up what is left, for the next round
            with clock.frozen(case.deadline):
                case.sender().ask("DELETE", f"/apply/uploads/file/{upload.id}")


def test_the_last_byte_in_the_grace_is_received_and_the_application_can_follow_it(case: Case) -> None:
    recording = case.application.recordings[0]
    with clock.frozen(case.deadline):
        url = case.sender().create(recording).headers["Location"]
    with clock.frozen(case.deadline + 59 * MINUTE):
        assert case.sender().patch(url, SOUND, 0).status_code == 204
        versions = db.session.query(FileVersion).filter_by(recording_id=recording.id)
        assert max(one.received_at for one in versions) == case.deadline + 59 * MINUTE
    with clock.frozen(case.deadline + HOUR):
        page = case.post(f"/apply/{case.application.id}/submit")
    assert page[0] == 200
    assert case.application.state is ApplicationState.SUBMITTED


@pytest.mark.parametrize("sending", [False, True], ids=["nothing on its way", "a file on its way"])
def test_submitting_ends_with_the_deadline_or_with_the_grace(case: Case, sending: bool) -> None:
    for minutes in AROUND:
        one = Case(case.app, case.intake, make_application(case.intake, make_person(f"Person {minutes}")))
        if sending:
            recording = add_recording(one.application, one.intake.slots[0])
            with clock.frozen(one.deadline - 2 * HOUR):
                one.sender().create(recording)
        may = minutes <= (60 if sending else 0)
        with clock.frozen(one.deadline + minutes * MINUTE):
            page = Page(one.sender().browser.get(f"/apply/{one.application.id}").text)
            status, words = one.post(f"/apply/{one.application.id}/submit")
        assert any(form.action.endswith("/submit") for form in page.forms) is may, minutes
        if sending and may:
            assert (status, "Your application was not sent yet" in words) == (422, True)  # the file is not all here
        elif may:
            assert (status, one.application.state) == (200, ApplicationState.SUBMITTED), minutes
        else:
            assert (status, one.application.state) == (403, ApplicationState.DRAFT), minutes
            assert "The deadline was" in words


def test_an_own_date_moves_every_door_and_taking_it_back_closes_them(case: Case) -> None:
    grace = acting_as(make_staff("Grace", case.intake.programme_id))
    until = case.deadline + DAY
    extension = grant(case.application, actor=grace, until=until, reason="The flood.")
    recording = add_recording(case.application, case.intake.slots[0])
    with clock.frozen(until):
        begun = case.sender().create(recording)
        page = Page(case.sender().browser.get(f"/apply/{case.application.id}").text)
    assert begun.status_code == 201
    assert "Your own deadline is" in page.words
    with clock.frozen(until + MINUTE):
        assert case.sender().create(recording).status_code == 403
        assert case.sender().patch(begun.headers["Location"], SOUND[:1000], 0).status_code == 204
    with clock.frozen(until + 61 * MINUTE):
        late = case.sender().patch(begun.headers["Location"], SOUND[1000:], 1000)
        assert (late.status_code, "Your deadline was" in late.text) == (403, True)
    with clock.frozen(until - HOUR):
        revoke(extension, actor=grace, answer="A mistake.")
        assert case.sender().create(recording).status_code == 403
        assert case.post(f"/apply/{case.application.id}/submit")[0] == 403
