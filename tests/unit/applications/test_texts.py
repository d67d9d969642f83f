"""Counting words as people do, finding a name as people would, and keeping only what can be stored."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.recordings.texts import count_words, one_line, own_name_in, paragraphs


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("  \n ", 0),
        ("Recorded in one take.", 4),
        ("co-wrote it, didn't mix it", 5),
        ("— … –", 0),
        ("44.1 kHz", 3),
        ("snake_case", 2),
        ("Ein Stück für Röhren­glocken", 5),
        ("дві пісні", 2),
    ],
)
def test_words_are_counted_as_people_count_them(text: str, words: int) -> None:
    assert count_words(text) == words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Mixed by Lindqvist herself", ["Lindqvist"]),
        ("ADA LINDQVIST plays", ["Ada", "Lindqvist"]),
        ("An armada of synths", []),
        ("ada is written small here", []),
        ("Bo plays", []),
    ],
)
def test_the_writers_own_name_is_found_as_a_whole_word_with_a_capital(text: str, found: list[str]) -> None:
    assert own_name_in([text], "Ada Bo Lindqvist") == found


def test_accents_do_not_hide_a_name() -> None:
    assert own_name_in(["by Munoz"], "Íñigo Muñoz") == ["Muñoz"]
    assert own_name_in(["first", "Íñigo"], "Inigo Munoz") == ["Inigo"]


def test_a_month_is_not_taken_for_a_person() -> None:
    assert own_name_in(["Recorded in may"], "Karl May") == []


def test_nobody_without_a_name_is_found() -> None:
    assert own_name_in(["Anything"], "") == []


def test_a_line_is_one_line() -> None:
    assert one_line("  Night\tBus\r\n (live)\x00 ") == "Night Bus (live)"
    assert one_line(None) == ""


def test_paragraphs_keep_their_lines_and_lose_control_characters() -> None:
    assert paragraphs("One. \r\n\r\nTwo\x07.\rThree \n") == "One.\n\nTwo.\nThree"


@given(st.text())
def test_what_is_kept_can_be_stored_everywhere(text: str) -> None:
    for kept in (one_line(text), paragraphs(text)):
        assert "\x00" not in kept
        kept.encode()  # a lone surrogate would raise
