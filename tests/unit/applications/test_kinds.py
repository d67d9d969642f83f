"""Files of the wrong kind are turned away as soon as more bytes would say the same, and not before."""

from __future__ import annotations

import io

import pytest

from portal.applications.service.kinds import AskedKind
from portal.recordings.errors import WrongKind

ANYTHING = AskedKind([])
TAG = b"ID3\x03\0\0\0\0\x01\0" + bytes(128)
LARGE = b"ID3\x03\0\0\0\x0f\x7f\x7f" + bytes((0x0F << 14) + (0x7F << 7) + 0x7F)
WORDS = b"words " * 20_000


def look(arrived: bytes) -> int | None:
    return ANYTHING.demand(io.BytesIO(arrived), size_bytes=1_000_000_000)


@pytest.mark.parametrize(
    "front", [TAG + TAG, TAG + LARGE, LARGE + TAG, TAG * 50], ids=["two", "the second large", "the first large", "many"]
)
def test_behind_tags_the_sound_is_waited_for(front: bytes) -> None:
    for arrived in (3, 9, 10, 139, 100_000, len(front)):
        again = look(front[:arrived])
        assert again is not None
        assert again > len(front[:arrived])
    with pytest.raises(WrongKind):
        look(front + WORDS)
    assert look(front + b"fLaC" + bytes(100)) is None


def test_zeros_are_waited_behind_up_to_a_limit() -> None:
    assert look(bytes(100_000)) is not None
    assert look(bytes(100_000) + b"\xff") is not None
    with pytest.raises(WrongKind):
        look(bytes(100_000) + WORDS)
    with pytest.raises(WrongKind):
        look(bytes(2_000_000))


def test_what_ends_before_it_says_what_it_is_is_nothing() -> None:
    with pytest.raises(WrongKind):
        ANYTHING.demand(io.BytesIO(TAG), size_bytes=len(TAG))
