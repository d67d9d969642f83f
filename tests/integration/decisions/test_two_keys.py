"""A decision needs a reason, requirements that allow it, and two people; nothing happens to it silently."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.actor import Actor
from portal.applications.models import Application
from portal.applications.states import ApplicationState, GateState
from portal.core.audit import AuditEntry
from portal.core.db import db, transaction
from portal.core.errors import NotAllowed, NotFound, Stale
from portal.decisions.errors import AlreadyDecided, GatesForbid, ReasonMissing
from portal.decisions.models import Decision
from portal.decisions.queries.decisions import history_of, living, released_for
from portal.decisions.service.confirming import confirm, discard
from portal.decisions.service.drafting import Proposal, draft, draft_batch
from portal.decisions.states import DecisionState, OutcomeKind
from tests.factories.decisions import School, make_application, make_school

ADMIT = Proposal(OutcomeKind.ADMIT, "The best mixes of the year.")
DENY = Proposal(OutcomeKind.DENY, "Too little of it is the applicant's own work.")


@pytest.fixture
def school(session: Session) -> School:
    return make_school()


def application(application_id: str) -> Application:
    db.session.rollback()
    return db.session.get_one(Application, application_id)


def drafted(school: School, application_id: str, proposal: Proposal = ADMIT, actor: Actor | None = None) -> Decision:
    return draft(application(application_id), actor=actor or school.grace, proposal=proposal)


def deeds(application_id: str) -> list[tuple[str, str]]:
    rows = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.application_id == application_id).order_by(AuditEntry.id)
    )
    return [(entry.action, entry.actor_name) for entry in rows]


def test_from_draft_to_confirmed_with_every_deed_on_record(school: School) -> None:
    ada = make_application(school)

    decision = drafted(school, ada)
    confirm(decision, actor=school.frank)

    assert living(ada) is decision
    assert (decision.state, decision.outcome) == (DecisionState.CONFIRMED, OutcomeKind.ADMIT)
    assert (decision.drafted_by_id, decision.confirmed_by_id) == (school.grace.person_id, school.frank.person_id)
    assert application(ada).state is ApplicationState.DECIDED
    assert deeds(ada) == [
        ("decision.draft", school.grace.name),
        ("decision.confirm", school.frank.name),
        ("application.decide", school.frank.name),
    ]
    assert released_for(ada) is None


def test_nobody_confirms_their_own_draft(school: School) -> None:
    ada = make_application(school)
    decision = drafted(school, ada)

    with pytest.raises(NotAllowed, match="Somebody else has to confirm it"):
        confirm(decision, actor=school.grace)

    assert living(ada).state is DecisionState.DRAFTED  # type: ignore[union-attr]
    assert application(ada).state is ApplicationState.UNDER_REVIEW


def test_the_chair_does_not_draft_and_another_programmes_admin_does_nothing(school: School) -> None:
    ada = make_application(school)
    decision = drafted(school, ada)

    with pytest.raises(NotAllowed, match="Only the administrators of this programme"):
        drafted(school, make_application(school, "Ben Britten"), actor=school.frank)
    with pytest.raises(NotAllowed, match="Only the administrators and the chair"):
        confirm(decision, actor=school.heidi)
    with pytest.raises(NotAllowed):
        discard(decision, actor=school.heidi, reason="No.")


def test_nobody_decides_about_themselves(school: School) -> None:
    own = make_application(school)
    with transaction():
        application(own).applicant_id = school.grace.person_id

    with pytest.raises(NotAllowed, match="your own application"):
        drafted(school, own)
    decision = drafted(school, own, actor=school.gina)
    with pytest.raises(NotAllowed, match="your own application"):
        confirm(decision, actor=school.grace)


@pytest.mark.parametrize(
    ("proposal", "sentence"),
    [
        (Proposal(OutcomeKind.DENY, "  \n "), "Say why."),
        (Proposal(OutcomeKind.ADMIT_WITH_CONDITIONS, "Good."), "Say what the admission depends on"),
        (Proposal(OutcomeKind.ADMIT, "Good.", "Send the diploma."), "Only an admission with conditions"),
        (Proposal(OutcomeKind.DENY, "x" * 5001), "At most 5,000 characters."),
    ],
)
def test_what_is_missing_is_said(school: School, proposal: Proposal, sentence: str) -> None:
    ada = make_application(school)

    with pytest.raises(ReasonMissing) as error:
        drafted(school, ada, proposal)

    assert sentence in " ".join(error.value.fields.values())
    assert history_of(ada) == []


def test_a_failed_requirement_is_named_and_forbids_admission(school: School) -> None:
    gates = (GateState.PASSED, GateState.FAILED, GateState.UNKNOWN, GateState.WAIVED)
    ada = make_application(school, gates=gates)

    with pytest.raises(GatesForbid, match="A requirement is not met") as error:
        drafted(school, ada)

    assert error.value.details == ["Background in music is not met.", "Entrance exam has not been judged yet."]
    assert drafted(school, ada, DENY).outcome is OutcomeKind.DENY


def test_what_is_unknown_leaves_room_for_conditions_only(school: School) -> None:
    ada = make_application(school, gates=(GateState.PASSED,) * 3)  # the fourth was never answered

    with pytest.raises(GatesForbid) as error:
        drafted(school, ada)
    conditional = Proposal(OutcomeKind.ADMIT_WITH_CONDITIONS, "Good.", "Send the form.")

    assert error.value.details == ["Admission form has not been judged yet."]
    assert drafted(school, ada, conditional).conditions == "Send the form."


def test_requirements_are_asked_again_when_the_second_key_turns(school: School) -> None:
    ada = make_application(school)
    decision = drafted(school, ada)
    with transaction():
        application(ada).gate_answers[0].state = GateState.FAILED

    with pytest.raises(GatesForbid):
        confirm(decision, actor=school.frank)

    assert application(ada).state is ApplicationState.UNDER_REVIEW


@pytest.mark.parametrize(
    "state", [ApplicationState.DRAFT, ApplicationState.WITHDRAWN, ApplicationState.DECIDED, ApplicationState.RELEASED]
)
def test_only_what_is_in_judgement_can_be_decided(school: School, state: ApplicationState) -> None:
    with pytest.raises(NotAllowed, match="cannot be decided"):
        drafted(school, make_application(school, state=state))


def test_one_living_decision_and_a_discarded_one_stays_in_the_file(school: School) -> None:
    ada = make_application(school)
    first = drafted(school, ada)
    confirm(first, actor=school.frank)

    with pytest.raises(NotAllowed, match="decided already"):
        drafted(school, ada, DENY)
    discard(first, actor=school.gina, reason="The committee changed its mind.")
    assert application(ada).state is ApplicationState.UNDER_REVIEW
    second = drafted(school, ada, DENY)
    with pytest.raises(AlreadyDecided, match="Somebody has drafted a decision"):
        drafted(school, ada, actor=school.gina)

    assert [d.state for d in history_of(ada)] == [DecisionState.DISCARDED, DecisionState.DRAFTED]
    assert living(ada) is second
    assert ("decision.discard", school.gina.name) in deeds(ada)


def test_discarding_needs_a_reason(school: School) -> None:
    decision = drafted(school, make_application(school))

    with pytest.raises(ReasonMissing, match="Say why"):
        discard(decision, actor=school.frank, reason=" ")


def test_discarding_leaves_a_withdrawn_application_withdrawn(school: School) -> None:
    ada = make_application(school)
    decision = drafted(school, ada)
    confirm(decision, actor=school.frank)
    with transaction():
        application(ada).state = ApplicationState.WITHDRAWN

    discard(decision, actor=school.frank, reason="Withdrawn by the applicant.")

    assert application(ada).state is ApplicationState.WITHDRAWN


def test_a_batch_drafts_what_it_can_and_names_the_rest(school: School) -> None:
    good, failing = (
        make_application(school),
        make_application(school, "Ben", gates=(GateState.FAILED,) * 4, number="B7"),
    )

    result = draft_batch([good, failing], intake_id=school.intake_id, actor=school.grace, proposal=ADMIT)

    assert result.done == 1
    (refusal,) = result.refused
    assert refusal.startswith("B7: A requirement is not met.")
    assert "Bachelor's degree is not met." in refusal
    assert living(good) is not None
    assert living(failing) is None


def test_a_batch_that_names_another_intakes_application_drafts_nothing(school: School) -> None:
    mine, theirs = make_application(school), make_application(make_school())

    with pytest.raises(NotFound):
        draft_batch([mine, theirs], intake_id=school.intake_id, actor=school.grace, proposal=ADMIT)

    assert living(mine) is None


def test_the_later_of_two_confirmations_is_told_so(school: School) -> None:
    decision = drafted(school, make_application(school))
    confirm(decision, actor=school.frank)

    with pytest.raises((Stale, NotAllowed), match=r"confirmed already|changed in the meantime"):
        confirm(decision, actor=school.gina)
