"""Tags with more entries than anybody writes: they are counted and not read, and the sound is judged as always."""

import io
import struct

import pytest

from tests.signals.files import chunk, encoded, flac, mp3, wav
from tests.signals.music import music
from tests.unit.audio.listening import RATE_HZ, listen
from workers.audio import declared
from workers.audio.confine import TagTimeUp, tag_fence
from workers.audio.decode import Decoder
from workers.audio.layout import read_layout
from workers.audio.limits import Limits
from workers.audio.survey import Survey

PIECE = music(2, RATE_HZ)
ENTRIES = 2_500


def _synchsafe(value: int) -> bytes:
    return bytes(value >> shift & 127 for shift in (21, 14, 7, 0))


def _id3(version: int, entries: int = ENTRIES, *, flags: int = 0, text: int = 9, extended: bytes = b"") -> bytes:
    name, tail = (b"TXX", b"") if version == 2 else (b"TXXX", b"\0\0")
    frames = []
    for number in range(entries):
        body = b"\0" + b"%05d\0" % number + b"\xff" * (text - 7)
        length = len(body).to_bytes(3 if version == 2 else 4, "big")
        frames.append(name + (_synchsafe(len(body)) if version == 4 else length) + tail + body)
    whole = extended + b"".join(frames)
    if version < 4 and flags & 0x80:
        whole = whole.replace(b"\xff", b"\xff\0")
    return b"ID3" + bytes([version, 0, flags]) + _synchsafe(len(whole)) + whole


def _comments(entries: int = ENTRIES, text: bytes = b"a") -> bytes:
    every = [b"K%05d=" % number + text for number in range(entries)]
    return struct.pack("<II", 0, entries) + b"".join(struct.pack("<I", len(one)) + one for one in every)


def _flac(comments: bytes) -> bytes:
    plain = flac(PIECE, RATE_HZ)
    return plain[:42] + b"\4" + len(comments).to_bytes(3, "big") + comments + plain[42:]


def _tagged(codec: str, container: str, rate_hz: int = RATE_HZ, sample_format: str = "fltp", entries: int = 0) -> bytes:
    return encoded(
        music(2, rate_hz), rate_hz, codec=codec, container=container, sample_format=sample_format,
        metadata={f"key{number:05d}": "v" * 40 for number in range(entries)},
    )  # fmt: skip


def _atom(name: bytes, *bodies: bytes) -> bytes:
    return struct.pack(">I4s", 8 + sum(map(len, bodies)), name) + b"".join(bodies)


def _m4a(entries: int) -> bytes:
    """The same sound with that many tags in moov, which stands behind the sound."""
    plain = _tagged("aac", "ipod")
    at = plain.rfind(b"moov") - 4
    size = int.from_bytes(plain[at : at + 4], "big")
    mean, data = _atom(b"mean", bytes(4), b"a"), _atom(b"data", b"\0\0\0\1", bytes(4), b"v")
    own = [_atom(b"----", mean, _atom(b"name", bytes(4), b"%05d" % number), data) for number in range(entries)]
    handler = _atom(b"hdlr", bytes(8), b"mdirappl", bytes(9))
    tags = _atom(b"udta", _atom(b"meta", bytes(4), handler, _atom(b"ilst", *own)))
    return plain[:at] + struct.pack(">I", size + len(tags)) + plain[at + 4 : at + size] + tags + plain[at + size :]


def _info(entries: int = ENTRIES) -> bytes:
    return chunk(b"LIST", b"INFO" + b"".join(chunk(b"I%03X" % number, b"text") for number in range(entries)))


FLOODED = {
    "ID3v2.4 in MP3": (lambda: _id3(4) + mp3(PIECE, RATE_HZ), lambda: mp3(PIECE, RATE_HZ)),
    "ID3v2.3 in MP3": (lambda: _id3(3) + mp3(PIECE, RATE_HZ), lambda: mp3(PIECE, RATE_HZ)),
    "ID3v2.2 in MP3": (lambda: _id3(2) + mp3(PIECE, RATE_HZ), lambda: mp3(PIECE, RATE_HZ)),
    "unsynchronised ID3v2.3": (lambda: _id3(3, flags=0x80) + mp3(PIECE, RATE_HZ), lambda: mp3(PIECE, RATE_HZ)),
    "ID3v2.3 with an extended header": (
        lambda: _id3(3, flags=0x40, extended=b"\0\0\0\6" + bytes(6)) + mp3(PIECE, RATE_HZ),
        lambda: mp3(PIECE, RATE_HZ),
    ),
    "ID3v2.4 with an extended header": (
        lambda: _id3(4, flags=0x40, extended=b"\0\0\0\6\1\0") + mp3(PIECE, RATE_HZ),
        lambda: mp3(PIECE, RATE_HZ),
    ),
    "ID3 in WAV": (lambda: wav(PIECE, RATE_HZ, after=chunk(b"id3 ", _id3(4))), lambda: wav(PIECE, RATE_HZ)),
    "INFO in WAV": (lambda: wav(PIECE, RATE_HZ, before=_info()), lambda: wav(PIECE, RATE_HZ)),
    "comments in FLAC": (lambda: _flac(_comments()), lambda: flac(PIECE, RATE_HZ)),
    "ID3 before FLAC": (lambda: _id3(4) + flac(PIECE, RATE_HZ), lambda: flac(PIECE, RATE_HZ)),
    "comments in Vorbis": (
        lambda: _tagged("vorbis", "ogg", entries=ENTRIES), lambda: _tagged("vorbis", "ogg"),
    ),
    "comments in Opus": (
        lambda: _tagged("libopus", "ogg", 48_000, "flt", entries=ENTRIES),
        lambda: _tagged("libopus", "ogg", 48_000, "flt"),
    ),
    "comments in FLAC in Ogg": (
        lambda: _tagged("flac", "ogg", sample_format="s16", entries=ENTRIES),
        lambda: _tagged("flac", "ogg", sample_format="s16"),
    ),
    "atoms in MP4": (lambda: _m4a(ENTRIES), lambda: _tagged("aac", "ipod")),
}  # fmt: skip


