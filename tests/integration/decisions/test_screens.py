"""A decision in the browser, from the table to the letter, by the two people it takes; nothing for anybody else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.accounts.actor import Actor
from portal.accounts.models import Person
from portal.applications.models import Application
from portal.applications.states import ApplicationState, GateState
from portal.checks.evaluate import Verdict
from portal.core.db import db, transaction
from portal.core.paging import PAGE_SIZE
from portal.decisions.queries.decisions import living, released_for
from portal.decisions.service.confirming import confirm
from portal.decisions.service.drafting import Proposal, draft
from portal.decisions.states import DecisionState, OutcomeKind
from portal.recordings.states import Processing
from tests.factories.decisions import School, make_application, make_recording, make_school
from tests.services.page import send, visit


@pytest.fixture
def school(app: Flask) -> School:
    with app.app_context():
        return make_school()


def enter(app: Flask, actor: Actor) -> FlaskClient:
    """A browser in which this person is signed in."""
    client = app.test_client()
    with app.app_context():
        unique = db.session.get_one(Person, actor.person_id).fs_uniquifier
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = unique, True
    return client


def add(app: Flask, school: School, name: str, **values: object) -> str:
    with app.app_context():
        return make_application(school, name, **values)  # type: ignore[arg-type]


def test_the_start_page_says_what_waits(app: Flask, school: School) -> None:
    add(app, school, "Ada Lovelace", number="A1", gates=(GateState.UNKNOWN,) * 4)
    add(app, school, "Ben Britten", number="B2", processing=Processing.NEEDS_STAFF, verdict=None)

    page = visit(enter(app, school.grace), "/admin/")

    assert "Music Production" in page.words
    assert "1 application has requirements to judge" in page.words
    assert "1 recording needs a person" in page.words
    assert "B2: night bus.wav" in page.words
    assert f"/admin/staff/{school.programme_id}" in page.links
    assert f"/admin/staff/{school.programme_id}" not in visit(enter(app, school.frank), "/admin/").links


def test_the_table_shows_rank_scores_and_requirements(app: Flask, school: School) -> None:
    add(app, school, "Ada Lovelace", number="A1", scores=[90.0, 80.0])
    add(app, school, "Ben Britten", number="B2", scores=[40.0], gates=(GateState.FAILED,) * 4, verdict=Verdict.REMARKS)
    add(app, school, "Cai Li", number="C3", state=ApplicationState.DRAFT, gates=())

    page = visit(enter(app, school.frank), f"/admin/intakes/{school.intake_id}")

    assert page.words.index("Ada Lovelace") < page.words.index("Ben Britten")
    assert "2 found, 1 more not sent in" in page.words
    assert "Cai Li" not in page.words
    assert "1 Ada Lovelace Production A1 With the faculty All met No remarks 2 of 3 85.0 85.0 10.0" in page.words
    assert "2 Ben Britten Production B2 With the faculty Not met With remarks 1 of 3 40.0 40.0 –" in page.words
    assert "no scores Cai Li" in visit(enter(app, school.frank), f"/admin/intakes/{school.intake_id}?state=any").words
    assert "Draft a decision" not in page.words, "the chair confirms, but does not draft"

    found = visit(enter(app, school.frank), f"/admin/intakes/{school.intake_id}?gates=failed&sort=name")
    assert "Ben Britten" in found.words
    assert "Ada Lovelace" not in found.words
    nothing = visit(enter(app, school.frank), f"/admin/intakes/{school.intake_id}?text=nobody&sort=bad&state=bad")
    assert "Nothing fits" in nothing.words


def test_from_the_table_to_the_letter(app: Flask, school: School) -> None:
    ada = add(app, school, "Ada Lovelace", number="A1", scores=[90.0])
    ben = add(app, school, "Ben Britten", number="B2", gates=(GateState.FAILED,) * 4)
    grace, frank = enter(app, school.grace), enter(app, school.frank)

    table = visit(grace, f"/admin/intakes/{school.intake_id}")
    told = send(grace, table, "/drafts", application_id=[ada, ben], outcome="admit", reason="The best mixes.")
    assert "1 decision is drafted." in told.words
    assert "Not drafted. B2: A requirement is not met." in told.words

    own = visit(grace, f"/admin/intakes/{school.intake_id}/decisions")
    assert "You drafted this decision. Somebody else has to confirm it." in own.words
    assert not [form for form in own.forms if form.action.endswith("/confirm")]
    with app.app_context():
        address = f"/decisions/{living(ada).id}/confirm"  # type: ignore[union-attr]
    confirmed = send(frank, visit(frank, f"/admin/intakes/{school.intake_id}/decisions"), address)
    assert "The decision about A1 is confirmed." in confirmed.words

    release = visit(grace, f"/admin/intakes/{school.intake_id}/release")
    assert "1 letter goes out" in release.words
    assert "Dear Ada Lovelace," in release.words
    wrong = send(grace, release, "/release", status=422, count="7")
    assert "Type the number of letters, 1" in wrong.words or "Type 1." in wrong.words
    released = send(grace, wrong, "/release", count="1")
    assert "Released: 1 letter is on the way." in released.words
    assert (
        "The letter that was sent Your place in M.M. Music Production"
        in visit(grace, f"/admin/applications/{ada}").words
    )
    with app.app_context():
        letter = released_for(ada)
        assert letter is not None
        assert letter.letter_subject == "Your place in M.M. Music Production"
        assert living(ben) is None


def test_the_second_person_confirms_several_at_once(app: Flask, school: School) -> None:
    keys = {number: add(app, school, f"Person {number}", number=number) for number in ("A1", "B2", "C3")}
    with app.app_context():
        for key in keys.values():
            application = db.session.get_one(Application, key)
            draft(application, actor=school.grace, proposal=Proposal(OutcomeKind.ADMIT, "Good."))
        with transaction():
            db.session.get_one(Application, keys["B2"]).gate_answers[0].state = GateState.FAILED
        ids = {number: living(key).id for number, key in keys.items()}  # type: ignore[union-attr]
    frank = enter(app, school.frank)
    page = visit(frank, f"/admin/intakes/{school.intake_id}/decisions")

    nothing = send(frank, page, f"/{school.intake_id}/confirm")
    assert "Tick at least one decision to confirm." in nothing.words
    told = send(frank, page, f"/{school.intake_id}/confirm", decision_id=[ids["A1"], ids["B2"]])

    assert "1 decision is confirmed. They can be released now." in told.words
    assert "Not confirmed. B2: A requirement is not met." in told.words
    with app.app_context():
        states = {number: living(key).state for number, key in keys.items()}  # type: ignore[union-attr]
    assert states == {"A1": DecisionState.CONFIRMED, "B2": DecisionState.DRAFTED, "C3": DecisionState.DRAFTED}


def test_a_long_list_of_drafts_has_pages(app: Flask, school: School) -> None:
    with app.app_context():
        for i in range(PAGE_SIZE + 2):
            key = make_application(school, f"Person {i}", number=f"N{i:03d}")
            draft(db.session.get_one(Application, key), actor=school.grace, proposal=Proposal(OutcomeKind.DENY, "No."))
    frank = enter(app, school.frank)

    first = visit(frank, f"/admin/intakes/{school.intake_id}/decisions")
    (more,) = [link for link in first.links if "drafted_after=" in link]
    second = visit(frank, more)

    assert "N000" in first.words
    assert "N051" not in first.words
    assert "N051" in second.words
    assert second.words.count("Drafted by") == 2


def test_a_batch_that_was_not_filled_in_comes_back_as_it_was(app: Flask, school: School) -> None:
    ada = add(app, school, "Ada Lovelace")
    grace = enter(app, school.grace)
    table = visit(grace, f"/admin/intakes/{school.intake_id}")

    nobody = send(grace, table, "/drafts", status=422, outcome="deny", reason="No.")
    no_reason = send(grace, table, "/drafts", status=422, application_id=[ada], outcome="deny", reason="  ")

    assert "Tick at least one application." in nobody.words
    assert "Please fill this in." in no_reason.words
    assert no_reason.form("/drafts").fields["application_id"] == [ada]
    assert no_reason.form("/drafts").value("outcome") == "deny"


def test_a_letter_is_tried_out_before_it_is_kept(app: Flask, school: School) -> None:
    grace = enter(app, school.grace)
    address = f"/admin/intakes/{school.intake_id}/letters/deny"

    tried = send(grace, visit(grace, address), address, subject="About {number}", body="Dear {name}, no.", preview="1")
    assert "Dear Ada Lovelace, no." in tried.words
    assert "Dear Ada Lovelace, no." not in visit(grace, address).words
    wrong = send(grace, tried, address, status=422, body="Dear {nmae}")
    assert "Nobody fills in {nmae}." in wrong.words
    assert wrong.form(address).value("body") == "Dear {nmae}"
    kept = send(grace, tried, address)

    assert "The letter is kept." in kept.words
    assert "Dear Ada Lovelace, no." in kept.words


def test_the_whole_file_of_an_application(app: Flask, school: School) -> None:
    ada = add(app, school, "Ada Lovelace", number="A1", scores=[90.0], gates=(GateState.PASSED, GateState.UNKNOWN))
    grace = enter(app, school.grace)

    page = visit(grace, f"/admin/applications/{ada}")

    for words in ("Ada Lovelace", "A1", "Bachelor's degree", "Night Bus", "night bus.wav", "Overall 90.0 of 100"):
        assert words in page.words
    assert "Balance 4 of 5: Parts fit" in page.words
    assert "Space could not be judged" in page.words


def test_requirements_are_judged_with_a_reason(app: Flask, school: School) -> None:
    ada = add(app, school, "Ada Lovelace", gates=())
    grace, gate_id = enter(app, school.grace), school.gate_ids[0]
    page = visit(grace, f"/admin/applications/{ada}")

    refused = send(grace, page, f"/gates/{gate_id}", status=422, **{f"{gate_id}-state": "failed"})
    assert "A reason is needed." in refused.words
    judged = send(grace, refused, f"/gates/{gate_id}", **{f"{gate_id}-reason": "The transcript has no degree."})

    assert "“Bachelor's degree” is judged." in judged.words
    assert "“The transcript has no degree.”" in judged.words
    assert "judged a requirement" in judged.words


def test_a_blocking_finding_is_waived_and_stays_visible(app: Flask, school: School) -> None:
    ada = add(app, school, "Ada Lovelace")
    finding = {
        "check_key": "peak.true_peak",
        "state": "fail",
        "severity": "block",
        "effect": "block",
        "message": "The true peak is 0.8 dBTP.",
        "action": "Turn it down.",
    }
    with app.app_context(), transaction():
        version_id = make_recording(school, ada, verdict=Verdict.BLOCKED, findings=[finding])
    grace = enter(app, school.grace)

    page = visit(grace, f"/admin/applications/{ada}")
    waived = send(grace, page, f"/versions/{version_id}/waive", reason="The mix is meant to be loud.")

    assert "Waived by staff: The mix is meant to be loud." in waived.words
    assert "The true peak is 0.8 dBTP." in waived.words
    assert not [form for form in waived.forms if form.action.endswith("/waive")]


def test_an_application_is_given_back_until_a_date(app: Flask, school: School) -> None:
    ada = add(app, school, "Ada Lovelace", state=ApplicationState.SUBMITTED)
    grace = enter(app, school.grace)
    page = visit(grace, f"/admin/applications/{ada}")

    past = send(grace, page, "/reopen", status=422, **{"reopen-until": "2020-01-01T10:00", "reopen-reason": "Why"})
    assert "This moment has passed." in past.words
    with app.app_context():
        assert db.session.get_one(Application, ada).state is ApplicationState.SUBMITTED


@pytest.mark.parametrize(
    "address",
    [
        "/admin/intakes/{intake}",
        "/admin/intakes/{intake}/decisions",
        "/admin/intakes/{intake}/release",
        "/admin/intakes/{intake}/letters",
        "/admin/intakes/{intake}/letters/deny",
        "/admin/intakes/{intake}/exports",
        "/admin/applications/{application}",
        "/admin/audit/{programme}",
        "/admin/staff/{programme}",
        "/admin/recordings/versions/{version}/audio",
    ],
)
def test_for_the_admin_of_another_programme_there_is_nothing_here(app: Flask, school: School, address: str) -> None:
    ada = add(app, school, "Ada Lovelace", number="A1")
    with app.app_context():
        version_id = db.session.get_one(Application, ada).recordings[0].versions[0].id
    place = address.format(intake=school.intake_id, application=ada, programme=school.programme_id, version=version_id)

    answer = enter(app, school.heidi).get(place)

    assert answer.status_code == 404
    assert "Ada" not in answer.text
    assert app.test_client().get(place).status_code == 302


def test_nothing_is_changed_by_somebody_without_the_right(app: Flask, school: School) -> None:
    ada = add(app, school, "Ada Lovelace")
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        application = db.session.get_one(Application, ada)
        decision = draft(application, actor=school.grace, proposal=Proposal(OutcomeKind.ADMIT, "Good."))
        decision_id = decision.id
    reviewer = replace(school.frank, person_id=school.reviewer_ids[0])
    posts = [
        (f"/admin/decisions/{decision_id}/confirm", {}),
        (f"/admin/decisions/{decision_id}/discard", {"reason": "No."}),
        (f"/admin/intakes/{school.intake_id}/drafts", {"application_id": ada, "outcome": "deny", "reason": "No."}),
        (f"/admin/applications/{ada}/draft", {"outcome": "deny", "reason": "No."}),
    ]

    for actor in (school.heidi, reviewer):
        browser = enter(app, actor)
        assert {browser.post(address, data=data).status_code for address, data in posts} == {404}
    assert enter(app, school.grace).post(posts[0][0]).status_code == 403

    with app.app_context():
        assert living(ada).state is DecisionState.DRAFTED  # type: ignore[union-attr]
        confirm(living(ada), actor=school.frank)  # type: ignore[arg-type]
    late = enter(app, school.gina).post(posts[0][0])
    assert (late.status_code, "confirmed already" in late.text) == (403, True)
