"""One recording: its file, what we heard, and the words about it."""

from __future__ import annotations

from flask import current_app, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.applications import policy
from portal.applications.queries import PlacedRecording, placed_recording
from portal.applications.service import recordings
from portal.bootstrap import SETTINGS
from portal.core import clock
from portal.core.errors import Invalid, TooLarge
from portal.core.settings import Settings
from portal.programmes.asked import recording_in_words
from portal.programmes.early import said_early
from portal.programmes.queries import current_rule_set
from portal.programmes.technical_rules import specs_of
from portal.recordings.texts import count_words, own_name_in
from portal.web import errors, streamed
from portal.web.applicant.answers import done, kept, tell_in_background
from portal.web.applicant.blueprint import bp
from portal.web.applicant.sound import missing_in, sound_of
from portal.web.applicant.standing import limit_of
from portal.web.applicant.uploads import begun_for
from portal.web.authz import acting, requires
from portal.web.csrf import csrf
from portal.web.forms.applications import RecordingForm
from portal.web.forms.refusals import shown_on, status_of


@bp.get("/recordings/<recording_id>")
@requires(policy.view_part, load=placed_recording)
def recording(placed: PlacedRecording) -> ResponseReturnValue:
    return _page(placed, RecordingForm.of(placed.recording))


@bp.post("/recordings/<recording_id>")
@requires(policy.view_part, load=placed_recording)
def edit_recording(placed: PlacedRecording) -> ResponseReturnValue:
    form = RecordingForm()
    if form.validate():
        with shown_on(form):
            recordings.edit_recording(placed, form.words(), actor=acting())
            return kept(url_for("applicant.recording", recording_id=placed.recording.id, _anchor="words"))
    tell_in_background(form)
    return _page(placed, form)


@bp.post("/recordings/<recording_id>/file")
@csrf.exempt  # take_file asks the guard, once it knows the fields
@requires(policy.view_part, load=placed_recording)
def take_recording(placed: PlacedRecording) -> ResponseReturnValue:
    most = _installation_max_bytes()
    back = url_for("applicant.recording", recording_id=placed.recording.id)
    try:
        file = streamed.take_file("recording", max_bytes=recordings.max_upload_bytes(placed.slot, most))
        version = recordings.upload(
            placed, actor=acting(), original_name=file.name, stream=file.stream, installation_max_bytes=most
        )
    except (Invalid, TooLarge) as refusal:
        if errors.wants_json():
            raise
        page, _ = _page(placed, RecordingForm.of(placed.recording), refusal=refusal)
        return page, errors.status_of(refusal)
    return done(back, f"We have every byte of {version.original_name}. Now we listen to it.")


def _page(
    placed: PlacedRecording, form: RecordingForm, *, refusal: Invalid | TooLarge | None = None
) -> tuple[str, int]:
    """`refusal` is why the file that was sent by the form was not taken."""
    application, item, slot = placed.application, placed.recording, placed.slot
    rule_set = current_rule_set(slot.id)
    read_by_reviewers = [item.title, item.note, item.own_role]
    page = render_template(
        "applicant/recording.html",
        placed=placed,
        form=form.fit(slot),
        editing=policy.edit(acting(), application, clock.now()),
        may_begin=policy.begin_file(acting(), application, clock.now()),
        limit=limit_of(application, clock.now()),
        sound=sound_of(placed),
        missing=missing_in(placed),
        asked=recording_in_words(slot, specs_of(rule_set), version=rule_set.version if rule_set else 0),
        max_bytes=recordings.max_upload_bytes(slot, _installation_max_bytes()),
        early=said_early(specs_of(rule_set)),
        begun=begun_for(item.id),
        refused=[refusal.message, *refusal.details] if refusal else [],
        note_words=count_words(form.note.data or ""),
        own_names=own_name_in(read_by_reviewers, application.applicant.full_name) if application.intake.blind else [],
    )
    return page, status_of(form)


def _installation_max_bytes() -> int:
    settings: Settings = current_app.extensions[SETTINGS]
    return settings.max_upload_bytes
