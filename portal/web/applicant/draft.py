"""The page of a draft, as every screen that changes something on it shows it again."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.applications import policy
from portal.applications.contents import AskedGate, AskedSlot, Contents, contents_of, view_of
from portal.applications.deadlines import deadline_of
from portal.applications.missing import what_is_missing
from portal.applications.models import Application
from portal.core import clock
from portal.programmes.asked import AskedRecording, recording_in_words
from portal.programmes.deadline_words import deadline_rules
from portal.programmes.technical_rules import specs_of
from portal.recordings.queries import is_moving
from portal.web.applicant.more_time import more_time_of
from portal.web.applicant.standing import limit_of, shown_state
from portal.web.applicant.uploads import begun_at
from portal.web.applicant.waiting import news_of, soonest_s
from portal.web.authz import acting
from portal.web.forms.applications import ChoicesForm, GateForm
from portal.web.forms.deadlines import MoreTimeForm


def draft_page(
    application: Application,
    *,
    choices: ChoicesForm | None = None,
    gate: tuple[str, GateForm] | None = None,
    more_time: MoreTimeForm | None = None,
    refused: bool = False,
) -> ResponseReturnValue:
    """The whole draft. `choices`, `gate` and `more_time` are forms that were refused, shown with what was typed;
    `refused` says that submitting was."""
    contents = contents_of(application)
    gate_forms = {asked.gate.id: gate_form(asked) for asked in contents.gates} | dict([gate] if gate else [])
    begun = begun_at(contents)
    page = render_template(
        "applicant/application.html",
        application=application,
        contents=contents,
        state=shown_state(application),
        limit=limit_of(application, clock.now()),
        may_begin=policy.begin_file(acting(), application, clock.now()),
        rules=deadline_rules(application.intake, deadline_of(application)),
        more_time=more_time_of(application, form=more_time),
        missing=what_is_missing(view_of(contents)),
        moving=moving_s(contents),
        waits=waits_of(contents),
        asked=asked_words(contents),
        begun=[one for found in begun.values() for one in found],
        begun_at=begun,
        choices=choices or choices_form(contents),
        gate_forms=gate_forms,
        refused=refused,
    )
    return page, 422 if refused or choices or gate or more_time else 200


def choices_form(contents: Contents, *, sent: bool = False) -> ChoicesForm:
    """Filled in from the application, or from what was sent."""
    form = ChoicesForm() if sent else ChoicesForm(formdata=None, obj=contents.application)
    return form.offer(contents.concentrations, contents.tracks)


def gate_form(asked: AskedGate, *, sent: bool = False) -> GateForm:
    """Filled in from the answer, or from what was sent. Fields are told apart by the requirement's id."""
    form = GateForm(prefix=asked.gate.id) if sent else GateForm(formdata=None, obj=asked.answer, prefix=asked.gate.id)
    return form.for_kind(asked.gate.kind)


def asked_words(contents: Contents) -> dict[str, AskedRecording]:
    """What each slot asks for, in the words of the programme's public page."""
    return {slot.slot.id: _words(slot) for slot in contents.slots}


def moving_s(contents: Contents) -> int | None:
    """Seconds until the list of recordings is worth asking for again; None when nothing in it moves."""
    return soonest_s(item.version for item in contents.items if item.version)


def waits_of(contents: Contents) -> dict[str, str]:
    """How long the check of each recording will take that is not through, by the recording's id."""
    return {
        item.recording.id: news_of(item.version).short
        for item in contents.items
        if item.version and is_moving(item.version)
    }


def _words(asked: AskedSlot) -> AskedRecording:
    version = asked.rule_set.version if asked.rule_set else 0
    return recording_in_words(asked.slot, specs_of(asked.rule_set), version=version)
