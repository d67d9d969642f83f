"""More time for one person: asked for, granted, refused, taken back. Each step is told to the applicant by mail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal.accounts.actor import Actor
from portal.applications import policy
from portal.applications.deadlines import deadline_of
from portal.applications.models import Application, Extension
from portal.applications.service.given_dates import moment_problems, reason_problems, refuse_if
from portal.applications.states import (
    EXTENSION_STEPS,
    ApplicationState,
    ExtensionAction,
    ExtensionState,
)
from portal.core import audit, clock, outbox
from portal.core.db import compare_and_set, db, transaction
from portal.core.errors import Stale
from portal.core.moments import in_zone
from portal.core.states import next_state
from portal.programmes.deadlines import dates_to_ask_for
from portal.programmes.states import IntakeState
from portal.recordings.texts import paragraphs


def ask(application: Application, *, actor: Actor, days: int, reason: str) -> Extension:
    """Ask for a deadline so many days after the intake's. Staff get a mail. Raises NotAllowed, Invalid."""
    reason = paragraphs(reason)
    with transaction():
        now = clock.now()
        policy.ask_extension(actor, application, now).enforce()
        until = dates_to_ask_for(application.intake, deadline_of(application), now).get(days)
        wrong = reason_problems(reason, "Say why you need more time; the admissions staff decide by it.")
        if until is None:
            wrong["days"] = "Choose one of the dates."
        refuse_if(wrong)
        _hold(application, {"updated_at": now})
        # Two tabs at once: now that the row is held, what the other one has written can be seen.
        db.session.refresh(application, ["extensions"])
        policy.ask_extension(actor, application, now).enforce()
        extension = _add(application, state=ExtensionState.ASKED, asked_until=until, asked_reason=reason)
        _note("ask", extension, actor=actor, after={"until": until.isoformat() if until else ""}, reason=reason)
        outbox.put("extension.asked", application_id=application.id, extension_id=extension.id)
        return extension


def grant(application: Application, *, actor: Actor, until: datetime, reason: str) -> Extension:
    """Give one applicant a deadline of their own, asked for or not. One that was granted before is replaced.

    `reason` is read by the applicant and stands in the file. Raises NotAllowed, Invalid, Stale.
    """
    reason = paragraphs(reason)
    with transaction():
        now = clock.now()
        policy.grant_extension(actor, application, now).enforce()
        _check_grant(application, until, reason, now)
        before = application.extended_until
        extension = set_own_deadline(application, until, actor=actor, answer=reason)
        _note(
            "grant",
            extension,
            actor=actor,
            before={"until": before.isoformat() if before else ""},
            after={"until": until.isoformat()},
            reason=reason,
        )
        _tell("extension.granted", extension)
        return extension


def refuse(extension: Extension, *, actor: Actor, answer: str) -> None:
    """Say no to what was asked for, with a sentence for the applicant. Raises NotAllowed, Invalid, Stale."""
    answer = paragraphs(answer)
    with transaction():
        now = clock.now()
        policy.answer_extension(actor, extension, now).enforce()
        refuse_if(reason_problems(answer, "Say why; the applicant reads it."))
        _hold(extension.application, {"updated_at": now})
        _step(extension, ExtensionAction.REFUSE, actor=actor, answer=answer)
        _note("refuse", extension, actor=actor, reason=answer)
        _tell("extension.refused", extension)


def revoke(extension: Extension, *, actor: Actor, answer: str) -> None:
    """Take granted time back: the deadline of everybody counts again. Raises NotAllowed, Invalid, Stale."""
    answer = paragraphs(answer)
    with transaction():
        now = clock.now()
        policy.answer_extension(actor, extension, now).enforce()
        refuse_if(reason_problems(answer, "Say why; the applicant reads it."))
        _hold(extension.application, {"extended_until": None, "deadline_set_at": now, "updated_at": now})
        before = {"until": extension.until.isoformat() if extension.until else ""}
        _step(extension, ExtensionAction.REVOKE, actor=actor, answer=answer)
        _note("revoke", extension, actor=actor, before=before, after={"until": ""}, reason=answer)
        _tell("extension.revoked", extension)


def close_asked(application: Application, *, actor: Actor) -> None:
    """Close a question that nobody has answered: the application is sent or withdrawn. Inside that command."""
    db.session.refresh(application, ["extensions"])
    for one in application.extensions:
        if one.state is ExtensionState.ASKED:
            _step(one, ExtensionAction.CLOSE, actor=actor, answer="")
            _note("close", one, actor=actor)


def set_own_deadline(
    application: Application, until: datetime, *, actor: Actor, answer: str, access_code_id: str | None = None
) -> Extension:
    """Put a person's own deadline in force, inside a command that has asked its policy. Raises Stale."""
    now = clock.now()
    _hold(application, {"extended_until": until, "deadline_set_at": now, "updated_at": now})
    db.session.refresh(application, ["extensions"])
    asked = None
    for one in application.extensions:
        if one.state is ExtensionState.GRANTED:
            _step(one, ExtensionAction.REPLACE, actor=actor, answer=one.answer)
        elif one.state is ExtensionState.ASKED:
            asked = one
    if asked is not None:
        _step(asked, ExtensionAction.GRANT, actor=actor, answer=answer, until=until)
        return asked
    return _add(
        application,
        state=ExtensionState.GRANTED,
        until=until,
        answer=answer,
        access_code_id=access_code_id,
        decided_at=now,
        decided_by_id=actor.person_id,
    )


def _add(application: Application, **values: Any) -> Extension:
    extension = Extension(application_id=application.id, created_at=clock.now(), **values)
    db.session.add(extension)
    db.session.flush()
    return extension


def _hold(application: Application, values: dict[str, Any]) -> None:
    """Change the draft's own row first: who decides at the same moment, or submits meanwhile, waits for it."""
    if not compare_and_set(Application, application.id, expected={"state": ApplicationState.DRAFT}, values=values):
        raise Stale


def _step(extension: Extension, action: ExtensionAction, *, actor: Actor, answer: str, **values: Any) -> None:
    old = extension.state
    changed = compare_and_set(
        Extension,
        extension.id,
        expected={"state": old},
        values={
            "state": next_state(EXTENSION_STEPS, old, action),
            "answer": answer,
            "decided_at": clock.now(),
            "decided_by_id": actor.person_id,
            **values,
        },
    )
    if not changed:
        raise Stale


def _check_grant(application: Application, until: datetime, reason: str, now: datetime) -> None:
    intake = application.intake
    wrong = reason_problems(reason, "Say why; the applicant reads it, and it stands in the file.")
    wrong |= moment_problems("until", until, now)
    if "until" not in wrong and intake.state is not IntakeState.CLOSED and until <= intake.visible_deadline_at:
        wrong["until"] = (
            f"Everybody has until {in_zone(intake.visible_deadline_at, intake.time_zone)}. Choose a later date."
        )
    refuse_if(wrong)


def _note(
    deed: str,
    extension: Extension,
    *,
    actor: Actor,
    before: dict[str, str] | None = None,
    after: dict[str, str] | None = None,
    reason: str = "",
) -> None:
    application = extension.application
    audit.record(
        f"extension.{deed}",
        extension,
        actor=actor,
        before=before,
        after=after,
        reason=reason,
        application_id=application.id,
        programme_id=application.intake.programme_id,
    )


def _tell(kind: str, extension: Extension) -> None:
    application = extension.application
    outbox.put(
        kind,
        to_address=application.applicant.email,
        to_person_id=application.applicant_id,
        application_id=application.id,
        extension_id=extension.id,
    )
