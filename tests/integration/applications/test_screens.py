"""An applicant's whole way without script: from an open intake to the receipt."""

from datetime import timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.applications.models import Application
from portal.applications.service.sending import reopen, submit
from portal.applications.states import ApplicationState
from portal.core import clock
from portal.core.db import db, transaction
from portal.decisions.models import Decision
from portal.decisions.states import DecisionState, OutcomeKind
from portal.recordings.models import FileVersion, Recording
from portal.recordings.states import Processing
from tests.factories.applications import (
    NOW,
    add_block,
    add_file,
    add_recording,
    make_application,
    make_draft,
    make_intake,
)
from tests.factories.cast import acting_as, make_person, make_staff
from tests.integration.applications.browsing import signed_in_as
from tests.services.page import Page, send, visit

S = ApplicationState


def send_file(
    browser: FlaskClient, page: Page, action_part: str, field: str, body: bytes, name: str, *, status: int = 200
) -> Page:
    """Choose a file in a form of the page and send it, as a browser without script does."""
    form = page.form(action_part)
    answer = browser.post(
        form.action,
        data={**{key: values[0] for key, values in form.fields.items()}, field: (BytesIO(body), name)},
        content_type="multipart/form-data",
        follow_redirects=True,
    )
    assert answer.status_code == status, f"{answer.status_code}: {Page(answer.text).words[:500]}"
    return Page(answer.text, url=answer.request.path)


def test_the_whole_way_to_the_receipt(app: Flask, world: Session) -> None:
    make_intake()
    ada = make_person("Ada")
    browser = signed_in_as(app, ada)
    page = visit(browser, "/apply/")
    assert "Open for applications" in page.words
    begin = next(link for link in page.links if link.startswith("/apply/intakes/"))
    page = send(browser, visit(browser, begin), begin)
    assert "Still missing 6" in page.words
    assert "Own production 1: add 1 recording." in page.words
    application = world.query(Application).one()
    programme = application.intake.programme
    page = send(
        browser,
        page,
        "/choices",
        concentration_id=programme.concentrations[1].id,
        track_id=programme.tracks[0].id,
    )
    degree, exam = application.intake.gates
    answered = {f"{degree.id}-answer": "B.A., Lakeside, 2024"}
    page = _fill(browser, page, f"/requirements/{degree.id}", answered)
    page = _fill(browser, page, f"/requirements/{exam.id}", {f"{exam.id}-score": "82.5"})
    page = send_file(browser, page, f"{degree.id}/evidence", "evidence", b"%PDF-1.7 diploma", "diploma.pdf")
    assert "We have diploma.pdf." in page.words
    assert "Still missing 1" in page.words
    page = send(browser, page, f"/slots/{application.intake.slots[0].id}/recordings")
    page = send_file(browser, page, "/file", "recording", b"RIFF\0\0\0\0WAVE and so on", "night bus.wav")
    assert "We have every byte of night bus.wav" in page.words
    assert "22 bytes" in page.words
    words = {"title": "Night Bus", "composers": "T. Arvo", "performers": "Quartet", "own_role": "Mix", "note": "Dry."}
    words |= {"credits-0-person_name": "Mira Holt", "credits-0-role": "Mastering"}
    page = _fill(browser, page, f"/recordings/{world.query(Recording).one().id}", words)
    page = visit(browser, f"/apply/{application.id}")
    assert "Nothing is missing" in page.words
    receipt = send(browser, page, "/submit")
    assert receipt.title.startswith("Receipt 2026-0001")
    version = world.query(FileVersion).one()
    for fact in ("Night Bus", "Mira Holt", "night bus.wav", version.sha256, "82.5", "diploma.pdf", "Acoustics"):
        assert fact in receipt.words
    assert "Sun 22 Nov 2026, 07:00 EST" in receipt.words
    assert "not known yet: we are still listening" in receipt.words
    assert "We have it." in visit(browser, "/apply/").words


def _fill(browser: FlaskClient, page: Page, action_part: str, changes: dict[str, str]) -> Page:
    form = next(form for form in page.forms if form.action.endswith(action_part))
    data = {name: values[0] for name, values in form.fields.items()} | changes
    answer = browser.post(form.action, data=data, follow_redirects=True)
    assert answer.status_code == 200, Page(answer.text).words[:500]
    return Page(answer.text, url=answer.request.path)


