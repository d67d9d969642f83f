"""The same rows in every format, byte for byte as they were agreed on. `golden/` holds what a reader may rely on."""

from __future__ import annotations

import csv
import io
import json
import math
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from xml.etree import ElementTree

import pytest

from portal.core.errors import Invalid, NotFound
from portal.exports.catalogue import DATASETS
from portal.exports.columns import Column, Dataset, Kind, Sheet, Value, in_unit, values_of
from portal.exports.format import all_formats, get_format
from portal.exports.formats import excel

GOLDEN = Path(__file__).parent / "golden"
NAMESPACE = {"s": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


@dataclass(frozen=True, kw_only=True)
class Row:
    name: str
    score: float | None = in_unit("0..100")
    reviews: int
    admitted: bool
    decided_at: datetime | None


NEW_YORK = timezone(timedelta(hours=-5))
ROWS = [
    Row(
        name="Ada Lovelace",
        score=87.25,
        reviews=3,
        admitted=True,
        decided_at=datetime(2026, 11, 22, 17, tzinfo=NEW_YORK),
    ),
    Row(name="Núñez, “Zoë”\nsecond line", score=None, reviews=0, admitted=False, decided_at=None),
    Row(name='=HYPERLINK("http://evil.example")', score=-1.5, reviews=-2, admitted=False, decided_at=None),
    Row(name="+49 30 1234", score=0.0, reviews=0, admitted=False, decided_at=None),
    Row(name="-cmd|' /C calc'!A0", score=100.0, reviews=1, admitted=False, decided_at=None),
    Row(name="@SUM(1+1)", score=1e-05, reviews=1, admitted=False, decided_at=None),
    Row(name="\t=1+1", score=33.3333, reviews=1, admitted=False, decided_at=None),
    Row(name="\r=1+1", score=1.0, reviews=1, admitted=False, decided_at=None),
    Row(name="日本語 🎧", score=50.0, reviews=1, admitted=False, decided_at=None),
]


def columns() -> tuple[Column, ...]:
    return Dataset("sample", "", "", Row, lambda *_: 0, lambda *_: (_ for _ in ())).columns


def written(key: str, rows: list[Row] = ROWS) -> bytes:
    stream = io.BytesIO()
    sheet = Sheet(
        dataset="sample",
        columns=columns(),
        programme="M.M. Music Production",
        intake="Fall 2027",
        time_zone="America/New_York",
        exported_at=datetime(2027, 1, 31, 12, 30, tzinfo=UTC),
    )
    writer = get_format(key).open(stream, sheet)
    try:
        for row in rows:
            writer.write(values_of(row))
    finally:
        writer.finish()
    return stream.getvalue()


@pytest.mark.parametrize("key", ["csv", "json"])
def test_byte_for_byte(key: str) -> None:
    assert written(key) == (GOLDEN / f"sample.{key}").read_bytes()


def test_excel_cell_for_cell() -> None:
    cells = excel_cells(written("xlsx"), "xl/worksheets/sheet1.xml")

    golden = json.loads((GOLDEN / "sample.xlsx.json").read_text(encoding="utf-8"))
    assert [[list(cell) for cell in line] for line in cells] == golden


def test_csv_read_back_is_what_was_written_but_for_the_apostrophe() -> None:
    lines = list(csv.reader(io.StringIO(written("csv").decode("utf-8-sig"), newline="")))

    assert [line[0].removeprefix("'") for line in lines[1:]] == [row.name for row in ROWS]
    assert all(line[0][0] not in "=+-@\t\r" for line in lines)
    assert [line[1] for line in lines[1:4]] == ["87.25", "", "-1.5"]
    assert lines[1][4] == "2026-11-22T22:00:00Z"


def test_json_read_back_is_what_was_written() -> None:
    found = json.loads(written("json"))

    assert (found["schema_version"], found["dataset"], found["time_zone"]) == (1, "sample", "America/New_York")
    assert found["columns"][1] == {"name": "score", "type": "number", "unit": "0..100"}
    assert [row["name"] for row in found["rows"]] == [row.name for row in ROWS]
    assert found["rows"][2]["score"] == -1.5
    assert found["rows"][0]["admitted"] is True


def test_json_without_rows_is_still_json() -> None:
    assert json.loads(written("json", []))["rows"] == []


def test_json_never_holds_what_is_no_number() -> None:
    with pytest.raises(ValueError, match="Out of range"):
        written("json", [Row(name="x", score=math.nan, reviews=0, admitted=False, decided_at=None)])


def test_no_cell_of_an_excel_file_is_a_formula_or_a_link() -> None:
    with zipfile.ZipFile(io.BytesIO(written("xlsx"))) as archive:
        page = archive.read("xl/worksheets/sheet1.xml").decode()
        names = archive.namelist()

    assert "<f>" not in page
    assert "hyperlink" not in page.replace("HYPERLINK", "")
    assert not [name for name in names if "externalLink" in name]


def test_the_second_sheet_says_what_the_file_is() -> None:
    cells = excel_cells(written("xlsx"), "xl/worksheets/sheet2.xml")

    facts = {line[0][2]: line[1][2] for line in cells if len(line) > 1}
    assert facts["programme"] == "M.M. Music Production"
    assert facts["exported at"] == "2027-01-31T12:30:00Z"
    assert facts["score"] == "number, 0..100"


def test_a_text_that_no_cell_can_hold_is_cut_and_says_so() -> None:
    long = Row(name="a" * 40_000, score=1.0, reviews=1, admitted=False, decided_at=None)

    (_, _, name) = excel_cells(written("xlsx", [long]), "xl/worksheets/sheet1.xml")[1][0]

    assert len(name) == 32_767
    assert name.endswith("(cut; the JSON export has the whole text)")


def test_more_rows_than_a_sheet_holds_are_refused_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel, "MAX_ROWS", 5)

    with pytest.raises(Invalid, match="Choose CSV or JSON"):
        written("xlsx")


