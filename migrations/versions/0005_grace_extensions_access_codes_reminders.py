"""a grace in minutes instead of a second deadline; more time for one person, access codes, reminders"""

from __future__ import annotations

from datetime import timedelta
from math import ceil

import sqlalchemy as sa
from alembic import op

import portal.core.db

revision = "0005"
down_revision = "0004"

MOMENT = portal.core.db.UtcDateTime(timezone=True)
intakes = sa.table(
    "intakes",
    sa.column("id", sa.String),
    sa.column("visible_deadline_at", MOMENT),
    sa.column("hard_deadline_at", MOMENT),
    sa.column("grace_minutes", sa.Integer),
)


def upgrade() -> None:
    op.create_table(
        "access_codes",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("intake_id", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("uses_allowed", sa.Integer(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("deadline_at", MOMENT, nullable=False),
        sa.Column("created_by_id", sa.String(length=32), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.CheckConstraint("uses <= uses_allowed", name=op.f("ck_access_codes_uses")),
        sa.ForeignKeyConstraint(["intake_id"], ["intakes.id"], name=op.f("fk_access_codes_intake_id_intakes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_codes")),
        sa.UniqueConstraint("code", name=op.f("uq_access_codes_code")),
    )
    op.create_index("ix_access_codes_intake_id", "access_codes", ["intake_id"])
    op.create_table(
        "extensions",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("application_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("asked_until", MOMENT, nullable=True),
        sa.Column("asked_reason", sa.Text(), nullable=False),
        sa.Column("until", MOMENT, nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("access_code_id", sa.String(length=32), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("decided_by_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["access_code_id"], ["access_codes.id"], name=op.f("fk_extensions_access_code_id_access_codes")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_extensions_application_id_applications")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extensions")),
    )
    op.create_index("ix_extensions_access_code_id", "extensions", ["access_code_id"])
    op.create_index("ix_extensions_application_id", "extensions", ["application_id"])
    op.create_table(
        "deadline_reminders",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("application_id", sa.String(length=32), nullable=False),
        sa.Column("deadline_at", MOMENT, nullable=False),
        sa.Column("hours_before", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_deadline_reminders_application_id_applications")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline_reminders")),
        sa.UniqueConstraint(
            "application_id",
            "deadline_at",
            "hours_before",
            name=op.f("uq_deadline_reminders_application_id_deadline_at_hours_before"),
        ),
    )
    op.create_index("ix_deadline_reminders_application_id", "deadline_reminders", ["application_id"])
    _change_applications()
    _change_intakes()


def _change_applications() -> None:
    op.add_column("applications", sa.Column("extended_until", MOMENT, nullable=True))
    since = sa.Column("deadline_set_at", MOMENT, nullable=False, server_default=sa.text("'2000-01-01 00:00:00+00:00'"))
    op.add_column("applications", since)
    op.execute("UPDATE applications SET deadline_set_at = created_at")


def _change_intakes() -> None:
    # Nothing that the school has not decided is promised: in intakes of before nobody can ask for more time.
    for name in ("grace_minutes", "extension_max_days", "extension_ask_hours"):
        op.add_column("intakes", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    connection = op.get_bind()
    for row in connection.execute(sa.select(intakes)).all():
        minutes = ceil((row.hard_deadline_at - row.visible_deadline_at) / timedelta(minutes=1))
        connection.execute(sa.update(intakes).where(intakes.c.id == row.id).values(grace_minutes=minutes))
    # Not in a batch, which on SQLite would copy the table and drop the one that other rows point to.
    op.drop_column("intakes", "hard_deadline_at")


def downgrade() -> None:
    hard = sa.Column("hard_deadline_at", MOMENT, nullable=False, server_default=sa.text("'2000-01-01 00:00:00+00:00'"))
    op.add_column("intakes", hard)
    connection = op.get_bind()
    for row in connection.execute(
        sa.select(intakes.c.id, intakes.c.visible_deadline_at, intakes.c.grace_minutes)
    ).all():
        last = row.visible_deadline_at + timedelta(minutes=row.grace_minutes)
        connection.execute(sa.update(intakes).where(intakes.c.id == row.id).values(hard_deadline_at=last))
    for name in ("extension_ask_hours", "extension_max_days", "grace_minutes"):
        op.drop_column("intakes", name)
    op.drop_column("applications", "deadline_set_at")
    op.drop_column("applications", "extended_until")
    for name in ("deadline_reminders", "extensions", "access_codes"):
        op.drop_table(name)
