"""What every template can rely on: filters for times, sizes and numbers, and the helpers of the page frame."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, g
from wtforms import Field, FieldList, Form, FormField

from portal.bootstrap import SETTINGS
from portal.checks import wording
from portal.core import clock
from portal.core.moments import in_place, in_utc_beside, in_zone
from portal.web.assets import asset
from portal.web.deed_words import deed_words
from portal.web.mail_words import mail_to, mail_words
from portal.web.marks import marks_of, places_to_play
from portal.web.status_words import StatusWords, status_words

PRODUCT_NAME = "Soundcheck"
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
    return wording.clock(max(seconds, 0.0))


def format_duration(seconds: float | None) -> str:
    """`6:12` or `1:02:30`: how long something is, to the second."""
    if seconds is None:
        return NOT_MEASURED
    minutes, rest = divmod(round(max(seconds, 0.0)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def format_filesize(size_bytes: int | None) -> str:
    """`173.4 MB` or `600 MB`, in decimal units as file managers and mail programs show them."""
    if size_bytes is None:
        return NOT_MEASURED
    if size_bytes < 1000:
        return f"{size_bytes} bytes"
    if size_bytes < 1_000_000:
        return f"{size_bytes / 1e3:.0f} kB"
    number, unit = (size_bytes / 1e6, "MB") if size_bytes < 1_000_000_000 else (size_bytes / 1e9, "GB")
    return f"{number:.1f}".removesuffix(".0") + f" {unit}"


def format_number(value: float | None, digits: int | None = None) -> str:
    """`12,480` or, with digits, `-14.2` with a true minus sign; a missing value says so."""
    if value is None:
        return NOT_MEASURED
    return wording.number(value, digits) if digits is not None else f"{value:,}".replace("-", wording.MINUS)


def error_lines(form: Form) -> list[tuple[str, str, str]]:
    """(field id, label, message) for every error of a form, nested ones included; form-wide errors have an empty id."""
    lines = [("", "", str(message)) for message in form.form_errors]
    for field in form:
        lines.extend(_field_error_lines(field))
    return list(dict.fromkeys(lines))


def _field_error_lines(field: Field) -> Iterator[tuple[str, str, str]]:
    if isinstance(field, FormField | FieldList):
        for inner in field:
            yield from _field_error_lines(inner)
    # A field of fields repeats what those inside say, as lists and mappings; only plain sentences are its own.
    messages: Iterable[object] = field.errors
    for message in messages:
        if isinstance(message, str) and not isinstance(field, FormField):
            yield field.id, field.label.text, message


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _page_frame() -> dict[str, Any]:
    return {"_now": clock.now()}


def _school_name(app: Flask) -> str:
    """The school that runs this installation; empty while it bears the product's own name."""
    settings = app.extensions.get(SETTINGS)
    name = settings.school_name if settings else ""
    return "" if name == PRODUCT_NAME else name


def register(app: Flask) -> None:
    """Give the app's templates their filters and helpers."""
    app.jinja_env.filters.update(
        datetime=format_datetime,
        deed=deed_words,
        mail_to=mail_to,
        mail_words=mail_words,
        date=format_date,
        clock=format_clock,
        duration=format_duration,
        filesize=format_filesize,
        number=format_number,
        in_place=in_place,
        utc_beside=in_utc_beside,
    )

    settings = app.extensions.get(SETTINGS)

    def words(value: object, kind: str | None = None) -> StatusWords:
        return status_words(value, kind=kind)

    app.jinja_env.globals.update(
        asset=asset,
        csp_nonce=csp_nonce,
        error_lines=error_lines,
        marks_of=marks_of,
        now_utc=clock.now,
        places_to_play=places_to_play,
        school_name=_school_name(app),
        keeping=settings.retention.sentences if settings else [],
        status_words=words,
    )
    app.context_processor(_page_frame)
