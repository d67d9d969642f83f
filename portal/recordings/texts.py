"""Counting words, and finding the writer's own name in what blind reviewers will read. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

# Runs of letters and digits; an apostrophe or a hyphen inside does not end a word. The page counts by the same rule.
WORD = re.compile(r"[^\W_]+(?:['’\-‐‑][^\W_]+)*")
SHORTEST_NAME = 3


def count_words(text: str) -> int:
    """Words as a person counts them: `co-wrote` and `don't` are one each, signs alone are none."""
    return len(WORD.findall(text))


def own_name_in(texts: Iterable[str], full_name: str) -> list[str]:
    """The parts of a person's name that stand in any of the texts, in the order of the name.

    A part counts from three letters on, as a whole word written with a capital, whatever its accents: `Núñez` is found
    as `Nunez`, but the month `may` is not taken for Ms May.
    """
    words = {_plain(word) for text in texts for word in re.split(r"[^\w]+", text) if word[:1].isupper()}
    parts = [part for part in re.split(r"[^\w]+", full_name) if len(part) >= SHORTEST_NAME]
    return [part for part in dict.fromkeys(parts) if _plain(part) in words]


def _plain(word: str) -> str:
    letters = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def one_line(text: str | None) -> str:
    """A field of one line: no control characters, single spaces, nothing at the ends."""
    return " ".join(_printable(text or "").split())


def paragraphs(text: str | None) -> str:
    """A longer text: line ends as `\\n`, no other control characters, no spaces at the ends of lines."""
    lines = [_printable(line).rstrip() for line in (text or "").replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return "\n".join(lines).strip()


def _printable(text: str) -> str:
    normal = unicodedata.normalize("NFC", text.replace("\t", " "))
    # Surrogates and control signs (NUL among them) cannot be stored, or would forge what is shown.
    return "".join(sign for sign in normal if unicodedata.category(sign) not in ("Cc", "Cs"))
