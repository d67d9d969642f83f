"""The page of one recording: what we heard of it, and its words, with what is saved in the background."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.core.db import transaction
from portal.recordings.states import Processing
from tests.factories.applications import NOW, add_block, make_application
from tests.integration.applications.browsing import signed_in_as
from tests.services.page import Page, visit


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
