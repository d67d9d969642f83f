"""What visitors read: in plain words, from the rules, in the school's zone."""

from datetime import timedelta

import pytest
from flask import url_for
from flask.testing import FlaskClient

from portal.core import clock
from portal.core.db import transaction
from portal.programmes.models import Intake
from portal.programmes.states import GateKind, IntakeState
from portal.web.navigation import areas, home_of
from tests.factories import programmes as make
from tests.integration.programmes.conftest import House
from tests.services.page import sign_in, visit


def test_the_start_page_lists_programmes_with_deadline_and_countdown(client: FlaskClient, house: House) -> None:
    with transaction():
        make.make_concentration(house.programme, "Acoustics")
        make.make_concentration(house.programme, "Retired", active=False)
    page = visit(client, "/")
    assert "M.M. · School of Music Music Production Two years in the studio. Acoustics" in page.words
    assert "Retired" not in page.words
    closes = "Fall 2027 closes Sunday 22 November 2026, 17:00 in New York (EST), which is 22:00 UTC"
    assert f"5 days left {closes}" in page.words
    assert "/programmes/music-production" in page.links
    assert "Sound Design" not in page.words


def test_an_empty_house_says_what_will_come(client: FlaskClient) -> None:
    assert "No programme takes applications yet" in visit(client, "/").words


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-70, "Fall 2027 opens Wed 23 Sep 2026, 18:00 EDT"),
        (7, "Fall 2027 is closed. It took applications until Sun 22 Nov 2026, 17:00 EST"),
    ],
)
def test_before_and_after_the_start_page_says_so(client: FlaskClient, house: House, days: int, words: str) -> None:
    with clock.frozen(make.DURING + timedelta(days=days)):
        assert words in visit(client, "/").words


def test_a_programmes_page_says_from_the_rules_what_is_asked(client: FlaskClient, house: House) -> None:
    with transaction():
        acoustics = make.make_concentration(house.programme, "Acoustics", description="Rooms and measurements.")
        make.make_track(house.programme, "Thesis", description="A project and forty pages.")
        slot = make.make_slot(
            house.intake, "Room measurement", concentration_id=acoustics.id, min_items=0, max_items=1, note_max_words=80
        )
        make.make_rule_set(slot, make.SAMPLE_RULES[1:3])
        make.make_gate(house.intake, "Entrance exam", kind=GateKind.ENTRANCE_EXAM, minimum_score=70.5)
        house.programme.courses = "Critical listening.\n\nStudio maintenance."
        house.programme.careers = "Mastering engineers."
    words = visit(client, "/programmes/music-production").words
    for sentence in (
        "From everybody Sample recording 3 recordings, each 2:00 to 6:00, WAV, AIFF or FLAC, at least 44.1 kHz",
        "at least 44.1 kHz and 16 bit; over from 6:05.",
        "For Acoustics Room measurement Up to 1 recording, WAV, AIFF or FLAC, at least 44.1 kHz.",
        "A note of at most 80 words.",
        "Optional: you can apply without it.",
        "Recommended, not required: no clipping.",
        "Rules version 1. Your result quotes the version that you were judged by.",
        "Entrance exam Which degree? The minimum score is 70.5.",
        "Acoustics Rooms and measurements. Tracks Thesis A project and forty pages.",
        "Reviewers hear your recordings without your name. Each application is heard by 3 reviewers",
        "Balance 1 Parts cover each other 5 Every part has its place 100 %",
        "Courses Critical listening. Studio maintenance.",
        "What graduates do Mastering engineers.",
        "Deadline Sun 22 Nov 2026, 17:00 EST",
        "Places 12",
        "Time zone America/New York",
        (
            "A file that you have begun to send by the deadline may go on arriving for 1 hour, until Sun 22 Nov 2026, "
            "18:00 EST. If one was on its way at the deadline, you can still send your application until then."
        ),
        "ask for more time on the page of your application, at the latest 24 hours after the deadline. Up to 14 days",
        "The clock of our server counts",
    ):
        assert sentence in words, words
    assert "Ensembles" not in words, "a part without words has no heading"


