"""About deadlines: reminders, a move for everybody, and more time for one person."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.applications.deadlines import deadline_of
from portal.applications.models import Application, Extension
from portal.applications.states import ApplicationState
from portal.core import clock
from portal.core.moments import in_place, in_utc_beside, in_zone
from portal.core.outbox import OutboxMail
from portal.notifications.errors import NotNeeded
from portal.notifications.words import Site, Text, Words, compose, named, page_of, the
from portal.programmes.deadlines import Deadline
from portal.programmes.models import Intake


def reminder(mail: OutboxMail, site: Site) -> Words:
    """Says how much time is left when it is worded, which after an outage of the mail server is not when it was owed.

    Raises NotNeeded when it was submitted or withdrawn meanwhile, or when another deadline counts by now.
    """
    application, deadline = _in_progress(mail)
    intake, now = application.intake, clock.now()
    if now > deadline.at:
        raise NotNeeded("Not sent: by then it had passed.")
    left = _left(deadline.at - now)
    return compose(
        f"{left[0].upper()}{left[1:]} left to send your application {application.number}",
        name=application.applicant.full_name,
        paragraphs=[
            f"Your application to {named(intake)} is not sent yet.",
            f"{_the_deadline(intake, deadline)} That is in {left}.",
            _grace(intake, deadline),
            "The page of your application says what is still missing, and lets you send it:",
            page_of(application, site),
        ],
        site=site,
    )


def moved(mail: OutboxMail, site: Site) -> Words:
    """Raises NotNeeded when it was submitted or withdrawn meanwhile, or when the deadline has moved again."""
    application, deadline = _in_progress(mail)
    intake, over = application.intake, clock.now() > deadline.at
    was = datetime.fromisoformat(mail.context["was"])
    return compose(
        f"Your deadline is {'later' if deadline.at > was else 'earlier'} now ({application.number})",
        name=application.applicant.full_name,
        paragraphs=[
            f"The deadline for your application to {named(intake)} has moved. Before, it was {_when(was, intake)}.",
            _the_deadline(intake, deadline),
            "" if over else _grace(intake, deadline),
            "Your application was not sent by then. If that is because of the new date, write to the admissions "
            "office. This is the page of your application:"
            if over
            else "Your application is not sent yet. Its page says what is still missing, and lets you send it:",
            page_of(application, site),
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
            f"{application.applicant.full_name or 'An applicant'} asks for time until {wanted}, in {named(intake)}.",
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
            f"You have more time for your application to {named(intake)}.",
            _the_deadline(intake, deadline),
            f"The admissions staff write: {extension.answer}" if extension.answer else "",
            _grace(intake, deadline),
            page_of(application, site),
        ],
        site=site,
    )


def refused(mail: OutboxMail, site: Site) -> Words:
    return _without_it(
        mail,
        site,
        subject="Your wish for more time",
        said="The admissions staff could not give you more time for your application to {intake}.",
        they="They",
    )


def revoked(mail: OutboxMail, site: Site) -> Words:
    return _without_it(
        mail,
        site,
        subject="Your deadline has changed",
        said="The time that you were given for your application to {intake} was taken back.",
        they="The admissions staff",
    )


def _without_it(mail: OutboxMail, site: Site, *, subject: str, said: str, they: str) -> Words:
    """That somebody has no time of their own: why, and which deadline counts."""
    extension, application = _both(mail)
    intake = application.intake
    return compose(
        f"{subject} ({application.number})",
        name=application.applicant.full_name,
        paragraphs=[
            said.format(intake=named(intake)),
            f"{they} write: {extension.answer}",
            _the_deadline(intake, deadline_of(application)),
            page_of(application, site),
        ],
        site=site,
    )


def _in_progress(mail: OutboxMail) -> tuple[Application, Deadline]:
    """The draft that a mail is about, and the deadline that the mail was owed for. Raises NotNeeded without either."""
    application = the(Application, mail, "application_id")
    deadline = deadline_of(application)
    if application.state is not ApplicationState.DRAFT:
        raise NotNeeded("Not sent: the application was no longer in progress.")
    if deadline.at != datetime.fromisoformat(mail.context["deadline_at"]):
        raise NotNeeded("Not sent: another deadline counted by then.")
    return application, deadline


def _both(mail: OutboxMail) -> tuple[Extension, Application]:
    extension = the(Extension, mail, "extension_id")
    return extension, extension.application


def _the_deadline(intake: Intake, deadline: Deadline) -> str:
    verb = "is" if deadline.at >= clock.now() else "was"
    return f"{'Your' if deadline.own else 'The'} deadline {verb} {_when(deadline.at, intake)}."


def _when(moment: datetime, intake: Intake) -> str:
    universal = in_utc_beside(moment, intake.time_zone)
    return in_place(moment, intake.time_zone) + (f", which is {universal}" if universal else "")


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


TEXTS: dict[str, Text] = {
    "deadline.reminder": reminder,
    "deadline.moved": moved,
    "extension.asked": asked,
    "extension.granted": granted,
    "extension.refused": refused,
    "extension.revoked": revoked,
}
