"""What is installed is the same engine on every Python: a newer decoder hears, and fails, differently."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_one_decoder_for_every_python(name):
    lines = [line for line in (ROOT / name).read_text().splitlines() if re.match(r"av\b", line)]

    assert len(lines) == 1
    assert re.fullmatch(r"av==18\.\d+\.\d+", lines[0]), "PyAV 19 refuses the options that damaged names need"


def test_the_container_s_python_is_one_that_the_project_names():
    declared = re.search(r'requires-python = ">=3\.(\d+),<3\.(\d+)"', (ROOT / "pyproject.toml").read_text())
    used = re.findall(r"^FROM python:3\.(\d+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE)

    assert declared
    assert used
    assert all(int(declared[1]) <= int(minor) < int(declared[2]) for minor in used)
