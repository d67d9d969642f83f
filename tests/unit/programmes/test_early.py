"""What the first bytes of a file prove against it, by the blocking rules of a slot."""

from __future__ import annotations

import pytest

from portal.checks.check import Severity
from portal.checks.evaluate import RuleSpec
from portal.checks.formats import CONTAINER_NAMES, CONTAINERS_OF, FORMATS
from portal.checks.sniff import DEMUXERS
from portal.programmes.early import objection, said_early


def rules(*accepted: str, severity: Severity = Severity.BLOCK) -> list[RuleSpec]:
    return [RuleSpec(check_key="file.format", severity=severity, params={"accepted": list(accepted)})]


@pytest.mark.parametrize(
    ("accepted", "container"),
    [
        (("wav",), "rf64"),
        (("alac",), "mp4"),
        (("flac",), "ogg"),
        (("mp3",), "wav"),  # an MP3 inside a WAV is an MP3
        (("opus", "wav"), "ogg"),
    ],
)
def test_what_may_still_pass_is_let_in(accepted: tuple[str, ...], container: str) -> None:
    assert objection(container, rules(*accepted)) is None


def test_what_cannot_pass_is_named_with_what_is_asked_for() -> None:
    assert objection("mp3", rules("wav", "aiff", "flac")) == (
        "This is a file of the kind MP3. The programme asks for WAV, AIFF or FLAC. Export it again from the session."
    )
    assert objection(None, rules("wav")) == (
        "This does not look like a sound file, whatever its name says. The programme asks for WAV. "
        "Export it again from the session."
    )


def test_a_format_that_only_earns_a_remark_is_let_in_but_no_text() -> None:
    assert objection("mp3", rules("wav", severity=Severity.WARN)) is None
    assert objection(None, []) == (
        "This does not look like a sound file, whatever its name says. Export it again from the session."
    )


def test_the_browser_gets_the_same_containers() -> None:
    assert said_early(rules("wav", "flac"))["containers"] == ["bw64", "caf", "flac", "mp4", "ogg", "rf64", "w64", "wav"]


def test_every_format_has_its_containers_and_every_container_its_name() -> None:
    assert set(CONTAINERS_OF) == set(FORMATS)
    assert (
        {container for homes in CONTAINERS_OF.values() for container in homes} <= set(DEMUXERS) == set(CONTAINER_NAMES)
    )


def test_a_file_that_we_know_by_name_is_called_by_it() -> None:
    assert objection(None, rules("wav"), head=b"wvpk" + bytes(60)) == (
        "This is a WavPack file, which we do not read. Export the recording as WAV, AIFF or FLAC and upload that."
    )
    assert "a REAPER project" in (objection(None, [], head=b"<REAPER_PROJECT 0.1") or "")
    assert "does not look like a sound file" in (objection(None, [], head=b"once upon a time") or "")
