"""Files of the wrong kind, turned away by their first bytes: as soon as those are here, and never by their name."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO, cast

from portal.applications.service.files import Prefixed
from portal.checks.evaluate import RuleSpec
from portal.checks.sniff import HEAD_BYTES, REACH_BYTES, reaches_beyond, sniff
from portal.programmes.early import objection
from portal.programmes.models import Slot
from portal.programmes.queries import current_rule_set
from portal.programmes.technical_rules import specs_of
from portal.recordings.errors import WrongKind


@dataclass(frozen=True)
class AskedKind:
    """What a slot's blocking rules say of a file's kind, to be asked while bytes arrive and no transaction is open."""

    rules: Sequence[RuleSpec]

    def demand(self, file: BinaryIO, *, size_bytes: int) -> None:
        """Look at what has arrived of a file of this size. Raises WrongKind when it is certain that it cannot pass."""
        arrived = file.seek(0, io.SEEK_END)
        file.seek(0)
        head = file.read(HEAD_BYTES)
        container = sniff(file)
        if container is None and arrived < size_bytes and reaches_beyond(file):
            return
        if sentence := objection(container, self.rules, head=head):
            raise WrongKind(sentence)

    def checked(self, stream: BinaryIO) -> BinaryIO:
        """The same stream, its first bytes looked at already. Raises WrongKind."""
        head = stream.read(REACH_BYTES)
        if head:
            size = len(head) + (len(head) == REACH_BYTES)  # a full head may go on
            self.demand(io.BytesIO(head), size_bytes=size)
        return cast(BinaryIO, Prefixed(head, stream))


def kind_asked_by(slot: Slot) -> AskedKind:
    return AskedKind(specs_of(current_rule_set(slot.id)))
