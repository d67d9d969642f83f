"""Dataclasses that refuse what strict JSON cannot carry, and read it back without guessing.

A class that inherits `Strict` checks its own values when it is built: types as annotated, every number finite, every
list, mapping and text within its cap. `to_plain` and `from_plain` turn it into dicts and lists and back; a field that
is unknown or missing is an error that names it by its dotted path.
"""

import dataclasses
import enum
import math
import types
import typing
from collections.abc import Mapping, Sequence
from typing import Any, Self

MAX_ITEMS = 50
MAX_ENTRIES = 200
MAX_TEXT = 500


class ReportError(ValueError):
    """A report holds, or was given, something that a report must not hold; the message names the field."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Strict:
    """Base of every part of a report. Subclasses are frozen, keyword-only dataclasses."""

    def __post_init__(self) -> None:
        for name, hint in field_types(type(self)).items():
            _check(getattr(self, name), hint, f"{type(self).__name__}.{name}")

    def to_plain(self) -> dict[str, Any]:
        """Return dicts, lists, numbers, texts, booleans and None, in the order of the fields."""
        return {name: _plain(getattr(self, name)) for name in field_types(type(self))}

    @classmethod
    def from_plain(cls, plain: object, *, path: str = "") -> Self:
        """Build from what `to_plain` gave. Raises ReportError naming the unknown, missing or wrong field."""
        if not isinstance(plain, Mapping):
            raise ReportError(f"{path or cls.__name__}: expected an object, got {_kind(plain)}")
        hints = field_types(cls)
        for name in plain:
            if name not in hints:
                raise ReportError(f"unknown field {_join(path, str(name))!r}")
        for name in hints:
            if name not in plain:
                raise ReportError(f"missing field {_join(path, name)!r}")
        return cls(**{name: _build(plain[name], hint, _join(path, name)) for name, hint in hints.items()})


_field_types: dict[type, dict[str, Any]] = {}


def field_types(cls: type[Strict]) -> dict[str, Any]:
    """Return field name -> annotated type, in the order of declaration."""
    if cls not in _field_types:
        hints = typing.get_type_hints(cls)
        _field_types[cls] = {field.name: hints[field.name] for field in dataclasses.fields(cls)}
    return _field_types[cls]


def _check(value: object, hint: Any, path: str) -> None:
    options = typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
    if value is None:
        if type(None) not in options:
            raise ReportError(f"{path} must have a value")
        return
    kind = next(option for option in options if option is not type(None))
    origin = typing.get_origin(kind)
    if origin is tuple:
        _check_items(value, typing.get_args(kind)[0], path)
    elif origin is dict:
        _check_entries(value, path)
    elif kind is str:
        _check_text(value, path)
    elif kind in (int, float):
        _check_number(value, kind, path)
    elif not isinstance(value, kind):
        raise ReportError(f"{path} must be {kind.__name__}, not {_kind(value)}")


def _check_items(value: object, item_hint: Any, path: str) -> None:
    if not isinstance(value, tuple):
        raise ReportError(f"{path} must be a tuple, not {_kind(value)}")
    if len(value) > MAX_ITEMS:
        raise ReportError(f"{path} has {len(value)} entries; at most {MAX_ITEMS} are kept, with the total beside")
    for index, item in enumerate(value):
        _check(item, item_hint, f"{path}[{index}]")


def _check_entries(value: object, path: str) -> None:
    if not isinstance(value, dict):
        raise ReportError(f"{path} must be a dict, not {_kind(value)}")
    if len(value) > MAX_ENTRIES:
        raise ReportError(f"{path} has {len(value)} entries; at most {MAX_ENTRIES} are kept")
    for key, text in value.items():
        _check_text(key, f"{path} key")
        _check_text(text, f"{path}[{key!r}]")


def _check_text(value: object, path: str) -> None:
    if not isinstance(value, str):
        raise ReportError(f"{path} must be text, not {_kind(value)}")
    if len(value) > MAX_TEXT:
        raise ReportError(f"{path} has {len(value)} characters; at most {MAX_TEXT} are kept")


def _check_number(value: object, kind: type, path: str) -> None:
    # bool is an int to Python; a flag in the place of a number is a mistake. numpy integers are not int: convert them.
    accepted = (int, float) if kind is float else (int,)
    if isinstance(value, bool) or not isinstance(value, accepted):
        raise ReportError(f"{path} must be a plain {kind.__name__}, not {_kind(value)}")
    if isinstance(value, float) and not math.isfinite(value):
        raise ReportError(f"{path} is {value}; what has no finite value is None with a reason")


def _plain(value: Any) -> Any:
    if isinstance(value, Strict):
        return value.to_plain()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return dict(value) if isinstance(value, dict) else value


def _build(value: object, hint: Any, path: str) -> Any:
    options = typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
    if value is None:
        return None
    kind = next(option for option in options if option is not type(None))
    if isinstance(kind, type) and issubclass(kind, Strict):
        return kind.from_plain(value, path=path)
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return _member(kind, value, path)
    if typing.get_origin(kind) is tuple:
        if not isinstance(value, Sequence) or isinstance(value, str):
            raise ReportError(f"{path}: expected a list, got {_kind(value)}")
        item_hint = typing.get_args(kind)[0]
        return tuple(_build(item, item_hint, f"{path}[{index}]") for index, item in enumerate(value))
    return value


def _member(kind: type[enum.Enum], value: object, path: str) -> enum.Enum:
    try:
        return kind(value)
    except ValueError:
        raise ReportError(f"{path}: {value!r} is not one of {', '.join(str(m.value) for m in kind)}") from None


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _kind(value: object) -> str:
    return "nothing" if value is None else type(value).__name__
