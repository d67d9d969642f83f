"""Every deed that a command writes into the audit reads as something that a person did."""

import ast
from pathlib import Path

import portal
from portal.applications.states import ApplicationAction
from portal.decisions.states import DecisionAction
from portal.programmes.states import IntakeAction
from portal.web.deed_words import DEEDS, deed_words

SOURCES = sorted(Path(portal.__file__).parent.rglob("*.py"))
# Names that are put together from a part and a verb: who calls with which verbs.
PARTS = {"application": ApplicationAction, "decision": DecisionAction, "intake": IntakeAction}
NOTED = {"recordings/service/words.py": "recording", "applications/service/gates.py": "gate"}


def _named(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _strings(node: ast.AST) -> list[str]:
    return [one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)]


def _deeds_in(source: Path) -> set[str]:
    found: set[str] = set()
    noun = next((noun for path, noun in NOTED.items() if str(source).endswith(path)), None)
    for node in ast.walk(ast.parse(source.read_text())):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        if _named(node) in ("record", "_record") and not isinstance(node.args[0], ast.JoinedStr):
            found |= {one for one in _strings(node.args[0]) if "." in one}
        elif noun and _named(node) == "_note_deed":
            found |= {f"{noun}.{verb}" for verb in _strings(node.args[0])}
    return found


def test_every_deed_of_the_commands_has_words():
    written = set().union(*map(_deeds_in, SOURCES))
    written |= {f"{noun}.{action}" for noun, actions in PARTS.items() for action in actions}
    written |= {"concentration.save", "track.save"}

    assert len(written) > 50
    assert written - set(DEEDS) == set()


def test_no_words_for_deeds_that_nobody_does():
    text = "\n".join(source.read_text() for source in SOURCES if source.name != "deed_words.py")
    verbs = {key: key.split(".")[1] for key in DEEDS}

    assert [key for key, verb in verbs.items() if key not in text and f'"{verb}"' not in text and verb != "save"] == []


def test_the_words_say_what_somebody_did_and_no_machine_word():
    assert deed_words("gate.judge") == "judged a requirement"
    assert all("_" not in words and "." not in words for words in DEEDS.values())
    assert deed_words("lease.end_early") == "lease: end early"
