"""The one decode of a file: PyAV, under a container, codec and protocol whitelist, packet by packet.

PyAV reads from an open file object, and no protocol is allowed at all: a playlist, or a reference inside a container,
has nothing it could open. A packet that the decoder refuses is counted and the next one is tried.
"""

from collections.abc import Iterator
from typing import Any, BinaryIO

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.stream import Disposition
from av.video.stream import VideoStream
from numpy.typing import NDArray

from portal.checks.sniff import DEMUXERS
from workers.audio.limits import MAX_BAD_PACKETS_IN_A_ROW, MAX_CHANNELS, MAX_RATE_HZ, MIN_RATE_HZ, Limits

PIECE_FRAMES = 1 << 14  # small enough to stay in the processor's own memory
# The demuxer's own choice is 4 kB, and each packet costs a call. A whole number of frames for every sample size and
# channel count that we read: where a header lies about its block alignment, each packet must still begin with a frame.
WAV_PACKET_BYTES = 60_480
LOSSLESS = frozenset({"flac", "alac"})
_PCM = (
    "pcm_u8,pcm_s8,pcm_s16le,pcm_s24le,pcm_s32le,pcm_f32le,pcm_f64le,pcm_s16be,pcm_s24be,pcm_s32be,pcm_f32be,pcm_f64be"
)
CODECS = f"{_PCM},flac,alac,mp3float,mp3,aac,vorbis,libvorbis,opus,libopus"

# FFmpeg's sample formats -> (numpy type, left shift to 32 bits; None for floats). A trailing p only means planar.
_SAMPLES: dict[str, tuple[type[np.generic], int | None]] = {
    "u8": (np.uint8, 24),
    "s16": (np.int16, 16),
    "s32": (np.int32, 0),
    "flt": (np.float32, None),
    "dbl": (np.float64, None),
}


AS_PCM = "Export it as uncompressed (PCM) WAV, AIFF or FLAC."
BROKEN_OFF = (
    "This file breaks off before what is needed to read it: the upload or the export was cut off. Play your copy; if "
    "it plays, upload it again, else export it again."
)
BAD_BEGINNING = "The beginning of this file is damaged, so no audio could be read. Export it again and upload it again."


class Unreadable(Exception):
    """The file cannot be measured; the message is a sentence for the applicant."""


