"""About deadlines: reminders, and more time for one person."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.applications.deadlines import deadline_of
from portal.applications.models import Application, Extension
from portal.applications.states import ApplicationState
from portal.core import clock
from portal.core.moments import in_place, in_utc_beside, in_zone
from portal.core.outbox import OutboxMail
from portal.notifications.errors import NotNeeded
from portal.notifications.words import Site, Text, Words, compose, the
from portal.programmes.deadlines import Deadline
from portal.programmes.models import Intake


def reminder(mail: OutboxMail, site: Site) -> Words:
    """Says how much time is left when it is worded, which after an outage of the mail server is not when it was owed.

    Raises NotNeeded when it was submitted or withdrawn meanwhile, or when another deadline counts by now.
    """
    application = the(Application, mail, "application_id")
    intake, deadline, now = application.intake, deadline_of(application), clock.now()
    if application.state is not ApplicationState.DRAFT:
        raise NotNeeded("Not sent: the application was no longer in progress.")
    if deadline.at != datetime.fromisoformat(mail.context["deadline_at"]) or now > deadline.at:
        raise NotNeeded("Not sent: another deadline counted by then, or it had passed.")
    left = _left(deadline.at - now)
    return compose(
        f"{left[0].upper()}{left[1:]} left to send your application {application.number}",
        name=application.applicant.full_name,
        paragraphs=[
            f"Your application to {_where(intake)} is not sent yet.",
            f"{_the_deadline(intake, deadline)} That is in {left}.",
            _grace(intake, deadline),
            "The page of your application says what is still missing, and lets you send it:",
            _link(application, site),
        ],
        site=site,
    )


def asked(mail: OutboxMail, site: Site) -> Words:
    extension = the(Extension, mail, "extension_id")
    application, intake = extension.application, extension.application.intake
    wanted = in_zone(extension.asked_until, intake.time_zone) if extension.asked_until else "a later date"
    return compose(
        f"{application.number} asks for more time",
        name="",
        paragraphs=[
            f"{application.applicant.full_name or 'An applicant'} asks for time until {wanted}, in {_where(intake)}.",
            f"The reason given: {extension.asked_reason}",
            "Please grant it, with this date or another one, or refuse it with a sentence:",
            site.link(f"/admin/applications/{application.id}#deadline"),
        ],
        site=site,
    )


def granted(mail: OutboxMail, site: Site) -> Words:
    extension, application = _both(mail)
    intake, deadline = application.intake, deadline_of(application)
    return compose(
        f"More time for your application {application.number}",
        name=application.applicant.full_name,
        paragraphs=[
            f"You have more time for your application to {_where(intake)}.",
            _the_deadline(intake, deadline),
            f"The admissions staff write: {extension.answer}" if extension.answer else "",
            _grace(intake, deadline),
            _link(application, site),
        ],
        site=site,
    )


def refused(mail: OutboxMail, site: Site) -> Words:
    extension, application = _both(mail)
    intake = application.intake
    return compose(
        f"Your wish for more time ({application.number})",
        name=application.applicant.full_name,
        paragraphs=[
            f"The admissions staff could not give you more time for your application to {_where(intake)}.",
            f"They write: {extension.answer}",
            _the_deadline(intake, deadline_of(application)),
            _link(application, site),
        ],
        site=site,
    )


def revoked(mail: OutboxMail, site: Site) -> Words:
    extension, application = _both(mail)
    intake = application.intake
    return compose(
        f"Your deadline has changed ({application.number})",
        name=application.applicant.full_name,
        paragraphs=[
            f"The time that you were given for your application to {_where(intake)} was taken back.",
            f"The admissions staff write: {extension.answer}",
            _the_deadline(intake, deadline_of(application)),
            _link(application, site),
        ],
        site=site,
    )


def _where(intake: Intake) -> str:
    return f"{intake.programme.title} ({intake.title})"


def _both(mail: OutboxMail) -> tuple[Extension, Application]:
    extension = the(Extension, mail, "extension_id")
    return extension, extension.application


def _the_deadline(intake: Intake, deadline: Deadline) -> str:
    universal = in_utc_beside(deadline.at, intake.time_zone)
    verb = "is" if deadline.at >= clock.now() else "was"
    when = in_place(deadline.at, intake.time_zone) + (f", which is {universal}" if universal else "")
    return f"{'Your' if deadline.own else 'The'} deadline {verb} {when}."


def _grace(intake: Intake, deadline: Deadline) -> str:
    if not deadline.grace:
        return ""
    return (
        "A file that you have begun to send by then may go on arriving until "
        f"{in_place(deadline.last_at, intake.time_zone)}. Please do not wait for the last hour."
    )


def _left(time: timedelta) -> str:
    """`3 days`, `24 hours`, `40 minutes`: rounded, as people say it."""
    hours = time / timedelta(hours=1)
    if hours > 47.5:
        return f"{round(hours / 24)} days"
    if hours >= 1.5:
        return f"{round(hours)} hours"
    minutes = max(1, round(hours * 60))
    return f"{minutes} minute{'s' if minutes != 1 else ''}"


def _link(application: Application, site: Site) -> str:
    return site.link(f"/apply/{application.id}")


TEXTS: dict[str, Text] = {
    "deadline.reminder": reminder,
    "extension.asked": asked,
    "extension.granted": granted,
    "extension.refused": refused,
    "extension.revoked": revoked,
}
