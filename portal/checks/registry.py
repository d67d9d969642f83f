"""Finds every check: each module in `rules/` gives exactly one, named like its file."""

import functools
import importlib
import pkgutil
from collections.abc import Mapping
from types import MappingProxyType, ModuleType
from typing import Any

from portal.checks import rules
from portal.checks.check import Check


class UnknownCheck(LookupError):
    """No rule file has this key."""


class BadRuleFile(TypeError):
    """A module in `rules/` is not what a rule file must be; the message names it and says what is wrong."""


@functools.cache
def all_checks() -> Mapping[str, Check[Any, Any]]:
    """Return every check by key, in order of key. Raises BadRuleFile."""
    names = sorted(info.name for info in pkgutil.iter_modules(rules.__path__))
    checks = [read_rule_file(importlib.import_module(f"{rules.__name__}.{name}")) for name in names]
    return MappingProxyType({check.key: check for check in checks})


def get_check(key: str) -> Check[Any, Any]:
    """Return one check. Raises UnknownCheck."""
    try:
        return all_checks()[key]
    except KeyError:
        raise UnknownCheck(f"there is no check {key!r}") from None


def read_rule_file(module: ModuleType) -> Check[Any, Any]:
    """Return the one check of a rule file. Raises BadRuleFile."""
    name = module.__name__.rpartition(".")[2]
    found = [value for value in vars(module).values() if isinstance(value, Check)]
    if len(found) != 1 or found[0] is not getattr(module, "CHECK", None):
        raise BadRuleFile(f"rules/{name}.py must define exactly one Check, called CHECK")
    check: Check[Any, Any] = found[0]
    if check.key.replace(".", "_") != name:
        raise BadRuleFile(f"rules/{name}.py holds the check {check.key!r}; file and key must have one name")
    if not module.__doc__ or check.about != module.__doc__:
        raise BadRuleFile(f"rules/{name}.py needs a docstring, given to Check as about=__doc__")
    check.params()
    return check
