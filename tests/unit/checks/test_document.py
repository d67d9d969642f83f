"""The handbook page says what the code says."""

import subprocess
import sys
from pathlib import Path

import pytest

from portal.checks.__main__ import main
from portal.checks.document import handbook
from portal.checks.registry import all_checks

ROOT = Path(__file__).parents[3]


def test_the_page_in_the_handbook_is_up_to_date():
    written = (ROOT / "docs" / "checks.md").read_text(encoding="utf-8")
    assert written == handbook(), "run: python -m portal.checks"


def test_every_check_has_a_section():
    page = handbook()
    for check in all_checks().values():
        assert f"### {check.title}\n" in page
        assert f"`{check.key}`, version {check.version}" in page


def test_a_section_shows_parameters_with_defaults_and_limits():
    page = handbook()
    assert "| `max_dbtp` | Highest true peak | 0 dBTP | -20 to 3 |" in page
    assert "| `accepted` | Accepted | mono or stereo | `mono`, `stereo`, `surround` |" in page
    assert "| `at_start` | Look at the start too | no | yes, no |" in page
    assert "- Read by: Staff alone" in page


def test_the_command_writes_the_page(tmp_path):
    target = tmp_path / "checks.md"
    assert main([str(target)]) == 0
    assert target.read_text(encoding="utf-8") == handbook()


@pytest.mark.parametrize(("arguments", "code"), [(["--help"], 0), (["-h"], 0), (["one", "two"], 2), (["--unknown"], 2)])
def test_the_command_explains_itself_and_writes_nothing(arguments, code, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == code
    assert "usage: python -m portal.checks [-h] [FILE]" in "".join(capsys.readouterr())
    assert list(tmp_path.iterdir()) == []


def test_the_package_is_pure():
    unwanted = "flask sqlalchemy celery redis numpy scipy av mutagen pydub"
    program = (
        "import sys, portal.checks.evaluate, portal.checks.describe, portal.checks.document\n"
        "portal.checks.document.handbook()\n"
        f"print([name for name in {unwanted.split()} if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
