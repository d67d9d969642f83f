"""Try it without an account: send a file, read what an applicant would be told. Nothing is kept.

The result is reached by its address alone, which nobody can guess and no cache may hold.
"""

from __future__ import annotations

import threading

from flask import Response, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.policy import anyone
from portal.checks.evaluate import Finding
from portal.checks.wording import megabytes
from portal.programmes import policy
from portal.programmes import queries as programmes
from portal.programmes.asked import recording_in_words
from portal.programmes.models import Slot
from portal.programmes.technical_rules import specs_of
from portal.recordings.models import Trial
from portal.recordings.service import trials
from portal.recordings.states import TrialState
from portal.web import streamed
from portal.web.authz import open_to_visitors, requires
from portal.web.csrf import csrf
from portal.web.public.blueprint import bp
from portal.web.tus.slots import receiving

ASK_EVERY_S = 2
FULL = "Many files are being tried at this moment. Please try yours again in a minute."
# Of this process's threads: applicants' uploads must not wait for visitors.
_places = threading.BoundedSemaphore(2)

SETTLED = (TrialState.HEARD, TrialState.FAILED)


@bp.get("/try/slots/<slot_id>")
@requires(open_to_visitors(policy.try_slot), load=programmes.slot)
def try_recording(slot: Slot) -> ResponseReturnValue:
    rule_set = programmes.current_rule_set(slot.id)
    return render_template(
        "public/try.html",
        slot=slot,
        programme=slot.intake.programme,
        asked=recording_in_words(slot, specs_of(rule_set), version=rule_set.version if rule_set else 0),
        max_bytes=trials.limit_of(slot),
        largest=megabytes(trials.limit_of(slot)),
        life=trials.LIFE,
    )


@bp.post("/try/slots/<slot_id>/file")
@csrf.exempt  # take_file asks the guard, once it knows the fields
@requires(open_to_visitors(policy.try_slot), load=programmes.slot)
def send_trial(slot: Slot) -> ResponseReturnValue:
    with receiving(_places, when_full=FULL):
        file = streamed.take_file("recording", max_bytes=trials.limit_of(slot))
        trial = trials.begin(slot, original_name=file.name, stream=file.stream)
    return redirect(url_for("public.trial", trial_id=trial.id), code=303)


@bp.get("/try/<trial_id>")
@requires(anyone, load=trials.find)
def trial(trial: Trial) -> ResponseReturnValue:
    return _unkept("public/trial.html", trial)


@bp.get("/try/<trial_id>/heard")
@requires(anyone, load=trials.find)
def trial_heard(trial: Trial) -> ResponseReturnValue:
    """The part of the page that moves by itself; nothing while nothing is new."""
    return _unkept("public/_trial.html", trial) if trial.state in SETTLED else ("", 204)


def _unkept(template: str, trial: Trial) -> Response:
    slot = programmes.slot(trial.slot_id)
    page = render_template(
        template,
        trial=trial,
        slot=slot,
        findings=[Finding.from_plain(plain) for plain in trial.findings],
        ask_again_s=None if trial.state in SETTLED else ASK_EVERY_S,
        life=trials.LIFE,
    )
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