class _Source:
    """The open file as PyAV sees it: where a damaged header leads outside the file, a seek fails instead of raising."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.read, self.tell = file.read, file.tell

    def seek(self, offset: int, whence: int = 0) -> int:
        try:
            return self._file.seek(offset, whence)
        except (OSError, ValueError):
            return -1


class Decoder:
    """Open, then exhaust `pieces()` once; the counters are final after that.

    Raises Unreadable when there is no sound in the file that we accept.
    """

    def __init__(self, file: BinaryIO, *, container: str, limits: Limits) -> None:
        self.packets = self.bad_packets = self.audio_bytes = self.format_changes = self.frames = 0
        self.stopped_at_limit = False
        self.last_packet_bytes = 0
        self._limits = limits
        self._container: Any = _open(file, container)
        self.stream_counts = _count_streams(self._container)
        streams = self._container.streams.audio
        if not streams:
            raise Unreadable("We found no audio track in this file. Export it again as WAV, AIFF or FLAC.")
        self._stream = streams[0]
        context: Any = self._stream.codec_context
        # FFmpeg's own codec whitelist only holds while it probes; PyAV opens the decoder without it.
        if context is None or context.name not in CODECS.split(","):
            kind = f"coded as {context.codec.long_name}" if context is not None else "of a kind that nobody knows"
            raise Unreadable(f"The sound in this file is {kind}, which we do not accept. {AS_PCM}")
        self.codec = _codec_name(context.name)
        self.extradata = context.extradata or b""
        if self.codec == "flac" and not any(self.extradata[-16:]):
            context.options = {"err_detect": "crccheck+explode"}  # no checksum of the whole, so those of its frames
        self._first: AudioFrame | None = None
        self._ahead = self._frames()
        self._prime()

    def _prime(self) -> None:
        """Decode up to the first frame: only it tells what the sound really is."""
        frame = next(self._ahead, None)
        if frame is None:
            raise Unreadable("We could not find audio in this file. Export it again from the session.")
        self._first = frame
        self.rate_hz, self.channels = frame.sample_rate, len(frame.layout.channels)
        self.layout, self.channel_names = frame.layout.name, tuple(one.name for one in frame.layout.channels)
        self.sample_format = frame.format.name
        refuse_shape(self.rate_hz, self.channels)
        if self.sample_format.removesuffix("p") not in _SAMPLES:
            raise Unreadable("We do not accept the kind of samples in this file. " + AS_PCM)
        self._type, self._shift = _SAMPLES[self.sample_format.removesuffix("p")]
        self._resampler: AudioResampler | None = None
        self._resampled_shape: tuple[str, int, int] | None = None

    @property
    def float_samples(self) -> bool:
        return self._shift is None

    @property
    def lossless(self) -> bool:
        return self.codec in LOSSLESS or self.codec.startswith("pcm_")

    def pieces(self) -> Iterator[NDArray[Any]]:
        """Yield interleaved (frames, channels) samples: int32, left-aligned, for integer formats, else float32.

        The array is used again for the next piece. Stops at the longest length that the limits allow.
        """
        room = np.empty((PIECE_FRAMES, self.channels), np.float32 if self._shift is None else np.int32)
        most = int(self._limits.max_duration_s * self.rate_hz)
        fill = 0
        for samples in self._samples():
            taken = 0
            while taken < len(samples) and not self.stopped_at_limit:
                n = min(len(samples) - taken, PIECE_FRAMES - fill, most - self.frames)
                room[fill : fill + n] = samples[taken : taken + n]
                taken, fill, self.frames = taken + n, fill + n, self.frames + n
                self.stopped_at_limit = self.frames >= most
                if fill == PIECE_FRAMES:
                    yield self._aligned(room)
                    fill = 0
            if self.stopped_at_limit:
                break
        if fill:
            yield self._aligned(room[:fill])

    def close(self) -> None:
        self._container.close()

    def _aligned(self, room: NDArray[Any]) -> NDArray[Any]:
        if self._type is np.uint8:
            room -= 128
        if self._shift:
            room <<= self._shift
        return room

    def _samples(self) -> Iterator[NDArray[Any]]:
        if self._first is not None:
            yield from self._alike(self._first)
            self._first = None
        for frame in self._ahead:
            yield from self._alike(frame)

    def _frames(self) -> Iterator[AudioFrame]:
        bad_in_a_row = 0
        packets = self._container.demux(self._stream)
        while bad_in_a_row < MAX_BAD_PACKETS_IN_A_ROW:
            try:
                packet = next(packets, None)
            except IndexError:  # a stream that begins behind the sound; PyAV only knows the first ones
                bad_in_a_row += 1
                packets = self._container.demux(self._stream)
                continue
            except av.error.FFmpegError:
                self.packets += 1
                self.bad_packets += 1
                return
            if packet is None:
                return
            self.packets += packet.size > 0
            self.audio_bytes += packet.size
            try:
                frames = packet.decode()
            except av.error.FFmpegError:
                self.bad_packets += 1
                bad_in_a_row += 1
                continue
            bad_in_a_row = 0
            if packet.size:  # an empty packet only asks for what is left in the decoder
                self.last_packet_bytes = packet.size
            yield from frames

    def _alike(self, frame: AudioFrame) -> Iterator[NDArray[Any]]:
        """Yield the frame's samples; a frame of another rate, layout or format is converted to the first one's."""
        shape = (frame.format.name, frame.sample_rate, frame.layout.nb_channels)
        if shape == (self.sample_format, self.rate_hz, self.channels):
            self._resampler = None
            yield self._view(frame)
            return
        if self._resampler is None or shape != self._resampled_shape:
            self.format_changes += 1
            self._resampled_shape = shape
            self._resampler = AudioResampler(format=self.sample_format, layout=self.layout, rate=self.rate_hz)
        try:
            converted = self._resampler.resample(frame)
        except (av.error.FFmpegError, ValueError):  # a layout or rate that only damage can claim
            self.bad_packets += 1
            self._resampler = None
            return
        yield from map(self._view, converted)

    def _view(self, frame: AudioFrame) -> NDArray[Any]:
        if frame.format.is_planar and self.channels > 1:
            joined = np.empty((frame.samples, self.channels), self._type)
            for channel, plane in enumerate(frame.planes):
                joined[:, channel] = np.frombuffer(memoryview(plane), self._type, frame.samples)
            return joined
        interleaved = np.frombuffer(memoryview(frame.planes[0]), self._type, frame.samples * self.channels)
        return np.asarray(interleaved.reshape(-1, self.channels))


def refuse_shape(rate_hz: int | None, channels: int | None) -> None:
    """Raise Unreadable for a sample rate or a channel count that no recording has. None passes: nothing was claimed."""
    if rate_hz is not None and not MIN_RATE_HZ <= rate_hz <= MAX_RATE_HZ:
        raise Unreadable(
            f"The file says it has a sample rate of {rate_hz:,} Hz; we read {MIN_RATE_HZ:,} to {MAX_RATE_HZ:,} Hz. "
            "Export it again from the session."
        )
    if channels is not None and not 1 <= channels <= MAX_CHANNELS:
        raise Unreadable(
            f"The file says it has {channels:,} channels; we read 1 to {MAX_CHANNELS}. Export a stereo mix."
        )


def _open(file: BinaryIO, container: str) -> av.container.InputContainer:
    demuxer = DEMUXERS[container]
    options = {"protocol_whitelist": "none", "format_whitelist": demuxer, "codec_whitelist": CODECS}
    if demuxer == "wav":
        options["max_size"] = str(WAV_PACKET_BYTES)
        options["max_probe_packets"] = "1"  # else 5 MB of 16-bit sound are searched for hidden DTS before we begin
    file.seek(0)
    try:
        return av.open(
            _Source(file),
            "r",
            format=demuxer,
            options=options,
            buffer_size=1 << 18,
            metadata_errors="replace",
            timeout=(30, 30),
        )
    except (av.error.FFmpegError, ValueError, OverflowError) as error:
        raise Unreadable(BAD_BEGINNING) from error


def _count_streams(container: av.container.InputContainer) -> dict[str, float | None]:
    """Count by kind, under the field names of the report. An attached cover is a picture, not a video."""
    every = list(container.streams)
    pictures = [one for one in every if one.type == "video" and one.disposition & Disposition.attached_pic]
    films = [one for one in every if one.type == "video" and one not in pictures]
    rate = films[0].average_rate if films and isinstance(films[0], VideoStream) else None
    audio = sum(one.type == "audio" for one in every)
    return {
        "audio_streams": audio,
        "video_streams": len(films),
        "picture_streams": len(pictures),
        "other_streams": len(every) - audio - len(films) - len(pictures),
        "video_frame_rate_hz": float(rate) if rate else None,
    }


def _codec_name(name: str) -> str:
    return {"mp3float": "mp3", "libopus": "opus", "libvorbis": "vorbis"}.get(name, name)
