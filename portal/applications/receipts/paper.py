"""The PDF of a receipt: made of the signed document alone, and with that document attached, so that it can be verified.

The same document gives the same bytes. It is PDF/A-3 (ISO 19005-3): made to be kept, readable aloud, and refused by the
typesetter itself when a letter of it could not be shown.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import typst

from portal.applications.receipts.in_words import Fact, InWords, in_words
from portal.applications.receipts.printable import plain, printable

logger = logging.getLogger(__name__)

TEMPLATE = Path(__file__).with_name("receipt.typ")
FINGERPRINT = (
    "SHA-256 is a fingerprint: a file with the same fingerprint is the same file, to the last byte. "
    "The signed receipt itself is attached to this PDF; what is printed here is only its words."
)
STANDARDS: list[typst.PDFStandard] = ["a-3a"]


def pdf_of(document: str) -> bytes:
    """The PDF of a signed receipt. `document` is one of ours: its signature is not looked at here."""
    parts = json.loads(document)
    said = in_words(parts["payload"])
    try:
        return _typeset(_data(parts, said, document, shown=printable))
    except typst.TypstError as error:
        # A pair of letters that the fonts cannot join, say. What counts is that there is a receipt.
        logger.warning("a receipt was typeset in ASCII: %s", error)
        return _typeset(_data(parts, said, document, shown=plain))


def file_name(document: str) -> str:
    """`receipt-2026-0042`, without an ending: letters that every system takes."""
    payload = json.loads(document)["payload"]
    if "receipt_number" in payload:
        submit = payload["receipt_number"]
        return f"receipt-{payload['application']}" + (f"-{submit}" if submit > 1 else "")
    return f"receipt-{payload['application']}-{payload['file']['sha256'][:8]}"


def _data(parts: dict[str, Any], said: InWords, document: str, *, shown: Callable[[str], str]) -> str:
    def rows(facts: tuple[Fact, ...]) -> list[list[str]]:
        return [[shown(fact.label), shown(fact.value), "hash" if fact.is_hash else ""] for fact in facts]

    moment, payload = said.received_at, parts["payload"]
    keys = f"{payload['issuer']['address']}/receipts/keys"
    return json.dumps(
        {
            "title": shown(said.title),
            "issuer": shown(said.issuer),
            "lead": shown(said.lead),
            "date": {"year": moment.year, "month": moment.month, "day": moment.day},
            "facts": rows(said.facts),
            "files": [{"title": shown(file.title), "facts": rows(file.facts)} for file in said.files],
            "verifying": [
                FINGERPRINT,
                f"The public key and how to verify with it: {shown(keys)}",
            ],
            "proof": rows(
                (
                    Fact("Key", parts["key_id"], is_hash=True),
                    Fact(parts["algorithm"], parts["signature"], is_hash=True),
                )
            ),
            "document": document,
            "attached_as": f"{file_name(document)}.json",
        }
    )


def _typeset(data: str) -> bytes:
    made = typst.compile(
        TEMPLATE.read_bytes(), font_paths=_fonts(), sys_inputs={"receipt": data}, pdf_standards=STANDARDS, format="pdf"
    )
    if not isinstance(made, bytes):
        raise TypeError("a PDF is one file")
    return made


@cache
def _fonts() -> typst.Fonts:
    """The typesetter's own, and one for Chinese, Japanese and Korean; never the machine's: all print alike."""
    with resources.as_file(resources.files("noto_cjk_sans_otc")) as folder:
        return typst.Fonts(include_system_fonts=False, font_paths=[folder])
