"""A file holds one idea and a function fits on a screen: the limits of the house, kept by counting."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.services.compose import ROOT

CODE = ("portal", "workers", "scripts", "bench")
MOST_LINES_OF_CODE_FILE = 400
MOST_LINES_OF_TEST_FILE = 500
MOST_LINES_OF_FUNCTION = 50


def python_files(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def too_long(paths: Iterator[Path], *, limit: int) -> dict[str, int]:
    counted = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in paths}
    return {path: lines for path, lines in counted.items() if lines > limit}


def test_no_file_has_outgrown_its_room() -> None:
    assert too_long(python_files(*CODE), limit=MOST_LINES_OF_CODE_FILE) == {}
    assert too_long(python_files("tests"), limit=MOST_LINES_OF_TEST_FILE) == {}


def test_every_function_fits_on_a_screen() -> None:
    grown = {}
    for path in python_files(*CODE):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or 0) - node.lineno + 1
                if lines > MOST_LINES_OF_FUNCTION:
                    grown[f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"] = lines
    assert grown == {}
