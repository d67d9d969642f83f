"""What a format of exports is. A file in `formats/` ends in one `FORMAT = Format(...)`; nothing else knows of it."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import BinaryIO, Protocol

from portal.core.errors import NotFound
from portal.exports import formats
from portal.exports.columns import Sheet, Value


class Writer(Protocol):
    def write(self, row: tuple[Value, ...]) -> None:
        """Add a row. Raises Invalid when the format cannot hold it."""

    def finish(self) -> None:
        """Complete the file. The stream stays open. After an error it is called too: it gives back what it holds."""


@dataclass(frozen=True)
class Format:
    """`open` writes what comes before the first row."""

    key: str
    title: str
    description: str
    extension: str
    mime_type: str
    open: Callable[[BinaryIO, Sheet], Writer]


@functools.cache
def all_formats() -> Mapping[str, Format]:
    """Every format by key: one for each file in `formats/`."""
    names = sorted(info.name for info in pkgutil.iter_modules(formats.__path__))
    found = [importlib.import_module(f"{formats.__name__}.{name}").FORMAT for name in names]
    return MappingProxyType({one.key: one for one in found})


def get_format(key: str) -> Format:
    try:
        return all_formats()[key]
    except KeyError:
        raise NotFound("There is no such format.") from None
