"""To applicants, about their application."""

from __future__ import annotations

from portal.applications.models import Application
from portal.core.moments import in_zone
from portal.core.outbox import OutboxMail
from portal.notifications.words import Site, Text, Words, compose, the
from portal.programmes.models import Intake


def submitted(mail: OutboxMail, site: Site) -> Words:
    application = the(Application, mail, "application_id")
    intake = application.intake
    when = in_zone(application.submitted_at, intake.time_zone) if application.submitted_at else "now"
    recordings = len(application.recordings)
    return compose(
        f"We have your application {application.number}",
        name=application.applicant.full_name,
        paragraphs=[
            f"Your application to {_where(intake)} has arrived. We received it on {when}.",
            f"Its number is {application.number}. Please name it when you write to us or call.",
            f"It came with {recordings} recording{'' if recordings == 1 else 's'}.",
            "The receipt lists every file with its fingerprint, so that you can prove what you sent:",
            _link(application, site),
        ],
        site=site,
    )


def withdrawn(mail: OutboxMail, site: Site) -> Words:
    application = the(Application, mail, "application_id")
    return compose(
        f"Your application {application.number} is withdrawn",
        name=application.applicant.full_name,
        paragraphs=[
            f"Your application to {_where(application.intake)} has been withdrawn. Nobody will judge it any further.",
            "If this was not you, please tell us at once.",
            _link(application, site),
        ],
        site=site,
    )


def reopened(mail: OutboxMail, site: Site) -> Words:
    application = the(Application, mail, "application_id")
    until = application.reopened_until
    zone = application.intake.time_zone
    return compose(
        f"Please look at your application {application.number} again",
        name=application.applicant.full_name,
        paragraphs=[
            f"We have opened your application to {_where(application.intake)} again, so that you can change it.",
            f"What we ask of you: {mail.context['reason']}" if mail.context.get("reason") else "",
            "It counts as a draft now. Please submit it again"
            + (f" before {in_zone(until, zone)}." if until else " before the deadline."),
            _link(application, site),
        ],
        site=site,
    )


def checks_done(mail: OutboxMail, site: Site) -> Words:
    application = the(Application, mail, "application_id")
    return compose(
        f"We have listened to your recordings ({application.number})",
        name=application.applicant.full_name,
        paragraphs=[
            f"All recordings of your application to {_where(application.intake)} have been checked.",
            "The page of your application shows what we heard, and what to do where something is not right yet:",
            _link(application, site),
        ],
        site=site,
    )


def _where(intake: Intake) -> str:
    return f"{intake.programme.title} ({intake.title})"


def _link(application: Application, site: Site) -> str:
    return site.link(f"/apply/applications/{application.id}")


TEXTS: dict[str, Text] = {
    "application.submitted": submitted,
    "application.withdrawn": withdrawn,
    "application.reopened": reopened,
    "checks.done": checks_done,
}
