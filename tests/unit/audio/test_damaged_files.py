"""Damage inside a file has a place and is not called a cut; a header that lies about a length is neither."""

from pathlib import Path

import pytest

from portal.checks.check import State
from tests.factories.judging import judge
from tests.signals.files import mp3, rf64
from tests.unit.audio.listening import RATE_HZ, listen
from tests.unit.audio.takes import OTHER, PIECE, flac_in_ogg, flac_that_says, opus, overwritten, vorbis
from workers.audio.measure import measure


def test_a_frame_header_that_is_overwritten_is_damage_with_a_place() -> None:
    whole = mp3(PIECE, RATE_HZ, xing=False)
    at = whole.find(b"\xff\xfb", len(whole) // 2)
    report = listen(overwritten(whole, at, 400)).report
    said = judge("file.damaged", report)
    assert said.state is State.WARN
    assert said.message == "The file is damaged at 0:05.0: there may be gaps or clicks."
    assert said.places[0].start_s == pytest.approx(5.0, abs=0.1)
    assert 400 <= (report.container.damaged_bytes or 0) < 2200
    assert report.decoded.duration_s == pytest.approx(10.0, abs=0.1)


@pytest.mark.parametrize("make", [vorbis, opus, flac_in_ogg])
def test_an_ogg_page_whose_checksum_is_wrong_is_damage_with_a_place(make) -> None:
    whole = make()
    report = listen(overwritten(whole, len(whole) // 2, 400)).report
    said = judge("file.damaged", report)
    assert (report.container.damage_count, said.place_count) == (1, 1)
    assert said.message.startswith("The file is damaged at 0:0")
    assert "cut off" not in said.message
    lost = said.places[0].end_s - said.places[0].start_s
    assert lost == pytest.approx(10.0 - (report.decoded.duration_s or 0), abs=0.3)


@pytest.mark.parametrize("checksum", [True, False])
def test_damage_inside_a_flac_is_not_called_a_cut(checksum: bool) -> None:
    whole = flac_that_says(checksum=checksum)
    report = listen(overwritten(whole, len(whole) // 2, 64)).report
    assert (report.container.ending, report.container.damage_count) == ("whole", 1)
    assert judge("file.damaged", report).message.startswith("The file is damaged inside")


def test_one_wrong_byte_in_a_flac_without_checksum_is_found_by_that_of_its_frame() -> None:
    whole = flac_that_says(checksum=False)
    report = listen(overwritten(whole, len(whole) // 2, 1)).report
    assert report.decoded.frames == len(PIECE) - 4608
    assert judge("file.damaged", report).state is State.WARN


@pytest.mark.parametrize("frames", [len(PIECE) // 2, len(PIECE) * 2])
@pytest.mark.parametrize("checksum", [True, False])
def test_a_flac_header_that_lies_about_the_length_is_no_cut(frames: int, checksum: bool) -> None:
    report = listen(flac_that_says(frames, checksum=checksum)).report
    assert report.decoded.frames == len(PIECE)
    assert report.container.header_faults == ("length_wrong",)
    assert judge("file.damaged", report).state is State.PASS
    assert judge("file.header", report).state is State.FAIL


def test_a_size_that_no_file_has_is_a_fault_and_no_accident(tmp_path: Path) -> None:
    whole = bytearray(rf64(OTHER, RATE_HZ))
    whole[20:28] = (2**64 - 1).to_bytes(8, "little")
    (tmp_path / "big.wav").write_bytes(whole)
    with (tmp_path / "big.wav").open("rb") as file:  # memory would forgive the seek
        report = measure(file).report
    assert "container_size_wrong" in report.container.header_faults
    assert report.decoded.frames == len(OTHER)
