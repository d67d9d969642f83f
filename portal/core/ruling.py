"""The answer of a policy: yes, or no with the reason."""

from __future__ import annotations

from dataclasses import dataclass

from portal.core.errors import NotAllowed


@dataclass(frozen=True)
class Ruling:
    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed

    def enforce(self) -> None:
        """Raise NotAllowed with the reason. Commands call this: a page's own check is never the last one."""
        if not self.allowed:
            raise NotAllowed(self.reason)


ALLOWED = Ruling(True)


def refused(reason: str) -> Ruling:
    return Ruling(False, reason)


def allowed_if(condition: bool, reason: str) -> Ruling:
    return ALLOWED if condition else refused(reason)
