"""Plays the stories of the demo by the same commands that people use, each at its own moment of the past weeks."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta

import click
import sqlalchemy as sa

from portal.accounts.models import Person
from portal.applications import queries as applications
from portal.applications.models import Application
from portal.applications.queries import PlacedGate, PlacedRecording, PlacedSlot
from portal.applications.service import drafts, gates, recordings, sending
from portal.applications.states import GateState
from portal.bootstrap import SETTINGS
from portal.core import clock
from portal.core.db import db
from portal.programmes import queries as programmes
from portal.programmes.models import Intake, Programme
from portal.programmes.states import GateKind
from portal.recordings.service.words import CreditLine, Words
from portal.seed import people
from portal.seed.evidence import pdf
from portal.seed.judging import judge
from portal.seed.late import give_time
from portal.seed.programmes import add_programmes
from portal.seed.stories import STORIES
from portal.seed.story import Story, Take
from portal.seed.studio import SoundFile, rendered

GRACE = "grace@admissions.example.org"


def plant(*, if_empty: bool) -> None:
    """Fill the database with the demo's world. With `if_empty` nothing is done when there are people in it."""
    # Accounts need the whole application: passwords are hashed by its settings.
    from portal.app import create_app

    app = create_app()
    with app.app_context():
        if db.session.scalar(sa.select(Person.id).limit(1)):
            click.echo("There are people in this database already; nothing was added.")
            if not if_empty:
                raise SystemExit(1)
            return
        _plant(clock.now(), app.extensions[SETTINGS].max_upload_bytes)


def _plant(now: datetime, max_bytes: int) -> None:
    with clock.frozen(now - timedelta(days=30)):
        grace = people.add_site_admin()
        click.echo("two programmes")
        made = add_programmes(grace, now=now)
        people.add_staff(made)
    with closing(rendered([take for story in STORIES for take in story.takes])) as sounds:
        for number, story in enumerate(STORIES, start=1):
            click.echo(f"applications: {story.name} ({number} of {len(STORIES)})")
            _play(story, made[story.programme], sounds, now - timedelta(days=story.days_ago), max_bytes)
    click.echo("reviews and decisions")
    judge(STORIES, made, now=now)
    give_time(made, now=now)


def _play(story: Story, programme: Programme, sounds: Iterator[SoundFile], moment: datetime, max_bytes: int) -> None:
    with clock.frozen(moment):
        person = people.add_person(story.name, story.email)
        actor = people.actor_named(story.email)
        intake = _intake_of(programme)
        application = drafts.start(intake, actor=actor)
        _choose(application, story, person)
        for position, answer in enumerate(story.answers):
            _answer(application, position, answer, story)
        for take in story.takes:
            _record(application, take, next(sounds), story, max_bytes)
    with clock.frozen(moment + timedelta(hours=3)):
        if story.submitted:
            sending.submit(_fresh(application), actor=actor)
        if story.withdrawn:
            sending.withdraw(_fresh(application), actor=actor)
    with clock.frozen(moment + timedelta(hours=20)):
        _check_gates(application, story)


def _choose(application: Application, story: Story, person: Person) -> None:
    programme = application.intake.programme
    concentration = next(row for row in programme.concentrations if row.title == story.concentration)
    track = next(row for row in programme.tracks if row.title == story.track)
    actor = people.actor_named(person.email)
    drafts.choose(application, actor=actor, concentration_id=concentration.id, track_id=track.id)


def _answer(application: Application, position: int, answer: str, story: Story) -> None:
    if not answer:
        return
    application, actor = _fresh(application), people.actor_named(story.email)
    gate = programmes.gates_of(application.intake)[position]
    placed = PlacedGate(application, gate)
    if gate.kind is GateKind.ENTRANCE_EXAM:
        gates.answer_gate(placed, actor=actor, answer="", score=float(answer))
    else:
        gates.answer_gate(placed, actor=actor, answer=answer, score=None)
    if gate.evidence_required:
        placed = PlacedGate(_fresh(application), gate)
        name = f"{gate.kind.value.replace('_', ' ')}.pdf"
        gates.add_evidence(
            placed, actor=actor, original_name=name, stream=io.BytesIO(pdf(f"{gate.title}: {story.name}"))
        )


def _record(application: Application, take: Take, sound: SoundFile, story: Story, max_bytes: int) -> None:
    application, actor = _fresh(application), people.actor_named(story.email)
    slot = programmes.slots_for(application.intake, concentration_id=application.concentration_id)[take.slot]
    recording = recordings.add_recording(PlacedSlot(application, slot), actor=actor)
    placed = PlacedRecording(_fresh(application), slot, recording)
    words = Words(
        title=take.title,
        composers=take.composers,
        performers=take.performers,
        recorded_on=(clock.now() - timedelta(days=40 + 3 * len(take.title))).date(),
        note=take.note,
        own_role=take.role,
        credits=[CreditLine(person_name=name, role=role) for name, role in take.credits],
    )
    recordings.edit_recording(placed, words, actor=actor)
    recordings.upload(
        PlacedRecording(_fresh(application), slot, recording),
        actor=actor,
        original_name=f"{story.name.split()[0]} - {take.title}.{sound.ending}",
        stream=io.BytesIO(sound.content),
        installation_max_bytes=max_bytes,
    )


def _check_gates(application: Application, story: Story) -> None:
    grace = people.actor_named(GRACE)
    for position, state in enumerate(story.gates):
        application = _fresh(application)
        if state == GateState.UNKNOWN.value:
            continue
        gate = programmes.gates_of(application.intake)[position]
        reason = {"failed": "Below the minimum.", "waived": "Statement received by post before the portal opened."}
        gates.set_gate(PlacedGate(application, gate), actor=grace, state=GateState(state), reason=reason.get(state, ""))


def _fresh(application: Application) -> Application:
    return people.found(applications.application(application.id))


def _intake_of(programme: Programme) -> Intake:
    (intake,) = programmes.open_intakes(programme.id, now=clock.now())
    return intake
