"""Checks of the file and its container."""

import pytest

from portal.checks.check import State
from portal.checks.sound_facts import Span
from tests.factories.judging import judge
from tests.factories.reports import make_unreadable

PASS, WARN, FAIL = State.PASS, State.WARN, State.FAIL
MP3 = {"container__sniffed": "mp3", "decoded__codec": "mp3float", "decoded__lossless": False}
FLAC = {"container__sniffed": "flac", "decoded__codec": "flac"}


def test_readable():
    assert judge("file.readable").state is PASS

    said = judge("file.readable", make_unreadable("This file is empty. Export the recording again."))

    assert said.state is FAIL
    assert said.text == ("This file is empty. Export the recording again. Play the new file before you upload it.")


def test_a_limit_of_ours_is_not_the_files_fault():
    said = judge("file.readable", make_unreadable("This file took too long.", limits_hit=("time: 120 s",)))

    assert said.state is State.NOT_MEASURED
    assert said.message == "This file took too long."


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ({"container__sniffed": "wav", "decoded__codec": "pcm_s16le"}, "WAV"),
        ({"container__sniffed": "rf64", "decoded__codec": "pcm_f32le"}, "WAV"),
        ({"container__sniffed": "aifc", "decoded__codec": "pcm_s24be"}, "AIFF"),
        (FLAC, "FLAC"),
        ({"container__sniffed": "ogg", "decoded__codec": "flac"}, "FLAC"),
    ],
)
def test_format_accepted(file, name):
    said = judge("file.format", **file)
    assert (said.state, said.measured) == (PASS, name)


@pytest.mark.parametrize(
    ("file", "name"),
    [
        (MP3, "MP3"),
        ({**MP3, "container__sniffed": "wav"}, "MP3"),
        ({"container__sniffed": "mp4", "decoded__codec": "alac"}, "ALAC"),
        ({"container__sniffed": "mp4", "decoded__codec": "aac", "decoded__lossless": False}, "AAC"),
        ({"container__sniffed": "ogg", "decoded__codec": "libopus", "decoded__lossless": False}, "Opus"),
        ({"container__sniffed": "caf", "decoded__codec": "pcm_s24le"}, "CAF"),
        ({"container__sniffed": "mp4", "decoded__codec": "pcm_s16le"}, "PCM in a QuickTime or MPEG-4 file"),
    ],
)
def test_format_refused(file, name):
    said = judge("file.format", **file)
    assert (said.state, said.measured) == (FAIL, name)
    assert said.message == f"The file is {name}; the programme accepts WAV, AIFF or FLAC."


def test_format_remedy_depends_on_what_was_lost():
    assert judge("file.format", **MP3).action == (
        "Export it again from the session as WAV, AIFF or FLAC; converting this file will not bring back what was lost."
    )
    assert judge("file.format", container__sniffed="mp4", decoded__codec="alac").action == (
        "Export it again as WAV, AIFF or FLAC; converting this file loses nothing either."
    )
    assert judge("file.format", params={"accepted": ["mp3"]}, **MP3).state is PASS


@pytest.mark.parametrize(
    ("sniffed", "extension"),
    [
        ("wav", "wav"),
        ("rf64", "wav"),
        ("aiff", "aiff"),
        ("aifc", "aif"),
        ("mp4", "m4a"),
        ("mp4", "mov"),
        ("ogg", "opus"),
    ],
)
def test_extension_aliases(sniffed, extension):
    said = judge("file.extension", container__sniffed=sniffed, container__extension=extension)
    assert said.state is PASS


def test_extension_that_lies():
    said = judge("file.extension", container__sniffed="mp3")

    assert said.state is FAIL
    assert said.text == (
        "The name ends in .wav, but the content is MP3; some players will refuse it. "
        "Rename it to end in .mp3, or export it again in the format you meant."
    )
    assert judge("file.extension", container__extension="").message.startswith("The name has no ending")


@pytest.mark.parametrize(
    ("file", "state", "found"),
    [
        ({"container__video_streams": 1, "container__video_frame_rate_hz": 25.0}, FAIL, "1 video track"),
        ({"container__video_streams": 1}, FAIL, "1 video track"),
        ({"container__video_streams": 1, "container__video_frame_rate_hz": 1.0}, WARN, "1 video track"),
        ({"container__audio_streams": 3}, WARN, "2 further audio tracks"),
        (
            {"container__audio_streams": 2, "container__other_streams": 1},
            WARN,
            "1 further audio track and 1 data track",
        ),
    ],
)
def test_extra_streams(file, state, found):
    said = judge("file.extra_streams", **file)
    assert said.state is state
    assert said.text == (
        f"The file also holds {found}; only the first audio track will be heard. Export the sound alone."
    )


