"""Subjects of the checks that look beyond one report: a recording against others, and all recordings of a slot."""

from dataclasses import dataclass

from portal.checks.strict import Strict


@dataclass(frozen=True, kw_only=True)
class Twin(Strict):
    """Another recording that equals or resembles the one that is judged."""

    name: str  # how the reader knows it: file and slot for the applicant, a reference for staff
    own: bool  # the same applicant sent it
    same_bytes: bool = False  # equal SHA-256 of the file
    same_sound: bool = False  # equal SHA-256 of the decoded samples
    bit_error_rate: float | None = None  # 0..1 between acoustic fingerprints at the best alignment
    here_s: float = 0.0  # where the common part begins in this recording
    there_s: float = 0.0  # and in the other


@dataclass(frozen=True, kw_only=True)
class Comparison(Strict):
    """One recording against all that were compared with it. None: that comparison has not been made."""

    exact: tuple[Twin, ...] | None = None
    acoustic: tuple[Twin, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class Portfolio(Strict):
    """All recordings that fill one slot of an application."""

    recordings: int
    total_duration_s: float | None = None  # decoded; None while any of them is not measured
