"""JSON for programs: what the file is, its columns with units, then one object per row."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, BinaryIO

from portal.exports.columns import SCHEMA_VERSION, Sheet, Value, iso
from portal.exports.format import Format


class JsonWriter:
    def __init__(self, stream: BinaryIO, sheet: Sheet) -> None:
        self._stream, self._names, self._first = stream, [column.name for column in sheet.columns], True
        head = {
            "schema_version": SCHEMA_VERSION,
            "dataset": sheet.dataset,
            "programme": sheet.programme,
            "intake": sheet.intake,
            "time_zone": sheet.time_zone,
            "exported_at": iso(sheet.exported_at),
            "columns": [{"name": c.name, "type": c.kind.value, "unit": c.unit} for c in sheet.columns],
        }
        self._put(_dump(head)[:-1] + ', "rows": [')

    def write(self, row: tuple[Value, ...]) -> None:
        values = {
            name: iso(value) if isinstance(value, datetime) else value
            for name, value in zip(self._names, row, strict=True)
        }
        self._put(("\n" if self._first else ",\n") + _dump(values))
        self._first = False

    def finish(self) -> None:
        self._put("\n]}\n")

    def _put(self, text: str) -> None:
        self._stream.write(text.encode())


def _dump(thing: Any) -> str:
    return json.dumps(thing, ensure_ascii=False, allow_nan=False)


FORMAT = Format(
    key="json",
    title="JSON",
    description="For programs: with a schema version, types and units.",
    extension="json",
    mime_type="application/json",
    open=JsonWriter,
)
