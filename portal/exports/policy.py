"""Who may take data out: the administrators of the programme. Pure."""

from __future__ import annotations

from datetime import datetime

from portal.accounts.actor import Actor
from portal.accounts.states import StaffRole
from portal.core.ruling import Ruling, allowed_if
from portal.exports.models import ExportJob
from portal.programmes.models import Intake


def export(actor: Actor | None, intake: Intake, now: datetime) -> Ruling:
    may = actor is not None and actor.confirmed and actor.has(intake.programme_id, StaffRole.ADMIN)
    return allowed_if(may, "Only the administrators of this programme can export.")


def see_job(actor: Actor | None, job: ExportJob, now: datetime) -> Ruling:
    return export(actor, job.intake, now)
