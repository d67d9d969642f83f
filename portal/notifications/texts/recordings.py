"""To staff, about recordings that the machine could not deal with."""

from __future__ import annotations

from portal.applications.models import Application
from portal.core.outbox import OutboxMail
from portal.notifications.words import Site, Text, Words, compose, the
from portal.recordings.models import FileVersion


def needs_staff(mail: OutboxMail, site: Site) -> Words:
    application = the(Application, mail, "application_id")
    version = the(FileVersion, mail, "version_id")
    why = version.staff_reason or "It could not be checked."
    return compose(
        f"A recording of {application.number} needs a person",
        name="",
        paragraphs=[
            f"A file of application {application.number} could not be checked by itself: “{version.original_name}”.",
            why,
            "Please listen to it, then have it checked again or ask the applicant for another file:",
            site.link(f"/admin/applications/{application.id}"),
        ],
        site=site,
    )


TEXTS: dict[str, Text] = {"recording.needs_staff": needs_staff}