def test_a_cover_is_no_extra_stream():
    assert judge("file.extra_streams", container__picture_streams=2).state is PASS


@pytest.mark.parametrize(
    ("file", "state", "missing"),
    [
        ({"declared__duration_s": 185.09}, PASS, "whole"),
        ({"declared__duration_s": 185.2}, WARN, "0.2 s missing"),
        ({"declared__duration_s": 185.2, "container__ending": "broken_off"}, FAIL, "0.2 s missing"),
        ({"declared__duration_s": 185.001, "container__ending": "broken_off"}, FAIL, "end missing"),
        ({"declared__duration_s": 185.12, "decoded__lossless": False}, PASS, "whole"),
        ({"declared__duration_s": 185.95}, WARN, "0.9 s missing"),
        ({"declared__duration_s": 186.0}, WARN, "1 s missing"),
        ({"declared__duration_s": 186.1}, FAIL, "1.1 s missing"),
        ({"declared__duration_s": 100.0}, PASS, "whole"),  # more than announced is no loss
        ({"declared__duration_s": 0.0}, PASS, "whole"),
        ({"declared__duration_s": None}, PASS, "whole"),
        ({"declared__duration_s": 900.0, "declared__duration_estimated": True}, PASS, "whole"),
        ({"declared__duration_s": 24_348.0, "container__header_faults": ("streamed_size",)}, PASS, "whole"),
        ({"declared__duration_s": 24_348.0, "decoded__stopped_at_limit": True}, PASS, "whole"),
        ({"decoded__bad_packets": 1}, WARN, "0.1 s missing"),
        ({"decoded__bad_packets": 100}, FAIL, "8.5 s missing"),
    ],
)
def test_damaged(file, state, missing):
    said = judge("file.damaged", **file)
    assert (said.state, said.measured) == (state, missing)


@pytest.mark.parametrize(
    ("recordings", "heard", "says"),
    [
        (2, 2, "two recordings one after the other: together they last 3:05.0, and many players show the length of"),
        (12, 12, "12 recordings one after the other: together they last 3:05.0"),
        (2, 1, "two recordings one after the other: only the first can be heard (3:05.0)."),
        (3, 2, "three recordings one after the other: only the first two can be heard (3:05.0)."),
    ],
)
def test_joined(recordings, heard, says):
    said = judge("file.joined", container__recordings=recordings, container__recordings_heard=heard)
    assert said.state is FAIL
    assert said.message.startswith(f"This file holds {says}")
    assert judge("file.joined").state is PASS


@pytest.mark.parametrize(
    ("ending", "state", "says"),
    [
        ("whole", PASS, "The file can be decoded to its end."),
        ("broken_off", FAIL, "The file breaks off at 3:05.0, and more should follow"),
        ("last_frame_cut", WARN, "The file breaks off at 3:05.0 in the middle of a frame"),
        ("no_end_mark", WARN, "The file stops at 3:05.0 without the mark that ends such a file"),
    ],
)
def test_damaged_at_its_end(ending, state, says):
    said = judge("file.damaged", container__ending=ending, declared__duration_s=None)
    assert said.state is state
    assert said.message.startswith(says)


def test_damaged_in_places():
    places = tuple(Span(start_s=at, end_s=at + 0.3) for at in (5.0, 67.2, 70.0, 80.0))
    said = judge("file.damaged", container__damage_count=6, container__damage_places=places)
    assert said.state is FAIL
    assert said.message == (
        "The file is damaged at 0:05.0, 1:07.2 and 1:10.0 and in 3 more places; about 1.8 s cannot be decoded: "
        "there may be gaps or clicks."
    )
    assert (len(said.places), said.place_count) == (4, 6)


def test_foreign_bytes_in_front():
    said = judge("file.header", container__leading_bytes=4096)
    assert said.text == (
        "4,096 bytes that cannot be played stand in front of the sound. Some players will stumble. "
        "Export it again to be safe."
    )


def test_a_flac_that_its_checksum_proves_whole_is_not_damaged():
    proved = {**FLAC, "decoded__flac_md5_stored": True, "decoded__flac_md5": True}
    said = judge("file.damaged", **proved, declared__duration_s=1_558_264.8, decoded__bad_packets=1)
    assert (said.state, said.measured) == (PASS, "whole")
    changed = {**proved, "decoded__flac_md5": False}
    assert judge("file.damaged", **changed, declared__duration_s=1_558_264.8).state is FAIL


