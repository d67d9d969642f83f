"""Names of file formats as programmes and applicants use them, from what FFmpeg and the sniffer call them."""

from portal.checks.report import AudioReport

FORMATS = {
    "wav": "WAV",
    "aiff": "AIFF",
    "flac": "FLAC",
    "alac": "ALAC",
    "caf": "CAF",
    "mp3": "MP3",
    "aac": "AAC",
    "vorbis": "Ogg Vorbis",
    "opus": "Opus",
}

# Every name ending that is usual for a container; the first is the one to suggest.
ENDINGS = {
    "wav": ("wav", "wave", "bwf"),
    "rf64": ("wav", "wave", "bwf", "rf64"),
    "bw64": ("wav", "wave", "bwf", "bw64"),
    "w64": ("w64", "wav"),
    "aiff": ("aif", "aiff", "aifc"),
    "aifc": ("aif", "aiff", "aifc"),
    "flac": ("flac",),
    "ogg": ("ogg", "oga", "opus"),
    "mp3": ("mp3",),
    "mp4": ("m4a", "mp4", "m4b", "mov"),
    "adts": ("aac",),
    "caf": ("caf",),
}

CONTAINER_NAMES = {
    "wav": "WAV",
    "rf64": "WAV",
    "bw64": "WAV",
    "w64": "Wave64",
    "aiff": "AIFF",
    "aifc": "AIFF",
    "flac": "FLAC",
    "ogg": "Ogg",
    "mp3": "MP3",
    "mp4": "MPEG-4 or QuickTime",
    "adts": "AAC",
    "caf": "CAF",
}

# The containers in which each format can come: what the first bytes show must be one of them, or the file cannot pass.
CONTAINERS_OF = {
    "wav": ("wav", "rf64", "bw64", "w64"),
    "aiff": ("aiff", "aifc"),
    "flac": ("flac", "ogg", "mp4", "caf"),
    "alac": ("mp4", "caf"),
    "caf": ("caf",),
    "mp3": ("mp3", "wav", "rf64", "w64", "mp4", "caf"),
    "aac": ("adts", "mp4", "caf", "wav"),
    "vorbis": ("ogg",),
    "opus": ("ogg", "mp4", "caf"),
}

_PCM_FILES = {"wav": "wav", "rf64": "wav", "bw64": "wav", "w64": "wav", "aiff": "aiff", "aifc": "aiff", "caf": "caf"}
_CODECS = {"mp3float": "mp3", "libvorbis": "vorbis", "libopus": "opus"}


def format_of(report: AudioReport) -> str | None:
    """Return a key of FORMATS, the codec's own name when it is none of them, or None when nothing was decoded.

    Uncompressed sound is named by its container, everything else by its codec: an MP3 inside a WAV is an MP3.
    """
    codec = report.decoded.codec
    if codec is None:
        return None
    if codec.startswith("pcm_"):
        return _PCM_FILES.get(report.container.sniffed or "", codec)
    return _CODECS.get(codec, codec)


def format_name(key: str) -> str:
    """Return the name to show for what `format_of` returned."""
    if key.startswith("pcm_"):
        return "PCM in a QuickTime or MPEG-4 file"
    return FORMATS.get(key, key.upper().replace("_", " "))
