"""The technical rules of a slot in the browser: generated fields, presets, preview, versions."""

import pytest
from flask.testing import FlaskClient

from portal.checks.preset import all_presets
from portal.checks.registry import all_checks
from portal.core.db import transaction
from portal.programmes import queries
from portal.programmes.service import rule_sets
from portal.programmes.technical_rules import differences, specs_of, to_stored
from tests.factories import programmes as make
from tests.integration.programmes.conftest import House, audited
from tests.services.page import Page, send, visit


def editor(client: FlaskClient, house: House, start: str = "") -> Page:
    page = visit(client, f"/admin/programmes/slots/{house.slot.id}/rules{'?start=' + start if start else ''}")
    page.forms = [form for form in page.forms if "expected_version" in form.fields]
    return page


def test_the_form_is_generated_from_every_check_and_filled_in_with_the_rules_in_force(
    grace: FlaskClient, house: House
) -> None:
    form = editor(grace, house).forms[0]
    for key, check in all_checks().items():
        if key != "file.readable":
            name = key.replace(".", "_")
            assert f"{name}-severity" in form.fields, f"{key} cannot be asked"
            texts = [field.name for field in check.params.fields() if field.kind in ("number", "whole")]
            assert all(f"{name}-{field}" in form.fields for field in texts), key
    assert form.value("length_duration-severity") == "block"
    assert form.value("length_duration-max_s") == "360"
    assert form.value("audio_sample_rate-max_hz") == "", "no limit is an empty field"
    assert form.fields["file_format-accepted"] == ["wav", "aiff", "flac"]
    assert form.value("stereo_polarity-severity") == ""


@pytest.mark.parametrize("start", ["", "1", "a preset", "nonsense"])
def test_the_list_shows_what_the_form_was_filled_in_from(grace: FlaskClient, house: House, start: str) -> None:
    preset = next(iter(all_presets()))
    start = preset if start == "a preset" else start
    page = visit(grace, f"/admin/programmes/slots/{house.slot.id}/rules?start={start}")
    (chooser,) = [form for form in page.forms if "start" in form.fields]
    assert chooser.value("start") == (preset if start == preset else "1")


def test_publishing_makes_a_new_version_and_says_what_changed(grace: FlaskClient, house: House) -> None:
    page = editor(grace, house)
    page = send(
        grace,
        page,
        "/rules",
        step="publish",
        length_duration__max_s="480",
        file_format__accepted=["wav", "flac"],
        peak_clipping__severity="",
        peak_true_peak__severity="warn",
        peak_true_peak__max_dbtp="−1",
        peak_true_peak__advised_dbtp="",
    )
    assert "Version 2 of the rules is in force." in page.words
    assert "Duration: “2:00 to 6:00; over from 6:05” becomes “2:00 to 8:00; over from 8:05”." in page.words
    assert "File format: “WAV, AIFF or FLAC” becomes “WAV or FLAC”." in page.words
    assert "Clipping: no longer asked (was no clipping)." in page.words
    assert "True peak: new, true peak at most −1 dBTP (leads to a remark)." in page.words
    rules = queries.current_rule_set(house.slot.id)
    assert rules is not None
    assert rules.rules[0]["params"]["max_s"] == 480
    assert audited("rule_set.publish").actor_id == house.grace.id
    assert "3 recordings, each 2:00 to 8:00, WAV or FLAC" in visit(grace, "/programmes/music-production").words


def test_the_preview_says_it_in_words_and_puts_nothing_in_force(grace: FlaskClient, house: House) -> None:
    page = send(grace, editor(grace, house), "/rules", step="preview", length_duration__min_s="60")
    assert "3 recordings, each 1:00 to 6:00" in page.words
    assert "What changes against version 1 Duration: “2:00 to 6:00; over from 6:05” becomes “1:00 to 6:00" in page.words
    (form,) = (form for form in page.forms if "expected_version" in form.fields)
    assert form.value("length_duration-min_s") == "60"
    rules = queries.current_rule_set(house.slot.id)
    assert rules is not None
    assert rules.version == 1


