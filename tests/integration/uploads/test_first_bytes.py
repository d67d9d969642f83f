"""What the first bytes of an upload say is acted on with them, not when everything has travelled."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from portal.checks.check import Severity
from portal.checks.evaluate import RuleSpec
from portal.core.audit import AuditEntry
from portal.core.db import db, transaction
from portal.core.storage import storage
from portal.programmes.models import Slot
from portal.recordings.models import FileVersion, Recording, Upload
from portal.recordings.states import UploadState
from tests.factories.programmes import make_rule_set
from tests.integration.uploads.sending import OFFSET, SOUND, Sender, the_version


def ask_for(recording: Recording, accepted: str) -> None:
    rule = RuleSpec(check_key="file.format", severity=Severity.BLOCK, params={"accepted": [accepted]})
    with transaction():
        make_rule_set(db.session.get_one(Slot, recording.slot_id), [rule], version=2)


@pytest.mark.parametrize("piece", [10_000, 40_000, len(SOUND)])
def test_a_file_of_the_wrong_kind_is_turned_away_by_its_first_bytes(
    ada: Sender, recording: Recording, piece: int
) -> None:
    ask_for(recording, "flac")
    url = ada.create(recording).headers["Location"]
    at, answer = 0, None
    while at < len(SOUND):
        answer = ada.patch(url, SOUND[at : at + piece], at)
        if answer.status_code != 204:
            break
        at = int(answer.headers["Upload-Offset"])

    assert answer is not None
    assert (answer.status_code, at < 66_000) == (422, True)
    assert answer.text.startswith("This is a file of the kind WAV. The programme asks for FLAC.")
    assert ada.ask("HEAD", url).status_code == 410
    assert list(storage().staging.iterdir()) == []
    assert db.session.scalars(sa.select(FileVersion)).all() == []
    assert db.session.scalars(sa.select(AuditEntry.action)).all()[-1] == "upload.refuse"


def test_what_is_no_sound_at_all_is_turned_away_with_its_beginning(ada: Sender, recording: Recording) -> None:
    answer = ada.create(recording, size=11, body=b"only words\n", Content_Type=OFFSET)

    assert answer.status_code == 422
    assert "does not look like a sound file" in answer.text
    assert "Location" not in answer.headers
    assert db.session.scalars(sa.select(Upload.state)).all() == [UploadState.TERMINATED]


def test_sound_behind_a_large_tag_is_waited_for(ada: Sender, recording: Recording) -> None:
    ask_for(recording, "flac")
    tag = b"ID3\x04\0\0" + bytes([0, 0x0F, 0x7F, 0x7F]) + bytes((0x0F << 14) + (0x7F << 7) + 0x7F)
    right, wrong = tag + b"fLaC" + bytes(100), tag + b"text" + bytes(100)

    url = ada.create(recording, len(right)).headers["Location"]
    assert ada.patch(url, right[:100_000], 0).status_code == 204
    assert ada.patch(url, right[100_000:], 100_000).status_code == 204
    url = ada.create(recording, len(wrong)).headers["Location"]
    assert ada.patch(url, wrong, 0).status_code == 422
    assert the_version().size_bytes == len(right)


@pytest.mark.parametrize(
    ("beginning", "within"),
    [
        pytest.param(b"no beginning of anything" * 8000, 120_000, id="of no kind"),
        pytest.param(bytes(2_500_000), 1_200_000, id="nothing but zeros"),
        pytest.param(b"ID3\x04\0\0" + bytes([0, 6, 13, 32]) + bytes(100_000) + b"words" * 20_000, 180_000, id="tagged"),
    ],
)
def test_nothing_is_waited_for_once_more_bytes_would_say_the_same(
    ada: Sender, recording: Recording, beginning: bytes, within: int
) -> None:
    url = ada.create(recording, size=100_000_000).headers["Location"]
    at, piece, answer = 0, 30_000, None
    while at < len(beginning):
        answer = ada.patch(url, beginning[at : at + piece], at)
        if answer.status_code != 204:
            break
        at = int(answer.headers["Upload-Offset"])

    assert answer is not None
    assert (answer.status_code, at < within) == (422, True)
