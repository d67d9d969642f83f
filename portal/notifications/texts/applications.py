"""To applicants, about their application."""

from __future__ import annotations

from portal.applications.deadlines import deadline_of
from portal.applications.models import Application
from portal.applications.states import ApplicationState
from portal.checks.check import Audience
from portal.checks.evaluate import Verdict
from portal.core.moments import in_zone
from portal.core.outbox import OutboxMail
from portal.notifications.attached import receipt_of
from portal.notifications.words import Attachment, Site, Text, Words, compose, named, page_of, the
from portal.recordings import queries as recordings
from portal.recordings.models import FileVersion
from portal.recordings.states import MOVING, Processing


def submitted(mail: OutboxMail, site: Site) -> Words:
    application = the(Application, mail, "application_id")
    intake, receipt = application.intake, receipt_of(mail)
    when = in_zone(application.submitted_at, intake.time_zone) if application.submitted_at else "now"
    sent = len(application.recordings)
    return compose(
        f"We have your application {application.number}",
        name=application.applicant.full_name,
        paragraphs=[
            f"Your application to {named(intake)} has arrived. We received it on {when}.",
            f"Its number is {application.number}. Please name it when you write to us or call.",
            f"It came with {sent} recording{'' if sent == 1 else 's'}.",
            _of_receipt(receipt, site),
            page_of(application, site),
        ],
        site=site,
        attachments=receipt,
    )


def withdrawn(mail: OutboxMail, site: Site) -> Words:
    application = the(Application, mail, "application_id")
    return compose(
        f"Your application {application.number} is withdrawn",
        name=application.applicant.full_name,
        paragraphs=[
            f"Your application to {named(application.intake)} has been withdrawn. Nobody will judge it any further.",
            "If this was not you, please tell us at once.",
            page_of(application, site),
        ],
        site=site,
    )


def reopened(mail: OutboxMail, site: Site) -> Words:
    application = the(Application, mail, "application_id")
    until = in_zone(deadline_of(application).at, application.intake.time_zone)
    return compose(
        f"Please look at your application {application.number} again",
        name=application.applicant.full_name,
        paragraphs=[
            f"We have opened your application to {named(application.intake)} again, so that you can change it.",
            f"What we ask of you: {mail.context['reason']}" if mail.context.get("reason") else "",
            f"It counts as a draft now. Please submit it again before {until}.",
            page_of(application, site),
        ],
        site=site,
    )


def checks_done(mail: OutboxMail, site: Site) -> Words:
    application = the(Application, mail, "application_id")
    draft = application.state is ApplicationState.DRAFT
    return compose(
        f"We have listened to your recordings ({application.number})",
        name=application.applicant.full_name,
        paragraphs=[
            f"All recordings that you have sent for {named(application.intake)} have been checked:",
            "\n".join(_heard(application)),
            "The page of your application shows what we heard, and what to do where something is not right yet. "
            "Your application is not sent before you send it there:"
            if draft
            else "You need do nothing more. The page of your application shows it:",
            page_of(application, site),
        ],
        site=site,
    )


def _heard(application: Application) -> list[str]:
    """A line for each recording that has a file: its title, and what the checks say of it after waivers."""
    current = [(recording, recordings.current_version(recording)) for recording in application.recordings]
    with_file = [(recording, version) for recording, version in current if version is not None]
    verdicts = recordings.standing_verdicts([version.id for _, version in with_file])
    return [
        f"- {recording.title or version.original_name}: {_in_words(version, verdicts.get(version.id))}"
        for recording, version in with_file
    ]


def _in_words(version: FileVersion, verdict: Verdict | None) -> str:
    if version.state in MOVING:
        return "being checked again."
    if version.state is Processing.NEEDS_STAFF:
        return "our staff will look at it."
    waived = recordings.waived_checks(version.id)
    remarks = recordings.remarks_for(version.id, audience=Audience.APPLICANT)
    first = next((f" {one.message}" for one in remarks if one.check_key not in waived), "")
    return {
        Verdict.CLEAN: "no remarks.",
        Verdict.REMARKS: f"nothing that must be fixed.{first}",
        Verdict.BLOCKED: f"must be fixed.{first}",
        Verdict.NOT_MEASURED: "our staff will look at it.",
    }[verdict or Verdict.NOT_MEASURED]


def _of_receipt(attached: tuple[Attachment, ...], site: Site) -> str:
    if not attached:
        return "The receipt lists every file with its fingerprint, so that you can prove what you sent:"
    return (
        "The receipt is attached, as PDF and as JSON. It lists every file with its fingerprint, and it is signed: with "
        f"it you can prove what you sent, and when. Keep both. Anybody can verify them: {site.link('/receipts/verify')}"
    )


TEXTS: dict[str, Text] = {
    "application.submitted": submitted,
    "application.withdrawn": withdrawn,
    "application.reopened": reopened,
    "checks.done": checks_done,
}
