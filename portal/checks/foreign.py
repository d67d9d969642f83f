"""Files that we do not read, known by their first bytes, so that the sentence can say what they are."""

_ASF = bytes.fromhex("3026b2758e66cf11")
_MATROSKA = b"\x1a\x45\xdf\xa3"
_SOUND, _OTHER = "sound", "other"

# (first bytes, name, whether there is sound in it). The first that fits counts.
_STARTS: tuple[tuple[bytes, str, str], ...] = (
    (b"wvpk", "a WavPack file", _SOUND),
    (_ASF, "a Windows Media file (WMA or WMV)", _SOUND),
    (b"MAC ", "a Monkey's Audio file (APE)", _SOUND),
    (b"TTA1", "a True Audio file (TTA)", _SOUND),
    (b"MPCK", "a Musepack file", _SOUND),
    (b"MP+", "a Musepack file", _SOUND),
    (b"OFR ", "an OptimFROG file", _SOUND),
    (b"LPAC", "an LPAC file", _SOUND),
    (b"ajkg", "a Shorten file", _SOUND),
    (b"DSD ", "a DSD file (DSF)", _SOUND),
    (b"FRM8", "a DSD file (DSDIFF)", _SOUND),
    (b".snd", "an AU file (Sun audio)", _SOUND),
    (b"RIFX", "a big-endian RIFF file (RIFX)", _SOUND),
    (b"Creative Voice File", "a Creative Voice file (VOC)", _SOUND),
    (b"#!AMR", "an AMR voice recording", _SOUND),
    (b".RMF", "a RealMedia file", _SOUND),
    (b".ra\xfd", "a RealAudio file", _SOUND),
    (b"\x0b\x77", "a Dolby Digital stream (AC-3)", _SOUND),
    (b"\x7f\xfe\x80\x01", "a DTS stream", _SOUND),
    (b"FLV", "a Flash video", _SOUND),
    (b"\0\0\1\xba", "an MPEG video", _SOUND),
    (b"\0\0\1\xb3", "an MPEG video", _SOUND),
    (b"MThd", "a MIDI file, which holds notes and no sound", _OTHER),
    (b"#EXTM3U", "a playlist, which only points at sound", _OTHER),
    (b"[playlist]", "a playlist, which only points at sound", _OTHER),
    (b"ffconcat", "a playlist, which only points at sound", _OTHER),
    (b"FLhd", "an FL Studio project", _OTHER),
    (b"<REAPER_PROJECT", "a REAPER project", _OTHER),
    (b"PK\3\4", "a ZIP archive (some programs keep their projects in one)", _OTHER),
    (b"Rar!", "a RAR archive", _OTHER),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", _OTHER),
    (b"\x1f\x8b", "a compressed file (Ableton Live keeps its sets in one)", _OTHER),
    (b"%PDF", "a PDF document", _OTHER),
    (b"\xd0\xcf\x11\xe0", "an Office document", _OTHER),
    (b"{\\rtf", "a text document (RTF)", _OTHER),
    (b"\x89PNG", "a picture (PNG)", _OTHER),
    (b"\xff\xd8\xff", "a picture (JPEG)", _OTHER),
    (b"GIF8", "a picture (GIF)", _OTHER),
)
_RIFF_KINDS = {
    b"AVI ": ("an AVI video", _SOUND),
    b"RMID": ("a MIDI file, which holds notes and no sound", _OTHER),
    b"sfbk": ("a SoundFont, which holds an instrument and no recording", _OTHER),
    b"WEBP": ("a picture (WebP)", _OTHER),
}
# What stands at the beginning of files that we read, how far from it, and their name.
_BURIED = (
    (b"fLaC\0\0\0\x22", 0, "FLAC"),
    (b"WAVEfmt ", 8, "WAV"),
    (b"AIFFCOMM", 8, "AIFF"),
    (b"OggS\0\2", 0, "Ogg"),
)
_FORM_KINDS = {b"8SVX": ("an Amiga sound file (8SVX)", _SOUND)}
_MPEG_LAYERS = {2: "an MPEG layer II file (MP2)", 3: "an MPEG layer I file (MP1)"}


def foreign_kind(head: bytes) -> tuple[str, bool] | None:
    """Return what a file that begins with `head` is, in words with an article, and whether it can hold sound.

    None when it is nothing that we know by name, or one of the containers that we read.
    """
    for find in (_by_start, _riff_or_iff, _matroska, _transport_stream, _page, _mpeg_layer):
        found = find(head)
        if found is not None:
            return found[0], found[1] == _SOUND
    return None


def is_foreign(head: bytes) -> bool:
    """Whether `head` begins a file that we know by name and do not read. Raw MPEG streams are not judged here."""
    return any(find(head) is not None for find in (_by_start, _riff_or_iff, _matroska, _transport_stream, _page))


def sentence_about(head: bytes) -> str | None:
    """Return what to tell the sender of such a file; None when nothing is known about it."""
    found = foreign_kind(head)
    if found is None:
        return None
    name, sounds = found
    if sounds:
        return f"This is {name}, which we do not read. Export the recording as WAV, AIFF or FLAC and upload that."
    return f"This is {name}. Export the recording itself as WAV, AIFF or FLAC and upload that."


def sentence_about_front(head: bytes) -> str | None:
    """Return what to tell the sender when a file that we read begins further on in `head`; None when none does."""
    places = [(head.find(mark) - offset, name) for mark, offset, name in _BURIED]
    at, name = min((place for place in places if place[0] > 0), default=(0, ""))
    if not at:
        return None
    return (
        f"This file begins with {at:,} bytes that do not belong to it; the {name} recording begins after them. "
        "Export the recording again."
    )


_Found = tuple[str, str] | None


def _by_start(head: bytes) -> _Found:
    return next(((name, kind) for magic, name, kind in _STARTS if head.startswith(magic)), None)


def _riff_or_iff(head: bytes) -> _Found:
    kinds = {b"RIFF": _RIFF_KINDS, b"FORM": _FORM_KINDS}.get(head[:4])
    return kinds.get(head[8:12]) if kinds else None


def _matroska(head: bytes) -> _Found:
    if not head.startswith(_MATROSKA):
        return None
    return ("a WebM file" if b"webm" in head[:64] else "a Matroska file (MKV)"), _SOUND


def _transport_stream(head: bytes) -> _Found:
    packets = head[: 188 * 5 : 188]
    return ("an MPEG transport stream", _SOUND) if packets == b"\x47" * 5 else None


def _page(head: bytes) -> _Found:
    start = head[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<mpd" in start:
        return "a playlist, which only points at sound", _OTHER
    if start.startswith((b"<!doctype html", b"<html")):
        return "a web page, perhaps the page of a download that went wrong", _OTHER
    return None


def _mpeg_layer(head: bytes) -> _Found:
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0 or head[1] >> 3 & 3 == 1:
        return None
    good = head[2] >> 4 not in (0, 15) and head[2] >> 2 & 3 != 3
    name = _MPEG_LAYERS.get(head[1] >> 1 & 3)
    return (name, _SOUND) if name and good else None