def test_submitting_too_early_comes_back_with_every_reason(app: Flask, world: Session) -> None:
    draft = make_draft()
    browser = signed_in_as(app, draft.applicant)
    page = send(browser, visit(browser, f"/apply/{draft.id}"), "/submit", status=422)
    assert "Your application was not sent yet" in page.words
    for reason in (
        "Programme: Choose a concentration.",
        "Programme: Choose a track.",
        "Requirements: Bachelor's degree: answer the question.",
        "Requirements: Bachelor's degree: add a PDF that proves it.",
        "Requirements: Entrance exam: enter your score.",
        "Recordings: Own production 1: add 1 recording.",
    ):
        assert reason in page.words
    assert world.get_one(Application, draft.id).state is S.DRAFT


@pytest.mark.parametrize("who", ["Ben", "Grace", "Clara"])
def test_what_is_anothers_does_not_exist(app: Flask, world: Session, who: str) -> None:
    sent = make_application()
    programme_id = sent.intake.programme_id
    stranger = make_person("Ben") if who == "Ben" else make_staff(who, programme_id)
    recording = sent.recordings[0]
    evidence = sent.gate_answers[0].evidence[0]
    reads = [
        f"/apply/{sent.id}",
        f"/apply/{sent.id}/receipt",
        f"/apply/{sent.id}/letter",
        f"/apply/{sent.id}/missing",
        f"/apply/{sent.id}/recordings",
        f"/apply/recordings/{recording.id}",
        f"/apply/recordings/{recording.id}/sound",
    ]
    writes = [
        f"/apply/{sent.id}/submit",
        f"/apply/{sent.id}/withdraw",
        f"/apply/{sent.id}/choices",
        f"/apply/{sent.id}/requirements/{sent.intake.gates[0].id}",
        f"/apply/{sent.id}/requirements/{sent.intake.gates[0].id}/evidence",
        f"/apply/{sent.id}/slots/{sent.intake.slots[0].id}/recordings",
        f"/apply/recordings/{recording.id}",
        f"/apply/recordings/{recording.id}/file",
        f"/apply/recordings/{recording.id}/remove",
        f"/apply/recordings/{recording.id}/move",
        f"/apply/evidence/{evidence.id}/remove",
    ]
    browser = signed_in_as(app, stranger)
    token = visit(browser, "/apply/")
    csrf = token.form("/logout").value("csrf_token")
    nothing = visit(browser, "/apply/0123456789abcdef0123456789abcdef", status=404).words
    for address in reads:
        assert _without_id(visit(browser, address, status=404).words) == _without_id(nothing)
    for address in writes:
        assert browser.post(address, data={"csrf_token": csrf}).status_code == 404, address
    if who != "Grace":
        visit(browser, f"/apply/evidence/{evidence.id}", status=404)
    assert sent.state is S.DRAFT
    assert len(sent.recordings) == 1


def _without_id(words: str) -> str:
    """An error page names the request; everything else must look the same."""
    return " ".join(word for word in words.split() if not (len(word) == 12 and word.isalnum()))


def test_visitors_are_sent_to_sign_in(app: Flask, world: Session) -> None:
    draft = make_draft()
    page = visit(app.test_client(), f"/apply/{draft.id}")
    assert page.url == f"/login?next=/apply/{draft.id}"


def test_a_sent_application_is_shown_and_not_editable(app: Flask, world: Session) -> None:
    sent = make_application(state=S.DECIDED)
    browser = signed_in_as(app, sent.applicant)
    page = visit(browser, f"/apply/{sent.id}")
    assert "With the faculty" in page.words
    assert "Decided" not in page.words
    assert [form.action for form in page.forms if "/apply/" in form.action] == [f"/apply/{sent.id}/withdraw"]
    words = visit(browser, f"/apply/recordings/{sent.recordings[0].id}").words
    assert "You have sent this application" in words
    assert "The Lake Street Quartet" in words


def test_a_released_decision_is_shown_with_its_letter_and_a_draft_of_one_is_not(app: Flask, world: Session) -> None:
    sent = make_application(state=S.DECIDED)
    with transaction():
        decision = Decision(
            application_id=sent.id,
            outcome=OutcomeKind.ADMIT,
            state=DecisionState.CONFIRMED,
            reason="Outstanding.",
            drafted_by_id="grace",
            letter_subject="Welcome to Lakeside",
            letter_body="Dear Ada,\n\nwe are glad.",
        )
        world.add(decision)
    browser = signed_in_as(app, sent.applicant)
    visit(browser, f"/apply/{sent.id}/letter", status=404)
    assert "Welcome" not in visit(browser, f"/apply/{sent.id}").words
    with transaction():
        sent.state, decision.state, decision.released_at = S.RELEASED, DecisionState.RELEASED, NOW
    assert "Welcome to Lakeside" in visit(browser, f"/apply/{sent.id}").words
    letter = visit(browser, f"/apply/{sent.id}/letter")
    assert "Dear Ada, we are glad." in letter.words
    assert "Outstanding" not in letter.words


