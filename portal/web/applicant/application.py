"""One application: the draft with all its parts, or what became of it."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.applications import policy, pulse
from portal.applications.contents import contents_of, view_of
from portal.applications.errors import NotComplete
from portal.applications.missing import what_is_missing
from portal.applications.models import Application
from portal.applications.pulse import Pulse
from portal.applications.queries import application as find
from portal.applications.service import drafts, extensions, sending
from portal.applications.states import IN_JUDGEMENT, ApplicationState
from portal.core import clock
from portal.core.errors import NotFound
from portal.decisions.queries.decisions import released_for
from portal.web.applicant.answers import done, fragment, kept, tell_in_background, unless_same
from portal.web.applicant.blueprint import bp
from portal.web.applicant.draft import asked_words, choices_form, draft_page, moving_s, waits_of
from portal.web.applicant.more_time import more_time_form, more_time_of
from portal.web.applicant.standing import limit_of, next_step, past_limit_of, shown_state
from portal.web.applicant.uploads import begun_at
from portal.web.applicant.waiting import news_of
from portal.web.authz import acting, requires
from portal.web.forms.deadlines import MoreTimeForm
from portal.web.forms.refusals import shown_on


@bp.get("/<application_id>")
@requires(policy.view, load=find)
def application(application: Application) -> ResponseReturnValue:
    return _page(application)


@bp.post("/<application_id>/more-time")
@requires(policy.view, load=find)
def ask_for_more_time(application: Application) -> ResponseReturnValue:
    form = more_time_form(application, sent=True)
    policy.ask_extension(acting(), application, clock.now()).enforce()
    if form.validate():
        with shown_on(form):
            extensions.ask(application, actor=acting(), days=int(form.days.data), reason=form.reason.data or "")
            return done(
                _here(application, "more-time"), "You have asked for more time. You get a mail with the answer."
            )
    return _page(application, more_time=form)


def _page(application: Application, *, more_time: MoreTimeForm | None = None) -> ResponseReturnValue:
    ruling = policy.edit(acting(), application, clock.now())
    if ruling:
        return draft_page(application, more_time=more_time)
    page = render_template(
        "applicant/sent.html",
        application=application,
        contents=contents_of(application),
        state=shown_state(application),
        next=next_step(application, missing=0, editable=False),
        decision=released_for(application.id),
        may_withdraw=policy.withdraw(acting(), application, clock.now()),
        why_not=ruling.reason,
        more_time=more_time_of(application, form=more_time),
    )
    return page, 422 if more_time else 200


@bp.get("/<application_id>/until")
@requires(policy.view, load=find)
def until(application: Application) -> ResponseReturnValue:
    """The countdown as it stands now: in the grace it goes on for who may still send, for all others it is over."""
    now = clock.now()
    may = policy.edit(acting(), application, now)
    limit = limit_of(application, now) if may else past_limit_of(application)
    return render_template("applicant/_until.html", application=application, limit=limit)


@bp.post("/<application_id>/choices")
@requires(policy.view, load=find)
def choose(application: Application) -> ResponseReturnValue:
    form = choices_form(contents_of(application), sent=True)
    if form.validate():
        with shown_on(form):
            chosen = form.concentration_id.data or None, form.track_id.data or None
            drafts.choose(application, actor=acting(), concentration_id=chosen[0], track_id=chosen[1])
            return kept(_here(application, "programme"))
    tell_in_background(form)
    return draft_page(application, choices=form)


@bp.get("/<application_id>/missing")
@requires(policy.view, load=find)
def missing(application: Application) -> ResponseReturnValue:
    """The panel beside the form, after something was saved in the background."""
    found = what_is_missing(view_of(contents_of(application)))
    return fragment("applicant/_missing.html", facts=found, application=application, missing=found)


@bp.get("/<application_id>/recordings")
@requires(policy.view, load=pulse.of_application)
def recordings(found: Pulse) -> ResponseReturnValue:
    """The list of recordings, while something in it still moves. One query where nothing has moved."""
    waits = [(beat.recording_id, news_of(beat)) for beat in found.beats if beat.moves]
    facts = (found.facts, [beat.facts for beat in found.beats], waits)
    return unless_same(facts, lambda: _recordings_part(found.application_id))


def _recordings_part(application_id: str) -> str:
    application = find(application_id)
    if application is None:
        raise NotFound
    contents = contents_of(application)
    return render_template(
        "applicant/_recordings.html",
        application=application,
        contents=contents,
        missing=what_is_missing(view_of(contents)),
        moving=moving_s(contents),
        waits=waits_of(contents),
        asked=asked_words(contents),
        begun_at=begun_at(contents),
        with_missing=True,
    )


@bp.post("/<application_id>/submit")
@requires(policy.view, load=find)
def submit(application: Application) -> ResponseReturnValue:
    if application.state in IN_JUDGEMENT:
        # A second click, or a second tab: nothing is wrong, and the receipt says what was sent when.
        return done(
            url_for("applicant.receipt", application_id=application.id), "You have sent this application already."
        )
    try:
        sending.submit(application, actor=acting())
    except NotComplete:
        return draft_page(application, refused=True)
    return redirect(url_for("applicant.receipt", application_id=application.id), code=303)


@bp.post("/<application_id>/withdraw")
@requires(policy.view, load=find)
def withdraw(application: Application) -> ResponseReturnValue:
    if application.state is ApplicationState.WITHDRAWN:
        return done(_here(application), "Your application is withdrawn already.")
    sending.withdraw(application, actor=acting())
    return done(_here(application), "Your application is withdrawn.")


def _here(application: Application, anchor: str | None = None) -> str:
    return url_for("applicant.application", application_id=application.id, _anchor=anchor)
