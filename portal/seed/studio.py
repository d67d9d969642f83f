"""Renders the demo's recordings on all cores while the world is being made."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from portal.seed import files
from portal.seed.music import Stereo, piece
from portal.seed.story import Take

MOST_PROCESSES = 4


@dataclass(frozen=True)
class SoundFile:
    content: bytes
    ending: str


# How a take becomes a file: its bytes and the ending of its name.
FAULTS: dict[str, Callable[[Stereo], tuple[bytes, str]]] = {
    "flac": lambda sound: (files.flac(sound), "flac"),
    "wav24": lambda sound: (files.wav(sound, bits=24), "wav"),
    "quiet": lambda sound: (files.wav(sound * 0.6, bits=24), "wav"),
    "clipped": lambda sound: (files.flac(files.clipped(sound)), "flac"),
    "mp3_in_wav": lambda sound: (files.mp3_in_wav(sound), "wav"),
    "head_silence": lambda sound: (files.flac(files.with_silence_in_front(sound, seconds=7.5)), "flac"),
    "no_right_channel": lambda sound: (files.flac(files.without_right_channel(sound)), "flac"),
    "cut_off": lambda sound: (files.cut_off(files.wav(sound), share=0.9), "wav"),
    "low_rate": lambda sound: (files.wav(sound[::2], rate_hz=22_050), "wav"),
}


def rendered(takes: Sequence[Take]) -> Generator[SoundFile, None, None]:
    """Each take as a file, in order. The music of a take follows from its place in the list."""
    # A fresh interpreter per process: forking would take the database's connections along.
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(MOST_PROCESSES, os.cpu_count() or 1), mp_context=fresh) as pool:
        yield from pool.map(_render, range(1, len(takes) + 1), takes)


def _render(number: int, take: Take) -> SoundFile:
    return SoundFile(*FAULTS[take.fault](piece(number, style=take.style, seconds=take.seconds)))
