"""Parameters are typed, limited and named when they are wrong."""

import math
from dataclasses import dataclass

import pytest

from portal.checks.params import ParamsError, RuleParams, in_order, param


@dataclass(frozen=True, kw_only=True)
class Example(RuleParams):
    low: float | None = param(None, label="Lowest", unit="dB", minimum=-60, maximum=0)
    high: float = param(-1.0, label="Highest", unit="dB", minimum=-60, maximum=0, help="As loud as it may get.")
    times: int = param(3, label="How often", minimum=1, maximum=9)
    strict: bool = param(False, label="Strict")
    kinds: tuple[str, ...] = param(("a",), label="Kinds", choices={"a": "Alpha", "b": "Beta"})

    def check_together(self) -> None:
        in_order(self.low, self.high, low_label="lowest", high_label="highest")


def test_what_is_not_given_keeps_its_default():
    assert Example.parse({"times": 5}) == Example(times=5)
    assert Example.parse({"kinds": ["b", "a"]}).kinds == ("b", "a")
    assert Example.parse(Example(low=-20.0).plain()) == Example(low=-20.0)


@pytest.mark.parametrize(
    ("values", "field", "problem"),
    [
        ({"hihg": -1.0}, "hihg", "there is no such parameter"),
        ({"high": 0.5}, "high", "must be at most 0"),
        ({"high": -61}, "high", "must be at least -60"),
        ({"high": None}, "high", "a value is needed"),
        ({"high": "loud"}, "high", "must be a number"),
        ({"high": True}, "high", "must be a number"),
        ({"high": math.nan}, "high", "must be a number"),
        ({"times": 2.5}, "times", "must be a whole number"),
        ({"strict": 1}, "strict", "must be yes or no"),
        ({"kinds": []}, "kinds", "choose at least one"),
        ({"kinds": ["c"]}, "kinds", "'c' is not one of a, b"),
        ({"kinds": ["a", "a"]}, "kinds", "names something twice"),
        ({"low": -1.0, "high": -20.0}, "", "lowest (-1) must not be above highest (-20)"),
    ],
)
def test_refuses_by_name(values, field, problem):
    with pytest.raises(ParamsError) as caught:
        Example.parse(values)

    assert caught.value.field == field
    assert caught.value.problem == problem
    assert str(caught.value) == (f"{field}: {problem}" if field else problem)


def test_reads_a_form():
    texts = {"low": " \N{MINUS SIGN}20.5 ", "high": "-2", "times": "4", "strict": "on", "kinds": ["b"]}
    assert Example.parse_form(texts) == Example(low=-20.5, high=-2.0, times=4, strict=True, kinds=("b",))
    assert Example.parse_form({"low": "", "high": "-1", "times": "3", "kinds": ["a"]}) == Example()


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"high": "", "times": "3", "kinds": ["a"]}, "high: a value is needed"),
        ({"high": "soft", "times": "3", "kinds": ["a"]}, "high: 'soft' is not a number"),
        ({"high": "-1", "times": "3.5", "kinds": ["a"]}, "times: '3.5' is not a number"),
        ({"high": "nan", "times": "3", "kinds": ["a"]}, "high: must be a number"),
        ({"high": "-1", "times": "3"}, "kinds: choose at least one"),
    ],
)
def test_refuses_a_form_by_name(texts, message):
    with pytest.raises(ParamsError, match=message):
        Example.parse_form(texts)


def test_describes_its_fields_for_forms():
    low, high, times, strict, kinds = Example.fields()

    assert (low.kind, low.optional, low.default) == ("number", True, None)
    assert (high.label, high.unit, high.help) == ("Highest", "dB", "As loud as it may get.")
    assert (times.kind, times.minimum, times.maximum) == ("whole", 1, 9)
    assert strict.kind == "flag"
    assert (kinds.kind, kinds.choices) == ("choices", {"a": "Alpha", "b": "Beta"})


def test_says_its_values_in_words():
    assert Example(high=-1.5, kinds=("a", "b")).words() == (
        "Lowest: no limit",
        "Highest: −1.5 dB",
        "How often: 3",
        "Strict: no",
        "Kinds: Alpha or Beta",
    )
