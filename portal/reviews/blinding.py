"""Taking an applicant's name out of words that they wrote themselves. Pure.

Better a word too many hidden than the name shown: every part of the name is hidden as a whole word, however it is
written (`NÚÑEZ`, `Nunez`, `nunez's`), and so is the mail address.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise, permutations

APPLICANT = "the applicant"
SHORTEST_PART = 3
TELLING_PART = 6
# Letters that are typed plainly too, and that Unicode does not take apart.
_UNDIVIDED = str.maketrans({"ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe"})
_WORD = re.compile(r"[^\W_]+")
_BETWEEN = re.compile(r"[\s.\-‐‑'’,_]*")


class NameMask:
    """Knows whom to hide. `hide(text)` gives the text with every trace of the name replaced by “the applicant”."""

    def __init__(self, full_name: str, email: str, *more: str) -> None:
        local, _, _domain = email.partition("@")
        self._literals = sorted(
            {one for one in (email, local if len(local) >= SHORTEST_PART else "", *more) if one}, key=len, reverse=True
        )
        parts = {_plain(part) for part in (*_WORD.findall(full_name), *_WORD.findall(local))}
        self._parts = {part for part in parts if len(part) >= SHORTEST_PART and not part.isdigit()}
        self._initials = {part[0] for part in self._parts}
        # Handles (`adalovelace`, `lovelace99`) hold two parts, or one that is too long to stand there by chance.
        self._inside = {part for part in self._parts if len(part) >= TELLING_PART}
        self._inside |= {one + two for one, two in permutations(self._parts, 2)}
        # A name that is short as a whole (“Li Wu”) is hidden where all of it stands together.
        self._whole = _plain("".join(_WORD.findall(full_name)))
        self._squeezed = {self._whole} if len(self._whole) >= SHORTEST_PART else set()

    def hide(self, text: str) -> str:
        """The text without the name; untouched where it does not occur."""
        for literal in self._literals:
            text = re.sub(re.escape(literal), APPLICANT, text, flags=re.IGNORECASE)
        return self._hide_words(text)

    def names(self, text: str) -> bool:
        """Whether any trace of the name stands in the text."""
        return self.hide(text) != text

    def _hide_words(self, text: str) -> str:
        spans: list[tuple[int, int]] = []
        for start, end in self._found(text):
            if spans and (start < spans[-1][1] or _BETWEEN.fullmatch(text, spans[-1][1], start)):
                spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
            else:
                spans.append((start, end))
        for start, end in reversed(spans):
            text = text[:start] + APPLICANT + text[end:]
        return text

    def _found(self, text: str) -> list[tuple[int, int]]:
        words = [(match.start(), match.end(), _plain(match.group())) for match in _WORD.finditer(text)]
        found = {(start, end) for start, end, plain in words if self._is_part(plain)}
        for (start, stop, one), (begin, end, two) in pairwise(words):
            if one + two in self._squeezed or two + one in self._squeezed:
                found.add((start, end))
            # “E. Yılmaz”, “Yılmaz, E.”: an initial that is left standing narrows it down.
            if one in self._initials and (begin, end) in found and _BETWEEN.fullmatch(text, stop, begin):
                found.add((start, stop))
            if two in self._initials and (start, stop) in found and _BETWEEN.fullmatch(text, stop, begin):
                found.add((begin, end))
        return sorted(found)

    def _is_part(self, word: str) -> bool:
        known = word in self._parts or word in self._squeezed or word.removesuffix("s") in self._parts
        return known or any(part in word for part in self._inside)


def performers_without_names(performers: str, mask: NameMask) -> str:
    """Who plays, said without a name: ensembles and colleagues lead to a person as surely as the name itself."""
    without = mask.hide(performers).strip()
    if APPLICANT not in without:
        return "names are hidden" if without else ""
    return APPLICANT if without == APPLICANT else f"{APPLICANT} (further names are hidden)"


def _plain(word: str) -> str:
    letters = unicodedata.normalize("NFKD", word.casefold().translate(_UNDIVIDED))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
