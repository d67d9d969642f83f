"""People and what they may do where."""

from __future__ import annotations

import secrets
from datetime import datetime

import sqlalchemy as sa
from flask_security import RoleMixin, UserMixin
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.states import StaffRole
from portal.core import clock
from portal.core.db import Base, UtcDateTime, enum_column, id_column, reference
from portal.core.ids import ID_LENGTH

person_roles = sa.Table(
    "person_roles",
    Base.metadata,
    sa.Column("person_id", sa.String(ID_LENGTH), sa.ForeignKey("people.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("role_id", sa.String(ID_LENGTH), sa.ForeignKey("roles.id", ondelete="CASCADE"), primary_key=True),
)


class Role(Base, RoleMixin):
    """A right that holds everywhere. There is one: `site_admin`, who makes programmes and invites their first staff."""

    __tablename__ = "roles"

    id: Mapped[str] = id_column()  # type: ignore[assignment]  # the mixin expects numbers; it only passes them on
    name: Mapped[str] = mapped_column(sa.String(80), unique=True)


class Person(Base, UserMixin):
    """Everybody with an account. Anybody may apply; staff rights are rows of ProgrammeStaff."""

    __tablename__ = "people"

    id: Mapped[str] = id_column()  # type: ignore[assignment]  # as in Role
    email: Mapped[str] = mapped_column(sa.String(255), unique=True)
    full_name: Mapped[str] = mapped_column(sa.String(200), default="")
    time_zone: Mapped[str] = mapped_column(sa.String(64), default="UTC")
    password: Mapped[str | None] = mapped_column(sa.String(255))
    active: Mapped[bool] = mapped_column(default=True)
    # Changing it ends every session of the person.
    fs_uniquifier: Mapped[str] = mapped_column(sa.String(64), unique=True, default=lambda: secrets.token_hex(32))
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    roles: Mapped[list[Role]] = relationship(  # type: ignore[assignment]  # a list of our own Role
        secondary=person_roles, lazy="selectin"
    )
    staff_roles: Mapped[list[ProgrammeStaff]] = relationship(back_populates="person")


class ProgrammeStaff(Base):
    """A person's right in one programme."""

    __tablename__ = "programme_staff"
    __table_args__ = (sa.UniqueConstraint("person_id", "programme_id", "role"),)

    id: Mapped[str] = id_column()
    person_id: Mapped[str] = reference("people.id")
    programme_id: Mapped[str] = reference("programmes.id")
    role: Mapped[StaffRole] = mapped_column(enum_column(StaffRole))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    person: Mapped[Person] = relationship(back_populates="staff_roles")
