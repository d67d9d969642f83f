"""Letters with placeholders, which are checked when a letter is written and not when it is sent. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from portal.decisions.states import OutcomeKind

PLACEHOLDERS: Mapping[str, str] = {
    "name": "the applicant's full name",
    "programme": "the programme's title",
    "intake": "the intake, such as Fall 2027",
    "number": "the number of the application",
    "conditions": "what the admission depends on",
}
MAX_SUBJECT_CHARS = 150
MAX_BODY_CHARS = 10_000
_BRACES = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Letter:
    """Subject and body, with placeholders or filled in."""

    subject: str
    body: str


def problems(letter: Letter, outcome: OutcomeKind) -> list[str]:
    """Everything that forbids this letter for this outcome; an empty list means that it can be sent."""
    found = list(_length_problems(letter))
    text = f"{letter.subject}\n{letter.body}"
    names = _BRACES.findall(text)
    unknown = sorted({name for name in names if name not in PLACEHOLDERS})
    found += [f"Nobody fills in {{{name}}}." for name in unknown]
    if re.search(r"[{}]", _BRACES.sub("", text)):
        found.append("A curly bracket stands alone. Placeholders look like {name}.")
    if "{conditions}" in letter.subject:
        found.append("{conditions} belongs into the text, not into the subject.")
    conditional = outcome is OutcomeKind.ADMIT_WITH_CONDITIONS
    if conditional and "{conditions}" not in letter.body:
        found.append("The letter must hold {conditions}: without it nobody learns them.")
    if not conditional and "conditions" in names:
        found.append("Only the letter of an admission with conditions can hold {conditions}.")
    return found


def fill(letter: Letter, values: Mapping[str, str]) -> Letter:
    """Put the values in. What a value holds is text, even if it looks like a placeholder.

    Raises KeyError for a placeholder without a value.
    """
    return Letter(subject=_filled(letter.subject, values).strip(), body=_filled(letter.body, values).strip())


def _filled(text: str, values: Mapping[str, str]) -> str:
    return _BRACES.sub(lambda found: values[found.group(1)], text)


def _length_problems(letter: Letter) -> Iterator[str]:
    if not letter.subject.strip() or not letter.body.strip():
        yield "Subject and text are both needed."
    if "\n" in letter.subject or "\r" in letter.subject:
        yield "The subject is one line."
    if len(letter.subject) > MAX_SUBJECT_CHARS:
        yield f"The subject may have {MAX_SUBJECT_CHARS} characters."
    if len(letter.body) > MAX_BODY_CHARS:
        yield f"The text may have {MAX_BODY_CHARS:,} characters."
