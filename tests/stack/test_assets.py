"""The front end is built when something changed, by a Node that is new enough, and says why it failed."""

from pathlib import Path

import pytest

from portal.stack import assets

NPM = """#!/bin/sh
echo "$1" >> calls.txt
case "$1" in
ci) mkdir -p node_modules ;;
run) [ -e broken ] && {{ echo 'Could not resolve "js/app.js"'; exit 1; }}
     mkdir -p build && echo '{{}}' > build/manifest.json ;;
esac
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one source file, on a machine whose npm writes down what it is asked."""
    for name in ("package.json", "package-lock.json"):
        (tmp_path / name).write_text("{}")
    (tmp_path / "frontend").mkdir()
    (tmp_path / "frontend" / "app.js").write_text("1")
    monkeypatch.setattr(assets, "ROOT", tmp_path)
    monkeypatch.setattr(assets, "SOURCES", tmp_path / "frontend")
    monkeypatch.setattr(assets, "BUILD", tmp_path / "build")
    monkeypatch.setattr(assets, "MODULES", tmp_path / "node_modules")
    monkeypatch.setattr(assets, "LOCK_FILES", (tmp_path / "package.json", tmp_path / "package-lock.json"))
    machine(tmp_path, monkeypatch, node="v20.11.0")
    return tmp_path


def machine(project: Path, monkeypatch: pytest.MonkeyPatch, *, node: str) -> None:
    folder = project / "bin"
    folder.mkdir(exist_ok=True)
    for name, script in (("node", f"#!/bin/sh\necho {node}\n"), ("npm", NPM.format())):
        (folder / name).write_text(script)
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


def build(project: Path) -> tuple[bool, list[str]]:
    """Whether there was anything to do, and what npm was asked for."""
    calls = project / "calls.txt"
    calls.write_text("")
    return assets.build(lambda _text: None), calls.read_text().split()


def test_it_is_built_once(project: Path) -> None:
    assert build(project) == (True, ["ci", "run"])
    assert build(project) == (False, [])


def test_a_changed_source_is_bundled_without_fetching_packages_again(project: Path) -> None:
    build(project)
    (project / "frontend" / "app.js").write_text("2")
    assert build(project) == (True, ["run"])


def test_a_changed_lock_fetches_the_packages_again(project: Path) -> None:
    build(project)
    (project / "package-lock.json").write_text('{"lockfileVersion": 3}')
    assert build(project) == (True, ["ci", "run"])


def test_what_the_bundler_said_is_handed_on_and_the_next_try_starts_anew(project: Path) -> None:
    (project / "broken").touch()
    with pytest.raises(assets.BuildFailed, match=r'Could not resolve "js/app\.js"'):
        build(project)
    (project / "broken").unlink()
    assert build(project) == (True, ["run"])


def test_an_old_node_is_left_alone(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    machine(project, monkeypatch, node="v18.19.1")
    asked = []
    monkeypatch.setattr(assets, "_run", lambda command, **_: asked.append(command))
    monkeypatch.setattr(assets.importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(assets.BuildFailed, match="install Node 20 or newer"):
        build(project)
    [install] = asked
    assert install[-2:] == ["-r", str(assets.NODE_REQUIREMENTS)]
