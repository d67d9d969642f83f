"""Who may do what to an application, when, in which state."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.accounts.actor import Actor
from portal.accounts.states import StaffRole
from portal.applications import policy
from portal.applications.models import Application
from portal.applications.states import ApplicationState
from portal.programmes.models import Intake
from portal.programmes.states import IntakeState

DEADLINE = datetime(2026, 12, 1, 22, 0, tzinfo=UTC)
BEFORE, AFTER = DEADLINE - timedelta(seconds=1), DEADLINE + timedelta(seconds=1)
S = ApplicationState

ADA = Actor(person_id="ada", name="Ada")
BEN = Actor(person_id="ben", name="Ben")


def staff(role: StaffRole, *, programme: str = "p1", person: str = "staff") -> Actor:
    return Actor(person_id=person, name="Staff", roles_by_programme={programme: frozenset({role})})


def intake() -> Intake:
    return Intake(
        programme_id="p1",
        state=IntakeState.PUBLISHED,
        time_zone="UTC",
        opens_at=DEADLINE - timedelta(days=30),
        start_cutoff_at=DEADLINE - timedelta(days=1),
        visible_deadline_at=DEADLINE,
        grace_minutes=60,
    )


def application(
    state: ApplicationState = S.DRAFT, *, until: datetime | None = None, submitted_at: datetime | None = None
) -> Application:
    return Application(
        applicant_id="ada", state=state, intake=intake(), reopened_until=until, submitted_at=submitted_at
    )


def test_only_the_applicant_sees_the_applicants_pages() -> None:
    assert policy.view(ADA, application(), BEFORE)
    for other in (None, BEN, staff(StaffRole.ADMIN), staff(StaffRole.FACULTY)):
        assert not policy.view(other, application(), BEFORE)


@pytest.mark.parametrize("state", [s for s in S if s is not S.DRAFT])
def test_only_a_draft_can_be_changed(state: ApplicationState) -> None:
    assert policy.edit(ADA, application(), BEFORE)
    refusal = policy.edit(ADA, application(state), BEFORE)
    assert refusal.reason == (policy.GONE if state is S.WITHDRAWN else policy.NOT_A_DRAFT)


def test_nobody_else_changes_a_draft_not_even_staff() -> None:
    for other in (None, BEN, staff(StaffRole.ADMIN), staff(StaffRole.CHAIR)):
        assert not policy.edit(other, application(), BEFORE)
        assert not policy.submit(other, application(), BEFORE)
        assert not policy.withdraw(other, application(), BEFORE)


def test_the_deadline_ends_it_to_the_second() -> None:
    assert policy.submit(ADA, application(), DEADLINE)
    refusal = policy.submit(ADA, application(), AFTER)
    assert refusal.reason.startswith("The deadline was Tue 1 Dec 2026, 22:00 UTC.")


def test_a_reopened_application_has_its_own_date() -> None:
    later = DEADLINE + timedelta(days=3)
    assert policy.submit(ADA, application(until=later), later)
    assert not policy.submit(ADA, application(until=later), later + timedelta(seconds=1))


def test_starting_needs_a_confirmed_address_and_the_right_time() -> None:
    cutoff = DEADLINE - timedelta(days=1)
    assert policy.start(ADA, intake(), cutoff)
    assert not policy.start(ADA, intake(), cutoff + timedelta(seconds=1))
    unconfirmed = policy.start(Actor(person_id="x", name="X", confirmed=False), intake(), cutoff)
    assert "confirm your mail address" in unconfirmed.reason
    assert policy.start(None, intake(), cutoff).reason == "Please sign in first."


@pytest.mark.parametrize(
    ("state", "possible"),
    [
        (S.DRAFT, True),
        (S.SUBMITTED, True),
        (S.UNDER_REVIEW, True),
        (S.DECIDED, True),
        (S.RELEASED, False),
        (S.WITHDRAWN, False),
    ],
)
def test_withdrawing_is_possible_until_the_decision_is_out_at_any_time(state: ApplicationState, possible: bool) -> None:
    assert bool(policy.withdraw(ADA, application(state), AFTER)) is possible


@pytest.mark.parametrize("role", [StaffRole.ADMIN, StaffRole.CHAIR])
def test_those_who_run_the_intake_reopen_what_was_sent(role: StaffRole) -> None:
    assert policy.reopen(staff(role), application(S.SUBMITTED, submitted_at=BEFORE), AFTER)
    assert policy.reopen(staff(role), application(S.UNDER_REVIEW, submitted_at=BEFORE), AFTER)
    assert not policy.reopen(staff(role), application(S.DECIDED, submitted_at=BEFORE), AFTER)
    assert not policy.reopen(staff(role, programme="p2"), application(S.SUBMITTED), AFTER)


def test_a_withdrawn_draft_can_be_given_back_but_nothing_that_was_sent() -> None:
    admin = staff(StaffRole.ADMIN)
    assert policy.reopen(admin, application(S.WITHDRAWN), AFTER)
    assert not policy.reopen(admin, application(S.WITHDRAWN, submitted_at=BEFORE), AFTER)


def test_faculty_and_the_applicant_do_not_judge_requirements() -> None:
    assert policy.judge_gate(staff(StaffRole.ADMIN), application(S.SUBMITTED), AFTER)
    assert not policy.judge_gate(staff(StaffRole.FACULTY), application(S.SUBMITTED), AFTER)
    assert not policy.judge_gate(staff(StaffRole.ADMIN, person="ada"), application(S.SUBMITTED), AFTER)
    assert not policy.judge_gate(staff(StaffRole.ADMIN), application(S.RELEASED), AFTER)
    assert not policy.judge_gate(ADA, application(S.SUBMITTED), AFTER)
