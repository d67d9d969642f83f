"""Who hears what: by hand, spread evenly, never with a conflict, and every change on record."""

from collections import Counter

import pytest
from sqlalchemy.orm import Session

from portal.accounts.models import ProgrammeStaff
from portal.accounts.states import StaffRole
from portal.applications.models import Application
from portal.applications.states import ApplicationState
from portal.core.audit import AuditEntry
from portal.core.db import db, transaction
from portal.core.errors import NotAllowed, NotFound, Stale
from portal.reviews.errors import CannotAssign
from portal.reviews.models import Assignment
from portal.reviews.queries.access import access
from portal.reviews.queries.intake import applications_page, reviewer_loads
from portal.reviews.service.assigning import assign, revoke, spread
from portal.reviews.service.conflicts import declare_conflict
from portal.reviews.service.scoring import save_draft, submit
from portal.reviews.states import AssignmentState
from tests.factories.cast import FULL_NAMES, make_person
from tests.factories.reviews import Panel, make_assignment, make_panel, make_submitted, review_of

CLARA = FULL_NAMES["Clara"]


@pytest.fixture
def panel(session: Session) -> Panel:
    return make_panel()


def state_of(task: str) -> AssignmentState:
    return db.session.get_one(Assignment, task).state


def test_the_first_reviewer_brings_an_application_to_the_faculty(panel: Panel) -> None:
    ada, ben = make_submitted(panel), make_submitted(panel, make_person("Ben"))
    people = [panel.people["Clara"], panel.people["Dan"]]
    new = assign(panel.intake, actor=panel.actor("Frank"), application_ids=[ada, ben], reviewer_ids=people)
    assert new == 4
    assert {db.session.get_one(Application, key).state for key in (ada, ben)} == {ApplicationState.UNDER_REVIEW}
    rows = db.session.query(Assignment).all()
    assert len({row.pseudonym for row in rows}) == 4
    actions = Counter(entry.action for entry in db.session.query(AuditEntry))
    assert actions["review.assign"] == 4
    assert actions["application.start_review"] == 2


def test_who_was_asked_already_is_not_asked_again(panel: Panel) -> None:
    task = make_assignment(panel, "Clara")
    application_id = db.session.get_one(Assignment, task).application_id
    both = [panel.people["Clara"], panel.people["Dan"]]
    new = assign(panel.intake, actor=panel.actor("Grace"), application_ids=[application_id], reviewer_ids=both)
    assert new == 1
    assert db.session.query(Assignment).count() == 2


def test_everything_impossible_is_named_at_once_and_nothing_is_assigned(panel: Panel) -> None:
    clara = panel.person("Clara")
    own = make_submitted(panel, clara)
    refused_task = make_assignment(panel, "Clara")
    conflicted = db.session.get_one(Assignment, refused_task).application_id
    declare_conflict(refused_task, actor=panel.actor("Clara"), reason="My student")
    draft = make_submitted(panel, make_person("Ben"), state=ApplicationState.DRAFT)
    fine = make_submitted(panel, make_person("Mia Sand"))
    with pytest.raises(CannotAssign) as refused:
        assign(
            panel.intake,
            actor=panel.actor("Frank"),
            application_ids=[own, conflicted, draft, fine, "0" * 32],
            reviewer_ids=[clara.id, panel.people["Heidi"]],
        )
    reasons = " ".join(refused.value.details)
    assert f"{CLARA} is the applicant of" in reasons
    assert f"{CLARA} has declared a conflict with" in reasons
    assert "is not open to reviews now" in reasons
    assert "does not score in this programme" in reasons
    assert "not part of this intake" in reasons
    assert db.session.query(Assignment).count() == 1


def test_nothing_chosen_is_said(panel: Panel) -> None:
    with pytest.raises(CannotAssign) as refused:
        assign(panel.intake, actor=panel.actor("Frank"), application_ids=[], reviewer_ids=[])
    assert refused.value.details == ["Choose at least one application and at least one reviewer."]


