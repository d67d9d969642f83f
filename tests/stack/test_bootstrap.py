"""The first minute on a stranger's machine: what is missing is said in one line, and nothing is done twice."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.services.compose import ROOT


@pytest.fixture
def bootstrap(tmp_path: Path) -> ModuleType:
    """The script, loaded anew and working in a folder of the test's own."""
    spec = importlib.util.spec_from_file_location("bootstrap", ROOT / "scripts" / "bootstrap.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.ROOT = tmp_path
    module.VENV = tmp_path / ".venv"
    module.VENV_PYTHON = module.VENV / "bin" / "python"
    return module


@pytest.fixture
def bare_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH of one folder, with nothing in it yet."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def program(path: Path, *, exit_code: int) -> Path:
    path.write_text(f"#!/bin/sh\nexit {exit_code}\n")
    path.chmod(0o755)
    return path


def test_a_python_without_venv_gets_the_one_line_that_mends_it(bootstrap: ModuleType, bare_path: Path) -> None:
    python = program(bare_path / "python3", exit_code=1)
    with pytest.raises(SystemExit, match=r"apt install python3-venv"):
        bootstrap.venv_command(str(python))


def test_without_venv_but_with_uv_it_goes_on(bootstrap: ModuleType, bare_path: Path) -> None:
    python = program(bare_path / "python3", exit_code=1)
    program(bare_path / "uv", exit_code=0)
    command = bootstrap.venv_command(str(python))
    assert command == ["uv", "venv", "--quiet", "--seed", "--python", str(python), str(bootstrap.VENV)]


def test_an_old_python_is_told_which_it_has_to_be(
    bootstrap: ModuleType, bare_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 to 3\.14; this is 3\.9\."):
        bootstrap.suitable_python()


def test_an_old_python_looks_for_the_newest_that_fits(
    bootstrap: ModuleType, bare_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    for name in ("python3.12", "python3.13", "python3.15"):
        program(bare_path / name, exit_code=0)
    assert bootstrap.suitable_python() == str(bare_path / "python3.13")


def test_it_installs_once_and_again_only_when_the_lock_changes(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = []
    monkeypatch.setattr(bootstrap, "works", lambda _python: True)
    monkeypatch.setattr(bootstrap, "install", lambda paths: installed.append([path.name for path in paths]))
    bootstrap.VENV_PYTHON.parent.mkdir(parents=True)
    bootstrap.VENV_PYTHON.touch()
    lock = bootstrap.ROOT / "requirements.txt"
    lock.write_text("flask==3.1.3\n")
    bootstrap.main(["requirements.txt"])
    bootstrap.main(["requirements.txt"])
    assert installed == [["requirements.txt"]]
    lock.write_text("flask==3.1.4\n")
    bootstrap.main(["requirements.txt"])
    assert installed == [["requirements.txt"]] * 2
