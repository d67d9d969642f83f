"""Rules about all recordings of a slot: told at the slot and before submitting, never before all are measured."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.applications.contents import contents_of
from portal.applications.errors import NotComplete
from portal.applications.models import Application
from portal.applications.service.sending import submit
from portal.checks.evaluate import Effect
from portal.core.db import transaction
from portal.programmes.models import RuleSet
from portal.recordings.states import Processing
from tests.factories.applications import add_file, add_recording, make_application
from tests.factories.cast import acting_as
from tests.integration.applications.browsing import signed_in_as

TOO_LONG = (
    "2 recordings of 6:10.5 in total, more than the 5:00 that the programme hears. "
    "Cut at least 1:10.5, for example by sending excerpts."
)


def two_recordings(world: Session, *, severity: str, **second: object) -> Application:
    application = make_application()
    slot = application.intake.slots[0]
    add_file(add_recording(application, slot, title="Harbour"), **second)
    rule = {"check_key": "portfolio.total_duration", "params": {"min_s": None, "max_s": 300.0}, "severity": severity}
    with transaction():
        world.add(RuleSet(slot_id=slot.id, version=2, rules=[rule]))
    return application


def test_recordings_that_are_too_long_together_forbid_submitting(world: Session, app: Flask) -> None:
    application = two_recordings(world, severity="block")

    with pytest.raises(NotComplete) as refusal:
        submit(application, actor=acting_as(application.applicant))
    assert refusal.value.details == [f"Recordings: Own production 1: {TOO_LONG}"]
    page = signed_in_as(app, application.applicant).get(f"/apply/{application.id}").text
    assert page.count(TOO_LONG) == 2  # at the slot, and among what is missing


def test_a_remark_about_all_of_them_forbids_nothing(world: Session) -> None:
    application = two_recordings(world, severity="warn")

    (remark,) = contents_of(application).slots[0].together
    assert (remark.text, remark.effect) == (TOO_LONG, Effect.WARN)
    submit(application, actor=acting_as(application.applicant))


def test_nothing_is_said_before_all_are_measured(world: Session) -> None:
    application = two_recordings(world, severity="block", state=Processing.RECEIVED)

    assert contents_of(application).slots[0].together == []


def test_nothing_is_said_while_a_recording_is_still_asked_for(world: Session) -> None:
    application = two_recordings(world, severity="block")
    with transaction():
        application.intake.slots[0].min_items = 3

    assert contents_of(application).slots[0].together == []
