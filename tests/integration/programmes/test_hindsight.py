"""Before rules are published: how many recordings that were sent already they would have turned away."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from portal.applications.models import Application
from portal.checks.check import Severity
from portal.checks.evaluate import RuleSpec
from portal.core import clock
from portal.core.db import transaction
from portal.programmes.models import Intake, Slot
from portal.recordings import hindsight as module
from portal.recordings.hindsight import hindsight
from portal.recordings.service import checking
from portal.recordings.states import Processing
from tests.factories import programmes as make
from tests.factories.applications import add_file, add_recording, make_application
from tests.factories.cast import make_person
from tests.factories.reports import make_report
from tests.integration.programmes.conftest import House
from tests.integration.programmes.test_rule_editor import editor
from tests.services.page import send


def duration(low_s: float) -> RuleSpec:
    params = {"min_s": low_s, "max_s": 600.0}
    return RuleSpec(check_key="length.duration", severity=Severity.BLOCK, params=params)


def send_recordings(slot: Slot, *lengths_s: float) -> None:
    application: Application = make_application(slot.intake, make_person(f"Ada {slot.intake.title}"), filled=False)
    for number, length_s in enumerate(lengths_s):
        version = add_file(add_recording(application, slot), state=Processing.RECEIVED)
        claimed = checking.claim(version.id, generation=1)
        assert claimed is not None
        with clock.frozen(make.DURING + timedelta(minutes=number)):
            checking.record_report(claimed, make_report(decoded__duration_s=length_s), waveform_key="")


def last_year_s(house: House) -> Slot:
    """The slot of the same name in the intake before."""
    with transaction():
        intake: Intake = make.make_complete_intake(house.programme)
        intake.title = "Fall 2026"
        intake.opens_at = house.intake.opens_at - timedelta(days=365)
    return next(slot for slot in intake.slots if slot.title == house.slot.title)


def test_the_last_intake_and_this_one_are_counted_by_check(house: House) -> None:
    send_recordings(last_year_s(house), 100.0, 170.0, 175.0, 300.0)
    send_recordings(house.slot, 170.0, 300.0)
    old, new = [duration(120.0)], [duration(180.0)]

    last, this = hindsight(house.slot, old, new)

    assert (last.intake.title, last.effects.examined) == ("Fall 2026", 4)
    assert (last.effects.stopped_now, last.effects.stopped_then, last.effects.newly_stopped) == (1, 3, 2)
    assert last.effects.reasons == {"length.duration": 2}
    assert (this.effects.examined, this.effects.newly_stopped) == (2, 1)


def test_a_new_remark_is_counted_where_nobody_is_turned_away(house: House) -> None:
    send_recordings(house.slot, 170.0, 300.0)
    params = {"min_s": 200.0, "max_s": 600.0}
    remark = RuleSpec(check_key="length.duration", severity=Severity.WARN, params=params)

    (this,) = hindsight(house.slot, [], [remark])

    assert (this.effects.stopped_now, this.effects.stopped_then, this.effects.newly_stopped) == (0, 0, 0)
    assert (this.effects.newly_remarked, this.effects.remarks) == (1, {"length.duration": 1})


def test_a_reason_that_becomes_a_remark_is_not_a_new_one(house: House) -> None:
    send_recordings(house.slot, 170.0)
    remark = RuleSpec(check_key="length.duration", severity=Severity.WARN, params=duration(200.0).params)

    (this,) = hindsight(house.slot, [duration(200.0)], [remark])

    assert (this.effects.stopped_now, this.effects.stopped_then, this.effects.newly_remarked) == (1, 0, 0)


def test_rules_that_stay_in_another_order_mean_nothing(house: House) -> None:
    send_recordings(house.slot, 170.0)
    remark = RuleSpec(check_key="loudness.plr", severity=Severity.WARN, params={})

    assert hindsight(house.slot, [duration(120.0), remark], [remark, duration(120.0)]) == []


def test_of_many_recordings_the_newest_are_counted(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_REPORTS", 2)
    send_recordings(house.slot, 100.0, 300.0, 300.0)

    (this,) = hindsight(house.slot, [duration(60.0)], [duration(120.0)])

    assert (this.effects.examined, this.effects.newly_stopped, this.is_sample) == (2, 0, True)


def test_the_editor_says_it_before_anything_is_published(grace: FlaskClient, house: House) -> None:
    send_recordings(last_year_s(house), 170.0, 300.0)

    unchanged = editor(grace, house)
    assert "What it would have meant" not in unchanged.words
    page = send(grace, unchanged, "/rules", step="preview", length_duration__min_s="200")

    assert (
        "Fall 2026: these rules would have turned away 1 of 2 recordings; the rules in force turn away 0. "
        "1 more, for Duration (1). Nobody would get a new remark."
    ) in page.words


def test_the_editor_says_what_would_only_be_remarked_on(grace: FlaskClient, house: House) -> None:
    send_recordings(last_year_s(house), 170.0, 300.0)

    changes = {"length_duration__min_s": "200", "length_duration__severity": "warn"}
    page = send(grace, editor(grace, house), "/rules", step="preview", **changes)

    assert (
        "Nobody would have been turned away who is not today. 1 would get a new remark, for Duration (1)." in page.words
    )
