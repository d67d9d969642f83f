"""Comments at a moment or a range: on the right recording, one's own, and locked with the review."""

import pytest
from sqlalchemy.orm import Session

from portal.applications.models import Application
from portal.core.db import db, transaction
from portal.core.errors import NotAllowed
from portal.recordings.models import FileVersion
from portal.recordings.states import Processing
from portal.reviews.errors import BadMoment, TooLong, TooManyMoments
from portal.reviews.models import Assignment
from portal.reviews.queries.access import access
from portal.reviews.queries.sheet import review_sheet
from portal.reviews.service import moments
from portal.reviews.service.moments import add_moment, remove_moment
from portal.reviews.service.scoring import save_draft, submit
from portal.reviews.sheet import SheetMoment
from tests.factories.applications import add_file, add_recording
from tests.factories.reviews import Panel, make_assignment, make_panel, versions_of


@pytest.fixture
def panel(session: Session) -> Panel:
    return make_panel()


def application_of(task: str) -> Application:
    return db.session.get_one(Application, db.session.get_one(Assignment, task).application_id)


def moments_of(task: str) -> list[SheetMoment]:
    found = access(task)
    assert found is not None
    return list(review_sheet(found).moments)


def add(panel: Panel, task: str, **what: object) -> str:
    values = {"recording": 1, "start_s": 67.2, "end_s": None, "text": "Sibilance", **what}
    return add_moment(task, actor=panel.actor("Clara"), **values)  # type: ignore[arg-type]


def test_comments_are_listed_by_recording_and_place(panel: Panel) -> None:
    task = make_assignment(panel)
    application = application_of(task)
    second = add_recording(application, application.intake.slots[0], title="Second")
    add_file(second)
    add(panel, task, recording=2, start_s=3.0, text="Hum")
    add(panel, task, start_s=90.0, end_s=95.5, text="The bridge drags")
    add(panel, task, start_s=67.2, text="  Sibilance ")
    listed = [(one.recording, one.start_s, one.end_s, one.text) for one in moments_of(task)]
    assert listed == [(1, 67.2, None, "Sibilance"), (1, 90.0, 95.5, "The bridge drags"), (2, 3.0, None, "Hum")]


def test_a_comment_and_a_draft_do_not_disturb_each_other(panel: Panel) -> None:
    task = make_assignment(panel)
    add(panel, task)
    assert save_draft(task, panel.entry(), actor=panel.actor("Clara")) == 1
    add(panel, task, start_s=5.0)
    assert save_draft(task, panel.entry(revision=1), actor=panel.actor("Clara")) == 2
    assert len(moments_of(task)) == 2


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        ({"text": "   "}, "Write what you hear"),
        ({"start_s": -1.0}, "minutes and seconds"),
        ({"start_s": float("nan")}, "minutes and seconds"),
        ({"start_s": 10.0, "end_s": 10.0}, "after its start"),
        ({"start_s": 400.0}, "behind the end"),
        ({"start_s": 10.0, "end_s": 400.0}, "behind the end"),
        ({"recording": 2}, "not there any more"),
        ({"recording": 0}, "not there any more"),
    ],
)
def test_an_impossible_place_is_refused_with_what_to_do(panel: Panel, what: dict[str, object], sentence: str) -> None:
    task = make_assignment(panel)
    with pytest.raises(BadMoment, match=sentence):
        add(panel, task, **what)
    assert moments_of(task) == []


def test_comments_have_limits(panel: Panel, monkeypatch: pytest.MonkeyPatch) -> None:
    task = make_assignment(panel)
    with pytest.raises(TooLong, match="2,000"):
        add(panel, task, text="x" * 2_001)
    monkeypatch.setattr(moments, "MAX_MOMENTS", 2)
    add(panel, task)
    add(panel, task)
    with pytest.raises(TooManyMoments, match="2 comments"):
        add(panel, task)


def test_one_removes_only_ones_own(panel: Panel) -> None:
    task = make_assignment(panel)
    moment = add(panel, task)
    others = make_assignment(panel, "Dan", application_id=application_of(task).id)
    save_draft(others, panel.entry(), actor=panel.actor("Dan"))
    remove_moment(others, actor=panel.actor("Dan"), moment_id=moment)
    assert [one.id for one in moments_of(task)] == [moment]
    remove_moment(task, actor=panel.actor("Clara"), moment_id=moment)
    remove_moment(task, actor=panel.actor("Clara"), moment_id=moment)
    assert moments_of(task) == []


def test_comments_are_locked_with_the_scores(panel: Panel) -> None:
    task = make_assignment(panel)
    moment = add(panel, task)
    submit(task, panel.entry(), actor=panel.actor("Clara"))
    with pytest.raises(NotAllowed, match="can no longer be changed"):
        add(panel, task)
    with pytest.raises(NotAllowed, match="can no longer be changed"):
        remove_moment(task, actor=panel.actor("Clara"), moment_id=moment)
    assert [one.id for one in moments_of(task)] == [moment]


def test_a_comment_on_a_replaced_recording_stays_and_says_so(panel: Panel) -> None:
    task = make_assignment(panel)
    add(panel, task, text="Clipped here")
    (old,) = versions_of(application_of(task).id)
    with transaction():
        db.session.get_one(FileVersion, old.id).state = Processing.SUPERSEDED
    add_file(application_of(task).recordings[0], number=2)
    (moment,) = moments_of(task)
    assert (moment.recording, moment.text) == (None, "Clipped here")
