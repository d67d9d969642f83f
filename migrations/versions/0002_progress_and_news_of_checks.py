"""how far a check has come, and when its applicant was told of it"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import portal.core.db

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("file_versions", sa.Column("heard_percent", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("file_versions", sa.Column("told_at", portal.core.db.UtcDateTime(timezone=True), nullable=True))
    op.create_index("ix_file_versions_checked_at", "file_versions", ["checked_at"])
    op.create_index("ix_file_versions_told_state", "file_versions", ["told_at", "state"])
    # Whoever was there before this mail existed has seen the results on the page.
    op.execute("UPDATE file_versions SET told_at = COALESCE(checked_at, received_at) WHERE state NOT IN ('receiving')")


def downgrade() -> None:
    op.drop_index("ix_file_versions_told_state", "file_versions")
    op.drop_index("ix_file_versions_checked_at", "file_versions")
    # Not in a batch, which on SQLite would copy the table and drop the one that other rows point to.
    op.drop_column("file_versions", "told_at")
    op.drop_column("file_versions", "heard_percent")
