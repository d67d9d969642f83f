"""An applicant's whole way without script: from an open intake to the receipt."""

from io import BytesIO

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.applications.models import Application
from portal.applications.states import ApplicationState
from portal.core.db import db
from portal.recordings.models import FileVersion, Recording
from tests.factories.applications import add_block, add_file, add_recording, make_application, make_draft, make_intake
from tests.factories.cast import make_person, make_staff
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
