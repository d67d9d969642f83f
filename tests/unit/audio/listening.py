"""Short ways to a report from arrays and bytes, in this process."""

import io

from portal.checks.report import AudioReport
from tests.signals.files import wav
from tests.signals.tones import Signal
from workers.audio.limits import Limits
from workers.audio.measure import Measured, measure

RATE_HZ = 44_100


def listen(data: bytes, *, file_name: str = "take.wav", limits: Limits | None = None) -> Measured:
    """Measure a file given as bytes; what comes out has been through JSON and back."""
    measured = measure(io.BytesIO(data), file_name=file_name, limits=limits)
    assert AudioReport.from_json(measured.report.to_json()) == measured.report
    return measured


def hear(signal: Signal, rate_hz: int = RATE_HZ, *, kind: str = "pcm24") -> AudioReport:
    """The report of a signal written as WAV."""
    return listen(wav(signal, rate_hz, kind=kind)).report
