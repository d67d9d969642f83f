"""Every submit has a receipt of its own that anybody can verify, whatever becomes of the application afterwards."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.applications.contents import contents_of
from portal.applications.models import Application
from portal.applications.receipts import issuing, queries
from portal.applications.receipts.contents import receipt_of
from portal.applications.receipts.models import Receipt
from portal.applications.service.drafts import choose
from portal.applications.service.sending import reopen, submit, withdraw
from portal.core import clock, signed, signing
from portal.core.db import transaction
from portal.recordings.models import FileVersion
from portal.recordings.states import Processing
from tests.factories.applications import NOW, make_application
from tests.factories.cast import acting_as, make_person, make_staff
from tests.integration.applications.browsing import signed_in_as
from tests.services.page import visit


def sent(applicant: str = "Ada") -> Application:
    draft = make_application(applicant=make_person(applicant), number="2026-0042")
    submit(draft, actor=acting_as(draft.applicant))
    return draft


def kept(application: Application, number: int = 1) -> Receipt:
    found = queries.receipt(application.id, number)
    assert found is not None
    return found


def again(application: Application) -> None:
    """Staff give it back, the applicant changes the track and sends it once more, a day later."""
    ada = acting_as(application.applicant)
    grace = acting_as(make_staff("Grace", application.intake.programme_id))
    reopen(application, actor=grace, until=NOW + timedelta(days=3), reason="The track is missing.")
    with clock.frozen(NOW + timedelta(days=1)):
        other = application.intake.programme.tracks[1].id
        choose(application, actor=ada, concentration_id=application.concentration_id, track_id=other)
        submit(application, actor=ada)


def test_the_receipt_says_what_was_sent_and_is_signed(world: Session) -> None:
    application = sent()
    found = signed.verify(kept(application).document.encode(), signing.public_keys())
    assert found.payload == {
        "schema": 1,
        "kind": "application",
        "issuer": {"name": "Lakeside", "address": "http://localhost"},
        "application": "2026-0042",
        "programme": "M.M. Music Production",
        "intake": "Fall 2027",
        "received_at": "2026-11-22T12:00:00.000+00:00",
        "received_at_local": "2026-11-22T07:00:00.000-05:00",
        "time_zone": "America/New_York",
        "receipt_number": 1,
        "applicant": {"name": "Ada Lovelace", "email": application.applicant.email},
        "contents_sha256": hashlib.sha256(kept(application).contents.encode()).hexdigest(),
        "files": [
            {
                "slot": "Own production 1",
                "title": "Night Bus",
                "name": "night bus.wav",
                "size_bytes": 173_400_000,
                "sha256": "5e" * 32,
                "received_at": "2026-11-22T09:00:00.000+00:00",
                "decoded_length_ms": 185_250,
            },
            {
                "slot": "Bachelor's degree",
                "title": "",
                "name": "diploma.pdf",
                "size_bytes": 81_000,
                "sha256": "d1" * 32,
                "received_at": found.payload["files"][1]["received_at"],
            },
        ],
    }
    assert json.loads(kept(application).contents) == receipt_of(contents_of(application), submitted_at=NOW)


def test_each_submit_has_its_own_and_the_older_one_stays(world: Session) -> None:
    application = sent()
    first = kept(application).document
    again(application)
    assert [one.number for one in queries.receipts_of(application.id)] == [2, 1]
    newest = queries.newest_receipt(application.id)
    assert newest is not None
    assert newest.number == 2
    assert kept(application).document == first
    keys = signing.public_keys()
    before, after = (signed.verify(kept(application, n).document.encode(), keys).payload for n in (1, 2))
    assert (before["receipt_number"], after["receipt_number"]) == (1, 2)
    assert before["contents_sha256"] != after["contents_sha256"]
    assert after["received_at"] == "2026-11-23T12:00:00.000+00:00"
    assert [json.loads(kept(application, n).contents)["track"] for n in (1, 2)] == ["Thesis", "Non-thesis"]


def test_a_withdrawn_application_and_a_new_key_change_no_receipt(world: Session) -> None:
    application = sent()
    document = kept(application).document
    withdraw(application, actor=acting_as(application.applicant))
    made = signing.rotate(reason="A year has passed.")
    assert kept(application).document == document
    assert signed.verify(document.encode(), signing.public_keys()).key_id != made.id


def test_a_refused_submit_leaves_no_receipt(world: Session) -> None:
    draft = make_application()
    with clock.frozen(NOW + timedelta(days=60)), pytest.raises(Exception, match="deadline"):
        submit(draft, actor=acting_as(draft.applicant))
    assert queries.newest_receipt(draft.id) is None


def test_a_file_has_a_receipt_before_it_is_listened_to_and_its_length_after(world: Session) -> None:
    version = make_application(number="2026-0042").recordings[0].versions[0]
    with transaction():
        version.state, version.duration_s = Processing.RECEIVED, None
    before = _of_file(version.id)
    assert before["file"] == {
        "slot": "Own production 1",
        "version": 1,
        "name": "night bus.wav",
        "size_bytes": 173_400_000,
        "sha256": "5e" * 32,
        "decoded_length_ms": None,
    }
    assert (before["kind"], before["application"], before["received_at"], before["received_at_local"]) == (
        "file",
        "2026-0042",
        "2026-11-22T09:00:00.000+00:00",
        "2026-11-22T04:00:00.000-05:00",
    )
    with transaction():
        world.get_one(FileVersion, version.id).duration_s = 185.25
    assert _of_file(version.id)["file"]["decoded_length_ms"] == 185_250


def test_a_file_that_was_replaced_or_freed_still_has_its_receipt(world: Session) -> None:
    version = make_application().recordings[0].versions[0]
    before = _of_file(version.id)
    for state in (Processing.SUPERSEDED, Processing.PURGED):
        with transaction():
            world.get_one(FileVersion, version.id).state = state
        assert _of_file(version.id) == before
    with transaction():
        world.get_one(FileVersion, version.id).state = Processing.RECEIVING
    assert queries.received_file(version.id) is None


def _of_file(version_id: str) -> dict[str, object]:
    found = queries.received_file(version_id)
    assert found is not None
    return signed.verify(issuing.for_file(found).encode(), signing.public_keys()).payload


def test_what_was_submitted_before_receipts_were_signed_is_signed_later_once(world: Session) -> None:
    application, draft = sent(), make_application()
    with transaction():
        application.unsigned_receipt = json.loads(kept(application).contents)
        world.delete(kept(application))
    with clock.frozen(NOW + timedelta(days=9)):
        assert issuing.sign_what_was_not() == 1
        assert issuing.sign_what_was_not() == 0
    late = kept(application)
    assert late.issued_at == NOW + timedelta(days=9)
    assert signed.verify(late.document.encode(), signing.public_keys()).payload["received_at"].startswith("2026-11-22")
    assert queries.newest_receipt(draft.id) is None


def test_the_page_tells_it_and_leads_to_the_forms(app: Flask, world: Session) -> None:
    application = sent()
    browser = signed_in_as(app, application.applicant)
    page = visit(browser, f"/apply/{application.id}/receipt")
    for words in (
        "Receipt 2026-0042",
        "on Sun 22 Nov 2026, 07:00 EST (Sun 22 Nov 2026, 12:00 UTC)",
        "5e" * 32,
        "173,400,000 bytes",
        "3:05.2",
        signing.key_in_use().id,
    ):
        assert words in page.words
    assert "Your other receipts" not in page.words
    for form in ("pdf", "json", "contents"):
        assert f"/apply/{application.id}/receipts/1/{form}" in page.links


def test_the_older_receipt_says_that_there_is_a_newer_one(app: Flask, world: Session) -> None:
    application = sent()
    again(application)
    browser = signed_in_as(app, application.applicant)
    newest = visit(browser, f"/apply/{application.id}/receipt")
    assert "Receipt 2026-0042, submit 2" in newest.words
    assert "Submit 1, Sun 22 Nov 2026, 07:00 EST" in newest.words
    older = visit(browser, f"/apply/{application.id}/receipts/1")
    assert "You have submitted again since." in older.words
    assert ("Thesis" in older.words, "Non-thesis" in older.words) == (True, False)
    visit(browser, f"/apply/{application.id}/receipts/3", status=404)


def test_the_forms_are_what_is_kept_byte_for_byte(app: Flask, world: Session) -> None:
    application = sent("Νίκος 久石 محمد")
    grace = make_staff("Grace", application.intake.programme_id)
    document, contents = kept(application).document, kept(application).contents
    answers = {}
    for person, base in ((application.applicant, "/apply"), (grace, "/admin/applications")):
        browser = signed_in_as(app, person)
        for form in ("pdf", "json", "contents"):
            answers[base, form] = browser.get(f"{base}/{application.id}/receipts/1/{form}")
        assert answers[base, "json"].data == document.encode()
        assert hashlib.sha256(answers[base, "contents"].data).hexdigest() in document
        assert answers[base, "contents"].data == contents.encode()
        assert signed.document_in(answers[base, "pdf"].data) == document.encode()
    assert answers["/apply", "pdf"].data == answers["/admin/applications", "pdf"].data
    pdf = answers["/apply", "pdf"]
    assert (pdf.mimetype, pdf.headers["Content-Disposition"]) == (
        "application/pdf",
        'attachment; filename="receipt-2026-0042.pdf"',
    )


def test_the_receipt_of_a_file_is_a_page_and_two_forms(app: Flask, world: Session) -> None:
    application = make_application(number="2026-0042")
    version = application.recordings[0].versions[0]
    browser = signed_in_as(app, application.applicant)
    recording = visit(browser, f"/apply/recordings/{version.recording_id}")
    address = f"/apply/files/{version.id}/receipt"
    assert address in recording.links
    page = visit(browser, address)
    assert "Receipt of a file, 2026-0042" in page.words
    assert page.words.count("Received") == 1
    assert "Received Sun 22 Nov 2026, 04:00:00 EST (America/New_York), 09:00:00 UTC" in page.words
    document = browser.get(f"{address}/json").data
    assert signed.verify(document, signing.public_keys()).payload["file"]["sha256"] == "5e" * 32
    assert signed.document_in(browser.get(f"{address}/pdf").data) == document
    grace = signed_in_as(app, make_staff("Grace", application.intake.programme_id))
    assert grace.get(f"/admin/recordings/versions/{version.id}/receipt/json").data == document


def test_staff_see_every_receipt_on_the_applications_page(app: Flask, world: Session) -> None:
    application = sent()
    again(application)
    page = visit(
        signed_in_as(app, make_staff("Grace", application.intake.programme_id)), f"/admin/applications/{application.id}"
    )
    assert "Submit 2, Mon 23 Nov 2026, 07:00 EST: PDF · JSON · all that was said" in page.words
    for number in (1, 2):
        assert f"/admin/applications/{application.id}/receipts/{number}/pdf" in page.links
