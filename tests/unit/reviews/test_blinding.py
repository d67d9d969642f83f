"""Names are taken out of what applicants write, however they are written, and the rest stays as it is."""

import pytest

from portal.reviews.blinding import NameMask, performers_without_names

ADA = NameMask("Ada María Núñez-Lovelace", "ada.lovelace@example.org", "SC-2027-0042")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Written and mixed by Ada Lovelace.", "Written and mixed by the applicant."),
        ("ADA M. NUNEZ", "the applicant"),
        ("Nuñez's tape machine", "the applicant's tape machine"),
        ("Lovelaces Lied", "the applicant Lied"),
        ("Mail me: ada.lovelace@example.org!", "Mail me: the applicant!"),
        ("see ada_lovelace on the web", "see the applicant on the web"),
        ("I am SC-2027-0042", "I am the applicant"),
        ("María Núñez-Lovelace", "the applicant"),
        ("adalovelace.example and lovelace99", "the applicant.example and the applicant"),
    ],
)
def test_the_name_is_hidden(written: str, shown: str) -> None:
    assert ADA.hide(written) == shown


@pytest.mark.parametrize(
    "harmless", ["", "Adagio in G", "A canada goose", "Piano, 2 mics, one room", "Nacht – für Cello"]
)
def test_other_words_stay(harmless: str) -> None:
    assert ADA.hide(harmless) == harmless
    assert not ADA.names(harmless)


def test_a_short_name_is_hidden_as_a_whole_but_not_inside_other_words() -> None:
    li = NameMask("Li Wu", "lw@example.org")
    assert li.hide("Li Wu plays; Wu, Li; LI WU") == "the applicant plays; the applicant; the applicant"
    assert li.hide("li is a unit of length") == "li is a unit of length"


def test_a_name_of_two_parts_is_replaced_once() -> None:
    ben = NameMask("Ben Okafor", "b.o@example.org")
    assert ben.hide("Ben Okafor; Okafor, Ben and BEN OKAFOR") == "the applicant; the applicant and the applicant"
    assert ben.hide("Mix by Ben Okafor.") == "Mix by the applicant."


def test_a_name_in_another_script_is_hidden() -> None:
    mask = NameMask("Сергей Прокофьев", "sp@example.org")
    assert mask.hide("Соната, играет ПРОКОФЬЕВ") == "Соната, играет the applicant"


@pytest.mark.parametrize(
    ("performers", "shown"),
    [
        ("Ada Lovelace, piano; Ben Kato, bass & Clara Vale, drums", "the applicant (further names are hidden)"),
        ("Ada Lovelace", "the applicant"),
        ("Ben Kato and the Lake Street Quartet", "names are hidden"),
        ("", ""),
    ],
)
def test_performers_are_not_named(performers: str, shown: str) -> None:
    assert performers_without_names(performers, ADA) == shown


@pytest.mark.parametrize(
    ("words", "hidden"),
    [
        ("Traditional, arr. E. Yılmaz", "Traditional, arr. the applicant"),
        ("Yilmaz, E. and M. Kaplan", "the applicant. and M. Kaplan"),
        ("E minor, by Yılmaz", "E minor, by the applicant"),
    ],
)
def test_an_initial_beside_the_name_goes_with_it(words: str, hidden: str) -> None:
    assert NameMask("Elif Yılmaz", "elif@example.org").hide(words) == hidden
