"""How an application moves, and how a draft is changed: the two ways to write, each with its lock."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from portal.accounts.actor import Actor
from portal.applications import policy
from portal.applications.models import Application
from portal.applications.states import STEPS, ApplicationAction, ApplicationState
from portal.core import audit, clock
from portal.core.db import compare_and_set, transaction
from portal.core.errors import Stale
from portal.core.ruling import Ruling
from portal.core.states import next_state

EditingRule = Callable[[Actor, Application, datetime], Ruling]


def take_step(
    application: Application,
    action: ApplicationAction,
    *,
    actor: Actor | None,
    values: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> ApplicationState:
    """Move an application by one action of its table, with the audit row. Inside a command that has asked its policy.

    `values` are further columns to set, `after` further facts for the audit. Raises Stale when it moved meanwhile.
    """
    before = application.state
    after_state = next_state(STEPS, before, action)
    moved = compare_and_set(
        Application,
        application.id,
        expected={"state": before},
        values={"state": after_state, "updated_at": clock.now(), **(values or {})},
    )
    if not moved:
        raise Stale
    audit.record(
        f"application.{action.value}",
        application,
        actor=actor,
        before={"state": before.value},
        after={"state": after_state.value, **(after or {})},
        reason=reason,
        application_id=application.id,
        programme_id=application.intake.programme_id,
    )
    return after_state


@contextmanager
def editing(
    application: Application, *, actor: Actor, begun_at: datetime | None = None, rule: EditingRule = policy.edit
) -> Iterator[datetime]:
    """A change to a draft. Holds its row, so that nothing can be changed while it is being submitted, nor the reverse.

    `begun_at` is when the person began, where a long upload lies between asking and writing; `rule` says who may, where
    that is stricter than for words. Yields the moment.
    """
    with transaction():
        now = clock.now()
        rule(actor, application, begun_at or now).enforce()
        held = compare_and_set(
            Application, application.id, expected={"state": ApplicationState.DRAFT}, values={"updated_at": now}
        )
        if not held:
            raise Stale
        yield now
