"""What every template can rely on: filters for times, sizes and numbers, and the helpers of the page frame."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, g
from wtforms import Field, FieldList, Form, FormField

from portal.core.moments import in_zone
from portal.web.assets import asset
from portal.web.status_words import StatusWords, status_words

NOT_MEASURED = "not measured"


def csp_nonce() -> str:
    """One nonce per request, shared by the page and its Content-Security-Policy header."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    nonce: str = g.csp_nonce
    return nonce


def format_datetime(moment: datetime | None, zone: str = "UTC") -> str:
    """`Sun 22 Nov 2026, 17:00 EST`: the moment in an IANA zone, with the zone's own abbreviation."""
    if moment is None:
        return "no date yet"
    return in_zone(_aware(moment), zone)


def format_date(moment: datetime | None, zone: str = "UTC") -> str:
    """`22 November 2026` in an IANA zone."""
    if moment is None:
        return "no date yet"
    local = _aware(moment).astimezone(ZoneInfo(zone))
    return f"{local.day} {local:%B %Y}"


def format_clock(seconds: float | None) -> str:
    """`1:07.2`: a place in a recording, to a tenth of a second."""
    if seconds is None:
        return NOT_MEASURED
    tenths = int(max(seconds, 0.0) * 10 + 0.5)
    minutes, rest = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    tail = f"{rest // 10:02d}.{rest % 10}"
    return f"{hours}:{minutes:02d}:{tail}" if hours else f"{minutes}:{tail}"


def format_duration(seconds: float | None) -> str:
    """`6:12` or `1:02:30`: how long something is, to the second."""
    if seconds is None:
        return NOT_MEASURED
    minutes, rest = divmod(round(max(seconds, 0.0)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def format_filesize(size_bytes: int | None) -> str:
    """`173.4 MB`, in decimal units as file managers and mail programs show them."""
    if size_bytes is None:
        return NOT_MEASURED
    size = float(size_bytes)
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000 or unit == "GB":
            return f"{size:.0f} {unit}" if unit in ("bytes", "kB") else f"{size:.1f} {unit}"
        size /= 1000
    raise AssertionError("unreachable: GB always returns")


def format_number(value: float | None, digits: int | None = None) -> str:
    """`12,480` or, with digits, `-14.2` with a true minus sign; a missing value says so."""
    if value is None:
        return NOT_MEASURED
    shown = f"{value:,.{digits}f}" if digits is not None else f"{value:,}"
    return shown.replace("-", "\N{MINUS SIGN}")


def error_lines(form: Form) -> list[tuple[str, str, str]]:
    """(field id, label, message) for every error of a form, nested ones included; form-wide errors have an empty id."""
    lines = [("", "", str(message)) for message in form.form_errors]
    for field in form:
        lines.extend(_field_error_lines(field))
    return lines


def _field_error_lines(field: Field) -> Iterator[tuple[str, str, str]]:
    if isinstance(field, FormField | FieldList):
        for inner in field:
            yield from _field_error_lines(inner)
        if isinstance(field, FormField):
            return
    for message in field.errors:
        if isinstance(message, str) or not hasattr(message, "__iter__"):
            yield field.id, field.label.text, str(message)


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _utc_now() -> datetime:
    return datetime.now(UTC)


def _page_frame() -> Mapping[str, Any]:
    return {"_now": _utc_now()}


def register(app: Flask) -> None:
    """Give the app's templates their filters and helpers."""
    app.jinja_env.filters.update(
        datetime=format_datetime,
        date=format_date,
        clock=format_clock,
        duration=format_duration,
        filesize=format_filesize,
        number=format_number,
    )

    def words(value: object, kind: str | None = None) -> StatusWords:
        return status_words(value, kind=kind)

    app.jinja_env.globals.update(
        asset=asset,
        csp_nonce=csp_nonce,
        error_lines=error_lines,
        now_utc=_utc_now,
        status_words=words,
    )
    app.context_processor(_page_frame)
