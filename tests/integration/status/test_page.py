"""The status page says what waits and what confines the listening, and to staff alone."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal.programmes.models import Slot
from portal.recordings.service import checking
from portal.recordings.states import Processing
from tests.factories.applications import add_file, add_recording, make_application
from tests.factories.cast import make_staff
from tests.factories.reports import make_report
from tests.integration.applications.browsing import signed_in_as
from tests.services.page import visit


def test_staff_see_what_waits_and_what_holds_the_decoder(app: Flask, session: Session) -> None:
    application = make_application(filled=False)
    slot = session.scalars(sa.select(Slot)).one()
    recording = add_recording(application, slot)
    heard = add_file(recording, state=Processing.RECEIVED)
    add_file(recording, state=Processing.RECEIVED, number=2)
    claim = checking.claim(heard.id, generation=1)
    assert claim is not None
    report = make_report(health__confinement=("rlimits", "landlock 7", "no network"))
    assert checking.record_report(claim, report, waveform_key="")
    grace = make_staff("Grace", application.intake.programme_id)

    words = visit(signed_in_as(app, grace), "/status").words

    assert "Waiting to be heard 1" in words
    assert "Heard 1" in words
    assert "rlimits, landlock 7, no network" in words


def test_before_the_first_file_it_says_so(app: Flask, session: Session) -> None:
    grace = make_staff("Grace", make_application(filled=False).intake.programme_id)

    assert "No file has been heard yet." in visit(signed_in_as(app, grace), "/status").words
