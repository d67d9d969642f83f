"""The same recording twice: told to its applicant within one application, to staff alone across applications."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest
import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from portal.accounts.actor import Actor
from portal.applications.models import Application
from portal.applications.service import comparing
from portal.checks.check import Audience
from portal.checks.evaluate import Finding, Verdict
from portal.core import clock, queue
from portal.core.audit import AuditEntry
from portal.core.db import db, transaction
from portal.core.storage import StoredFile
from portal.programmes.models import Intake, RuleSet, Slot
from portal.recordings import queries
from portal.recordings.models import FileVersion, Fingerprint, Outcome
from portal.recordings.service import checking, fingerprints, stuck
from portal.recordings.service.judging import measure_again, rejudge
from portal.recordings.service.receive import adopt
from portal.recordings.service.words import remove
from portal.recordings.states import Processing
from portal.reviews.queries import heard
from tests.factories.applications import NOW, add_file, add_recording, make_application, make_intake
from tests.factories.cast import make_person
from tests.factories.reports import make_report
from workers.tasks.recordings import compare_recording

RULES = [
    {"check_key": "duplicate.own", "params": {}, "severity": "warn"},
    {"check_key": "duplicate.elsewhere", "params": {}, "severity": "inform"},
    {"check_key": "duplicate.acoustic", "params": {"same_rate": 0.2, "look_rate": 0.3}, "severity": "inform"},
]
STAFF = Actor(person_id="grace", name="Grace")
TAKE_A, TAKE_B = "aa" * 32, "bb" * 32


@dataclass
class House:
    intake: Intake
    slot: Slot
    ada: Application
    ben: Application


@pytest.fixture
def house(session: Session) -> House:
    intake = make_intake()
    ada = make_application(intake, make_person("Ada"), number="2026-0001", filled=False)
    ben = make_application(intake, make_person("Ben"), number="2026-0002", filled=False)
    slot = session.scalars(sa.select(Slot)).one()
    with transaction():
        session.add(RuleSet(slot_id=slot.id, version=2, rules=RULES))
    return House(intake, slot, ada, ben)


def words(seed: int, *, count: int = 300) -> list[int]:
    found: list[int] = np.random.default_rng(seed).integers(0, 2**32, count, dtype=np.uint32).tolist()
    return found


def blurred(exact: Sequence[int], share: float) -> list[int]:
    """The same words with this share of their bits turned over."""
    rng = np.random.default_rng(99)
    flips = (rng.random((len(exact), 32)) < share) @ (np.uint64(1) << np.arange(32, dtype=np.uint64))
    return [int(word) ^ int(flip) for word, flip in zip(exact, flips, strict=True)]


def send(
    house: House, application: Application, title: str, *, pcm: str, sha: str, sound: Sequence[int] | None = None
) -> FileVersion:
    version = add_file(add_recording(application, house.slot, title=title), state=Processing.RECEIVED)
    with transaction():
        version.sha256 = sha * 32
    check(version, pcm=pcm, sound=sound)
    return version


def check(version: FileVersion, *, pcm: str, sound: Sequence[int] | None) -> None:
    claimed = checking.claim(version.id, generation=version.generation)
    assert claimed is not None
    report = make_report(decoded__pcm_sha256=pcm)
    assert checking.record_report(claimed, report, waveform_key="", fingerprint=sound)


def compare_all() -> int:
    """What the workers would do until nothing is owed. Returns how many comparisons that took."""
    for number in range(50):
        db.session.rollback()
        row = db.session.scalars(sa.select(Fingerprint).where(Fingerprint.compared_at.is_(None))).first()
        if row is None:
            return number
        compare_recording.run(version_id=row.file_version_id, generation=row.generation)
    pytest.fail("comparisons ask for each other without end")


def told(version: FileVersion, audience: Audience) -> dict[str, Finding]:
    return {one.check_key: one for one in queries.remarks_for(version.id, audience=audience)}


def test_the_same_sound_twice_in_one_application_is_told_to_its_applicant(house: House) -> None:
    first = send(house, house.ada, "Night Bus", pcm=TAKE_A, sha="01")
    second = send(house, house.ada, "Night Bus (FLAC)", pcm=TAKE_A, sha="02")
    other = send(house, house.ada, "Harbour", pcm=TAKE_B, sha="03")
    compare_all()

    finding = told(second, Audience.APPLICANT)["duplicate.own"]
    assert finding.text == (
        f"This is the same sound as another recording (“{first.original_name}” in “{house.slot.title}”): "
        "you sent one recording twice. Replace one of them with another recording."
    )
    assert f"another recording (“{second.original_name}” in" in told(first, Audience.APPLICANT)["duplicate.own"].message
    assert told(other, Audience.STAFF) == {}
    verdicts = {one: db.session.get_one(FileVersion, one.id).verdict for one in (first, second, other)}
    assert list(verdicts.values()) == [Verdict.REMARKS, Verdict.REMARKS, Verdict.CLEAN]


def test_the_same_file_of_two_applicants_is_told_to_staff_alone(house: House) -> None:
    ada = send(house, house.ada, "Night Bus", pcm=TAKE_A, sha="01")
    ben = send(house, house.ben, "Track 3", pcm=TAKE_A, sha="01")
    compare_all()

    for_staff = told(ben, Audience.STAFF)["duplicate.elsewhere"]
    assert "1 other application: 2026-0001 (“Night Bus”)" in for_staff.message
    # Ada's recording was compared before Ben's was there, and names it all the same.
    assert "2026-0002 (“Track 3”)" in told(ada, Audience.STAFF)["duplicate.elsewhere"].message
    for version in (ada, ben):
        assert told(version, Audience.APPLICANT) == {}
        assert db.session.get_one(FileVersion, version.id).verdict is Verdict.CLEAN


def test_nothing_about_other_applicants_is_heard_by_reviewers(house: House) -> None:
    ada = send(house, house.ada, "Night Bus", pcm=TAKE_A, sha="01")
    send(house, house.ada, "Night Bus again", pcm=TAKE_A, sha="01")
    send(house, house.ben, "Track 3", pcm=TAKE_A, sha="01")
    compare_all()

    assert set(told(ada, Audience.STAFF)) == {"duplicate.own", "duplicate.elsewhere"}
    assert heard._findings([ada.id], None)[ada.id] == []


@pytest.mark.parametrize(
    ("share", "sentence"),
    [
        (0.1, "From 0:00.0 it is the same recording as 2026-0001 (“Night Bus”) from 0:05.0 (bit error rate 0.10)"),
        (0.26, "From 0:00.0 it resembles 2026-0001 (“Night Bus”) from 0:05.0 (bit error rate 0.26)"),
    ],
)
def test_the_same_sound_in_another_shape_is_shown_to_staff_with_both_places(
    house: House, share: float, sentence: str
) -> None:
    whole = words(1)
    send(house, house.ada, "Night Bus", pcm=TAKE_A, sha="01", sound=whole)
    send(house, house.ada, "Harbour", pcm="cc" * 32, sha="03", sound=words(2))
    cut = send(house, house.ben, "Track 3", pcm=TAKE_B, sha="02", sound=blurred(whole[40:], share))
    compare_all()

    finding = told(cut, Audience.STAFF)["duplicate.acoustic"]
    assert finding.message.startswith(sentence)
    assert finding.audience is Audience.STAFF
    assert told(cut, Audience.APPLICANT) == {}


def test_unlike_music_and_short_files_are_like_nothing(house: House) -> None:
    send(house, house.ada, "Night Bus", pcm=TAKE_A, sha="01", sound=words(1))
    unlike = send(house, house.ben, "Track 3", pcm=TAKE_B, sha="02", sound=words(2))
    short = send(house, house.ben, "Jingle", pcm="cc" * 32, sha="03", sound=None)
    compare_all()

    for version in (unlike, short):
        assert told(version, Audience.STAFF) == {}
        said = {one.check_key: one.message for one in queries.findings_of(version.id)}
        assert said["duplicate.acoustic"] == "No other recording sounds like it."


def test_all_are_read_in_batches(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparing, "BATCH", 2)
    for number in range(5):
        send(house, house.ada, f"Piece {number}", pcm=f"{number:02d}" * 32, sha=f"0{number}", sound=words(number))
    found = send(house, house.ben, "Track 3", pcm=TAKE_B, sha="0b", sound=blurred(words(4), 0.05))
    compare_all()

    assert "“Piece 4”" in told(found, Audience.STAFF)["duplicate.acoustic"].message


def test_another_programme_is_another_house(house: House) -> None:
    elsewhere = make_application(number="2026-0900", filled=False)
    slot = elsewhere.intake.slots[0]
    mine = send(house, house.ada, "Night Bus", pcm=TAKE_A, sha="01", sound=words(1))
    send(House(elsewhere.intake, slot, elsewhere, elsewhere), elsewhere, "X", pcm=TAKE_A, sha="01", sound=words(1))
    compare_all()

    assert told(mine, Audience.STAFF) == {}


def test_what_was_removed_or_replaced_is_not_named_any_more(house: House) -> None:
    removed = send(house, house.ada, "Night Bus", pcm=TAKE_A, sha="01")
    stays = send(house, house.ada, "Night Bus again", pcm=TAKE_A, sha="02")
    replaced = send(house, house.ben, "Track 3", pcm=TAKE_A, sha="03")
    compare_all()
    assert set(told(stays, Audience.STAFF)) == {"duplicate.own", "duplicate.elsewhere"}

    remove(removed.recording, actor=STAFF)
    stored = StoredFile(key="recordings/00/00", size_bytes=9, sha256="99" * 32)
    adopt(replaced.recording_id, actor=STAFF, original_name="other.wav", stored=stored)
    compare_all()

    assert told(stays, Audience.STAFF) == {}
    assert db.session.get_one(FileVersion, stays.id).verdict is Verdict.CLEAN


def empty(name: queue.Queue) -> None:
    """As when a broker loses its data."""
    with current_app.extensions[queue.EXTENSION].connection_for_write() as connection:
        connection.default_channel.queue_purge(name.value)


def test_a_comparison_that_comes_late_is_dropped_and_one_that_is_lost_is_sent_again(house: House) -> None:
    with clock.frozen(NOW):
        version = send(house, house.ada, "Night Bus", pcm=TAKE_A, sha="01", sound=words(1))
        assert fingerprints.requeue_stuck() == 0
    with clock.frozen(NOW + stuck.PATIENCE * 2):
        assert fingerprints.requeue_stuck() == 0, "it waits in the queue"
        empty(queue.Queue.MEDIA)
        assert fingerprints.requeue_stuck() == 1
        assert fingerprints.requeue_stuck() == 0
    late = comparing.begin(version.id, generation=1)
    assert late is not None
    db.session.refresh(version)
    measure_again(version, actor=STAFF, reason="The engine was mended.")
    db.session.refresh(version)
    check(version, pcm=TAKE_B, sound=None)

    assert not comparing.record(late, [])
    assert db.session.scalars(sa.select(Outcome.check_key)).all() == ["file.readable"]
    assert comparing.begin(version.id, generation=1) is None


def test_who_cannot_be_compared_is_not_tried_for_ever(house: House) -> None:
    with clock.frozen(NOW):
        version = send(house, house.ada, "Night Bus", pcm=TAKE_A, sha="01")
    attempts = [comparing.begin(version.id, generation=1) is not None for _ in range(4)]

    assert attempts == [True, True, True, False]
    empty(queue.Queue.MEDIA)
    with clock.frozen(NOW + stuck.PATIENCE * 2):
        assert fingerprints.requeue_stuck() == 0


def test_other_rules_and_a_new_report_keep_what_was_compared(house: House) -> None:
    first = send(house, house.ada, "Night Bus", pcm=TAKE_A, sha="01")
    send(house, house.ada, "Night Bus again", pcm=TAKE_A, sha="02")
    compare_all()

    assert rejudge(first.id) is Verdict.REMARKS
    compare_all()
    assert "duplicate.own" in told(first, Audience.APPLICANT)

    with transaction():
        db.session.add(RuleSet(slot_id=house.slot.id, version=3, rules=RULES[1:]))
    rejudge(first.id)
    compare_all()
    assert told(first, Audience.APPLICANT) == {}
    entries = db.session.scalars(sa.select(AuditEntry.after).where(AuditEntry.action == "recording.compare")).all()
    assert {
        "duplicate.own": f"the same sound as another recording (“night bus.wav” in “{house.slot.title}”)"
    } in entries
