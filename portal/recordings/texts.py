"""Counting words, and finding the writer's own name in what blind reviewers will read. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

# Words are runs of letters and digits; an apostrophe or a hyphen inside does not end one. The page's counter says the same.
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