@pytest.mark.parametrize("name", FLOODED)
def test_a_flood_of_entries_is_not_read_and_the_sound_is_judged(name: str) -> None:
    make, make_clean = FLOODED[name]
    report, clean = listen(make()).report, listen(make_clean()).report
    assert report.readable
    assert report.decoded.pcm_sha256 == clean.decoded.pcm_sha256
    assert report.decoded.bad_packets == report.container.damage_count == 0
    (said,) = report.health.limits_hit
    assert said.startswith("The tags hold 2,5")
    assert said.endswith("entries; we read at most 2,000, so they were not read.")
    assert report.declared.read_error == report.health.not_measured["identity"] == said
    assert report.declared.sample_rate_hz in (None, report.decoded.sample_rate_hz)


@pytest.mark.parametrize("name", FLOODED)
def test_the_decoder_does_not_see_them_either(name: str) -> None:
    data = FLOODED[name][0]()
    container = listen(data).report.container.sniffed or ""
    file = io.BytesIO(data)
    sound = Survey(file, container, read_layout(file, container)).sound
    decoder = Decoder(sound, container=container, limits=Limits())
    assert len(decoder._container.metadata) + len(decoder._stream.metadata) < 20
    decoder.close()


def test_each_recording_of_an_ogg_chain_is_looked_at() -> None:
    (said,) = listen(_tagged("vorbis", "ogg") + _tagged("vorbis", "ogg", entries=ENTRIES)).report.health.limits_hit
    assert said.startswith("The tags hold 2,50")


@pytest.mark.parametrize(
    "data",
    [
        lambda: _id3(4, 3, text=500_000) + mp3(PIECE, RATE_HZ),
        lambda: _flac(_comments(3, b"x" * 500_000)),
    ],
)
def test_a_megabyte_of_text_is_not_read(data) -> None:
    (said,) = listen(data()).report.health.limits_hit
    assert said == "The tags hold 1.5 MB of text; we read at most 1 MB, so they were not read."


def test_a_large_picture_and_many_tags_that_people_write_are_read() -> None:
    picture = b"\0image/png\0\3\0" + bytes(3_000_000)
    frame = b"APIC" + _synchsafe(len(picture)) + b"\0\0" + picture
    texts = _id3(4, 300)[10:]
    tag = b"ID3\4\0\0" + _synchsafe(len(frame + texts)) + frame + texts
    report = listen(tag + mp3(PIECE, RATE_HZ)).report
    assert report.health.limits_hit == ()
    assert report.identity.pictures == 1
    assert report.identity.named_field_count


def test_a_text_in_front_of_a_large_picture_is_not_taken_for_more_text() -> None:
    """ID3v2.4 codes its lengths in another way than 2.3: read like that, a long comment leads into the picture."""
    picture = b"\0image/jpeg\0\3\0" + bytes(range(1, 256)) * 8_000
    texts = _id3(4, 5, text=300)[10:]
    frames = texts + b"APIC" + _synchsafe(len(picture)) + b"\0\0" + picture
    report = listen(b"ID3\4\0\0" + _synchsafe(len(frames)) + frames + mp3(PIECE, RATE_HZ)).report
    assert report.health.limits_hit == ()
    assert report.identity.pictures == 1


def test_the_entries_of_every_tag_in_front_are_counted() -> None:
    (said,) = listen(_id3(4, 10) + _id3(3) + mp3(PIECE, RATE_HZ)).report.health.limits_hit
    assert said.startswith("The tags hold 2,51")


def test_reading_tags_ends_when_its_time_is_over() -> None:
    with pytest.raises(TagTimeUp), tag_fence(0.05):
        while True:
            pass


def test_tags_that_only_time_stops_leave_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def late(*_: object, **__: object) -> None:
        raise TagTimeUp

    monkeypatch.setitem(declared._READERS, "mp3", late)
    report = listen(mp3(PIECE, RATE_HZ)).report
    assert report.readable
    assert report.health.limits_hit == ("Reading the tags took too long, so they were not read.",)