def test_the_formats_are_those_of_the_folder() -> None:
    assert {key: one.extension for key, one in all_formats().items()} == {"csv": "csv", "xlsx": "xlsx", "json": "json"}
    with pytest.raises(NotFound):
        get_format("pdf")


def test_published_columns_keep_their_names() -> None:
    """A name that stands here is used by other systems: it can be added to, never changed."""
    published = json.loads((GOLDEN / "columns.json").read_text(encoding="utf-8"))

    found = {key: {c.name: c.kind.value for c in one.columns} for key, one in DATASETS.items()}
    assert found == published


def test_kinds_follow_from_the_types() -> None:
    assert [column.kind for column in columns()] == [Kind.TEXT, Kind.NUMBER, Kind.WHOLE, Kind.FLAG, Kind.TIME]


def excel_cells(book: bytes, part: str) -> list[list[tuple[str, str, Value]]]:
    """Each cell as (place, kind, value); kind is text, number or flag."""
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        page = ElementTree.fromstring(archive.read(part))
        names = archive.namelist()
        shared = archive.read("xl/sharedStrings.xml") if "xl/sharedStrings.xml" in names else b"<sst/>"
    strings = ["".join(item.itertext()) for item in ElementTree.fromstring(shared)]
    return [
        [_cell(cell, strings) for cell in line.findall("s:c", NAMESPACE)]
        for line in page.findall("s:sheetData/s:row", NAMESPACE)
    ]


def _cell(cell: ElementTree.Element, strings: list[str]) -> tuple[str, str, Value]:
    place, kind = cell.get("r", ""), cell.get("t", "n")
    if kind == "inlineStr":
        return place, "text", "".join(cell.itertext())
    text = cell.findtext("s:v", "", NAMESPACE)
    if kind == "s":
        return place, "text", strings[int(text)]
    return (place, "flag", text == "1") if kind == "b" else (place, "number", float(text))
