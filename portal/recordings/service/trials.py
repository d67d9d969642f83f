"""A file that is tried without an account: heard by the rules of a slot, told to whoever holds the link, and forgotten.

The file is deleted as soon as it is heard, or cannot be; the result after LIFE. The row names the file before the file
is there, so that after a crash `clear` finds both.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import BinaryIO

import sqlalchemy as sa

from portal.checks.check import Audience
from portal.checks.evaluate import evaluate, remarks, verdict
from portal.checks.report import AudioReport
from portal.core import clock, queue, staging
from portal.core.db import compare_and_set, db, transaction
from portal.core.errors import Unavailable
from portal.core.storage import storage
from portal.programmes.models import Slot
from portal.programmes.queries import current_rule_set
from portal.programmes.technical_rules import specs_of
from portal.recordings.errors import EmptyFile, NoRules
from portal.recordings.models import Trial
from portal.recordings.service.receive import clean_name
from portal.recordings.states import TrialState

KIND = "trials"
MAX_BYTES = 300 * 1000**2
MOST_AT_A_TIME = 12
LIFE = timedelta(minutes=30)
PATIENCE = timedelta(minutes=10)
OPEN = (TrialState.RECEIVING, TrialState.WAITING, TrialState.LISTENING)


@dataclass(frozen=True)
class TrialClaim:
    """The right to hear one tried file, once."""

    trial_id: str
    storage_key: str
    file_name: str


def limit_of(slot: Slot) -> int:
    """Bytes that may be tried: at most what may be sent in earnest."""
    return min(slot.max_bytes, MAX_BYTES)


def begin(slot: Slot, *, original_name: str, stream: BinaryIO) -> Trial:
    """Take a file in and let the workers hear it. Raises TooLarge, EmptyFile, Unavailable, NoRules."""
    rule_set = current_rule_set(slot.id)
    if rule_set is None:
        raise NoRules
    _demand_place()
    with staging.received(stream, staging=storage().staging, max_bytes=limit_of(slot)) as staged:
        if staged.stat().st_size == 0:
            raise EmptyFile
        with transaction() as session:
            _demand_place()
            trial = Trial(
                slot_id=slot.id,
                original_name=clean_name(original_name),
                storage_key=staging.new_key(KIND),
                expires_at=clock.now() + LIFE,
            )
            session.add(trial)
        try:
            storage().adopt(staged, key=trial.storage_key)
            _send(trial)
        except BaseException:
            forget(trial.id)
            raise
    return trial


def find(trial_id: str) -> Trial | None:
    """A trial that has not expired."""
    found = db.session.get(Trial, trial_id)
    return found if found is not None and found.expires_at > clock.now() else None


def claim(trial_id: str) -> TrialClaim | None:
    """Take a tried file for hearing. None when somebody has it or it is gone: a trial is not repeated."""
    with transaction():
        trial = db.session.get(Trial, trial_id)
        if trial is None or not _step(trial_id, TrialState.WAITING, TrialState.LISTENING, claimed_at=clock.now()):
            return None
        return TrialClaim(trial_id, trial.storage_key, trial.original_name)


def hear(held: TrialClaim, report: AudioReport) -> None:
    """Keep what applicants would be told under the slot's rules, and let go of the file."""
    with transaction():
        trial = db.session.get(Trial, held.trial_id)
        rule_set = current_rule_set(trial.slot_id) if trial is not None else None
        if rule_set is not None:
            findings = evaluate(report, specs_of(rule_set))
            _step(
                held.trial_id,
                TrialState.LISTENING,
                TrialState.HEARD,
                verdict=verdict(findings),
                findings=[one.to_plain() for one in remarks(findings, audience=Audience.APPLICANT)],
                duration_s=report.decoded.duration_s,
                rules_version=rule_set.version,
            )
    storage().delete(held.storage_key)


def fail(held: TrialClaim) -> None:
    """It cannot be heard, and trying again would not help."""
    with transaction():
        _step(held.trial_id, TrialState.LISTENING, TrialState.FAILED)
    storage().delete(held.storage_key)


def forget(trial_id: str) -> None:
    """Delete a trial and its file. First the file: a row without one does no harm."""
    with transaction() as session:
        trial = session.get(Trial, trial_id)
        if trial is not None:
            storage().delete(trial.storage_key)
            session.delete(trial)


def clear(*, limit: int = 200) -> int:
    """Forget what has expired, and give up on what nobody hears any more. Returns how many."""
    now = clock.now()
    expired = db.session.scalars(sa.select(Trial.id).where(Trial.expires_at <= now).limit(limit)).all()
    for trial_id in expired:
        forget(trial_id)
    silent = sa.select(Trial).where(Trial.state.in_(OPEN), Trial.created_at < now - PATIENCE).limit(limit)
    stuck = [(one.id, one.state, one.storage_key) for one in db.session.scalars(silent)]
    for trial_id, state, storage_key in stuck:
        with transaction():
            _step(trial_id, state, TrialState.FAILED)
        storage().delete(storage_key)
    return len(expired) + len(stuck)


def _send(trial: Trial) -> None:
    with transaction():
        _step(trial.id, TrialState.RECEIVING, TrialState.WAITING)
        queue.send_after_commit(queue.TRY_RECORDING, trial_id=trial.id)


def _step(trial_id: str, old: TrialState, new: TrialState, **values: object) -> bool:
    return compare_and_set(Trial, trial_id, expected={"state": old}, values={"state": new, **values})


def _demand_place() -> None:
    taken = db.session.scalar(sa.select(sa.func.count()).select_from(Trial).where(Trial.state.in_(OPEN))) or 0
    if taken >= MOST_AT_A_TIME:
        raise Unavailable("Many files are being tried at this moment. Please try yours again in a few minutes.")