def test_while_typing_the_preview_comes_alone(grace: FlaskClient, house: House) -> None:
    page = editor(grace, house)
    page.forms[0].action = f"{page.url}/preview"
    fragment = send(grace, page, "/preview", audio_bit_depth__min_bits="24")
    assert fragment.title == "", "a fragment, not a page"
    assert "at least 44.1 kHz and 24 bit" in fragment.words
    assert "Bit depth: “at least 16 bit” becomes “at least 24 bit”." in fragment.words
    fragment = send(grace, page, "/preview", audio_bit_depth__min_bits="many")
    assert "Lowest bit depth (bit): 'many' is not a number." in fragment.words


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"length_duration__min_s": "-5"}, "Shortest (s): Must be at least 0."),
        ({"length_duration__min_s": "400"}, "Shortest (400) must not be above longest (360)."),
        ({"file_format__accepted": None}, "Accepted formats: Choose at least one."),
        ({"audio_bit_depth__min_bits": ""}, "Lowest bit depth (bit): A value is needed."),
        ({"audio_bit_depth__min_bits": "16.5"}, "Lowest bit depth (bit): '16.5' is not a number."),
        ({"peak_clipping__severity": "shout"}, "If it is not met: Not a valid choice."),
        ({"expected_version": "x"}, "Please enter a whole number."),
    ],
)
def test_wrong_limits_come_back_beside_their_field_with_everything_that_was_typed(
    grace: FlaskClient, house: House, changes: dict[str, str], sentence: str
) -> None:
    page = send(
        grace, editor(grace, house), "/rules", status=422, step="publish", length_duration__over_s="7", **changes
    )
    assert sentence in page.words
    form = next(form for form in page.forms if "expected_version" in form.fields)
    assert form.value("length_duration-over_s") == "7"
    assert len(queries.rule_sets_of(house.slot.id)) == 1


def test_limits_of_what_is_not_asked_do_not_matter(grace: FlaskClient, house: House) -> None:
    page = send(
        grace,
        editor(grace, house),
        "/rules",
        step="publish",
        length_duration__severity="",
        length_duration__min_s="nonsense",
    )
    assert "Version 2 of the rules is in force." in page.words


@pytest.mark.parametrize("key", sorted(all_presets()))
def test_every_preset_can_be_filled_in_and_published_as_it_is(grace: FlaskClient, house: House, key: str) -> None:
    preset = all_presets()[key]
    page = editor(grace, house, start=key)
    assert f"Filled in from {preset.name}" in page.words
    page = send(grace, page, "/rules", step="publish")
    published = queries.current_rule_set(house.slot.id)
    assert published is not None
    assert published.rules == to_stored(preset.rules)
    assert published.based_on.startswith(preset.name)
    assert f"from {preset.name}" in page.words


def test_an_older_version_can_be_brought_back_as_a_new_one(grace: FlaskClient, house: House) -> None:
    rule_sets.publish(house.slot, make.SAMPLE_RULES[:1], expected_version=1, actor=house.acting("grace"))
    page = editor(grace, house, start="1")
    assert "Filled in from version 1." in page.words
    page = send(grace, page, "/rules", step="publish")
    newest, _, oldest = queries.rule_sets_of(house.slot.id)
    assert (newest.version, newest.based_on) == (3, "version 1")
    assert differences(specs_of(oldest), specs_of(newest)) == []


def test_two_editors_do_not_overwrite_each_other(grace: FlaskClient, house: House) -> None:
    page = editor(grace, house)
    rule_sets.publish(house.slot, make.SAMPLE_RULES[:1], expected_version=1, actor=house.acting("stella"))
    page = send(grace, page, "/rules", status=422, step="publish", length_duration__max_s="500")
    assert "Version 2 was published while you were editing." in page.words
    assert len(queries.rule_sets_of(house.slot.id)) == 2


def test_hints_for_staff_cannot_stop_an_applicant(grace: FlaskClient, house: House) -> None:
    page = send(grace, editor(grace, house), "/rules", status=422, step="publish", origin_lossy__severity="block")
    assert "If it is not met: Not a valid choice." in page.words


def test_a_new_recording_starts_with_nothing_asked(grace: FlaskClient, house: House) -> None:
    with transaction():
        house.slot = make.make_slot(house.intake, "Fresh")
    page = editor(grace, house)
    assert "What applicants will read 3 recordings." in page.words
    page = send(grace, page, "/rules", step="publish", length_duration__severity="block")
    assert "Version 1 of the rules is in force." in page.words
    assert "The first version, with one rule." in page.words
