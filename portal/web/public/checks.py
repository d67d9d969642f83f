"""What each check asks, how it measures, and when it may be wrong: generated from the checks themselves."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.accounts.policy import anyone
from portal.checks.check import Check
from portal.checks.document import GROUP_TITLES
from portal.checks.registry import all_checks
from portal.web.authz import public, requires
from portal.web.public.blueprint import bp


@bp.get("/checks")
@public
def checks() -> ResponseReturnValue:
    ordered = sorted(all_checks().values(), key=lambda check: (GROUP_TITLES[check.group], check.title))
    groups = [(GROUP_TITLES[group], list(members)) for group, members in groupby(ordered, key=lambda one: one.group)]
    return render_template("public/checks.html", groups=groups)


def _check(check_key: str) -> Check[Any, Any] | None:
    return all_checks().get(check_key)


@bp.get("/checks/<check_key>")
@requires(anyone, load=_check)
def check(found: Check[Any, Any]) -> ResponseReturnValue:
    about = (found.about or "").strip().split("\n\n")
    return render_template("public/check.html", check=found, about=about, group=GROUP_TITLES[found.group])
