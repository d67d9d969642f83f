"""What travels with a mail."""

from __future__ import annotations

from portal.applications.receipts.paper import file_name, pdf_of
from portal.applications.receipts.queries import receipt
from portal.core.outbox import OutboxMail
from portal.notifications.words import Attachment


def receipt_of(mail: OutboxMail) -> tuple[Attachment, ...]:
    """The receipt of the submit that a mail speaks of, as PDF and as the signed line itself; empty without one."""
    kept = receipt(mail.context.get("application_id", ""), mail.context.get("receipt_number", 1))
    if kept is None:
        return ()
    name = file_name(kept.document)
    return (
        Attachment(f"{name}.pdf", "application/pdf", pdf_of(kept.document)),
        Attachment(f"{name}.json", "application/json", kept.document.encode()),
    )
