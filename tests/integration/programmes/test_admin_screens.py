"""The set-up screens as an admin without script uses them."""

import pytest
from flask.testing import FlaskClient

from portal.core.db import transaction
from portal.programmes import queries
from portal.programmes.states import IntakeState
from tests.factories import programmes as make
from tests.integration.programmes.conftest import House, audited
from tests.services.page import send, sign_in, visit


def test_each_admin_sees_their_own_programmes(client: FlaskClient, house: House) -> None:
    sign_in(client, house.grace)
    page = visit(client, "/admin/programmes")
    assert "Music Production" in page.words
    assert "Fall 2027 Published deadline Sun 22 Nov 2026, 17:00 EST" in page.words
    assert "Sound Design" not in page.words
    assert "Add a programme" not in page.words
    sign_in(client, house.stella)
    page = visit(client, "/admin/programmes")
    assert "Sound Design" in page.words
    assert "/admin/programmes/new" in page.links


def test_a_site_admin_adds_a_programme_and_its_paths(client: FlaskClient, house: House) -> None:
    sign_in(client, house.stella)
    page = visit(client, "/admin/programmes/new")
    page = send(
        client, page, "/admin/programmes/new", status=422, title="Acoustics", degree="M.S.", slug="Music production"
    )
    assert "Address: Use small letters, digits and single hyphens" in page.words
    assert page.form("/new").value("title") == "Acoustics"
    page = send(client, page, "/new", slug="music-production", status=422)
    assert "Another programme already has the address “music-production”" in page.words
    page = send(client, page, "/new", slug="acoustics", courses="One.\r\n\r\nTwo.")
    made = queries.programme_by_slug("acoustics")
    assert made is not None
    assert made.courses == "One.\n\nTwo."
    assert page.url == f"/admin/programmes/{made.id}/paths"
    assert f"/admin/staff/{made.id}" in page.links, "the next thing is to appoint its people"


def test_paths_are_edited_in_one_form(grace: FlaskClient, house: House) -> None:
    address = f"/admin/programmes/{house.programme.id}/paths"
    page = visit(grace, address)
    page = send(grace, page, "/paths", concentrations__0__title="Production", tracks__0__title="Thesis")
    assert "Saved." in page.words
    page = send(
        grace,
        page,
        "/paths",
        concentrations__0__title="Music production",
        concentrations__1__title="Acoustics",
        concentrations__1__description="Rooms.",
        tracks__0__active=None,
    )
    concentrations = queries.concentrations_of(house.programme.id)
    assert [(row.key, row.title) for row in concentrations] == [
        ("production", "Music production"),
        ("acoustics", "Acoustics"),
    ]
    assert queries.tracks_of(house.programme.id) == []
    page = send(grace, page, "/paths", concentrations__0__title="", concentrations__1__title="Rooms", status=422)
    assert "Title: Please fill this in." in page.words
    assert page.form("/paths").value("concentrations-1-title") == "Rooms", "nothing that was typed is lost"


def test_words_of_a_programme_are_edited(grace: FlaskClient, house: House) -> None:
    page = visit(grace, f"/admin/programmes/{house.programme.id}")
    assert page.form(house.programme.id).value("title") == "Music Production"
    page = send(grace, page, house.programme.id, title=" Music Production\0 and Sound ", careers="Engineers.")
    assert "Saved." in page.words
    assert house.programme.title == "Music Production and Sound"
    assert audited("programme.edit").after == {"title": "Music Production and Sound", "careers": "Engineers."}


def test_an_intake_goes_from_new_to_published(grace: FlaskClient, house: House) -> None:
    page = visit(grace, f"/admin/programmes/{house.programme.id}/intakes/new")
    form = page.form("/intakes/new")
    assert (form.value("time_zone"), form.value("copy_from")) == ("America/New_York", house.intake.id)
    page = send(
        grace,
        page,
        "/intakes/new",
        title="Fall 2028",
        time_zone="Europe/Berlin",
        copy_from="",
        opens_at="2027-10-01T09:00",
        start_cutoff_at="2027-10-31T02:30",
        visible_deadline_at="2027-10-31T02:30",
        grace_minutes="30",
    )
    made = next(intake for intake in house.programme.intakes if intake.title == "Fall 2028")
    # 02:30 comes twice that night: the deadline is the second one.
    assert made.visible_deadline_at.isoformat() == "2027-10-31T01:30:00+00:00"
    assert made.hard_deadline_at.isoformat() == "2027-10-31T02:00:00+00:00"
    assert made.state is IntakeState.DRAFT
    assert "No recordings are asked for" in page.words
    page = visit(grace, f"/admin/programmes/intakes/{made.id}")
    assert "Before applicants can see it: No recording is asked for: add at least one." in page.words
    assert not [form for form in page.forms if "publish" in form.action]
    with transaction():
        make.make_rule_set(make.make_slot(made))
        make.make_rubric(made)
    page = send(grace, visit(grace, f"/admin/programmes/intakes/{made.id}"), "/publish")
    assert "Published: it is on the public page now." in page.words
    assert made.state is IntakeState.PUBLISHED
    page = send(grace, page, "/close")
    assert made.state is IntakeState.CLOSED
    page = send(grace, page, "/reopen")
    assert "Open again: the dates decide who can apply." in page.words


