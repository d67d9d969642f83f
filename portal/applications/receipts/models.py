"""What was submitted, kept as it was signed."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.applications.models import Application
from portal.core.db import Base, UtcDateTime, id_column, reference


class Receipt(Base):
    """The receipt of one submit, numbered within its application. Rows are only added.

    `document` is the signed line of JSON. `contents` is all that was submitted, word for word, as the very text whose
    SHA-256 stands in the document.
    """

    __tablename__ = "receipts"
    __table_args__ = (sa.UniqueConstraint("application_id", "number"),)

    id: Mapped[str] = id_column()
    application_id: Mapped[str] = reference("applications.id", index=False)  # the constraint above has one
    number: Mapped[int]
    document: Mapped[str] = mapped_column(sa.Text)
    contents: Mapped[str] = mapped_column(sa.Text)
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)

    application: Mapped[Application] = relationship()
