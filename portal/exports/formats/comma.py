"""CSV (RFC 4180) in UTF-8 with a byte order mark, without which Excel takes it for another encoding.

Spreadsheet programs run a text that begins like a formula. Such a text gets an apostrophe before it; numbers are
written as numbers and never touched.
"""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import BinaryIO

from portal.exports.columns import Sheet, Value, iso
from portal.exports.format import Format

# Also the wide forms, which some programs fold to the plain ones before they look.
RUNS_AS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class CsvWriter:
    def __init__(self, stream: BinaryIO, sheet: Sheet) -> None:
        self._text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="", write_through=True)
        self._csv = csv.writer(self._text, lineterminator="\r\n")
        self._csv.writerow(column.name for column in sheet.columns)

    def write(self, row: tuple[Value, ...]) -> None:
        self._csv.writerow([_cell(value) for value in row])

    def finish(self) -> None:
        self._text.detach()


def _cell(value: Value) -> str | int | float:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, str) and value.startswith(RUNS_AS_FORMULA):
        return f"'{value}"
    return value


FORMAT = Format(
    key="csv",
    title="CSV",
    description="For spreadsheets and other systems: one table, UTF-8.",
    extension="csv",
    mime_type="text/csv",
    open=CsvWriter,
)
