"""Which findings reviewers read is decided for every group of checks, so that a new one is never shown by accident."""

from portal.checks.registry import all_checks
from portal.reviews.queries.heard import HEARD_CHECKS, HEARD_GROUPS

# About the file, its names, its origin and other applicants: for applicant or staff, never for a blind listener.
NOT_HEARD = {"duplicate", "file", "health", "identity", "origin", "portfolio"}


def test_every_group_of_checks_is_either_heard_or_not() -> None:
    groups = {check.group for check in all_checks().values()}
    assert groups == HEARD_GROUPS | NOT_HEARD
    assert not HEARD_GROUPS & NOT_HEARD
    assert set(all_checks()) >= HEARD_CHECKS
