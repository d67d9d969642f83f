"""XLSX, written row by row in constant memory. Every text is a text cell, so that none is ever run as a formula."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import BinaryIO

import xlsxwriter

from portal.core.errors import Invalid
from portal.exports.columns import Kind, Sheet, Value, iso
from portal.exports.format import Format

# Limits of the file format (ECMA-376 leaves them to Excel).
MAX_ROWS = 1_048_576
MAX_CELL_CHARS = 32_767
CUT = " … (cut; the JSON export has the whole text)"
WIDTHS = {Kind.TEXT: 24, Kind.TIME: 21, Kind.WHOLE: 12, Kind.NUMBER: 12, Kind.FLAG: 10}


class ExcelWriter:
    def __init__(self, stream: BinaryIO, sheet: Sheet) -> None:
        self._book = xlsxwriter.Workbook(
            stream,
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_numbers": False,
                "strings_to_urls": False,
            },
        )
        made = sheet.exported_at.astimezone(UTC).replace(tzinfo=None)
        self._book.set_properties({"title": f"{sheet.programme}, {sheet.intake}: {sheet.dataset}", "created": made})
        self._bold = self._book.add_format({"bold": True})
        self._page = self._book.add_worksheet(sheet.dataset)
        self._page.freeze_panes(1, 0)
        self._row = 0
        for index, column in enumerate(sheet.columns):
            self._page.set_column(index, index, max(WIDTHS[column.kind], len(column.name) + 2))
            self._page.write_string(0, index, column.name, self._bold)
        self._sheet = sheet

    def write(self, row: tuple[Value, ...]) -> None:
        self._row += 1
        if self._row >= MAX_ROWS:
            raise Invalid("This export has more rows than an Excel sheet can hold. Choose CSV or JSON.")
        for index, value in enumerate(row):
            self._cell(index, value)

    def finish(self) -> None:
        about = self._book.add_worksheet("about")
        about.set_column(0, 2, 28)
        facts = (
            ("programme", self._sheet.programme),
            ("intake", self._sheet.intake),
            ("time zone of the intake", self._sheet.time_zone),
            ("exported at", iso(self._sheet.exported_at)),
        )
        lines = [
            *facts,
            ("", ""),
            *((c.name, f"{c.kind.value}{', ' + c.unit if c.unit else ''}") for c in self._sheet.columns),
        ]
        for index, (name, text) in enumerate(lines):
            about.write_string(index, 0, name, self._bold)
            about.write_string(index, 1, text)
        self._book.close()

    def _cell(self, index: int, value: Value) -> None:
        if value is None:
            return
        if isinstance(value, bool):
            self._page.write_boolean(self._row, index, value)
        elif isinstance(value, int | float):
            self._page.write_number(self._row, index, value)
        else:
            self._page.write_string(self._row, index, _fitting(iso(value) if isinstance(value, datetime) else value))


def _fitting(text: str) -> str:
    return text if len(text) <= MAX_CELL_CHARS else text[: MAX_CELL_CHARS - len(CUT)] + CUT


FORMAT = Format(
    key="xlsx",
    title="Excel",
    description="For Excel, Numbers and LibreOffice: numbers are numbers, units on a second sheet.",
    extension="xlsx",
    mime_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    open=ExcelWriter,
)
