"""The listening room in a browser without script: listen, score, collide, hand in, step back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.db import db, transaction
from portal.reviews.models import Assignment
from portal.reviews.service.scoring import save_draft, submit
from portal.reviews.states import AssignmentState
from tests.factories.cast import make_person
from tests.factories.reviews import Panel, make_assignment, make_finished, make_panel, make_submitted, review_of
from tests.services.page import Page, send, sign_in, visit


@pytest.fixture
def panel(session: Session) -> Panel:
    return make_panel()


@pytest.fixture
def clara(panel: Panel, client: FlaskClient) -> FlaskClient:
    sign_in(client, panel.person("Clara"))
    return client


def points(panel: Panel, balance: str | None, space: str | None, idea: str | None) -> dict[str, str | None]:
    criteria = (panel.balance, panel.space, panel.idea)
    return {f"points-{key}": value for key, value in zip(criteria, (balance, space, idea), strict=True)}


def score(
    client: FlaskClient, page: Page, panel: Panel, *, status: int = 200, then: str = "save", **fields: str
) -> Page:
    scores = points(panel, fields.pop("balance", None), fields.pop("space", None), fields.pop("idea", None))
    task = page.url.rsplit("/", 1)[-1]
    data = {**page_form(page, task), **scores, **fields, "then": then}
    answer = client.post(
        f"/review/{task}", data={k: v for k, v in data.items() if v is not None}, follow_redirects=True
    )
    db.session.rollback()
    assert answer.status_code == status, Page(answer.text).words[:900]
    return Page(answer.text, url=f"/review/{task}")


def page_form(page: Page, task: str) -> dict[str, str | None]:
    (form,) = [one for one in page.forms if one.action == f"/review/{task}"]
    return {name: values[0] for name, values in form.fields.items()}


def application_of(task: str) -> str:
    found: str = db.session.get_one(Assignment, task).application_id
    return found


def test_the_queue_says_what_waits_what_is_due_and_how_much_is_done(panel: Panel, clara: FlaskClient) -> None:
    now = clock.now()
    late = make_assignment(panel, due_at=now + timedelta(days=9))
    soon = make_assignment(panel, due_at=now + timedelta(days=2))
    make_finished(panel, "Clara", make_submitted(panel, make_person("Ben")))
    make_assignment(panel, "Dan")
    page = visit(clara, "/review/")
    assert "1 of 3 applications scored" in page.words
    tasks = [link for link in page.links if link.startswith("/review/") and len(link) > 30]
    assert tasks == [f"/review/{key}" for key in (soon, soon, late)]
    done = visit(clara, "/review/?show=done")
    assert "Scores in" in done.words
    assert "62.5" in done.words


def test_an_empty_queue_says_what_will_happen(clara: FlaskClient) -> None:
    assert "Applications appear here when the chair assigns them to you" in visit(clara, "/review/").words


def test_the_queue_goes_on_after_fifty(panel: Panel, clara: FlaskClient) -> None:
    application = make_submitted(panel)
    with transaction():
        db.session.add_all(
            Assignment(application_id=one, reviewer_id=panel.people["Clara"], pseudonym=f"Q{n:04d}")
            for n, one in enumerate([application, *(make_submitted(panel, make_person(f"P{n}")) for n in range(51))])
        )
    first = visit(clara, "/review/")
    (more,) = [link for link in first.links if "after=" in link]
    second = visit(clara, more)
    names = [f"Q{n:04d}" for n in range(52)]
    assert sum(name in first.words for name in names) == 50
    assert sum(name in second.words for name in names) == 2
    assert all((name in first.words) != (name in second.words) for name in names)
    assert "does not exist" in visit(clara, "/review/?after=nonsense", status=422).words


def test_scores_are_saved_shown_again_and_handed_in(panel: Panel, clara: FlaskClient) -> None:
    task = make_assignment(panel)
    page = visit(clara, f"/review/{task}")
    assert "Night Bus" in page.words
    assert "Every part has its place" in page.words
    page = score(clara, page, panel, balance="4", comment="Warm.")
    assert "Saved as a draft" in page.words
    assert "1 of 3 criteria are saved" in page.words
    form = page_form(page, task)
    assert (form[f"points-{panel.balance}"], form["comment"], form["version"]) == ("4", "Warm.", "1")
    assert f"points-{panel.space}" not in form
    refused = score(clara, page, panel, balance="4", then="submit", comment="Warm.", status=422)
    assert "2 criteria are still open" in refused.words
    assert page_form(refused, task)["comment"] == "Warm."
    page = score(clara, refused, panel, balance="5", space="3", idea="", comment="Warm.", then="submit")
    assert "Your scores are in" in page.words
    assert "You 5 Space 3 Idea could not judge Overall, 0 to 100 75.0" in page.words.replace("Balance ", "")
    assert not [one for one in page.forms if one.action == f"/review/{task}"]
    assert review_of(task).overall == 75.0


def test_save_and_next_leads_to_what_waits_after_this_one(panel: Panel, clara: FlaskClient) -> None:
    now = clock.now()
    tasks = [make_assignment(panel, due_at=now + timedelta(days=days)) for days in (1, 2, 3)]
    page = score(clara, visit(clara, f"/review/{tasks[1]}"), panel, balance="4", then="next")
    assert db.session.get_one(Assignment, tasks[2]).pseudonym in page.title
    assert visit(clara, f"/review/{tasks[2]}/next").url == f"/review/{tasks[0]}"


def test_a_stale_tab_is_told_what_differs_and_keeps_what_was_typed(panel: Panel, clara: FlaskClient) -> None:
    task = make_assignment(panel)
    old_tab = visit(clara, f"/review/{task}")
    score(clara, visit(clara, f"/review/{task}"), panel, balance="5", comment="From the other tab")
    page = score(clara, old_tab, panel, status=409, balance="2", space="3", comment="From this one")
    assert "saved from another tab or device" in page.words
    assert "Balance: yours 2; saved 5" in page.words
    assert "Overall comment: yours From this one; saved From the other tab" in page.words
    form = page_form(page, task)
    assert (form[f"points-{panel.balance}"], form["comment"]) == ("2", "From this one")
    assert review_of(task).comment == "From the other tab"
    score(clara, page, panel, balance="2", space="3", comment="From this one")
    assert review_of(task).comment == "From this one"


def test_a_tab_that_is_behind_the_handing_in_loses_no_word(panel: Panel, clara: FlaskClient) -> None:
    task = make_assignment(panel)
    old_tab = visit(clara, f"/review/{task}")
    submit(task, panel.entry(), actor=panel.actor("Clara"))
    page = score(clara, old_tab, panel, status=403, balance="1", comment="A long thought")
    assert "can no longer be changed" in page.words
    assert "yours A long thought; saved Clear and calm." in page.words
    assert review_of(task).comment == "Clear and calm."


def test_a_form_that_saves_itself_gets_the_new_version_or_a_sentence(panel: Panel, clara: FlaskClient) -> None:
    task = make_assignment(panel)
    form = {**page_form(visit(clara, f"/review/{task}"), task), f"points-{panel.balance}": "3"}
    answer = clara.post(f"/review/{task}", data=form, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json) == (200, {"version": 1})
    answer = clara.post(f"/review/{task}", data=form, headers={"Accept": "application/json"})
    assert answer.status_code == 409
    assert "saved from another tab" in answer.json["error"]["message"]


def test_comments_at_a_moment_without_script(panel: Panel, clara: FlaskClient) -> None:
    task = make_assignment(panel)
    page = visit(clara, f"/review/{task}")
    page = send(clara, page, "/moments", recording="1", at="1:07.2", until="1:12", text="Sibilance\nhere")
    assert "1:07.2–1:12.0 Sibilance here Recording 1" in page.words
    (token,) = page.form("/conflict").fields["csrf_token"]
    typed = {"csrf_token": token, "recording": "1", "at": "late", "text": "Kept words"}
    answer = clara.post(f"/review/{task}/moments", data=typed)
    assert answer.status_code == 422
    again = Page(answer.text)
    assert "such as 1:07" in again.words
    assert any(form.fields.get("text") == ["Kept words"] for form in again.forms)
    page = send(clara, visit(clara, f"/review/{task}"), "/moments/remove")
    assert "Sibilance" not in page.words


def test_with_script_only_the_comments_are_exchanged(panel: Panel, clara: FlaskClient) -> None:
    task = make_assignment(panel)
    form = page_form(visit(clara, f"/review/{task}"), task)
    data = {"csrf_token": form["csrf_token"], "recording": "1", "at": "3.5", "text": "Hum"}
    answer = clara.post(f"/review/{task}/moments", data=data, headers={"HX-Request": "true"})
    assert answer.text.startswith('<section class="card" id="comments"')
    assert "Hum" in Page(answer.text).words


def test_others_scores_appear_once_ones_own_are_in(panel: Panel, clara: FlaskClient) -> None:
    task = make_assignment(panel, "Clara")
    make_finished(panel, "Dan", application_of(task), panel.entry(balance=2, space=2, comment="Too dry."))
    before = visit(clara, f"/review/{task}")
    assert "Too dry." not in before.words
    assert "Reviewer A" not in before.words
    submit(task, panel.entry(), actor=panel.actor("Clara"))
    after = visit(clara, f"/review/{task}")
    assert "Reviewer A wrote: Too dry." in after.words
    assert "25.0" in after.words
    assert "Dan" not in after.words


def test_a_conflict_closes_every_door_at_once(panel: Panel, clara: FlaskClient) -> None:
    task = make_assignment(panel)
    save_draft(task, panel.entry(), actor=panel.actor("Clara"))
    page = send(clara, visit(clara, f"/review/{task}"), "/conflict", reason="She was my student.")
    assert "Your conflict is noted" in page.words
    assert db.session.get_one(Assignment, task).state is AssignmentState.RECUSED
    assert f"/review/{task}" not in visit(clara, "/review/").links
    for address in ("", "/next", "/recordings/1/audio", "/recordings/1/waveform.json"):
        assert "could not find" in visit(clara, f"/review/{task}{address}", status=404).words


def test_without_a_score_sheet_one_can_listen_and_is_told_whom_to_ask(session: Session, client: FlaskClient) -> None:
    panel = make_panel(rubric=False)
    sign_in(client, panel.person("Clara"))
    page = visit(client, f"/review/{make_assignment(panel)}")
    assert "No score sheet yet" in page.words
    assert "Night Bus" in page.words
