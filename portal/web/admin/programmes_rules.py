"""The technical rules of a slot: edit, see in plain words what they would ask, publish as the next version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.checks.evaluate import RuleSpec
from portal.checks.preset import all_presets
from portal.checks.registry import all_checks
from portal.programmes import policy, queries
from portal.programmes.asked import recording_in_words
from portal.programmes.models import RuleSet, Slot
from portal.programmes.service import rule_sets as service
from portal.programmes.technical_rules import differences, from_stored, specs_of, to_stored
from portal.recordings.hindsight import hindsight
from portal.web.admin.blueprint import bp
from portal.web.authz import acting, requires
from portal.web.forms.programmes_rules import RulesFormBase, rules_form
from portal.web.forms.refusals import shown_on, status_of


@dataclass(frozen=True)
class Version:
    """A published version with what it changed."""

    rule_set: RuleSet
    changes: Sequence[str]


@bp.route("/programmes/slots/<slot_id>/rules", methods=["GET", "POST"])
@requires(policy.edit_slot, load=queries.slot)
def programme_rules(slot: Slot) -> ResponseReturnValue:
    versions = queries.rule_sets_of(slot.id)
    form = _form(versions)
    if form.validate_on_submit() and request.form.get("step") == "publish":
        with shown_on(form):
            published = service.publish(
                slot,
                form.rules(),
                expected_version=form.expected_version.data or 0,
                based_on=form.based_on.data or "",
                actor=acting(),
            )
            flash(f"Version {published.version} of the rules is in force.", "success")
            return redirect(url_for("admin.programme_rules", slot_id=slot.id), code=303)
    return _page(slot, form, versions), status_of(form)


@bp.post("/programmes/slots/<slot_id>/rules/preview")
@requires(policy.edit_slot, load=queries.slot)
def programme_rules_preview(slot: Slot) -> ResponseReturnValue:
    """The preview alone, while the form is being filled in."""
    versions = queries.rule_sets_of(slot.id)
    form = _form(versions)
    form.validate()
    return render_template("admin/programmes/_rules_preview.html", form=form, **_preview(slot, form, versions))


def _page(slot: Slot, form: RulesFormBase, versions: Sequence[RuleSet]) -> str:
    return render_template(
        "admin/programmes/rules.html",
        slot=slot,
        intake=slot.intake,
        form=form,
        versions=_history(versions),
        presets=all_presets().values(),
        start=_start(versions),
        **_preview(slot, form, versions),
    )


def _start(versions: Sequence[RuleSet]) -> str:
    """What the form is filled in from: the preset or the version named in the address, else the version in force."""
    named, known = request.args.get("start", ""), [str(one.version) for one in versions]
    return named if named in all_presets() or named in known else "".join(known[:1])


def _form(versions: Sequence[RuleSet]) -> RulesFormBase:
    """Filled in from the browser, else from the preset or the version named in the address, else as in force."""
    current = versions[0].version if versions else 0
    start, presets = _start(versions), all_presets()
    if start in presets:
        preset = presets[start]
        return rules_form(preset.rules, version=current, based_on=f"{preset.name} ({preset.issuer}, {preset.dated})")
    chosen = next((one for one in versions if str(one.version) == start), None)
    based_on = f"version {chosen.version}" if chosen is not None and chosen.version != current else ""
    return rules_form(specs_of(chosen), version=current, based_on=based_on)


def _preview(slot: Slot, form: RulesFormBase, versions: Sequence[RuleSet]) -> dict[str, object]:
    """What the form asks, in words, and what would change; nothing while a field is wrong."""
    if form.errors:
        return {"asked": None, "changes": []}
    rules: Sequence[RuleSpec] = form.rules()
    in_force = versions[0] if versions else None
    return {
        "asked": recording_in_words(slot, rules, version=(in_force.version if in_force else 0) + 1),
        "changes": differences(specs_of(in_force), rules) if in_force else [],
        "in_force": in_force,
        "hindsight": hindsight(slot, specs_of(in_force), from_stored(to_stored(rules))) if in_force else [],
        "title_of": {key: check.title for key, check in all_checks().items()},
    }


def _history(versions: Sequence[RuleSet]) -> list[Version]:
    """Newest first; the first version has nothing to be compared with."""
    older = [*versions[1:], None] if versions else []
    return [
        Version(version, differences(specs_of(before), specs_of(version)) if before else [])
        for version, before in zip(versions, older, strict=True)
    ]
