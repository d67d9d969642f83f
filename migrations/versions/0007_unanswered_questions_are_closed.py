"""questions for more time that nobody had answered when their application was sent or withdrawn are closed"""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"

# As submitting and withdrawing do it: by the applicant, at that moment.
CLOSE = """
UPDATE extensions SET
    state = 'closed',
    decided_at = (
        SELECT coalesce(a.submitted_at, a.withdrawn_at) FROM applications a WHERE a.id = extensions.application_id
    ),
    decided_by_id = (SELECT a.applicant_id FROM applications a WHERE a.id = extensions.application_id)
WHERE state = 'asked' AND application_id IN (SELECT id FROM applications WHERE state <> 'draft')
"""


def upgrade() -> None:
    op.execute(CLOSE)


def downgrade() -> None:
    """What is closed stays closed: the older program knows the state, too."""
