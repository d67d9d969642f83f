"""Times, sizes and numbers as pages show them, and the errors of a form in one list."""

from datetime import UTC, datetime

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import FieldList, Form, FormField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from portal.web import rendering


def test_a_moment_is_shown_in_the_zone_that_was_asked_for():
    moment = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)

    assert rendering.format_datetime(moment, "America/New_York") == "Sun 22 Nov 2026, 17:00 EST"
    assert rendering.format_datetime(moment, "Asia/Tokyo") == "Mon 23 Nov 2026, 07:00 JST"
    assert rendering.format_date(moment, "Asia/Tokyo") == "23 November 2026"


def test_what_is_missing_says_so_and_is_never_nought():
    assert rendering.format_datetime(None) == "no date yet"
    assert rendering.format_number(None, 1) == "not measured"
    assert rendering.format_clock(None) == "not measured"


@pytest.mark.parametrize(
    ("seconds", "clock", "duration"),
    [(0, "0:00.0", "0:00"), (67.2, "1:07.2", "1:07"), (59.97, "1:00.0", "1:00"), (3725.0, "1:02:05.0", "1:02:05")],
)
def test_places_and_lengths(seconds, clock, duration):
    assert rendering.format_clock(seconds) == clock
    assert rendering.format_duration(seconds) == duration


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (512, "512 bytes"),
        (20_400, "20 kB"),
        (173_400_000, "173.4 MB"),
        (600_000_000, "600 MB"),
        (2_100_000_000, "2.1 GB"),
    ],
)
def test_sizes(size, words):
    assert rendering.format_filesize(size) == words


def test_numbers_have_a_true_minus_sign_and_separated_thousands():
    assert rendering.format_number(-14.23, 1) == "\N{MINUS SIGN}14.2"
    assert rendering.format_number(12480) == "12,480"


class Credit(Form):
    name = StringField("Name", [InputRequired("Enter the name.")])


class Piece(Form):
    title = StringField("Title", [Length(min=3, message="The title is too short.")])
    credits = FieldList(FormField(Credit), label="Credits")

    def validate_credits(self, field):
        raise ValidationError("One credit must be your own.")


def test_the_errors_of_a_form_name_each_field_once_and_reach_into_nested_ones():
    form = Piece(MultiDict({"title": "ab", "credits-0-name": ""}))
    assert not form.validate()
    form.form_errors.append("The deadline has passed.")

    assert rendering.error_lines(form) == [
        ("", "", "The deadline has passed."),
        ("title", "Title", "The title is too short."),
        ("credits-0-name", "Name", "Enter the name."),
        ("credits", "Credits", "One credit must be your own."),
    ]
