"""The rubric in the browser: rows, anchors, versions, one for each concentration."""

import pytest
from flask.testing import FlaskClient

from portal.core.db import transaction
from portal.programmes import queries
from tests.factories import programmes as make
from tests.integration.programmes.conftest import House, audited
from tests.services.page import send, visit


def address(house: House) -> str:
    return f"/admin/programmes/intakes/{house.intake.id}/rubric"


def test_publishing_a_rubric_keeps_the_old_version(grace: FlaskClient, house: House) -> None:
    page = visit(grace, address(house))
    assert page.form("/rubric").value("criteria-0-anchors") == "1: Parts cover each other\n5: Every part has its place"
    page = send(
        grace,
        page,
        "/rubric",
        step="publish",
        criteria__0__weight="3",
        criteria__1__title="Space",
        criteria__1__scale_max="7",
        criteria__1__anchors="1 – flat\r\n7: deep and wide",
    )
    assert "Version 2 of the rubric is in force for reviews that begin now." in page.words
    rubric = queries.rubric_for(house.intake, concentration_id=None)
    assert rubric is not None
    assert [(one.title, one.weight, one.scale_max) for one in rubric.criteria] == [("Balance", 3, 5), ("Space", 1, 7)]
    assert rubric.criteria[1].anchors == {"1": "flat", "7": "deep and wide"}
    assert "75 %" in page.words
    assert "25 %" in page.words
    assert audited("rubric.publish").before["version"] == 1
    assert len(queries.rubric_versions(house.intake, concentration_id=None)) == 2


def test_a_row_is_added_and_nothing_typed_is_lost(grace: FlaskClient, house: House) -> None:
    page = visit(grace, address(house))
    page = send(grace, page, "/rubric", step="more", criteria__0__title="Blend", criteria__1__title="Space")
    form = page.form("/rubric")
    assert [form.value(f"criteria-{row}-title") for row in range(3)] == ["Blend", "Space", ""]
    assert len(queries.rubric_versions(house.intake, concentration_id=None)) == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"criteria__0__anchors": "wonderful"}, "“wonderful” does not begin with a point: write “3: …”."),
        ({"criteria__0__anchors": "9: beyond"}, "What the points mean: 9 is not a point from 1 to 5."),
        ({"criteria__0__anchors": "1: a\n1: b"}, "A point has two lines."),
        ({"criteria__0__weight": "0"}, "Weight: Enter a whole number from 1 to 100."),
        ({"criteria__0__weight": "x"}, "Weight: Please enter a whole number."),
        ({"criteria__0__scale_max": "1"}, "Highest point: The highest point must be above the lowest (1)."),
        ({"criteria__1__description": "Depth"}, "Title: Please fill this in."),
        ({"criteria__1__title": "balance"}, "Two criteria have the same title."),
        ({"criteria__0__title": "", "criteria__0__anchors": ""}, "A rubric needs at least one criterion."),
        ({}, "This is the version that is in force already"),
    ],
)
def test_what_is_wrong_comes_back_as_a_sentence(
    grace: FlaskClient, house: House, changes: dict[str, str], sentence: str
) -> None:
    page = send(grace, visit(grace, address(house)), "/rubric", status=422, step="publish", **changes)
    assert sentence in page.words
    assert len(queries.rubric_versions(house.intake, concentration_id=None)) == 1


def test_a_concentration_starts_from_the_general_rubric_and_gets_its_own(grace: FlaskClient, house: House) -> None:
    with transaction():
        acoustics = make.make_concentration(house.programme, "Acoustics")
    page = visit(grace, f"{address(house)}?concentration={acoustics.id}")
    assert "Acoustics is scored by the rubric for everybody" in page.words
    assert page.form("/rubric").value("criteria-0-title") == "Balance"
    send(grace, page, "/rubric", step="publish", criteria__0__title="Measurement")
    own = queries.rubric_for(house.intake, concentration_id=acoustics.id)
    assert own is not None
    assert (own.version, own.criteria[0].title, own.concentration_id) == (1, "Measurement", acoustics.id)
    general = queries.rubric_for(house.intake, concentration_id=None)
    assert general is not None
    assert general.criteria[0].title == "Balance"
