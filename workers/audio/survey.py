"""How the sound lies in the file, beyond what its header says: where it ends, what was joined, what is damaged.

MPEG audio and Ogg are walked frame by frame and page by page before they are decoded, so that the decoder gets nothing
but what belongs to the sound. FLAC is looked at again when its decoded length does not fit its header.
"""

from itertools import accumulate
from typing import BinaryIO

from workers.audio.decode import BAD_BEGINNING, Decoder, Unreadable
from workers.audio.flacend import count_flac_streams, find_flac_end
from workers.audio.frames import Walk, walk_frames
from workers.audio.layout import Layout
from workers.audio.oggpages import Pages, walk_pages
from workers.audio.window import window

_LENGTH_TOLERANCE_S = 0.2


class Survey:
    """Make one before decoding and decode `sound`; call `conclude` when the decoder has run to its end.

    Raises Unreadable when there is not one whole page in an Ogg file.
    """

    def __init__(self, file: BinaryIO, container: str, layout: Layout) -> None:
        file = layout.tags.hidden(file)
        self._file, self._container, self._layout = file, container, layout
        self._size = file.seek(0, 2)
        self._frames: Walk | None = None
        self._pages: Pages | None = None
        self.sound: BinaryIO = file
        if container in ("mp3", "adts"):
            self._survey_frames()
        elif container == "ogg":
            self._survey_pages()

    def conclude(self, decoder: Decoder) -> None:
        """Put into the layout what only the decoded length can tell."""
        if decoder.stopped_at_limit:
            return
        layout = self._layout
        if self._frames is not None:
            decoder.bad_packets = max(decoder.bad_packets - self._frames.tags, 0)  # a tag is no damage
            layout.recordings_heard = layout.recordings
        elif self._pages is not None:
            self._count_heard(decoder)
        elif self._container == "flac":
            self._conclude_flac(decoder)

    def _survey_frames(self) -> None:
        layout = self._layout
        found = walk_frames(self._file, self._container, self._size - (layout.audio_bytes or 0))
        if not found.recordings:
            return
        self._frames = found
        self.sound = window(self._file, found.start, found.end)
        self._note_damage(found)
        layout.recordings = found.recordings
        layout.ending = "broken_off" if found.ended_early else "last_frame_cut" if found.cut else "whole"
        layout.audio_bytes = found.frame_bytes
        layout.metadata_bytes += found.tag_bytes
        layout.hidden_bytes = max(
            self._size - layout.metadata_bytes - found.frame_bytes - found.damaged_bytes, layout.hidden_bytes
        )

    def _survey_pages(self) -> None:
        layout, found = self._layout, walk_pages(self._file)
        if not found.links:
            raise Unreadable(BAD_BEGINNING)
        self._pages = found
        self._note_damage(found)
        layout.recordings = len(found.links)
        if found.links[-1].ended:
            layout.ending = "whole"
        else:
            layout.ending = "broken_off" if found.end < self._size else "no_end_mark"
        if not found.cut:
            layout.hidden_bytes = self._size - found.end
            self.sound = window(self._file, 0, found.end)

    def _note_damage(self, found: Walk | Pages) -> None:
        layout = self._layout
        layout.damaged_bytes, layout.damage_count, layout.damage = (
            found.damaged_bytes, found.damage_count, found.damage,
        )  # fmt: skip

    def _count_heard(self, decoder: Decoder) -> None:
        layout, pages = self._layout, self._pages
        if pages is None or layout.recordings == 1:
            return
        reached = decoder.frames / decoder.rate_hz + _LENGTH_TOLERANCE_S
        ends = accumulate(link.seconds for link in pages.links)
        layout.recordings_heard = max(sum(end <= reached for end in ends), 1)
        if layout.recordings_heard < layout.recordings:
            decoder.bad_packets = 0  # they belong to a recording of another kind; damage has its checksums

    def _conclude_flac(self, decoder: Decoder) -> None:
        layout = self._layout
        surplus = decoder.last_packet_bytes - (layout.max_frame_bytes or decoder.last_packet_bytes)
        if layout.frames is not None and decoder.frames > layout.frames:
            layout.recordings = layout.recordings_heard = count_flac_streams(self._file)
            if layout.recordings == 1:
                layout.fault("length_wrong")
        elif layout.frames is not None and decoder.frames < layout.frames:
            self._explain_missing(layout.frames, decoder)
        if surplus > 0 and layout.recordings == 1:
            layout.hidden_bytes = surplus
            layout.audio_bytes = max((layout.audio_bytes or 0) - surplus, 0)
            decoder.audio_bytes -= surplus

    def _explain_missing(self, announced: int, decoder: Decoder) -> None:
        """Less was decoded than announced: the file was cut, or damaged inside, or its header lies."""
        layout = self._layout
        end = find_flac_end(self._file, block_size=layout.block_size)
        if end is not None and end.frames == announced:
            layout.ending = "whole"
            layout.damage_count = 1
        elif end is not None and end.closed and end.frames == decoder.frames:
            layout.ending = "whole"
            layout.fault("length_wrong")
        else:
            layout.ending = "broken_off"
