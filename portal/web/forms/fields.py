"""Fields that say in a sentence what they want, and how typed texts reach the commands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms import DateTimeLocalField, FloatField, IntegerField, SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, InputRequired

NEEDED = DataRequired("Please fill this in.")
A_NUMBER = InputRequired("Please enter a whole number.")
A_TIME = InputRequired("Please enter a date and a time.")


TO_THE_MINUTE, TO_THE_SECOND = "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"


def options(pairs: Iterable[tuple[str, str]]) -> Any:
    """What a list offers: (value, label) pairs."""
    return [SelectChoice(value, label) for value, label in pairs]


def stripped(text: str | None) -> str | None:
    """Without spaces around it, with plain line breaks (browsers send CR LF), without NUL, which PostgreSQL refuses."""
    return text.replace("\0", "").strip().replace("\r\n", "\n") if text else text


class WholeNumberField(IntegerField):
    def __init__(self, label: str = "", validators: list[Any] | None = None, **options: Any) -> None:
        super().__init__(label, validators, **_with_sentence("Please enter a whole number."), **options)


class NumberField(FloatField):
    def __init__(self, label: str = "", validators: list[Any] | None = None, **options: Any) -> None:
        super().__init__(label, validators, **_with_sentence("Please enter a number, such as 70."), **options)

    def _value(self) -> str:
        """A whole score comes back as it was typed: 88, not 88.0."""
        if self.raw_data or self.data is None:
            return " ".join(self.raw_data or ())
        return f"{self.data:.12g}"


class LocalTimeField(DateTimeLocalField):
    """A date and a time to the minute; seconds are shown only where a stored time has them, so that none are lost."""

    def __init__(self, label: str = "", validators: list[Any] | None = None, **options: Any) -> None:
        sentence = "Please enter a date and a time, such as 2027-01-15T17:00."
        formats = [TO_THE_MINUTE, TO_THE_SECOND]
        super().__init__(label, validators, format=formats, **_with_sentence(sentence), **options)

    def _value(self) -> str:
        if self.raw_data or not self.data:
            return " ".join(self.raw_data or ())
        return self.data.strftime(TO_THE_SECOND if self.data.second else TO_THE_MINUTE)

    def __call__(self, **attributes: Any) -> Any:
        step = {"step": 1} if self.data and self.data.second else {}
        return super().__call__(**step, **attributes)


def _with_sentence(sentence: str) -> dict[str, Any]:
    """What is said of input that cannot be read; a mapping, because the type stubs do not know this argument yet."""
    return {"invalid_value_message": sentence}
