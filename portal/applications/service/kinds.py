"""Files of the wrong kind, turned away by their first bytes: as soon as those are here, and never by their name."""

from __future__ import annotations

import io
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO, cast

from portal.applications.service.files import Prefixed
from portal.checks.evaluate import RuleSpec
from portal.checks.sniff import HEAD_BYTES, REACH_BYTES, sniff
from portal.core.resumable import LOOK_BYTES, StagedUpload
from portal.programmes.early import objection
from portal.programmes.models import Slot
from portal.programmes.queries import current_rule_set
from portal.programmes.technical_rules import specs_of
from portal.recordings.errors import WrongKind

# What a form's file is looked at by: a few zeros, and then as much as it takes.
FORM_HEAD_BYTES = HEAD_BYTES + REACH_BYTES


class Arriving:
    """A file that is not there whole yet: notes how far somebody wanted to read in it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.wanted_bytes = 0

    def seek(self, at: int) -> int:
        return self._file.seek(at)

    def read(self, size: int) -> bytes:
        self.wanted_bytes = max(self.wanted_bytes, self._file.tell() + size)
        return self._file.read(size)


@dataclass(frozen=True)
class AskedKind:
    """What a slot's blocking rules say of a file's kind, to be asked while bytes arrive and no transaction is open."""

    rules: Sequence[RuleSpec]

    def demand(self, file: BinaryIO, *, size_bytes: int) -> int | None:
        """Look at what has arrived of a file of this size. Raises WrongKind when it is certain that it cannot pass.

        Answers how many bytes must be there to say more, None when more of them would say the same.
        """
        arrived = file.seek(0, io.SEEK_END)
        reading = Arriving(file)
        container = sniff(cast(BinaryIO, reading))
        if container is None and arrived < min(reading.wanted_bytes, size_bytes):
            return reading.wanted_bytes
        file.seek(0)
        if sentence := objection(container, self.rules, head=file.read(HEAD_BYTES)):
            raise WrongKind(sentence)
        return None

    def checked(self, stream: BinaryIO) -> BinaryIO:
        """The same stream, its first bytes looked at already. Raises WrongKind."""
        head = stream.read(FORM_HEAD_BYTES)
        if head:
            size = len(head) + (len(head) == FORM_HEAD_BYTES)  # a full head may go on
            self.demand(io.BytesIO(head), size_bytes=size)
        return cast(BinaryIO, Prefixed(head, stream))


def is_known(file: StagedUpload, *, at: int) -> bool:
    """Whether what has arrived before `at` was looked at, and has shown what the file is."""
    if at < LOOK_BYTES:
        return False
    with suppress(FileNotFoundError), file.path.open("rb") as arrived:
        return sniff(arrived) is not None
    return False


def kind_asked_by(slot: Slot) -> AskedKind:
    return AskedKind(specs_of(current_rule_set(slot.id)))
