"""Ada, who sends a recording of her application."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal.accounts.models import Person
from portal.core import clock
from portal.core.db import db
from portal.programmes.models import Slot
from portal.recordings.models import Recording
from tests.factories.applications import NOW, add_recording, make_application
from tests.integration.applications.browsing import signed_in_as
from tests.integration.uploads.sending import Sender


@pytest.fixture
def recording(session: Session) -> Iterator[Recording]:
    with clock.frozen(NOW):
        application = make_application(filled=False)
        yield add_recording(application, session.scalars(sa.select(Slot)).one())


@pytest.fixture
def ada(app: Flask, recording: Recording) -> Sender:
    return Sender(signed_in_as(app, db.session.scalars(sa.select(Person)).one()))
