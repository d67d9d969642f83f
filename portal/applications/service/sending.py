"""Submitting, withdrawing, and giving an application back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal.accounts.actor import Actor
from portal.applications import policy
from portal.applications.contents import contents_of, view_of
from portal.applications.errors import NotComplete
from portal.applications.missing import what_is_missing
from portal.applications.models import Application
from portal.applications.receipts.contents import receipt_of
from portal.applications.receipts.issuing import issue
from portal.applications.service import extensions
from portal.applications.service.given_dates import moment_problems, reason_problems, refuse_if
from portal.applications.service.steps import take_step
from portal.applications.states import ApplicationAction
from portal.core import clock, outbox
from portal.core.db import transaction
from portal.recordings.service.versions import hand_in
from portal.recordings.texts import paragraphs


def submit(application: Application, *, actor: Actor) -> dict[str, Any]:
    """Send an application, and keep what exactly was sent, signed. Returns what the receipt holds.

    Raises NotAllowed (not yours, too late), NotComplete with every reason, Stale.
    """
    with transaction():
        now = clock.now()
        policy.submit(actor, application, now).enforce()
        # The step comes first: it holds the row, so that what is read below cannot change any more.
        take_step(application, ApplicationAction.SUBMIT, actor=actor, values={"submitted_at": now})
        contents = contents_of(application)
        missing = what_is_missing(view_of(contents))
        if missing:
            raise NotComplete([f"{one.where}: {one.sentence}" for one in missing])
        submitted = receipt_of(contents, submitted_at=now)
        receipt = issue(application, submitted)
        extensions.close_asked(application, actor=actor)
        hand_in([item.version.id for item in contents.items if item.version is not None], at=now)
        _mail("application.submitted", application, receipt_number=receipt.number)
        return submitted


def withdraw(application: Application, *, actor: Actor) -> None:
    """Take an application back. Raises NotAllowed, Stale."""
    with transaction():
        now = clock.now()
        policy.withdraw(actor, application, now).enforce()
        take_step(application, ApplicationAction.WITHDRAW, actor=actor, values={"withdrawn_at": now})
        extensions.close_asked(application, actor=actor)
        _mail("application.withdrawn", application)


def reopen(application: Application, *, actor: Actor, until: datetime, reason: str) -> None:
    """Staff let the applicant change and send it again until a date of its own. The last receipt stays.

    Raises NotAllowed, Invalid, Stale.
    """
    reason = paragraphs(reason)
    with transaction():
        now = clock.now()
        policy.reopen(actor, application, now).enforce()
        refuse_if(
            reason_problems(reason, "Say why; the applicant reads it, and it stands in the file.")
            | moment_problems("until", until, now)
        )
        take_step(
            application,
            ApplicationAction.REOPEN,
            actor=actor,
            values={"reopened_until": until, "withdrawn_at": None, "deadline_set_at": now},
            after={"until": until.isoformat()},
            reason=reason,
        )
        _mail("application.reopened", application, until=until.isoformat(), reason=reason)


def _mail(kind: str, application: Application, **context: Any) -> None:
    outbox.put(
        kind,
        to_address=application.applicant.email,
        to_person_id=application.applicant_id,
        application_id=application.id,
        **context,
    )
