"""The clock of these stories stands still at the factories' moment."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from portal.core import clock
from tests.factories.applications import NOW


@pytest.fixture
def world(session: Session) -> Iterator[Session]:
    """A session in an application context, at NOW."""
    with clock.frozen(NOW):
        yield session
