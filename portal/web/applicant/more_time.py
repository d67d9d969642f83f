"""What the page of an application says about more time, and the form to ask for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.applications import policy
from portal.applications.deadlines import deadline_of
from portal.applications.models import Application, Extension
from portal.applications.states import ExtensionState
from portal.core import clock
from portal.core.ruling import Ruling
from portal.programmes.deadlines import dates_to_ask_for, may_ask_until
from portal.web.authz import acting
from portal.web.forms.deadlines import MoreTimeForm


@dataclass(frozen=True)
class MoreTime:
    """`latest` is what was last asked or decided; `may_ask` whether anything can be asked now, and `until` when."""

    latest: Extension | None
    may_ask: Ruling
    until: datetime | None
    form: MoreTimeForm


def more_time_of(application: Application, *, form: MoreTimeForm | None = None) -> MoreTime:
    """`form` is one that was refused."""
    return MoreTime(
        latest=_latest(application.extensions),
        may_ask=policy.ask_extension(acting(), application, clock.now()),
        until=may_ask_until(application.intake, deadline_of(application)),
        form=form or more_time_form(application, sent=False),
    )


def more_time_form(application: Application, *, sent: bool) -> MoreTimeForm:
    """With the dates that can be asked for now; filled in from what was sent."""
    intake = application.intake
    form = MoreTimeForm(prefix="time") if sent else MoreTimeForm(formdata=None, prefix="time")
    return form.offer(dates_to_ask_for(intake, deadline_of(application), clock.now()), intake.time_zone)


def _latest(extensions: Sequence[Extension]) -> Extension | None:
    """What counts now: a question that waits, else the last answer."""
    told = [one for one in extensions if one.state is not ExtensionState.REPLACED]
    waiting = [one for one in told if one.state is ExtensionState.ASKED]
    return max(waiting or told, key=lambda one: one.decided_at or one.created_at, default=None)
