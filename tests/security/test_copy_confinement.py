"""The child that writes a listening copy can write that one file, so much of it, and nothing else."""

import dataclasses
from pathlib import Path

import pytest

from tests.signals.files import chunk, wav
from tests.signals.tones import both, sine
from workers.audio import child
from workers.audio.listening_copy import CannotCopy

SOUND = wav(both(sine(0.4, 2.0, 44_100)), 44_100, kind="pcm24")


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "take 3.wav"
    path.write_bytes(SOUND + chunk(b"iXML", b"<BWFXML>Ada Lovelace</BWFXML>"))
    return path


def test_the_copy_is_the_only_new_file_and_ours_alone_to_read(recording: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy"
    assert child.make_listening_copy(recording, target=target) == "audio/wav"
    assert target.read_bytes() == SOUND
    assert target.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy", "take 3.wav"]


def test_a_copy_that_grows_beyond_its_room_is_stopped(
    recording: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "_COPY_ROOM_BYTES", 20_000 - 16 * recording.stat().st_size)
    with pytest.raises(CannotCopy, match="too large"):
        child.make_listening_copy(recording, target=tmp_path / "copy")
    assert (tmp_path / "copy").stat().st_size <= 20_000


def test_a_file_that_is_there_already_is_never_written_over(recording: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy"
    target.write_bytes(b"somebody else's")
    with pytest.raises(FileNotFoundError, match="File exists"):
        child.make_listening_copy(recording, target=target)
    assert target.read_bytes() == b"somebody else's"


def test_time_that_runs_out_is_said_in_a_sentence(
    recording: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "COPY_LIMITS", dataclasses.replace(child.COPY_LIMITS, wall_s=0.0))
    with pytest.raises(CannotCopy, match="took too long"):
        child.make_listening_copy(recording, target=tmp_path / "copy")


@pytest.mark.parametrize(
    "bytes_sent", [b"", b"#!/bin/sh\necho no sound\n", SOUND[:44], b"OggS" + b"\0" * 500, b"fLaC" + b"\xff" * 500]
)
def test_what_is_no_recording_is_refused_and_the_next_one_is_copied(
    bytes_sent: bytes, recording: Path, tmp_path: Path
) -> None:
    (tmp_path / "bad").write_bytes(bytes_sent)
    with pytest.raises(CannotCopy):
        child.make_listening_copy(tmp_path / "bad", target=tmp_path / "no copy")
    assert child.make_listening_copy(recording, target=tmp_path / "copy") == "audio/wav"


def test_a_recording_that_is_gone_is_said_to_be_gone(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        child.make_listening_copy(tmp_path / "nowhere.wav", target=tmp_path / "copy")
