"""Which places in a file can name a person. Only the place is reported, never the text."""

import re
from typing import Any, BinaryIO

from portal.checks.file_facts import NamedField
from workers.audio.declared import Claims
from workers.audio.facts import Facts
from workers.audio.layout import Layout
from workers.audio.limits import MAX_PLACES

_LABELS = {
    # ID3v2, in WAV, AIFF and MP3
    "TPE1": "Artist", "TPE2": "Album artist", "TPE3": "Conductor", "TPE4": "Remixer", "TCOM": "Composer",
    "TEXT": "Lyricist", "TOLY": "Original lyricist", "TOPE": "Original artist", "TENC": "Encoded by",
    "TCOP": "Copyright",
    "TPUB": "Publisher", "TIPL": "Involved people", "TMCL": "Musicians", "IPLS": "Involved people", "COMM": "Comment",
    "PRIV": "Private data", "WXXX": "Web address", "WOAR": "Artist's web page", "TOWN": "Owner", "OWNE": "Owner",
    "GEOB": "Attached file", "APIC": "Picture", "TXXX": "Free text",
    # MP4
    "\xa9ART": "Artist", "aART": "Album artist", "\xa9wrt": "Composer", "\xa9cmt": "Comment", "cprt": "Copyright",
    "apID": "Purchaser", "ownr": "Owner", "covr": "Picture", "desc": "Description", "----": "Free text",
    # Vorbis comments (FLAC, Ogg), RIFF INFO names as FFmpeg gives them
    "artist": "Artist", "albumartist": "Album artist", "album_artist": "Album artist", "composer": "Composer",
    "performer": "Performer", "conductor": "Conductor", "lyricist": "Lyricist", "contact": "Contact",
    "copyright": "Copyright", "organization": "Organization", "encoded_by": "Encoded by", "encoded-by": "Encoded by",
    "comment": "Comment", "description": "Description", "author": "Author", "producer": "Producer",
    "engineer": "Engineer", "metadata_block_picture": "Picture", "originator_reference": "Originator reference",
    # RIFF INFO as written
    "IART": "Artist", "IENG": "Engineer", "ICMT": "Comment", "ICOP": "Copyright", "ITCH": "Technician",
    "ISRC": "Source", "ICMS": "Commissioned by", "IMUS": "Composer", "IWRI": "Writer", "IPRO": "Producer",
}  # fmt: skip
_BEXT = (("Description", 0, 256), ("Originator", 256, 32), ("OriginatorReference", 288, 32))  # EBU Tech 3285
_IXML_FIELDS = ("PROJECT", "NOTE", "SCENE", "TAPE", "USER", "FILE_UID")
_MAX_CHUNK_READ = 1 << 20


def report_identity(facts: Facts, file: BinaryIO, claims: Claims, layout: Layout) -> None:
    """Put the named fields and the number of pictures."""
    found = [*_from_tags(claims), *_from_chunks(file, layout)]
    unique = list({(one.source, one.field): one for one in found}.values())
    if claims.unread:
        facts.limits_hit.append(claims.unread)
        facts.excuse(claims.unread, "identity")
        return
    facts.put(
        "identity",
        named_fields=tuple(unique[:MAX_PLACES]),
        named_field_count=len(unique),
        pictures=claims.pictures,
    )


def _from_tags(claims: Claims) -> list[NamedField]:
    source = {"VCFLACDict": "Vorbis comment", "OggVCommentDict": "Vorbis comment", "MP4Tags": "MP4"}
    kind = source.get(claims.tag_kind, "Vorbis comment" if "VComment" in claims.tag_kind else "ID3")
    fields = []
    for key, value in claims.tags.items():
        name = key.split(":", 1)[0]
        label = _LABELS.get(name) or _LABELS.get(name.lower())
        if label and _has_text(value):
            fields.append(NamedField(source=kind, field=name[:40], label=label))
    return fields


def _from_chunks(file: BinaryIO, layout: Layout) -> list[NamedField]:
    fields = []
    for name, (at, size) in layout.text_chunks.items():
        file.seek(at)
        body = file.read(min(size, _MAX_CHUNK_READ))
        if name == b"bext":
            fields += [
                NamedField(source="bext", field=field, label=field)
                for field, start, length in _BEXT
                if body[start : start + length].strip(b"\0 ")
            ]
        elif name == b"iXML":
            fields += [
                NamedField(source="iXML", field=field, label=field.title())
                for field in _IXML_FIELDS
                if re.search(rf"<{field}>\s*[^<\s]".encode(), body)
            ]
        elif body[:4] == b"INFO":
            fields += _from_info(body)
    return fields


def _from_info(body: bytes) -> list[NamedField]:
    fields, at = [], 4
    while at + 8 <= len(body):
        name, size = body[at : at + 4].decode("latin-1"), int.from_bytes(body[at + 4 : at + 8], "little")
        if name in _LABELS and body[at + 8 : at + 8 + size].strip(b"\0 "):
            fields.append(NamedField(source="RIFF INFO", field=name, label=_LABELS[name]))
        at += 8 + size + size % 2
    return fields


def _has_text(value: Any) -> bool:
    first = value[0] if isinstance(value, list) and value else value
    return first is not None and str(first).strip() != ""