def test_withdrawing_asks_first_and_then_says_so(app: Flask, world: Session) -> None:
    sent = make_application(state=S.SUBMITTED)
    browser = signed_in_as(app, sent.applicant)
    page = visit(browser, f"/apply/{sent.id}")
    assert "Withdraw this application?" in page.words
    page = send(browser, page, "/withdraw")
    assert "Your application is withdrawn." in page.words
    assert sent.state is S.WITHDRAWN


def test_after_the_deadline_a_draft_says_that_it_was_not_sent(app: Flask, world: Session) -> None:
    draft = make_application()
    browser = signed_in_as(app, draft.applicant)
    page = visit(browser, f"/apply/{draft.id}")
    with clock.frozen(draft.intake.hard_deadline_at.replace(year=2027)):
        late = visit(browser, f"/apply/{draft.id}")
        assert "The deadline was" in late.words
        refused = send(browser, page, "/submit", status=403)
        assert "The deadline was" in refused.words


def test_a_finding_is_shown_with_place_and_remedy_and_the_panel_says_it_blocks(app: Flask, world: Session) -> None:
    draft = make_application()
    version = draft.recordings[0].versions[0]
    add_block(version, message="The sound is clipped in 2 places.")
    browser = signed_in_as(app, draft.applicant)
    words = visit(browser, f"/apply/recordings/{draft.recordings[0].id}").words
    for part in ("The sound is clipped in 2 places.", "1:07.2", "Lower the level", "31 samples at full scale"):
        assert part in words
    panel = visit(browser, f"/apply/{draft.id}").words
    assert "Own production 1, “Night Bus”: send a corrected file." in panel


def test_the_own_name_in_what_reviewers_read_is_mentioned_gently(app: Flask, world: Session) -> None:
    draft = make_application()
    with transaction():
        draft.recordings[0].note = "Lovelace on drums."
    browser = signed_in_as(app, draft.applicant)
    assert "Your own name may stand here" in visit(browser, f"/apply/recordings/{draft.recordings[0].id}").words
    with transaction():
        draft.recordings[0].note = "Me on drums."
    assert "Your own name" not in visit(browser, f"/apply/recordings/{draft.recordings[0].id}").words


def test_words_that_cannot_be_kept_come_back_with_what_was_typed(app: Flask, world: Session) -> None:
    draft = make_application()
    browser = signed_in_as(app, draft.applicant)
    address = f"/apply/recordings/{draft.recordings[0].id}"
    form = next(form for form in visit(browser, address).forms if form.action == address)
    data = {name: values[0] for name, values in form.fields.items()}
    answer = browser.post(address, data=data | {"title": "x" * 201, "recorded_on": "last March", "note": "Kept."})
    page = Page(answer.text)
    assert answer.status_code == 422
    assert "At most 200 characters" in page.words or "Not a valid date" in page.words
    assert next(form for form in page.forms if form.action == address).value("note") == "Kept."


def test_a_form_that_saves_itself_gets_short_answers(app: Flask, world: Session) -> None:
    draft = make_application()
    browser = signed_in_as(app, draft.applicant)
    address = f"/apply/recordings/{draft.recordings[0].id}"
    form = next(form for form in visit(browser, address).forms if form.action == address)
    data = {name: values[0] for name, values in form.fields.items()}
    json = {"Accept": "application/json"}
    good = browser.post(address, data=data | {"title": "Day Bus"}, headers=json)
    assert (good.status_code, good.data) == (204, b"")
    assert draft.recordings[0].title == "Day Bus"
    bad = browser.post(address, data=data | {"title": "x" * 201}, headers=json)
    assert bad.status_code == 422
    assert "Title: At most 200 characters; these are 201." in bad.json["error"]["details"]


@pytest.mark.parametrize(
    ("state", "says", "polls"),
    [
        (Processing.RECEIVED, "We have every byte of it", True),
        (Processing.CHECKING, "We are listening to it", True),
        (Processing.NEEDS_STAFF, "A person will look at it", False),
        (Processing.CHECKED, "no remarks", False),
    ],
)
def test_the_status_moves_by_itself_and_stops_when_settled(
    app: Flask, world: Session, state: Processing, says: str, polls: bool
) -> None:
    draft = make_application()
    version = draft.recordings[0].versions[0]
    with transaction():
        version.state, version.received_at = state, NOW
    browser = signed_in_as(app, draft.applicant)
    address = f"/apply/recordings/{version.recording_id}/sound"
    first = browser.get(address)
    assert says in Page(first.text).words
    assert ('hx-trigger="every ' in first.text) is polls
    again = browser.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    with transaction():
        version.generation += 1
    assert browser.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_a_page_asks_often_while_we_listen_and_seldom_when_that_stopped(app: Flask, world: Session) -> None:
    draft = make_application()
    version = draft.recordings[0].versions[0]
    with transaction():
        version.state, version.received_at = Processing.CHECKING, NOW.replace(hour=11, minute=50)
        version.lease_until = NOW + timedelta(seconds=30)
    browser = signed_in_as(app, draft.applicant)
    address = f"/apply/recordings/{version.recording_id}/sound"
    assert 'hx-trigger="every 3s"' in browser.get(address).text

    with transaction():
        version.lease_until = NOW - timedelta(seconds=1)
    stopped = browser.get(address).text
    assert 'hx-trigger="every 30s"' in stopped
    assert "Something on our side stopped before we were through." in stopped
    listed = browser.get(f"/apply/{draft.id}/recordings").text
    assert 'every 30s"' in listed
    assert 'hx-swap-oob="true"' in listed


