"""Delivering what is owed.

A mail is claimed by compare-and-set with a lease, worded, handed over with no transaction open, and then marked. A
process that is killed after the server took the mail and before the mark is written leaves a lease that runs out; the
mail is then sent once more, with the same Message-ID. Never sent at all would be worse than twice.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa

from portal.accounts.actor import Actor
from portal.core import audit, clock, outbox, queue
from portal.core.db import compare_and_set, db, transaction
from portal.core.outbox import MailState, OutboxMail
from portal.core.settings import Settings
from portal.notifications import recipients, smtp, wording
from portal.notifications.errors import NotNeeded, NoWords, TryLater, Undeliverable
from portal.notifications.texts import accounts
from portal.notifications.words import Site, Words

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
BACK_OFF_MINUTES = (1, 5, 15, 60, 180, 360, 720)
MAX_ATTEMPTS = 8
BATCH = 100

Deliver = Callable[[OutboxMail, Words], None]


def deliver_due(settings: Settings, *, limit: int = BATCH) -> int:
    """Send what is due, at most `limit` mails, and return how many were handed over.

    With no mail server only a demonstration counts mail as sent: it stands in the mailbox page. Elsewhere it waits.
    """
    if settings.smtp_host is None:
        return _work_through(settings, limit, _into_the_mailbox) if settings.demo_mode else _say_that_mail_waits()
    with smtp.Connection(settings) as connection:

        def hand_over(mail: OutboxMail, words: Words) -> None:
            message = smtp.build(mail, words, settings)
            db.session.rollback()  # ends the read transaction: a slow server must not hold one open
            connection.send(message)

        return _work_through(settings, limit, hand_over)


def send_again(mail: OutboxMail, *, actor: Actor) -> None:
    """Owe a failed mail once more, from the first attempt on. The caller has asked whether the actor may."""
    with transaction():
        values = {"state": MailState.QUEUED, "attempts": 0, "next_try_at": clock.now(), "last_error": ""}
        if compare_and_set(OutboxMail, mail.id, expected={"state": MailState.FAILED}, values=values):
            application_id = mail.context.get("application_id")
            audit.record("mail.send_again", mail, actor=actor, after={"kind": mail.kind}, application_id=application_id)
            queue.send_after_commit(queue.DELIVER_MAIL)


def _into_the_mailbox(mail: OutboxMail, words: Words) -> None:
    """The row itself is the mailbox."""


def _say_that_mail_waits() -> int:
    queued = sa.select(sa.func.count(OutboxMail.id)).where(OutboxMail.state == MailState.QUEUED)
    waiting = db.session.scalar(queued)
    if waiting:
        logger.warning("%d mails wait: no mail server is set (SMTP_HOST)", waiting)
    return 0


def _work_through(settings: Settings, limit: int, deliver: Deliver) -> int:
    site = Site(public_url=settings.public_url, school_name=settings.school_name)
    sent, due = 0, _due(limit)
    if len(due) == limit:
        queue.send_now(queue.DELIVER_MAIL)  # more may be waiting behind this batch
    for mail_id in due:
        mail = _claim(mail_id)
        if mail is None:
            continue
        attempt = mail.attempts
        try:
            if not mail.to_address:
                _address(mail, attempt)
                continue
            words = wording.word(mail, site)
            deliver(mail, words)
        except NotNeeded as error:
            _drop(mail_id, attempt, error.message)
        except (NoWords, Undeliverable) as error:
            _give_up(mail_id, attempt, error.message)
        except TryLater as error:
            _later(mail_id, attempt, error.message)
        except Exception as error:
            logger.exception("could not word mail %s", mail_id)
            _later(mail_id, attempt, f"The text could not be made: {type(error).__name__}.")
        else:
            _mark_sent(mail_id, attempt, words, keep_secret=settings.smtp_host is None)
            sent += 1
    return sent


def _due(limit: int) -> list[str]:
    """Waiting mail whose time has come, and mail whose sender went silent; the oldest first."""
    waiting = sa.select(OutboxMail.id).where(
        OutboxMail.state.in_((MailState.QUEUED, MailState.SENDING)), OutboxMail.next_try_at <= clock.now()
    )
    return list(db.session.scalars(waiting.order_by(OutboxMail.next_try_at, OutboxMail.id).limit(limit)))


def _claim(mail_id: str) -> OutboxMail | None:
    with transaction() as session:
        mail = session.get(OutboxMail, mail_id)
        now = clock.now()
        if mail is None or mail.state not in (MailState.QUEUED, MailState.SENDING) or mail.next_try_at > now:
            return None
        if mail.attempts >= MAX_ATTEMPTS:
            _fail(mail_id, mail.attempts, mail.state, mail.last_error or "It stopped while it was being sent.")
            return None
        expected = {"state": mail.state, "attempts": mail.attempts, "next_try_at": mail.next_try_at}
        values = {"state": MailState.SENDING, "attempts": mail.attempts + 1, "next_try_at": now + LEASE}
        claimed = compare_and_set(OutboxMail, mail_id, expected=expected, values=values)
    return db.session.get(OutboxMail, mail_id) if claimed else None


def _address(notice: OutboxMail, attempt: int) -> None:
    """Put one mail for each recipient in the place of a notice."""
    with transaction():
        people = recipients.of(notice)
        names = ", ".join(person.email for person in people)
        values = {"state": MailState.SENT, "sent_at": clock.now(), "body": f"Passed on to {names}."}
        expected = {"state": MailState.SENDING, "attempts": attempt}
        if compare_and_set(OutboxMail, notice.id, expected=expected, values=values):
            for person in people:
                outbox.put(notice.kind, to_address=person.email, to_person_id=person.id, **notice.context)


def _mark_sent(mail_id: str, attempt: int, words: Words, *, keep_secret: bool) -> None:
    with transaction() as session:
        kind = session.scalar(sa.select(OutboxMail.kind).where(OutboxMail.id == mail_id)) or ""
        secret = kind.startswith(accounts.PREFIX) and not keep_secret
        values = {
            "state": MailState.SENT,
            "sent_at": clock.now(),
            "last_error": "",
            "subject": smtp.one_line(words.subject),
            "body": accounts.AFTER_SENDING if secret else words.body,
        }
        compare_and_set(OutboxMail, mail_id, expected={"state": MailState.SENDING, "attempts": attempt}, values=values)


def _drop(mail_id: str, attempt: int, why: str) -> None:
    with transaction():
        values = {"state": MailState.DROPPED, "body": why}
        compare_and_set(OutboxMail, mail_id, expected={"state": MailState.SENDING, "attempts": attempt}, values=values)


def _later(mail_id: str, attempt: int, reason: str) -> None:
    if attempt >= MAX_ATTEMPTS:
        _give_up(mail_id, attempt, reason)
        return
    pause = timedelta(minutes=BACK_OFF_MINUTES[attempt - 1])
    logger.warning("mail %s: attempt %d of %d: %s", mail_id, attempt, MAX_ATTEMPTS, reason)
    with transaction():
        values = {"state": MailState.QUEUED, "next_try_at": clock.now() + pause, "last_error": reason}
        compare_and_set(OutboxMail, mail_id, expected={"state": MailState.SENDING, "attempts": attempt}, values=values)


def _give_up(mail_id: str, attempt: int, reason: str) -> None:
    with transaction():
        _fail(mail_id, attempt, MailState.SENDING, reason)


def _fail(mail_id: str, attempt: int, state: MailState, reason: str) -> None:
    logger.error("mail %s is not delivered: %s", mail_id, reason)
    values = {"state": MailState.FAILED, "last_error": reason}
    compare_and_set(OutboxMail, mail_id, expected={"state": state, "attempts": attempt}, values=values)
