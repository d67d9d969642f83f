"""Built files are found by their plain names, a rebuild is seen at once, and a missing build says what to run."""

import json
import os

import pytest
from flask import Flask

from portal.web.assets import AssetsNotBuilt, asset


@pytest.fixture
def app(tmp_path):
    return Flask("portal.web", static_folder=tmp_path)


def build(folder, names, *, at_s):
    (folder / "build").mkdir(exist_ok=True)
    manifest = folder / "build" / "manifest.json"
    manifest.write_text(json.dumps(names))
    os.utime(manifest, (at_s, at_s))


def test_a_rebuild_is_seen_without_a_restart(app, tmp_path):
    with app.test_request_context():
        build(tmp_path, {"app.js": "app-ONE.js"}, at_s=1)
        assert asset("app.js").endswith("/build/app-ONE.js")

        build(tmp_path, {"app.js": "app-TWO.js"}, at_s=2)
        assert asset("app.js").endswith("/build/app-TWO.js")


def test_a_missing_build_says_what_to_run(app):
    with app.test_request_context(), pytest.raises(AssetsNotBuilt, match="npm run build"):
        asset("app.js")
