"""What every template keeps to: the content policy, nothing from elsewhere, no class without a look."""

import re
from pathlib import Path

import pytest

from portal.web import rendering

WEB = Path(rendering.__file__).parent
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
STYLES = "".join(path.read_text() for path in (WEB / "frontend/css").glob("*.css"))
# Hooks that say what a thing is, without a look of their own.
BARE_CLASSES = {
    "error-page",
    "field--check",
    "level-match",
    "missing",
    "page",
    "progress",
    "recording-row__state",
    "site-footer__links",
    "upload",
}


def without_comments(template: Path) -> str:
    return re.sub(r"{#.*?#}", "", template.read_text(), flags=re.DOTALL)


@pytest.fixture(params=TEMPLATES, ids=lambda path: str(path.relative_to(WEB / "templates")))
def source(request):
    return without_comments(request.param)


def test_there_are_templates_to_look_at():
    assert len(TEMPLATES) > 20


def test_no_style_and_no_handler_stands_in_the_markup(source):
    assert re.findall(r"""\s(?:style|on[a-z]+)=["']""", source) == []
    assert "<style" not in source


def test_every_script_carries_the_nonce(source):
    scripts = re.findall(r"<script\b[^>]*>", source)
    assert [script for script in scripts if "nonce" not in script] == []


def test_nothing_is_loaded_from_elsewhere(source):
    assert re.findall(r"""(?:src|href)=["'](?:https?:)?//[^"']*""", source) == []


def test_every_class_has_a_look(source):
    values = re.findall(r'class="([^"]*)"', source)
    plain = [re.sub(r"{[{%].*?[%}]}", " {} ", value) for value in values]
    classes = {name for value in plain for name in value.split() if re.fullmatch(r"[a-z][\w-]*[a-z0-9]", name)}
    known = set(re.findall(r"\.([a-zA-Z][\w-]*)", STYLES)) | BARE_CLASSES
    assert classes - known == set()


def test_every_post_form_carries_the_token(source):
    forms = re.findall(r"<form\b[^>]*method=\"post\".*?</form>", source, flags=re.DOTALL)
    tokens = re.compile(r"csrf|hidden_tag\(\)|_hidden\(")
    assert [form[:120] for form in forms if not tokens.search(form)] == []
