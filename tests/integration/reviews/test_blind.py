"""What a blind reviewer can reach holds no identity: every page, every byte of media, every header, every error."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from portal.applications.models import Application
from portal.core.db import db, transaction
from portal.recordings.models import FileVersion, Outcome, Recording
from portal.reviews.models import Assignment
from portal.reviews.service.moments import add_moment
from portal.reviews.service.scoring import submit
from tests.factories.applications import add_block
from tests.factories.cast import FULL_NAMES, make_person
from tests.factories.reviews import (
    Panel,
    make_assignment,
    make_audible,
    make_finished,
    make_panel,
    make_submitted,
    versions_of,
)
from tests.services.page import sign_in
from tests.signals.files import chunk, wav
from tests.signals.tones import both, sine
from workers.audio.listening_copy import make_copy

NAME, EMAIL = "Adaline Lindqvist", "adaline.lindqvist@mail.example"
FILE_NAME = "Lindqvist - final mix 3.wav"
ADDRESS = re.compile(r'(?:href|src|peaks|action|hx-get|hx-post|data-autosave)="(/[^"]*)"')


@dataclass(frozen=True)
class Secret:
    """An application with its applicant's traces planted wherever a person could leave one."""

    task: str
    ids: dict[str, str]
    traces: tuple[bytes, ...]


def plant(panel: Panel) -> Secret:
    application_id = make_submitted(panel, make_person(NAME))
    task = make_assignment(panel, application_id=application_id)
    (version,) = versions_of(application_id)
    original = wav(
        both(sine(0.3, 2.0, 44_100)),
        44_100,
        kind="pcm24",
        after=chunk(b"LIST", b"INFO" + chunk(b"IART", NAME.encode()) + chunk(b"ICMT", EMAIL.encode())),
    )
    assert NAME.encode() in original
    copy = io.BytesIO()
    make_copy(io.BytesIO(original), copy)
    picture = b'{"duration_s": 2.0, "peaks": [[-0.3, 0.3]], "loudness": null}'
    make_audible(version.id, sound=original, copy=copy.getvalue(), picture=picture)
    _plant_words(application_id, version.id)
    application = db.session.get_one(Application, application_id)
    version = db.session.get_one(FileVersion, version.id)
    ids = {
        "application_id": application.id,
        "applicant_id": application.applicant_id,
        "number": application.number,
        "recording_id": version.recording_id,
        "version_id": version.id,
        "storage_key": version.storage_key,
        "copy_key": version.copy_key,
        "waveform_key": version.waveform_key,
        "sha256": version.sha256,
        "size": str(version.size_bytes),
    }
    words = ("Adaline", "Lindqvist", EMAIL, "final mix 3", "Mira Holt", "Lake Street", *ids.values())
    return Secret(task, ids, tuple(word.lower().encode() for word in words))


def _plant_words(application_id: str, version_id: str) -> None:
    with transaction():
        version = db.session.get_one(FileVersion, version_id)
        application = db.session.get_one(Application, application_id)
        application.applicant.email = EMAIL
        version.original_name = FILE_NAME
        version.size_bytes, version.sha256 = 173_417_923, "5ec7e7" + "ab" * 29
        recording = db.session.get_one(Recording, version.recording_id)
        recording.title = "Night Bus (Lindqvist remix)"
        recording.composers = "A. Lindqvist, T. Arvo"
        recording.performers = f"{NAME}, vocals; The Lake Street Quartet"
        recording.own_role = f"Mix by {NAME.upper()}"
        recording.note = f"I, {NAME}, recorded it. Write to {EMAIL} or see my page, adalinelindqvist.example."
        recording.credits[0].role = "Mastering for Adaline"
    heard = add_block(version, message=f"{NAME} clipped it in 2 places.")
    with transaction():
        finding = {**heard.finding, "check_key": "identity.tags", "message": f"Your file names you: “{NAME}”."}
        facts = {name: getattr(heard, name) for name in ("file_version_id", "report_id", "rule_set_id", "severity")}
        db.session.add(
            Outcome(**facts, position=1, check_key="identity.tags", check_version=1, state="fail", finding=finding)
        )


def leaks(answer_bytes: bytes, secret: Secret) -> list[str]:
    lowered = answer_bytes.lower()
    return [trace.decode() for trace in secret.traces if trace in lowered]


def reached(client: FlaskClient, start: str) -> Iterator[tuple[str, int, bytes]]:
    """Everything that links, forms, players and scripts' attributes lead to, by GET, with the headers in front."""
    waiting, seen = [start], set()
    while waiting:
        address = waiting.pop()
        if address in seen or address.startswith("/static/"):
            continue
        seen.add(address)
        with client.application.app_context():
            answer = client.get(address, buffered=True)
        body = answer.data
        if answer.mimetype == "text/html":
            waiting += [found.replace("&amp;", "&") for found in ADDRESS.findall(answer.text)]
        if "Location" in answer.headers:
            waiting.append(answer.headers["Location"])
        yield address, answer.status_code, str(answer.headers).encode() + body