def test_spreading_fills_up_evenly_and_leaves_out_conflicts_and_oneself(panel: Panel) -> None:
    with transaction():
        db.session.add(
            ProgrammeStaff(person_id=panel.people["Grace"], programme_id=panel.programme_id, role=StaffRole.FACULTY)
        )
    own = make_submitted(panel, panel.person("Grace"))
    conflict = make_assignment(panel, "Eve")
    conflicted = db.session.get_one(Assignment, conflict).application_id
    declare_conflict(conflict, actor=panel.actor("Eve"))
    others = [make_submitted(panel, make_person(f"Person {n}")) for n in range(8)]
    result = spread(panel.intake, actor=panel.actor("Frank"))
    assert (result.assigned, result.short) == (20, {})
    active = [row for row in db.session.query(Assignment) if row.state is AssignmentState.ASSIGNED]
    assert Counter(row.application_id for row in active) == dict.fromkeys([own, conflicted, *others], 2)
    loads = Counter(row.reviewer_id for row in active)
    assert max(loads.values()) - min(loads.values()) <= 1
    pairs = {(row.application_id, row.reviewer_id) for row in active}
    assert (own, panel.people["Grace"]) not in pairs
    assert (conflicted, panel.people["Eve"]) not in pairs
    assert spread(panel.intake, actor=panel.actor("Frank")).assigned == 0


def test_spreading_says_where_reviewers_are_missing(session: Session) -> None:
    panel = make_panel(reviews_wanted=6)
    application = db.session.get_one(Application, make_submitted(panel))
    number = application.number
    result = spread(panel.intake, actor=panel.actor("Grace"))
    assert (result.assigned, result.short) == (4, {number: 2})


def test_a_relieved_reviewer_can_be_asked_again_and_finds_the_draft(panel: Panel) -> None:
    task = make_assignment(panel, "Clara")
    application_id = db.session.get_one(Assignment, task).application_id
    save_draft(task, panel.entry(balance=2), actor=panel.actor("Clara"))
    frank = panel.actor("Frank")
    revoke(task, actor=frank, intake=panel.intake)
    assert state_of(task) is AssignmentState.REVOKED
    with pytest.raises(NotAllowed):
        save_draft(task, panel.entry(revision=1), actor=panel.actor("Clara"))
    ids = [panel.people["Clara"]]
    assert assign(panel.intake, actor=frank, application_ids=[application_id], reviewer_ids=ids) == 1
    assert state_of(task) is AssignmentState.ASSIGNED
    assert review_of(task).revision == 1


def test_scores_that_are_in_cannot_be_taken_away(panel: Panel) -> None:
    task = make_assignment(panel)
    submit(task, panel.entry(), actor=panel.actor("Clara"))
    with pytest.raises(Stale):
        revoke(task, actor=panel.actor("Frank"), intake=panel.intake)
    assert state_of(task) is AssignmentState.SUBMITTED


def test_only_chair_and_admins_of_the_programme_assign(panel: Panel) -> None:
    task = make_assignment(panel)
    elsewhere = make_panel()
    for name in ("Clara", "Heidi"):
        with pytest.raises(NotAllowed):
            spread(panel.intake, actor=panel.actor(name))
        with pytest.raises(NotAllowed):
            revoke(task, actor=panel.actor(name), intake=panel.intake)
    with pytest.raises(NotFound):
        revoke(task, actor=elsewhere.actor("Frank"), intake=elsewhere.intake)


def test_a_conflict_closes_the_application_keeps_the_reason_and_lets_a_replacement_in(panel: Panel) -> None:
    task = make_assignment(panel, "Clara")
    application_id = db.session.get_one(Assignment, task).application_id
    submit(task, panel.entry(), actor=panel.actor("Clara"))
    declare_conflict(task, actor=panel.actor("Clara"), reason=" I taught the bass player. ")
    found = access(task)
    assert found is not None
    assert found.state is AssignmentState.RECUSED
    with pytest.raises(NotAllowed):
        declare_conflict(task, actor=panel.actor("Clara"))
    (row,) = [one for one in applications_page(panel.intake_id).rows if one.application_id == application_id]
    assert [(one.name, one.state, one.conflict_reason) for one in row.assigned] == [
        (CLARA, AssignmentState.RECUSED, "I taught the bass player.")
    ]
    assert row.active == 0
    assert spread(panel.intake, actor=panel.actor("Frank")).assigned == 2
    loads = {one.name: (one.waiting, one.conflicts) for one in reviewer_loads(panel.intake, [panel.person("Clara")])}
    assert loads == {CLARA: (0, 1)}
    entry = db.session.query(AuditEntry).filter_by(action="review.declare_conflict").one()
    assert (entry.reason, entry.before) == ("I taught the bass player.", {"state": "submitted"})
