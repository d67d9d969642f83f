"""The start page of the people who run admissions: their intakes, and what waits for them."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.accounts import policy as accounts_policy
from portal.accounts.states import StaffRole
from portal.decisions.queries.waiting import intake_cards, recordings_for_staff
from portal.notifications import policy as mail_policy
from portal.notifications import queries as mail
from portal.notifications import service as mail_service
from portal.web.admin.blueprint import bp
from portal.web.authz import acting, requires


@bp.get("/")
@requires(accounts_policy.admissions)
def dashboard() -> ResponseReturnValue:
    actor = acting()
    cards = intake_cards(actor)
    return render_template(
        "admin/dashboard.html",
        cards=cards,
        for_staff=recordings_for_staff([card.intake.id for card in cards]),
        overdue=mail.overdue(),
        undelivered=mail.failed_for(actor.programmes_as(StaffRole.ADMIN, StaffRole.CHAIR)),
        admin_of=set(actor.programmes_as(StaffRole.ADMIN)),
    )


@bp.post("/mails/<mail_id>/again")
@requires(mail_policy.send_again, load=mail.failed)
def send_mail_again(failed: mail.FailedMail) -> ResponseReturnValue:
    mail_service.send_again(failed.mail, actor=acting())
    flash("The mail will be sent again within a minute.", "success")
    return redirect(url_for("admin.dashboard"), code=303)