def test_evidence_is_read_by_its_sender_and_the_admissions_staff_as_a_download(app: Flask, world: Session) -> None:
    draft = make_draft()
    browser = signed_in_as(app, draft.applicant)
    page = visit(browser, f"/apply/{draft.id}")
    degree = draft.intake.gates[0]
    send_file(browser, page, f"{degree.id}/evidence", "evidence", b"%PDF-1.7 diploma", "diploma.pdf")
    world.expire_all()
    evidence = draft.gate_answers[0].evidence[0]
    grace = signed_in_as(app, make_staff("Grace", draft.intake.programme_id))
    for reader in (browser, grace):
        answer = reader.get(f"/apply/evidence/{evidence.id}")
        assert answer.data == b"%PDF-1.7 diploma"
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.headers["Content-Disposition"] == "attachment; filename=diploma.pdf"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        answer.close()
    clara = signed_in_as(app, make_staff("Clara", draft.intake.programme_id))
    assert clara.get(f"/apply/evidence/{evidence.id}").status_code == 404


def test_what_is_missing_here_follows_every_save(app: Flask, world: Session) -> None:
    draft = make_application()
    recording = draft.recordings[0]
    with transaction():
        recording.composers = ""
    browser = signed_in_as(app, draft.applicant)
    panel = browser.get(f"/apply/recordings/{recording.id}/missing")
    assert "Still missing here 1" in Page(panel.text).words
    assert "enter the composers." in Page(panel.text).words
    with transaction():
        recording.composers = "T. Arvo"
    after = browser.get(f"/apply/recordings/{recording.id}/missing", headers={"If-None-Match": panel.headers["ETag"]})
    assert "Nothing is missing here" in Page(after.text).words
    assert 'hx-swap-oob="true"' in browser.get(f"/apply/recordings/{recording.id}/sound").text


def test_a_reopened_application_says_until_when_and_keeps_its_last_receipt(app: Flask, world: Session) -> None:
    sent = make_application()
    actor, grace = acting_as(sent.applicant), acting_as(make_staff("Grace", sent.intake.programme_id))
    submit(sent, actor=actor)
    reopen(sent, actor=grace, until=NOW + timedelta(days=30), reason="The second page is missing.")
    browser = signed_in_as(app, sent.applicant)
    page = visit(browser, f"/apply/{sent.id}")
    assert "Reopened for you" in page.words
    assert "until Tue 22 Dec 2026, 07:00 EST" in page.words
    assert f"/apply/{sent.id}/receipt" in page.links
    assert "Reopened" in visit(browser, "/apply/").words


def test_a_page_costs_the_same_however_much_lies_in_it(app: Flask, world: Session) -> None:
    small = make_application(make_intake(slots=2))
    large = make_application(make_intake(slots=6), make_person("Ben"))
    for application in (small, large):
        for slot in application.intake.slots[1:]:
            version = add_file(add_recording(application, slot, title=f"Second of {slot.title}"))
            add_block(version)
    counts = [_queries_for(app, world, application) for application in (small, large)]
    assert counts[0] == counts[1]
    assert counts[1] <= 20


def _queries_for(app: Flask, session: Session, application: Application) -> int:
    browser = signed_in_as(app, application.applicant)
    address = f"/apply/{application.id}"
    session.rollback()
    statements: list[str] = []

    def count(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    sa.event.listen(db.engine, "before_cursor_execute", count)
    try:
        visit(browser, address)
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", count)
    return len(statements)


def test_sending_again_from_another_tab_leads_to_the_receipt(app: Flask, world: Session) -> None:
    application = make_application()
    browser = signed_in_as(app, application.applicant)
    address = f"/apply/{application.id}"
    first, second = visit(browser, address), visit(browser, address)
    send(browser, first, "/submit")

    again = send(browser, second, "/submit")

    assert again.url.endswith("/receipt")
    assert "You have sent this application already." in again.words
