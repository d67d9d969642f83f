"""Judging anew what was judged by other rules."""

from __future__ import annotations

import click


@click.command()
@click.option("--intake", "intake_id", metavar="ID", help="Only this intake (its id stands in its pages' addresses).")
@click.option("--apply", "do_apply", is_flag=True, help="Judge again what would change.")
@click.option("--measure", "do_measure", is_flag=True, help="Let the workers measure again what is outdated.")
def recheck(intake_id: str | None, do_apply: bool, do_measure: bool) -> None:
    """Show which recordings today's rules would judge otherwise, from what was measured. Decodes nothing."""
    from portal.applications.service import rechecking
    from portal.bootstrap import base_app
    from portal.programmes import queries as programmes

    with base_app().app_context():
        if intake_id and programmes.intake(intake_id) is None:
            raise click.ClickException(f"There is no intake {intake_id}.")
        found = rechecking.preview(intake_id=intake_id)
        for change in found.changes:
            name, because = change.recording, f" ({', '.join(change.because)})" if change.because else ""
            click.echo(f"{name.number} “{name.title}”: {change.before or 'not judged'} -> {change.after}{because}")
        for name, engine in found.outdated:
            click.echo(f"{name.number} “{name.title}”: needs measuring again (measured by {engine})")
        click.echo(f"{len(found.changes)} of {found.examined} recordings would change.")
        if do_apply:
            click.echo(f"{rechecking.apply(found.changes)} were judged again.")
        if do_measure:
            click.echo(f"{rechecking.measure(found.outdated)} are being measured again.")
        if found.changes and not do_apply:
            click.echo("Nothing was changed. --apply judges them again.")
        if found.outdated and not do_measure:
            click.echo(f"{len(found.outdated)} were not judged. --measure lets the workers measure them again.")
