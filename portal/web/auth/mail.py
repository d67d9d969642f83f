"""Mail of the accounts (confirm, reset) goes through the same outbox as everything else."""

from __future__ import annotations

from typing import Any

from flask_security import MailUtil

from portal.core import outbox, queue
from portal.core.db import db


class OutboxMailUtil(MailUtil):
    """Flask-Security words these mails itself and commits after us, so the finished text is stored with the row."""

    def send_mail(
        self,
        template: str,
        subject: str,
        recipient: str | tuple[str, str],
        sender: str | tuple[str, str],
        body: str | None,
        html: str | None,
        **kwargs: Any,
    ) -> None:
        user = kwargs.get("user")
        db.session.add(
            outbox.OutboxMail(
                kind=f"account.{template.rsplit('/', 1)[-1]}",
                to_address=recipient[1] if isinstance(recipient, tuple) else recipient,
                to_person_id=getattr(user, "id", None),
                subject=str(subject),
                body=body or "",
            )
        )
        db.session.commit()
        queue.send_now(queue.DELIVER_MAIL)
