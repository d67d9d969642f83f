"""Where something happens, for the whole recording in a bounded list."""

from portal.checks.sound_facts import Span
from workers.audio.limits import MAX_PLACES

_BUFFER = 4 * MAX_PLACES  # so that joining is paid once for many places
_FIRST_GAP_S = 0.1


class Places:
    """Keeps every place while there are few; beyond MAX_PLACES it joins the nearest neighbours, and never drops an end.

    A joined place keeps the largest value, and its channel only if all have the same.
    """

    def __init__(self) -> None:
        self._spans: list[Span] = []
        self._gap_s = 0.0

    def add(self, span: Span) -> None:
        self._spans.append(span)
        if len(self._spans) > _BUFFER:
            self._join()

    def spans(self) -> tuple[Span, ...]:
        """Return at most MAX_PLACES places in order of time."""
        self._join()
        return tuple(self._spans)

    def _join(self) -> None:
        self._spans = _joined(self._spans, self._gap_s) if self._gap_s else sorted(self._spans, key=_start)
        while len(self._spans) > MAX_PLACES:
            self._gap_s = 2 * self._gap_s or _FIRST_GAP_S
            self._spans = _joined(self._spans, self._gap_s)


def _start(span: Span) -> float:
    return span.start_s


def _joined(spans: list[Span], gap_s: float) -> list[Span]:
    joined: list[Span] = []
    for span in sorted(spans, key=_start):
        last = joined[-1] if joined else None
        if last is None or span.start_s - last.end_s > gap_s:
            joined.append(span)
            continue
        values = [value for value in (last.value, span.value) if value is not None]
        joined[-1] = Span(
            start_s=last.start_s,
            end_s=max(last.end_s, span.end_s),
            channel=last.channel if last.channel == span.channel else None,
            value=max(values) if values else None,
        )
    return joined
