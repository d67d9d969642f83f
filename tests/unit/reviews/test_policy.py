"""Who may hear and score, in every state of the assignment and the application."""

from datetime import UTC, datetime

import pytest

from portal.accounts.actor import Actor
from portal.accounts.states import StaffRole
from portal.applications.states import IN_JUDGEMENT, ApplicationState
from portal.reviews import policy
from portal.reviews.policy import Access
from portal.reviews.states import AssignmentState

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FACULTY = {"mm": frozenset({StaffRole.FACULTY})}
CLARA = Actor("clara", "Clara", roles_by_programme=FACULTY)


def access(
    state: AssignmentState = AssignmentState.ASSIGNED,
    application_state: ApplicationState = ApplicationState.UNDER_REVIEW,
    *,
    applicant_id: str = "ada",
) -> Access:
    return Access("task", state, "clara", "application", application_state, applicant_id, "intake", "mm", None)


@pytest.mark.parametrize("state", AssignmentState)
@pytest.mark.parametrize("application_state", ApplicationState)
def test_doors_by_state(state: AssignmentState, application_state: ApplicationState) -> None:
    task = access(state, application_state)
    may_read = state not in (AssignmentState.RECUSED, AssignmentState.REVOKED) and application_state in IN_JUDGEMENT
    is_open = state in (AssignmentState.ASSIGNED, AssignmentState.IN_PROGRESS)
    may_score = is_open and application_state in (ApplicationState.SUBMITTED, ApplicationState.UNDER_REVIEW)
    assert bool(policy.read(CLARA, task, NOW)) is may_read
    assert bool(policy.score(CLARA, task, NOW)) is (may_read and may_score)
    assert bool(policy.see_other_scores(CLARA, task, NOW)) is (may_read and state is AssignmentState.SUBMITTED)
    assert bool(policy.declare_conflict(CLARA, task, NOW)) is may_read


@pytest.mark.parametrize(
    "somebody",
    [
        None,
        Actor("dan", "Dan", roles_by_programme=FACULTY),
        Actor("clara", "Clara, who has left the faculty"),
        Actor("clara", "Clara, admin now", roles_by_programme={"mm": frozenset({StaffRole.ADMIN})}),
        Actor("clara", "Clara, elsewhere", roles_by_programme={"ms": frozenset({StaffRole.FACULTY})}),
        Actor("clara", "Clara, unconfirmed", confirmed=False, roles_by_programme=FACULTY),
        Actor("root", "Site admin", site_admin=True),
    ],
)
def test_everybody_else_stays_outside(somebody: Actor | None) -> None:
    for rule in (policy.read, policy.score, policy.see_other_scores, policy.declare_conflict):
        assert not rule(somebody, access(AssignmentState.SUBMITTED), NOW)
        assert not rule(somebody, access(), NOW)


def test_nobody_judges_themselves() -> None:
    assert not policy.read(CLARA, access(applicant_id="clara"), NOW)


def test_a_refusal_says_why() -> None:
    assert "Your scores are in" in policy.score(CLARA, access(AssignmentState.SUBMITTED), NOW).reason
    decided = policy.score(CLARA, access(application_state=ApplicationState.DECIDED), NOW)
    assert "A decision on this application has been drafted" in decided.reason
