"""Where a file names a person is told; the name itself never is."""

import pytest

from tests.signals.files import chunk, encoded, flac, wav
from tests.signals.music import music
from tests.unit.audio.listening import RATE_HZ, listen

PIECE = music(2, RATE_HZ)
PERSON = "Jane Q. Applicant"
TAGS = {"artist": PERSON, "title": "Nocturne", "comment": "recorded at home by Jane"}


def _places(data: bytes) -> set[tuple[str, str]]:
    report = listen(data).report
    assert PERSON not in report.to_json()
    assert report.identity.named_field_count == len(report.identity.named_fields)
    return {(field.source, field.label) for field in report.identity.named_fields}


@pytest.mark.parametrize(
    ("codec", "container", "sample_format", "source"),
    [("libmp3lame", "mp3", "fltp", "ID3"), ("aac", "ipod", "fltp", "MP4"), ("libopus", "ogg", "flt", "Vorbis comment")],
)
def test_tags_of_every_kind_are_seen(codec: str, container: str, sample_format: str, source: str) -> None:
    rate_hz = 48_000
    data = encoded(
        music(2, rate_hz), rate_hz, codec=codec, container=container, sample_format=sample_format, metadata=TAGS
    )
    assert (source, "Artist") in _places(data)


def test_vorbis_comments_in_flac_are_seen() -> None:
    assert {("Vorbis comment", "Artist"), ("Vorbis comment", "Description")} <= _places(
        flac(PIECE, RATE_HZ, metadata=TAGS)
    )


def test_what_mutagen_does_not_see_in_a_wav_is_seen() -> None:
    bext = b"made in room 3".ljust(256, b"\0") + PERSON.encode().ljust(32, b"\0") + bytes(32 + 282)
    ixml = b"<BWFXML><PROJECT>Jane's EP</PROJECT><NOTE></NOTE></BWFXML>"
    info = b"INFO" + chunk(b"IART", PERSON.encode()) + chunk(b"INAM", b"Nocturne")
    data = wav(PIECE, RATE_HZ, after=chunk(b"bext", bext) + chunk(b"iXML", ixml) + chunk(b"LIST", info))
    assert _places(data) == {
        ("bext", "Description"), ("bext", "Originator"), ("iXML", "Project"), ("RIFF INFO", "Artist"),
    }  # fmt: skip


def test_a_file_without_names_is_clean() -> None:
    assert _places(wav(PIECE, RATE_HZ)) == set()
    assert _places(flac(PIECE, RATE_HZ, metadata={"title": "Nocturne"})) == set()
