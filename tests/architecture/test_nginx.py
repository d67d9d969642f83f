"""nginx lets in exactly the sizes that the portal takes: big bodies where files are expected, small ones elsewhere."""

import inspect
import re

import pytest
from flask import Flask

from portal.applications.service.gates import MAX_EVIDENCE_BYTES
from portal.bootstrap import SETTINGS
from portal.core.signed import MAX_PDF_BYTES
from portal.recordings.service.trials import MAX_BYTES as MAX_TRIAL_BYTES
from portal.web.requests import MAX_FORM_BYTES
from portal.web.streamed import ENVELOPE_BYTES, take_file
from portal.web.tus.blueprint import bp as tus
from tests.services.compose import ROOT

# The map of paths is the same on every database.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite://"])
MIB = 1024**2
LOCATION = re.compile(r"location ~ (?P<path>\S+) \{\s*client_max_body_size (?P<mib>\d+)m;")


def nginx_limits() -> dict[str, int]:
    """Path pattern to bytes, for the locations that have a limit of their own."""
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    return {found["path"]: int(found["mib"]) * MIB for found in LOCATION.finditer(text)}


def paths_that_take_files(app: Flask) -> set[str]:
    takes = f"{take_file.__name__}("
    return {
        re.sub(r"<[^>]+>", "anything", rule.rule)
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ())
        and takes in inspect.getsource(inspect.unwrap(app.view_functions[rule.endpoint]))
    }


def test_every_path_that_takes_files_has_its_own_limit_and_no_other_has(app: Flask) -> None:
    paths = paths_that_take_files(app)
    assert len(paths) >= 2
    limits = nginx_limits()
    assert len(limits) == len(paths)
    for path in paths:
        assert [pattern for pattern in limits if re.search(pattern, path)], path


def test_resumable_uploads_come_in_pieces_of_at_most_eight_mib(app: Flask) -> None:
    assert tus.url_prefix
    place = f"location {tus.url_prefix}/ {{\n            client_max_body_size 9m;"
    assert place in (ROOT / "deploy" / "nginx.conf").read_text()
    assert f"{tus.url_prefix}/file/<upload_id>" in {rule.rule for rule in app.url_map.iter_rules()}


def test_the_limits_are_those_of_the_portal(app: Flask) -> None:
    limits = nginx_limits()
    [recording] = [size for pattern, size in limits.items() if "recordings" in pattern]
    [evidence] = [size for pattern, size in limits.items() if "evidence" in pattern]
    assert 0 <= recording - (app.extensions[SETTINGS].max_upload_bytes + ENVELOPE_BYTES) < 4 * MIB
    assert 0 <= evidence - (MAX_EVIDENCE_BYTES + ENVELOPE_BYTES) < 4 * MIB
    [trial] = [size for pattern, size in limits.items() if pattern.startswith("^/try/")]
    assert 0 <= trial - (MAX_TRIAL_BYTES + ENVELOPE_BYTES) < 4 * MIB
    [receipt] = [size for pattern, size in limits.items() if "verify" in pattern]
    assert 0 <= receipt - (MAX_PDF_BYTES + ENVELOPE_BYTES) < 4 * MIB
    assert f"client_max_body_size {MAX_FORM_BYTES // MIB}m;" in (ROOT / "deploy" / "nginx.conf").read_text()
