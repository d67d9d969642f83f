"""Commands without settings say so in a sentence; with the folder of a demo they work in its world."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest
from click.testing import CliRunner, Result

from portal.cli.__main__ import cli
from portal.core.schema import upgrade
from portal.stack.state import State

TAKES_SETTINGS = (
    ["migrate"],
    ["seed"],
    ["appoint", "you@example.edu", "--site-admin"],
    ["recheck"],
    ["free-storage"],
    ["move-storage", "--to", "s3"],
    ["reconcile"],
    ["new-signing-key", "--reason", "a drill"],
)


@pytest.fixture(autouse=True)
def _no_settings() -> Iterator[None]:
    """A command in a demo's world changes its own environment; ours is as before afterwards."""
    with mock.patch.dict(os.environ, {"PATH": os.environ["PATH"]}, clear=True):
        yield


@pytest.fixture
def demo(tmp_path: Path) -> State:
    """What a demo leaves in its folder, with an empty database."""
    state = State(tmp_path / "state")
    (state.folder / "database").mkdir(parents=True)
    upgrade(state.database_url)
    state.keep_settings(
        {
            **state.secrets(),
            "DATABASE_URL": state.database_url,
            "REDIS_URL": "redis://127.0.0.1:1/0",
            "STORAGE_DIR": str(state.files),
        }
    )
    return state


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments)


@pytest.mark.parametrize("arguments", TAKES_SETTINGS, ids=lambda arguments: arguments[0])
def test_without_settings_every_command_says_what_is_missing(arguments: list[str]) -> None:
    ended = run(*arguments)

    assert (ended.exit_code, type(ended.exception)) == (1, SystemExit)
    assert "- DATABASE_URL is not set." in ended.output
    assert "--state var" in ended.output


def test_a_command_works_in_the_world_of_the_demo_that_is_named(demo: State) -> None:
    ended = run("recheck", "--state", str(demo.folder))

    assert ended.exit_code == 0, ended.output
    assert "0 of 0 recordings would change." in ended.output


def test_the_folder_may_stand_in_the_environment(demo: State, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOUNDCHECK_STATE", str(demo.folder))

    assert run("recheck").exit_code == 0


def test_a_folder_without_a_demo_is_refused_in_words(tmp_path: Path) -> None:
    ended = run("recheck", "--state", str(tmp_path))

    assert ended.exit_code == 1
    assert "keeps no demo's settings" in ended.output


def test_what_a_demo_leaves_is_read_by_its_owner_alone(demo: State) -> None:
    assert (demo.folder / "settings.json").stat().st_mode & 0o077 == 0