def test_damaged_says_how_much_is_left():
    assert judge("file.damaged", decoded__duration_s=3.6, declared__duration_s=10.0).text == (
        "Only 0:03.6 of the announced 0:10.0 can be decoded: the upload or the export was cut off. "
        "Play your copy to the end; if it is whole, upload it again, else export it again."
    )
    assert judge("file.damaged", decoded__bad_packets=3).message == (
        "3 damaged packets could not be decoded: there may be gaps or clicks."
    )


def test_flac_checksum():
    assert judge("file.flac_md5", **FLAC, decoded__flac_md5=True, decoded__flac_md5_stored=True).message == (
        "Verified bit for bit."
    )
    said = judge("file.flac_md5", **FLAC, decoded__flac_md5=False, decoded__flac_md5_stored=True)
    assert said.state is FAIL
    assert said.message == (
        "The sound is not what the FLAC's own checksum says: the file was changed after it was encoded."
    )


def test_flac_checksum_that_is_not_there():
    said = judge("file.flac_md5", **FLAC, decoded__flac_md5_stored=False)
    assert (said.state, said.message) == (State.NOT_APPLICABLE, "The file stores no checksum of its sound.")
    assert judge("file.flac_md5").message == "The file is not FLAC."
    unknown = judge("file.flac_md5", **FLAC, decoded__flac_md5_stored=True)
    assert unknown.state is State.NOT_MEASURED


@pytest.mark.parametrize(
    ("faults", "state", "message"),
    [
        (
            ("streamed_size",),
            WARN,
            "The header leaves the size of the sound open, as programs write it that do not know the length yet.",
        ),
        (
            ("data_size_zero",),
            FAIL,
            "size of the sound (given as 0), as after a recording that was not stopped properly",
        ),
        (("byte_rate_wrong", "streamed_size"), FAIL, "wrong about its byte rate and size of the sound (left open). "),
    ],
)
def test_header(faults, state, message):
    said = judge("file.header", container__header_faults=faults)
    assert said.state is state
    assert message in said.message
    assert said.action == "Export it again to be safe."


def test_true_header():
    assert judge("file.header").state is PASS


@pytest.mark.parametrize(
    ("hidden", "size", "state"),
    [(1_000_000, 50_000_000, PASS), (1_000_001, 50_000_000, FAIL), (10_000, 100_000, PASS), (10_100, 100_000, FAIL)],
)
def test_hidden_data(hidden, size, state):
    said = judge("file.hidden_data", container__hidden_bytes=hidden, container__file_bytes=size)
    assert said.state is state


def test_hidden_data_in_words():
    said = judge("file.hidden_data", container__hidden_bytes=77_000_000, container__file_bytes=100_000_000)
    assert said.text == (
        "77.0 % of the file (77 MB) is neither sound nor known metadata and will not be heard. "
        "If music is missing, the header is too short: export the file again."
    )


@pytest.mark.parametrize(
    ("size", "state"), [(5_000_000, PASS), (5_000_001, WARN), (16_000_000, WARN), (16_000_001, FAIL)]
)
def test_metadata_size(size, state):
    assert judge("file.metadata_size", container__metadata_bytes=size).state is state


def test_metadata_size_in_words():
    said = judge("file.metadata_size", container__metadata_bytes=200_000_000, container__picture_streams=1)
    assert said.text == (
        "The file carries 200 MB of tags with a picture, which slows players down. "
        "Remove the embedded cover and export again."
    )
    assert (said.value, said.unit) == (200.0, "MB")


def test_a_cover_is_blamed_only_where_there_is_one():
    said = judge("file.metadata_size", container__metadata_bytes=10_000_000, container__picture_streams=0)
    assert said.text == ("The file carries 10 MB of tags, which slows players down. Remove the tags and export again.")


@pytest.mark.parametrize(
    ("encoder", "lossless", "state"),
    [("LAME3.100", True, FAIL), ("LAME3.100", False, PASS), ("Lavf61.7.100", True, PASS)],
)
def test_encoder(encoder, lossless, state):
    said = judge("file.encoder", declared__encoder=encoder, decoded__lossless=lossless)
    assert said.state is state
    assert encoder in said.message


def test_encoder_that_is_not_named():
    assert judge("file.encoder").message == "Could not be measured: the file does not say."
