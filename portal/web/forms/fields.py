"""Fields that say in a sentence what they want, and how typed texts reach the commands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import DateTimeLocalField, FloatField, IntegerField
from wtforms.validators import DataRequired, InputRequired

NEEDED = DataRequired("Please fill this in.")
A_NUMBER = InputRequired("Please enter a whole number.")
A_TIME = InputRequired("Please enter a date and a time.")


def stripped(text: str | None) -> str | None:
    """Without spaces around it, and with plain line breaks: browsers send CR LF."""
    return text.strip().replace("\r\n", "\n") if text else text


class WholeNumberField(IntegerField):
    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        with_sentence(super().process_formdata, valuelist, "Please enter a whole number.")


class NumberField(FloatField):
    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        with_sentence(super().process_formdata, valuelist, "Please enter a number, such as 70 or 6.5.")


class LocalTimeField(DateTimeLocalField):
    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        with_sentence(super().process_formdata, valuelist, "Please enter a date and a time, such as 2027-01-15T17:00.")


def with_sentence(process: Any, valuelist: Sequence[Any], sentence: str) -> None:
    """Read what was sent; what cannot be read becomes an error with our own sentence."""
    try:
        process(valuelist)
    except ValueError:
        raise ValueError(sentence) from None
