"""which files were handed in, judged and freed"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import portal.core.db

revision = "0003"
down_revision = "0002"

# What was handed in is the newest version of each recording that was there when its application was sent.
HANDED_IN = """
UPDATE file_versions SET submitted_at = (
    SELECT a.submitted_at FROM applications a JOIN recordings r ON r.application_id = a.id
    WHERE r.id = file_versions.recording_id
)
WHERE number = (
    SELECT max(v.number) FROM file_versions v
    JOIN recordings r ON r.id = v.recording_id JOIN applications a ON a.id = r.application_id
    WHERE v.recording_id = file_versions.recording_id AND v.received_at <= a.submitted_at
)
"""
# What a finished review was about is what had been handed in before it; one row each, under a name of its own.
JUDGED = """
INSERT INTO judged_files (id, review_id, file_version_id)
SELECT substr(w.id, 1, 16) || substr(v.id, 1, 16), w.id, v.id
FROM reviews w JOIN assignments s ON s.id = w.assignment_id
JOIN recordings r ON r.application_id = s.application_id
JOIN file_versions v ON v.recording_id = r.id
WHERE s.state = 'submitted' AND v.submitted_at <= s.submitted_at AND r.removed_at IS NULL
"""


def upgrade() -> None:
    op.create_table(
        "judged_files",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("review_id", sa.String(length=32), nullable=False),
        sa.Column("file_version_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_version_id"], ["file_versions.id"], name=op.f("fk_judged_files_file_version_id_file_versions")
        ),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name=op.f("fk_judged_files_review_id_reviews")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judged_files")),
        sa.UniqueConstraint("review_id", "file_version_id", name=op.f("uq_judged_files_review_id_file_version_id")),
    )
    with op.batch_alter_table("judged_files", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_judged_files_file_version_id"), ["file_version_id"], unique=False)

    with op.batch_alter_table("file_versions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("submitted_at", portal.core.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("freed_at", portal.core.db.UtcDateTime(timezone=True), nullable=True))
    op.execute(HANDED_IN)
    op.execute(JUDGED)


def downgrade() -> None:
    with op.batch_alter_table("file_versions", schema=None) as batch_op:
        batch_op.drop_column("freed_at")
        batch_op.drop_column("submitted_at")

    with op.batch_alter_table("judged_files", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_judged_files_file_version_id"))

    op.drop_table("judged_files")
