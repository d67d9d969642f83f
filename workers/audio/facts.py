"""What the measurements found out, collected under the report's own field names."""

from typing import Any, get_args

from portal.checks.file_facts import Health
from portal.checks.report import AudioReport, measurable_fields
from portal.checks.strict import field_types


class Facts:
    """Values by group and field, and reasons for what has none."""

    def __init__(self) -> None:
        self._values: dict[str, dict[str, object]] = {}
        self.reasons: dict[str, str] = {}
        self.limits_hit: list[str] = []  # sentences

    def put(self, group: str, **fields: object) -> None:
        self._values.setdefault(group, {}).update(fields)

    def get(self, group: str, name: str) -> object:
        return self._values.get(group, {}).get(name)

    def group(self, name: str) -> Any:
        """Build one group of the report from what is known so far."""
        return field_types(AudioReport)[name](**self._values.get(name, {}))

    def excuse(self, reason: str, *paths: str) -> None:
        """Say why these fields or groups have no value, should they have none. The first reason given stays."""
        for path in paths:
            self.reasons.setdefault(path, reason)

    def withhold(self, group: str, reason: str) -> None:
        """Drop what was measured of a group: its numbers would mislead."""
        self._values.pop(group, None)
        self.reasons = {path: why for path, why in self.reasons.items() if path.partition(".")[0] != group}
        self.reasons[group] = reason

    def excuse_rest(self, reason: str) -> None:
        """Give `reason` to every measured field without value or reason, and drop the reasons that were not needed.

        A list is never without value; the number beside it says whether it was measured.
        """
        empty = {path for path in _may_be_none() if self.get(*path.split(".")) is None}
        self.excuse(reason, *(path for path in sorted(empty) if path.partition(".")[0] not in self.reasons))
        groups = {path.partition(".")[0] for path in empty}
        self.reasons = {path: why for path, why in self.reasons.items() if path in empty or path in groups}

    def report(self, health: Health) -> AudioReport:
        """Build the report of a readable file."""
        return AudioReport(readable=True, health=health, **{name: self.group(name) for name in self._values})


def _may_be_none() -> list[str]:
    groups = field_types(AudioReport)
    fields = (path.split(".") for path in measurable_fields())
    return [f"{group}.{name}" for group, name in fields if type(None) in get_args(field_types(groups[group])[name])]
