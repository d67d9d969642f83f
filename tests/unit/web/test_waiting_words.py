"""A time is said as people say it, and never more exactly than it is known."""

import pytest

from portal.web.applicant.waiting import about


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "less than a minute"),
        (59, "less than a minute"),
        (61, "about 1 minute"),
        (125, "about 2 minutes"),
        (570, "about 10 minutes"),
        (1_250, "about 20 minutes"),
        (3_449, "about 55 minutes"),
        (3_451, "about an hour"),
        (5_400, "about 1½ hours"),
        (12_600, "about 3½ hours"),
        (14_500, "about 4 hours"),
    ],
)
def test_how_long(seconds: float, said: str) -> None:
    assert about(seconds) == said