def test_publishing_what_is_not_ready_says_why(grace: FlaskClient, house: House) -> None:
    page = visit(grace, f"/admin/programmes/intakes/{house.intake.id}")
    with transaction():
        house.intake.state = IntakeState.DRAFT
        queries.all_slots(house.intake)[0].archived_at = make.DURING
    token = page.forms[0].value("csrf_token")
    answer = grace.post(
        f"/admin/programmes/intakes/{house.intake.id}/publish", data={"csrf_token": token}, follow_redirects=True
    )
    assert "This intake cannot be published yet. No recording is asked for: add at least one." in answer.text


def test_times_that_do_not_exist_come_back_beside_their_field(grace: FlaskClient, house: House) -> None:
    page = visit(grace, f"/admin/programmes/intakes/{house.intake.id}")
    form = page.form(house.intake.id)
    assert form.value("visible_deadline_at") == "2026-11-22T17:00"
    page = send(
        grace,
        page,
        house.intake.id,
        status=422,
        opens_at="2027-03-14T02:30",
        visible_deadline_at="sometime",
        start_cutoff_at="",
    )
    assert "Deadline: Please enter a date and a time, such as 2027-01-15T17:00." in page.words
    assert "Last start of an application: Please enter a date and a time." in page.words
    assert page.form(house.intake.id).value("visible_deadline_at") == "sometime"
    page = send(
        grace,
        page,
        house.intake.id,
        status=422,
        start_cutoff_at="2027-03-20T12:00",
        visible_deadline_at="2027-03-14T02:59",
        grace_minutes="1441",
    )
    assert "Deadline: The clocks in America/New_York skip 02:59 on 14 March 2027. Choose 03:59 or" in page.words
    assert "Opens: The clocks in America/New_York skip 02:30 on 14 March 2027. Choose 03:30 or another" in page.words


@pytest.mark.parametrize(
    ("dates", "slip"),
    [
        ({"opens_at": "2019-01-01T12:00", "start_cutoff_at": "2020-01-01T12:00"}, "has passed already"),
        ({"visible_deadline_at": "2035-01-01T12:00"}, "by more than a year"),
    ],
)
def test_a_deadline_that_looks_like_a_slip_is_asked_about(
    grace: FlaskClient, house: House, dates: dict[str, str], slip: str
) -> None:
    with transaction():
        house.intake.state = IntakeState.PUBLISHED
    address = f"/admin/programmes/intakes/{house.intake.id}"
    sent = {"visible_deadline_at": "2020-01-01T12:00", "reason": "So it is.", **dates}
    page = send(grace, visit(grace, address), house.intake.id, status=422, **sent)
    assert slip in page.words
    assert "Yes, this deadline is meant" in page.words


def test_an_earlier_deadline_needs_a_reason_in_the_form(grace: FlaskClient, house: House) -> None:
    page = visit(grace, f"/admin/programmes/intakes/{house.intake.id}")
    sooner = {"visible_deadline_at": "2026-11-21T17:00", "start_cutoff_at": "2026-11-21T17:00"}
    page = send(grace, page, house.intake.id, status=422, **sooner)
    assert "Reason for an earlier deadline: Applicants rely on the published deadline." in page.words
    send(grace, page, house.intake.id, reason="The hall is closed.")
    assert house.intake.visible_deadline_at.isoformat() == "2026-11-21T22:00:00+00:00"


