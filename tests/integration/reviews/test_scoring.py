"""Scores are saved without overwriting anybody's, handed in once, and locked from then on."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.core.audit import AuditEntry
from portal.core.db import db
from portal.core.errors import NotAllowed, Stale
from portal.reviews.errors import NoRubric, NotAllScored, OffTheScale, RubricChanged, SavedElsewhere, TooLong
from portal.reviews.models import Assignment
from portal.reviews.queries.access import access
from portal.reviews.queries.sheet import other_reviews, review_sheet
from portal.reviews.service.scoring import Entry, save_draft, submit
from portal.reviews.sheet import Mark, ReviewSheet
from portal.reviews.states import AssignmentState
from tests.factories.cast import FULL_NAMES
from tests.factories.reviews import Panel, make_assignment, make_finished, make_panel, publish_rubric, review_of

CLARA = FULL_NAMES["Clara"]


@pytest.fixture
def panel(session: Session) -> Panel:
    return make_panel()


def sheet_of(assignment_id: str) -> ReviewSheet:
    found = access(assignment_id)
    assert found is not None
    return review_sheet(found)


def test_a_draft_keeps_scores_gaps_and_remarks(panel: Panel) -> None:
    task = make_assignment(panel)
    marks = {
        panel.balance: Mark(4, "Vocals sit well."),
        panel.space: Mark(None),
        panel.idea: Mark(None, "Listen again", scored=False),
    }
    entry = Entry(rubric_id=panel.rubric_id, revision=0, marks=marks, comment="So far so good.")
    assert save_draft(task, entry, actor=panel.actor("Clara")) == 1
    sheet = sheet_of(task)
    assert sheet.marks == marks
    assert (sheet.comment, sheet.revision, sheet.judged) == ("So far so good.", 1, 2)
    assert sheet.state is AssignmentState.IN_PROGRESS
    assert sheet.overall is None
    assert sheet.editable


def test_a_stale_tab_is_refused_and_changes_nothing(panel: Panel) -> None:
    task = make_assignment(panel)
    clara = panel.actor("Clara")
    save_draft(task, panel.entry(balance=5), actor=clara)
    with pytest.raises(SavedElsewhere) as refused:
        save_draft(task, panel.entry(balance=1, comment="From the old tab"), actor=clara)
    assert "not written over" in refused.value.message
    with pytest.raises(SavedElsewhere):
        submit(task, panel.entry(balance=1), actor=clara)
    sheet = sheet_of(task)
    assert sheet.mark(panel.balance).points == 5
    assert sheet.comment == "Clear and calm."
    assert sheet.state is AssignmentState.IN_PROGRESS


def test_saving_again_replaces_the_scores(panel: Panel) -> None:
    task = make_assignment(panel)
    clara = panel.actor("Clara")
    save_draft(task, panel.entry(balance=5), actor=clara)
    only_space = Entry(panel.rubric_id, 1, {panel.space: Mark(2)}, "")
    assert save_draft(task, only_space, actor=clara) == 2
    assert sheet_of(task).marks == {panel.space: Mark(2)}


def test_submitting_wants_a_word_on_every_criterion(panel: Panel) -> None:
    task = make_assignment(panel)
    entry = Entry(panel.rubric_id, 0, {panel.balance: Mark(4), panel.space: Mark(None, scored=False)})
    with pytest.raises(NotAllScored) as refused:
        submit(task, entry, actor=panel.actor("Clara"))
    assert refused.value.details == ["Space", "Idea"]
    assert set(refused.value.fields) == {panel.space, panel.idea}
    assert sheet_of(task).state is AssignmentState.ASSIGNED


def test_submitted_scores_get_their_weighted_mean_and_an_audit_entry(panel: Panel) -> None:
    task = make_assignment(panel)
    result = submit(task, panel.entry(balance=5, space=3, idea=None), actor=panel.actor("Clara"))
    assert (result.overall, result.observed_share) == (75.0, 0.8)
    sheet = sheet_of(task)
    assert (sheet.overall, sheet.observed_share, sheet.state) == (75.0, 0.8, AssignmentState.SUBMITTED)
    assert sheet.submitted_at is not None
    entry = db.session.query(AuditEntry).filter_by(action="review.submit").one()
    assert entry.after["points"] == {"Balance": 5, "Space": 3, "Idea": None}
    assert entry.after["overall"] == 75.0
    assert entry.actor_name == CLARA
    assert entry.application_id == db.session.get_one(Assignment, task).application_id


def test_a_review_of_less_than_60_percent_is_taken_but_has_no_value(panel: Panel) -> None:
    task = make_assignment(panel)
    result = submit(task, panel.entry(balance=5, space=None, idea=None), actor=panel.actor("Clara"))
    assert result.overall is None
    assert sheet_of(task).observed_share == pytest.approx(0.4)


def test_nothing_can_be_changed_after_submitting(panel: Panel) -> None:
    task = make_assignment(panel)
    clara = panel.actor("Clara")
    submit(task, panel.entry(), actor=clara)
    for command in (save_draft, submit):
        with pytest.raises(NotAllowed, match="can no longer be changed"):
            command(task, panel.entry(balance=1, revision=1), actor=clara)
    assert review_of(task).overall == 62.5


def test_impossible_points_and_endless_words_are_refused(panel: Panel) -> None:
    task = make_assignment(panel)
    clara = panel.actor("Clara")
    with pytest.raises(OffTheScale, match="“Balance” takes whole points from 1 to 5"):
        save_draft(task, panel.entry(balance=6), actor=clara)
    with pytest.raises(TooLong, match="10,000 characters"):
        save_draft(task, panel.entry(comment="x" * 10_001), actor=clara)
    assert sheet_of(task).revision == 0


def test_a_begun_review_stays_on_its_score_sheet(panel: Panel) -> None:
    begun, fresh = make_assignment(panel), make_assignment(panel)
    clara = panel.actor("Clara")
    save_draft(begun, panel.entry(), actor=clara)
    newer = publish_rubric(panel, version=2)
    assert sheet_of(begun).rubric_id == panel.rubric_id
    assert sheet_of(fresh).rubric_id == newer
    assert save_draft(begun, panel.entry(revision=1), actor=clara) == 2
    with pytest.raises(RubricChanged):
        save_draft(fresh, panel.entry(), actor=clara)


def test_without_a_score_sheet_there_is_nothing_to_score(session: Session) -> None:
    panel = make_panel(rubric=False)
    task = make_assignment(panel)
    assert sheet_of(task).criteria == []
    with pytest.raises(NoRubric, match="write to its chair"):
        save_draft(task, Entry(rubric_id="", revision=0), actor=panel.actor("Clara"))


def test_nobody_scores_for_somebody_else(panel: Panel) -> None:
    task = make_assignment(panel, "Clara")
    for name in ("Dan", "Frank", "Grace", "Heidi"):
        with pytest.raises(NotAllowed, match="not assigned to you"):
            save_draft(task, panel.entry(), actor=panel.actor(name))


def test_other_scores_stay_hidden_until_the_own_ones_are_in(panel: Panel) -> None:
    task = make_assignment(panel, "Clara")
    application_id = db.session.get_one(Assignment, task).application_id
    make_finished(panel, "Dan", application_id, panel.entry(balance=2, space=2, comment="Too dry."))
    save_draft(make_assignment(panel, "Eve", application_id=application_id), panel.entry(), actor=panel.actor("Eve"))
    submit(task, panel.entry(), actor=panel.actor("Clara"))
    found = access(task)
    assert found is not None
    (other,) = other_reviews(found)
    assert (other.label, other.overall, other.comment) == ("Reviewer A", 25.0, "Too dry.")
    assert dict(other.points) == {"Balance": 2, "Space": 2, "Idea": None}


def test_of_two_tabs_that_save_at_the_same_moment_one_is_refused(app: Flask, panel: Panel) -> None:
    task, clara, meet = make_assignment(panel), panel.actor("Clara"), Barrier(2)
    entries = [panel.entry(balance=points, comment=f"Tab {points}") for points in (1, 5)]

    def save(entry: Entry) -> str:
        with app.app_context():
            meet.wait(timeout=20)
            try:
                save_draft(task, entry, actor=clara)
            except (SavedElsewhere, Stale):
                return "refused"
            finally:
                db.session.remove()
            return entry.comment

    with ThreadPoolExecutor(2) as tabs:
        said = sorted(tabs.map(save, entries))
    db.session.rollback()
    assert said[1] == "refused" or said[0] == "refused"
    (kept,) = [one for one in said if one != "refused"]
    sheet = sheet_of(task)
    assert (sheet.comment, sheet.revision) == (kept, 1)
    assert sheet.mark(panel.balance).points == int(kept[-1])
