"""Logs: one line per event, with the id of the request or task that caused it."""

from __future__ import annotations

import logging
from contextvars import ContextVar

_request_id: ContextVar[str] = ContextVar("request_id", default="")


def request_id() -> str:
    return _request_id.get()


def set_request_id(value: str) -> None:
    _request_id.set(value)


class _WithRequestId(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id() or "-"
        return True


def set_up(level: int = logging.INFO) -> None:
    """Send everything to standard error in one format. Harmless when called twice."""
    root = logging.getLogger()
    if any(getattr(h, "is_soundcheck", False) for h in root.handlers):
        return
    handler = logging.StreamHandler()
    handler.is_soundcheck = True  # type: ignore[attr-defined]
    handler.addFilter(_WithRequestId())
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s"))
    root.addHandler(handler)
    root.setLevel(level)
