"""Parameters of a rule: typed, limited, labelled; forms, help pages and the parser come from one declaration."""

import dataclasses
import functools
import math
import types
import typing
from collections.abc import Mapping
from typing import Any, Self, TypeVar

from portal.checks.wording import listed, short_number

T = TypeVar("T")


class ParamsError(ValueError):
    """A parameter is unknown or outside what it may be. `field` names it, or is "" when several clash."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}" if field else problem)
        self.field = field
        self.problem = problem


@dataclasses.dataclass(frozen=True, kw_only=True)
class ParamField:
    """One parameter as a form shows it. `kind` is number, whole, flag or choices; `optional`: None means no limit."""

    name: str
    label: str
    help: str
    unit: str
    kind: str
    optional: bool
    default: Any
    minimum: float | None
    maximum: float | None
    choices: Mapping[str, str]

    def value_words(self, value: Any) -> str:
        """Write a value of this parameter with its unit, choices by their names, None as "no limit"."""
        if value is None:
            return "no limit"
        if self.kind == "choices":
            return listed([self.choices[choice] for choice in value], "or")
        if self.kind == "flag":
            return "yes" if value else "no"
        return f"{short_number(value, 3)} {self.unit}".strip()


def param(
    default: T,
    *,
    label: str,
    unit: str = "",
    help: str = "",  # noqa: A002 - the word that forms use
    minimum: float | None = None,
    maximum: float | None = None,
    choices: Mapping[str, str] | None = None,
) -> T:
    """Declare a parameter of a rule: `name: float = param(-1.0, label="Highest true peak", unit="dBTP", …)`."""
    metadata = {
        "label": label,
        "unit": unit,
        "help": help,
        "minimum": minimum,
        "maximum": maximum,
        "choices": dict(choices or {}),
    }
    return dataclasses.field(default=default, metadata=metadata)


@dataclasses.dataclass(frozen=True, kw_only=True)
class RuleParams:
    """Base of every rule's `Params`; on its own, the parameters of a rule that has none."""

    def __post_init__(self) -> None:
        for field in self.fields():
            _check(getattr(self, field.name), field)
        self.check_together()

    def check_together(self) -> None:
        """Raise ParamsError when parameters that are fine alone clash. Overridden where that can happen."""

    @classmethod
    def fields(cls) -> tuple[ParamField, ...]:
        """Return the parameters in the order of declaration."""
        return _fields_of(cls)  # type: ignore[arg-type]  # mypy takes the instances' __hash__ for that of the class

    @classmethod
    def parse(cls, values: Mapping[str, Any]) -> Self:
        """Build from stored JSON; what is not given keeps its default. Raises ParamsError naming the field."""
        known = {field.name: field for field in cls.fields()}
        for name in values:
            if name not in known:
                raise ParamsError(str(name), "there is no such parameter")
        return cls(**{name: tuple(value) if isinstance(value, list) else value for name, value in values.items()})

    @classmethod
    def parse_form(cls, texts: Mapping[str, Any]) -> Self:
        """Build from the texts of a form: one text per number, lists of texts for choices, a flag by its presence."""
        return cls(**{field.name: _from_text(texts.get(field.name), field) for field in cls.fields()})

    def words(self) -> tuple[str, ...]:
        """Return every parameter in words, as in "Longest silence inside: 10 s"."""
        return tuple(f"{field.label}: {field.value_words(getattr(self, field.name))}" for field in self.fields())

    def plain(self) -> dict[str, Any]:
        """Return the parameters as JSON keeps them."""
        values = ((field.name, getattr(self, field.name)) for field in dataclasses.fields(self))
        return {name: list(value) if isinstance(value, tuple) else value for name, value in values}


def in_order(low: float | None, high: float | None, *, low_label: str, high_label: str) -> None:
    """Raise ParamsError when `low` is above `high`."""
    if low is not None and high is not None and low > high:
        raise ParamsError("", f"{low_label} ({low:g}) must not be above {high_label} ({high:g})")


@functools.cache
def _fields_of(params: type[RuleParams]) -> tuple[ParamField, ...]:
    """Read once: every page that says what is asked for goes through all the rules."""
    hints = typing.get_type_hints(params)
    return tuple(_describe(field, hints[field.name]) for field in dataclasses.fields(params))


def _describe(field: "dataclasses.Field[Any]", hint: Any) -> ParamField:
    options = typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
    base = next(option for option in options if option is not type(None))
    kinds = {float: "number", int: "whole", bool: "flag"}
    return ParamField(
        name=field.name,
        kind=kinds.get(base, "choices"),
        optional=type(None) in options,
        default=field.default,
        **field.metadata,
    )


def _check(value: object, field: ParamField) -> None:
    if value is None:
        if not field.optional:
            raise ParamsError(field.name, "a value is needed")
    elif field.kind == "flag":
        if not isinstance(value, bool):
            raise ParamsError(field.name, "must be yes or no")
    elif field.kind == "choices":
        _check_choices(value, field)
    else:
        _check_number(value, field)


def _check_choices(value: object, field: ParamField) -> None:
    if not isinstance(value, tuple) or not value:
        raise ParamsError(field.name, "choose at least one")
    for choice in value:
        if choice not in field.choices:
            raise ParamsError(field.name, f"{choice!r} is not one of {', '.join(field.choices)}")
    if len(set(value)) != len(value):
        raise ParamsError(field.name, "names something twice")


def _check_number(value: object, field: ParamField) -> None:
    accepted = (int,) if field.kind == "whole" else (int, float)
    if isinstance(value, bool) or not isinstance(value, accepted) or not math.isfinite(value):
        raise ParamsError(field.name, "must be a whole number" if field.kind == "whole" else "must be a number")
    if field.minimum is not None and value < field.minimum:
        raise ParamsError(field.name, f"must be at least {field.minimum:g}")
    if field.maximum is not None and value > field.maximum:
        raise ParamsError(field.name, f"must be at most {field.maximum:g}")


def _from_text(given: Any, field: ParamField) -> Any:
    if field.kind == "flag":
        return bool(given)
    if field.kind == "choices":
        return tuple(given or ())
    text = str(given or "").strip().replace("\N{MINUS SIGN}", "-")
    if not text:
        return None
    try:
        return int(text) if field.kind == "whole" else float(text)
    except ValueError:
        raise ParamsError(field.name, f"{text!r} is not a number") from None