def test_words_of_staff_are_text_and_never_markup(client: FlaskClient, house: House) -> None:
    with transaction():
        house.programme.courses = "<script>alert(1)</script> & more"
    answer = client.get("/programmes/music-production").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in answer
    assert "<script>alert" not in answer


def test_after_the_last_start_it_says_who_can_still_go_on(client: FlaskClient, house: House) -> None:
    with transaction():
        house.intake.start_cutoff_at = make.DEADLINE - timedelta(hours=4)
    with clock.frozen(make.DEADLINE - timedelta(hours=3)):
        words = visit(client, "/programmes/music-production").words
    assert "3 hours left" in words
    assert "New applications could be started until Sun 22 Nov 2026, 13:00 EST. An application that was begun" in words


def test_after_the_deadline_the_page_stays_and_says_so(client: FlaskClient, house: House) -> None:
    with clock.frozen(make.DEADLINE + timedelta(days=1)):
        words = visit(client, "/programmes/music-production").words
    assert "New applications could be started until" in words
    assert "days left" not in words
    with transaction():
        house.intake.state = IntakeState.CLOSED
    assert "This intake is closed." in visit(client, "/programmes/music-production").words


def test_a_draft_looks_as_if_it_did_not_exist_except_to_its_editors(client: FlaskClient, house: House) -> None:
    with transaction():
        draft: Intake = make.make_intake(house.other, state=IntakeState.DRAFT)
    visit(client, "/programmes/sound-design", status=404)
    visit(client, "/programmes/never-was", status=404)
    sign_in(client, house.grace)
    visit(client, "/programmes/sound-design", status=404)
    sign_in(client, house.heidi)
    words = visit(client, "/programmes/sound-design").words
    assert "This programme does not take applications at the moment" in words
    assert draft.title not in words


@pytest.mark.parametrize("who", ["ada", "clara", "frank", "grace", "stella"])
def test_the_header_leads_to_every_part_of_the_house_that_is_somebodys(
    client: FlaskClient, house: House, who: str
) -> None:
    sign_in(client, getattr(house, who))
    shown = visit(client, "/programmes/music-production").links
    with client.application.test_request_context():
        wanted = [url_for(area.endpoint) for area in areas(house.acting(who))]
    here = shown.index("/", shown.index("/") + 1)
    assert shown[here : here + len(wanted)] == wanted


@pytest.mark.parametrize("who", ["ada", "clara", "frank", "grace", "stella"])
def test_home_is_where_the_work_is(client: FlaskClient, house: House, who: str) -> None:
    sign_in(client, getattr(house, who))
    answer = client.get("/home")
    with client.application.test_request_context():
        wanted = url_for(home_of(house.acting(who)).endpoint)
    assert (answer.status_code, answer.location) == (303, wanted)


def test_home_asks_visitors_to_sign_in(client: FlaskClient) -> None:
    assert client.get("/home").location.startswith("/login?next=/home")


def test_concentrations_with_a_rubric_of_their_own_are_told_apart(client: FlaskClient, house: House) -> None:
    with transaction():
        titles = ("Acoustics", "Production", "Technical")
        acoustics, production, technical = (make.make_concentration(house.programme, title) for title in titles)
        make.make_rubric(house.intake, concentration=technical, titles=("Editing", "Microphones"))
    words = visit(client, "/programmes/music-production").words
    assert "for Acoustics and Production Criterion What the points mean Share Balance" in words
    assert "for Technical Criterion What the points mean Share Editing" in words
    assert "50 %" in words
    with transaction():
        for concentration in (acoustics, production):
            make.make_rubric(house.intake, concentration=concentration, titles=("Ears",))
    assert "Balance" not in visit(client, "/programmes/music-production").words, "nobody is scored by the general one"


def test_an_address_with_a_nul_is_no_page_on_any_database(client: FlaskClient, house: House) -> None:
    assert "We could not find that page." in visit(client, "/programmes/music%00production", status=404).words