def every_address(app: Flask, secret: Secret, panel: Panel) -> Iterator[str]:
    """Every GET route with every id that might open it."""
    ids = [secret.ids[name] for name in ("application_id", "applicant_id", "number", "recording_id", "version_id")]
    keys = [secret.task, *ids, panel.intake_id, panel.programme_id]
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        for key in keys if rule.arguments else [""]:
            yield _filled(rule, key)


def _filled(rule: Rule, key: str) -> str:
    return re.sub(r"<(?:(int)[^:]*:|[^:>]*:)?[^>]*>", lambda found: "1" if found[1] else key, rule.rule)


@pytest.fixture
def panel(session: Session) -> Panel:
    return make_panel()


def test_nothing_that_a_reviewer_reaches_says_who_it_is(panel: Panel, client: FlaskClient) -> None:
    secret = plant(panel)
    add_moment(secret.task, actor=panel.actor("Clara"), recording=1, start_s=1.0, end_s=None, text="Sibilance")
    sign_in(client, panel.person("Clara"))
    found = {address: (status, body) for address, status, body in reached(client, "/review/")}
    assert {address: leaks(body, secret) for address, (_, body) in found.items() if leaks(body, secret)} == {}
    room = found[f"/review/{secret.task}"]
    assert room[0] == 200
    for shown in (
        b"Night Bus (the applicant remix)",
        b"T. Arvo",
        b"the applicant (further names are hidden)",
        b"the applicant clipped",
    ):
        assert shown in room[1]
    assert b"I, the applicant, recorded it. Write to the applicant or" in room[1]
    audio = found[f"/review/{secret.task}/recordings/1/audio"]
    assert audio[0] == 200
    assert b"RIFF" in audio[1]
    assert found[f"/review/{secret.task}/recordings/1/waveform.json"][0] == 200


def test_neither_do_the_pages_after_handing_in(panel: Panel, client: FlaskClient) -> None:
    secret = plant(panel)
    make_finished(panel, "Dan", secret.ids["application_id"])
    submit(secret.task, panel.entry(), actor=panel.actor("Clara"))
    sign_in(client, panel.person("Clara"))
    found = {address: body for address, _, body in reached(client, "/review/?show=done")}
    assert b"Reviewer A wrote" in found[f"/review/{secret.task}"]
    assert {address: leaks(body, secret) for address, body in found.items() if leaks(body, secret)} == {}
    assert FULL_NAMES["Dan"].encode() not in found[f"/review/{secret.task}"]


def test_no_address_of_the_house_opens_with_any_id(app: Flask, panel: Panel, client: FlaskClient) -> None:
    secret = plant(panel)
    sign_in(client, panel.person("Clara"))
    opened = set()
    for address in every_address(app, secret, panel):
        with app.app_context():
            answer = client.get(address, buffered=True)
        body = str(answer.headers).encode() + answer.data
        # An error may repeat the address that was typed; what was typed is no news.
        typed = address.lower().encode()
        assert [trace for trace in leaks(body, secret) if trace.encode() not in typed] == [], address
        if answer.status_code == 200:
            opened.add(address)
    assert f"/review/{secret.task}" in opened
    assert f"/review/{secret.task}/recordings/1/audio" in opened
    assert not [address for address in opened if any(key in address for key in secret.ids.values())]


def test_refusals_say_nothing_either(panel: Panel, client: FlaskClient) -> None:
    secret = plant(panel)
    sign_in(client, panel.person("Clara"))
    page = client.get(f"/review/{secret.task}").text
    (token, *_) = re.findall(r'name="csrf_token" value="([^"]+)"', page)
    for form in ({"version": "7"}, {"version": "0", "then": "submit"}, {"version": "x"}, {"at": "99:00", "text": "x"}):
        for part in ("", "/moments", "/moments/remove"):
            answer = client.post(f"/review/{secret.task}{part}", data={"csrf_token": token, **form})
            assert leaks(str(answer.headers).encode() + answer.data, secret) == []


def test_where_an_intake_is_not_blind_names_are_shown_and_file_names_still_are_not(
    session: Session, client: FlaskClient
) -> None:
    panel = make_panel(blind=False)
    secret = plant(panel)
    sign_in(client, panel.person("Clara"))
    room = client.get(f"/review/{secret.task}").text
    for shown in ("Mira Holt", "The Lake Street Quartet", NAME):
        assert shown in room
    for hidden in (FILE_NAME, "Your file names you", *secret.ids.values()):
        assert hidden not in room


def test_two_reviewers_have_different_names_for_the_same_application(panel: Panel) -> None:
    secret = plant(panel)
    other = make_assignment(panel, "Dan", application_id=secret.ids["application_id"])
    names = {db.session.get_one(Assignment, key).pseudonym for key in (secret.task, other)}
    assert len(names) == 2
