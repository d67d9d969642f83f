"""Applicants hear what the jury will hear, and nobody else's recording."""

import json
from io import BytesIO

from flask import Flask
from sqlalchemy.orm import Session

from portal.core.db import transaction
from portal.core.storage import storage
from tests.factories.applications import make_application
from tests.factories.cast import make_person
from tests.integration.applications.browsing import signed_in_as
from tests.services.page import Page

COPY = b"fLaC" + bytes(range(200))


def test_the_copy_and_its_picture_are_played_to_the_applicant_alone(app: Flask, world: Session) -> None:
    draft = make_application()
    recording = draft.recordings[0]
    version = recording.versions[0]
    picture = {"duration_s": 1.0, "peaks": [[-0.5, 0.5]]}
    with transaction():
        version.copy_key = storage().put(BytesIO(COPY), kind="copies", max_bytes=1000).key
        version.copy_mime = "audio/flac"
        version.waveform_key = (
            storage().put(BytesIO(json.dumps(picture).encode()), kind="waveforms", max_bytes=1000).key
        )
    browser = signed_in_as(app, draft.applicant)
    page = browser.get(f"/apply/recordings/{recording.id}").text
    assert f'src="/apply/recordings/{recording.id}/audio"' in page
    assert "This is what the jury will hear" in Page(page).words
    part = browser.get(f"/apply/recordings/{recording.id}/audio", headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.data) == (206, b"fLaC")
    assert part.headers["Content-Disposition"] == 'inline; filename="recording.flac"'
    part.close()
    drawn = browser.get(f"/apply/recordings/{recording.id}/waveform.json")
    assert drawn.json == picture
    drawn.close()
    ben = signed_in_as(app, make_person("Ben"))
    for address in ("audio", "waveform.json"):
        assert ben.get(f"/apply/recordings/{recording.id}/{address}").status_code == 404


def test_without_a_copy_there_is_no_player_and_a_sentence(app: Flask, world: Session) -> None:
    draft = make_application()
    recording = draft.recordings[0]
    browser = signed_in_as(app, draft.applicant)
    assert "<audio" not in browser.get(f"/apply/recordings/{recording.id}").text
    answer = browser.get(f"/apply/recordings/{recording.id}/audio")
    assert answer.status_code == 404
    assert "cannot be heard yet" in Page(answer.text).words