def test_recordings_are_added_edited_moved_and_retired(grace: FlaskClient, house: House) -> None:
    with transaction():
        acoustics = make.make_concentration(house.programme, "Acoustics")
    address = f"/admin/programmes/intakes/{house.intake.id}/recordings"
    page = visit(grace, address)
    assert "3 recordings, each 2:00 to 6:00" in page.words
    page = visit(grace, f"{address}/new")
    page = send(grace, page, "/new", status=422, title="Room", min_items="3", max_items="x")
    assert "At most: Please enter a whole number." in page.words
    page = send(grace, page, "/new", title="Room", max_items="4", max_bytes="250", concentration_id=acoustics.id)
    room = queries.all_slots(house.intake)[1]
    assert (room.title, room.max_bytes, room.concentration_id) == ("Room", 250_000_000, acoustics.id)
    assert page.url == f"/admin/programmes/slots/{room.id}/rules"
    page = visit(grace, address)
    assert "No technical rules yet It cannot be published without them." in page.words
    page = send(grace, page, f"{room.id}/up")
    assert page.words.index("Room") < page.words.index("Sample recording")
    page = visit(grace, f"/admin/programmes/slots/{room.id}")
    page = send(grace, page, f"{room.id}/archive")
    assert "“Room” is no longer asked for." in page.words
    page = send(grace, page, f"{room.id}/restore")
    assert "“Room” is asked for again." in page.words


def test_a_recording_is_edited(grace: FlaskClient, house: House) -> None:
    page = visit(grace, f"/admin/programmes/slots/{house.slot.id}")
    assert page.form(house.slot.id).value("max_bytes") == "1073"
    page = send(grace, page, house.slot.id, title="Sample mixes", note_required=None, note_max_words="0")
    assert "Saved." in page.words
    assert (house.slot.title, house.slot.note_required, house.slot.note_max_words) == ("Sample mixes", False, 0)


def test_requirements_are_added_edited_moved_and_retired(grace: FlaskClient, house: House) -> None:
    address = f"/admin/programmes/intakes/{house.intake.id}/requirements"
    page = visit(grace, f"{address}/new")
    page = send(grace, page, "/new", status=422, title="TOEFL", kind="degree", minimum_score="100")
    assert "Minimum score: Only an entrance exam has a minimum score." in page.words
    page = send(grace, page, "/new", kind="entrance_exam", minimum_score="92.5")
    assert "TOEFL Entrance exam with a score Evidence as a PDF · at least 92.5 points" in page.words
    toefl = queries.gates_of(house.intake)[1]
    page = send(grace, page, f"{toefl.id}/up")
    assert page.words.index("TOEFL") < page.words.index("Bachelor's degree")
    page = visit(grace, f"/admin/programmes/requirements/{toefl.id}")
    page = send(grace, page, f"{toefl.id}/archive")
    assert "No longer asked TOEFL" in page.words
    send(grace, page, f"{toefl.id}/restore")
    assert [gate.title for gate in queries.gates_of(house.intake)] == ["Bachelor's degree", "TOEFL"]


def test_the_preview_shows_a_draft_to_its_editors_alone(grace: FlaskClient, house: House) -> None:
    with transaction():
        draft = make.make_complete_intake(house.programme, title="Fall 2030", state=IntakeState.DRAFT)
    address = f"/admin/programmes/intakes/{draft.id}/preview"
    words = visit(grace, address).words
    assert "This is how the page will look with “Fall 2030”." in words
    assert "3 recordings, each 2:00 to 6:00" in words
    sign_in(grace, house.ada)
    visit(grace, address, status=404)


@pytest.mark.parametrize("who", ["ada", "clara", "frank", "heidi"])
def test_the_screens_do_not_exist_for_others(client: FlaskClient, house: House, who: str) -> None:
    sign_in(client, getattr(house, who))
    gate = queries.gates_of(house.intake)[0]
    for address in (
        house.programme.id,
        f"{house.programme.id}/paths",
        f"{house.programme.id}/intakes",
        f"{house.programme.id}/intakes/new",
        f"intakes/{house.intake.id}",
        f"intakes/{house.intake.id}/preview",
        f"intakes/{house.intake.id}/recordings",
        f"intakes/{house.intake.id}/recordings/new",
        f"intakes/{house.intake.id}/requirements",
        f"intakes/{house.intake.id}/requirements/new",
        f"intakes/{house.intake.id}/rubric",
        f"slots/{house.slot.id}",
        f"slots/{house.slot.id}/rules",
        f"requirements/{gate.id}",
    ):
        assert "We could not find that page." in visit(client, f"/admin/programmes/{address}", status=404).words
    visit(client, "/admin/programmes/new", status=403)
