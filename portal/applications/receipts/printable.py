"""Which letters the PDF can show, and what stands in the place of those that it cannot. Pure.

The fonts come with two packages (the typesetter's own, and Noto Sans CJK): Latin, Greek, Cyrillic, Armenian, Georgian,
Hebrew, Arabic, Devanagari, Chinese, Japanese, Korean. Of any other script the code points are printed,
`[U+0E2A U+0E21]`, and never an empty box; the attached JSON always holds the letters themselves.
"""

from __future__ import annotations

import re
import unicodedata

# First and last code point of what the fonts hold without a gap. A test typesets each of them.
SHOWN = (
    (0x0020, 0x04FF),
    (0x0531, 0x060C),
    (0x061B, 0x061B),
    (0x061F, 0x061F),
    (0x0621, 0x063A),
    (0x0640, 0x0655),
    (0x0660, 0x066D),
    (0x0679, 0x067B),
    (0x067E, 0x0680),
    (0x0686, 0x0687),
    (0x0691, 0x0691),
    (0x0698, 0x0698),
    (0x06A4, 0x06A4),
    (0x06A9, 0x06A9),
    (0x06AF, 0x06AF),
    (0x06BE, 0x06BE),
    (0x06CC, 0x06CC),
    (0x06F0, 0x06F9),
    (0x0900, 0x097F),
    (0x10D0, 0x10FF),
    (0x1E00, 0x2027),
    (0x2030, 0x2040),
    (0x2044, 0x2052),
    (0x20A0, 0x20BF),
    (0x2100, 0x211E),
    (0x2120, 0x2122),
    (0x2126, 0x2151),
    (0x2190, 0x21FF),
    (0x2460, 0x24FF),
    (0x2600, 0x262F),
    (0x2638, 0x268B),
    (0x3000, 0x312F),
    (0x3131, 0x318E),
    (0x31F0, 0x31FF),
    (0x3220, 0x3247),
    (0x3400, 0x4DB5),
    (0x4E00, 0x9FEF),
    (0xAC00, 0xD7A3),
    (0xF900, 0xFACE),
    (0xFF01, 0xFFEE),
)
# They join and part letters and have no shape of their own.
JOINERS = "\u200c\u200d"


def printable(text: str) -> str:
    """The text with every letter that cannot be shown as its code point."""
    shown = "".join(letter if _is_shown(letter) else f"\0{ord(letter):04X}" for letter in text)
    return re.sub(r"(?:\0[0-9A-F]{4,6})+", lambda run: _code_points(run[0]), shown)


def plain(text: str) -> str:
    """The text in ASCII alone, everything else as code points: what is left when the rest cannot be typeset."""
    return "".join(letter if " " <= letter <= "~" else f"[U+{ord(letter):04X}]" for letter in text)


def _is_shown(letter: str) -> bool:
    if letter in JOINERS:
        return True
    # Assigned, and neither a control nor for private use.
    if unicodedata.category(letter)[0] == "C":
        return False
    return any(first <= ord(letter) <= last for first, last in SHOWN)


def _code_points(run: str) -> str:
    return "[" + " ".join(f"U+{code}" for code in run[1:].split("\0")) + "]"
