"""What the engine refuses, where it stops, and how much it may use: every number in one place."""

from dataclasses import dataclass

from portal.checks.report import ENGINE as ENGINE

MIN_RATE_HZ, MAX_RATE_HZ = 8_000, 384_000
MAX_CHANNELS = 8
MAX_CHUNKS = 1_000
MAX_TAG_BYTES = 16 * 1024 * 1024
MAX_TAG_ENTRIES = 2_000
MAX_TAG_TEXT_BYTES = 1_000_000  # apart from pictures
MAX_TAG_CPU_S = 2.0
MAX_BAD_PACKETS_IN_A_ROW = 2_000
FULL_SCALE = 0.9999  # from here on a sample counts as full scale, at 16 bits and more
FULL_SCALE_8_BIT = 127 / 128  # the highest code that 8 bits have
MAX_PLACES = 50  # listed positions per finding; the count beside them is complete


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one file may cost. The defaults let two hours of 24-bit/96 kHz through and stop everything that grows."""

    max_duration_s: float = 3 * 3600.0
    cpu_s: int = 120
    wall_s: float = 300.0  # a busy machine may give a child a quarter of a core
    memory_bytes: int = 1024 * 1024 * 1024  # address space of the child
    result_bytes: int = 2 * 1024 * 1024  # report, waveform and fingerprint together
    output_bytes: int = 0  # of the one file that the child may write; a measurement writes none
