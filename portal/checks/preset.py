"""Dated sets of technical rules that a programme copies and edits. Nothing refers to a preset after that.

Each module in `presets/` gives one PRESET; a module whose name begins with an underscore holds what they share.
"""

import functools
import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from portal.checks import presets
from portal.checks.evaluate import RuleSpec


@dataclass(frozen=True, kw_only=True)
class Preset:
    """Rules with their origin. `dated` is the ISO date at which the values were looked up or agreed."""

    key: str
    name: str
    issuer: str
    version: str
    dated: str
    note: str  # for whom it is, in a sentence
    rules: tuple[RuleSpec, ...]


@functools.cache
def all_presets() -> Mapping[str, Preset]:
    """Return every preset by key, in order of key."""
    names = sorted(info.name for info in pkgutil.iter_modules(presets.__path__) if not info.name.startswith("_"))
    found = [importlib.import_module(f"{presets.__name__}.{name}").PRESET for name in names]
    return MappingProxyType({preset.key: preset for preset in found})
