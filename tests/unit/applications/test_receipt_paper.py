"""The PDF of a receipt: made of the signed document alone, always the same, in every script, and never with a box."""

from __future__ import annotations

import json
import zlib

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.applications.receipts import paper
from portal.applications.receipts.in_words import in_words
from portal.applications.receipts.printable import SHOWN, plain, printable
from portal.core import signed
from portal.core.errors import Invalid
from tests.factories.receipts import KEY, payload_of_submit, signed_submit

KEYS = {signed.key_id_of(KEY.public_key()): KEY.public_key()}


def test_the_words_name_times_in_the_zone_and_in_utc() -> None:
    said = in_words(payload_of_submit())
    assert said.title == "Receipt 2026-0042"
    assert said.lead == (
        "We received this application with one file. Every file below was complete on our disks at that moment."
    )
    facts = {fact.label: fact.value for fact in said.facts}
    assert facts["Received"] == "Sun 22 Nov 2026, 07:00:00 EST (America/New_York), 12:00:00 UTC"
    assert facts["Everything said"] == "c0" * 32
    (file,) = said.files
    assert file.title == "Own production: Night Bus"
    assert [(fact.label, fact.value) for fact in file.facts] == [
        ("File", "night bus.wav"),
        ("Size", "173,400,000 bytes"),
        ("Received", "Sun 22 Nov 2026, 06:59:59 EST (America/New_York), 11:59:59 UTC"),
        ("Decoded length", "3:05.2"),
        ("SHA-256", "0" * 64),
    ]


def test_a_form_from_the_future_is_not_guessed_at() -> None:
    with pytest.raises(Invalid, match="does not know what it says"):
        in_words(payload_of_submit() | {"schema": 2})


def test_the_pdf_carries_the_document_and_is_verified_by_it() -> None:
    document = signed_submit()
    pdf = paper.pdf_of(document)
    assert pdf.startswith(b"%PDF-1.7")
    assert signed.document_in(pdf) == document.encode()
    assert signed.verify(pdf, KEYS).payload == payload_of_submit()


def test_the_same_document_gives_the_same_bytes() -> None:
    assert paper.pdf_of(signed_submit()) == paper.pdf_of(signed_submit())


def test_a_document_that_was_changed_inside_the_pdf_is_refused() -> None:
    forged = signed_submit().replace("night bus.wav", "other bus.wav")
    with pytest.raises(signed.NotGenuine, match="something in it was changed"):
        signed.verify(paper.pdf_of(forged), KEYS)


@pytest.mark.parametrize(
    "name",
    [
        "Νίκος Καζαντζάκης",
        "Фёдор Достоевский",
        "久石 譲 ひさいし カタカナ",
        "김철수",
        "张伟 張偉",
        "محمد علي الحسيني پژگچ",
        "שלום עליכם",
        "Հայաստան ქართული",
        "राम प्रसाद",
        "Łukasz Čapek Nguyễn Thị Ö",
    ],
)
def test_names_in_these_scripts_are_printed_as_they_are(name: str) -> None:
    assert printable(name) == name
    assert signed.verify(paper.pdf_of(signed_submit(applicant=name, file_names=(f"{name}.wav",))), KEYS)


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("สมชาย Bus", "[U+0E2A U+0E21 U+0E0A U+0E32 U+0E22] Bus"),
        ("bus 🎵.wav", "bus [U+1F3B5].wav"),
        ("evil\u202egpj.exe", "evil[U+202E]gpj.exe"),
        ("nul\0line\n", "nul[U+0000]line[U+000A]"),
        ("private \ue000", "private [U+E000]"),
    ],
)
def test_what_the_fonts_do_not_hold_is_printed_as_code_points(name: str, printed: str) -> None:
    assert printable(name) == printed
    assert paper.pdf_of(signed_submit(applicant=name))


def test_every_letter_that_is_called_printable_can_be_typeset() -> None:
    """PDF/A refuses a letter without a shape; so nothing here may need the way out in ASCII."""
    letters = [chr(code) for first, last in SHOWN for code in range(first, last + 1)]
    shown = [letter for letter in letters if printable(letter) == letter]
    assert len(shown) > 42_000
    names = tuple(" ".join(shown[start : start + 3000]) for start in range(0, len(shown), 3000))
    document = signed_submit(file_names=names)
    parts = json.loads(document)
    assert paper._typeset(paper._data(parts, in_words(parts["payload"]), document, shown=printable))


def test_where_the_fonts_fail_all_the_same_the_receipt_is_printed_in_ascii(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper, "printable", lambda text: text)
    pdf = paper.pdf_of(signed_submit(applicant="สมชาย"))
    assert signed.verify(pdf, KEYS).payload["applicant"]["name"] == "สมชาย"
    assert plain("é สa") == "[U+00E9] [U+0E2A]a"


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_whatever_somebody_is_called_there_is_a_receipt(name: str) -> None:
    assert signed.verify(paper.pdf_of(signed_submit(applicant=name, file_names=(name,))), KEYS)


@pytest.mark.parametrize(
    "name", ["#panic()", '#read("/etc/passwd")', "*bold* $x^2$ \\ #set page(", "x" * 5000, " " * 300]
)
def test_words_are_never_markup(name: str) -> None:
    document = signed_submit(applicant=name, file_names=(name,))
    with_words = paper.pdf_of(document)
    assert signed.document_in(with_words) == document.encode()


def test_the_words_are_in_the_pdf_for_those_who_search_or_listen() -> None:
    """Every letter of a PDF/A has its Unicode beside it."""
    pdf = paper.pdf_of(signed_submit(applicant="Zoë Quinn"))
    unpacked = b"".join(_unpacked(pdf))
    assert b"beginbfchar" in unpacked or b"beginbfrange" in unpacked
    assert b"/MarkInfo" in pdf + unpacked
    assert b"/StructTreeRoot" in pdf + unpacked


def _unpacked(pdf: bytes) -> list[bytes]:
    found = []
    for part in pdf.split(b"stream\n")[1:]:
        try:
            found.append(zlib.decompressobj().decompress(part))
        except zlib.error:
            continue
    return found


def test_files_are_named_in_plain_letters() -> None:
    assert paper.file_name(signed_submit()) == "receipt-2026-0042"
    again = signed.sign(payload_of_submit() | {"receipt_number": 2}, KEY)
    assert paper.file_name(again) == "receipt-2026-0042-2"


def test_only_our_own_fonts_are_used() -> None:
    families = set(paper._fonts().families())
    assert {"Libertinus Serif", "Noto Sans CJK SC", "DejaVu Sans Mono"} <= families
    assert families == set(typst.Fonts(include_system_fonts=False, font_paths=[]).families()) | {
        family for family in families if family.startswith("Noto Sans")
    }
