"""Make `.venv` and install locked requirements into it: `python3 scripts/bootstrap.py requirements.txt [...]`.

Runs on the machine's own Python with the standard library alone, says what it is doing, and does nothing when the
requirements are those of the last time. Written so that an old Python can read it, to be told what it lacks.
"""

import hashlib
import shutil
import subprocess
import sys
import time
from pathlib import Path

OLDEST = (3, 11)
NEWEST = (3, 14)
ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
SILENT = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def main(names):
    paths = [ROOT / name for name in names]
    if VENV_PYTHON.exists() and all(stamp(path).exists() and stamp(path).read_text() == mark(path) for path in paths):
        return
    if not works(VENV_PYTHON):
        make_venv(suitable_python())
    install(paths)
    for path in paths:
        stamp(path).write_text(mark(path))


def mark(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def stamp(path):
    return VENV / (".installed-" + path.name)


def suitable_python():
    """The Python that runs this when it fits, else the newest fitting one on the path."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return sys.executable
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found:
            return found
    version = "{}.{}".format(*sys.version_info[:2])
    sys.exit(
        f"Soundcheck needs Python 3.11 to 3.14; this is {version}. Name another one: make PYTHON=/path/to/python3.12"
    )


def works(python):
    return python.exists() and subprocess.call([str(python), "-m", "pip", "--version"], **SILENT) == 0


def make_venv(python):
    say(f"making .venv with {python}")
    shutil.rmtree(str(VENV), ignore_errors=True)
    command = venv_command(python)
    if subprocess.call(command):
        shutil.rmtree(str(VENV), ignore_errors=True)
        sys.exit("Could not make .venv; the lines above say why. The command was: " + " ".join(command))


def venv_command(python):
    """Debian splits `venv` off its Python; then uv or virtualenv will do, and else one line says what to install."""
    if subprocess.call([python, "-c", "import ensurepip, venv"], **SILENT) == 0:
        return [python, "-m", "venv", str(VENV)]
    if shutil.which("uv"):
        return ["uv", "venv", "--quiet", "--seed", "--python", python, str(VENV)]
    if shutil.which("virtualenv"):
        return ["virtualenv", "--quiet", "--python", python, str(VENV)]
    return sys.exit("This Python lacks venv. On Debian or Ubuntu: sudo apt install python3-venv   Then run make again.")


def install(paths):
    """One line per package while pip works; its whole output only when it fails."""
    locked = {line.split("==")[0] for path in paths for line in path.read_text().splitlines() if "==" in line}
    say(f"installing {len(locked)} locked packages (once; about a minute)")
    command = [str(VENV_PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    for path in paths:
        command += ["-r", str(path)]
    began = time.monotonic()
    output = []
    progress = Progress(len(locked))
    with subprocess.Popen(
        [*command, "--progress-bar", "off"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True
    ) as pip:
        for line in pip.stdout:
            output.append(line)
            progress.see(line)
    progress.close()
    if pip.returncode:
        sys.exit("".join(output) + "\nThe packages could not be installed; the last lines above say why.")
    say(f"packages are in ({time.monotonic() - began:.0f} s)")


class Progress:
    """A line that counts on a terminal; a few plain lines elsewhere."""

    def __init__(self, total):
        self.total = total
        self.seen = 0
        self.live = sys.stdout.isatty()

    def see(self, line):
        if line.startswith("Collecting "):
            self.seen += 1
            self.show(f"{min(self.seen, self.total)} of {self.total}  {line.split()[1]}")
        elif line.startswith("Installing collected packages"):
            self.show("unpacking")

    def show(self, text):
        if self.live:
            sys.stdout.write(f"\r\033[K  {text}")
            sys.stdout.flush()
        elif self.seen % 20 == 1 or text == "unpacking":
            say(text)

    def close(self):
        if self.live:
            sys.stdout.write("\r\033[K")


def say(text):
    sys.stdout.write(f"  {text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
