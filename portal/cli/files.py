"""Stored files: freeing them by rule, moving them, comparing them with the rows."""

from __future__ import annotations

import os
import signal

import click


@click.command("free-storage")
@click.option("--apply", "do_apply", is_flag=True, help="Free them now, instead of at the next sweep.")
def free_storage(do_apply: bool) -> None:
    """Show which files the rules of retention (KEEP_…_DAYS) allow to go. The hourly sweep frees them by itself."""
    from portal.bootstrap import SETTINGS, base_app
    from portal.decisions.service import retention

    app = base_app()
    rules = app.extensions[SETTINGS].retention
    with app.app_context():
        for said in rules.for_operators:
            click.echo(said)
        found = list(retention.due(rules))
        for one in found:
            size = f"{one.size_bytes / 1000**2:,.1f} MB"
            click.echo(f"{one.number} “{one.title}”, version {one.version}: {size} ({one.rule.value})")
        total = sum(one.size_bytes for one in found)
        click.echo(f"{len(found)} files of {total / 1000**2:,.1f} MB may go, and their listening copies.")
        if do_apply:
            click.echo(f"{retention.free_due(rules)} were freed. Their rows stay, with name, size, hash and results.")
        elif found:
            click.echo("Nothing was freed. --apply frees them now; the sweep does within the hour.")


@click.command("move-storage")
@click.option("--to", "name", type=click.Choice(["folder", "s3"]), required=True, help="The new home, as in STORAGE.")
@click.option("--read-again", is_flag=True, help="Read again what an earlier pass has moved, and compare.")
@click.option("--delete-source", is_flag=True, help="Delete from the old home what the new one gives back whole.")
def move_storage(name: str, read_again: bool, delete_source: bool) -> None:
    """Copy every stored file to the other home. May be stopped and run again; the portal may run meanwhile.

    The folder is STORAGE_DIR and the bucket is what S3_… names, whichever of them STORAGE says is in use.
    """
    from portal.bootstrap import base_app, both_homes
    from portal.core import moving
    from portal.core.errors import Unavailable
    from portal.core.settings import Settings, SettingsError

    settings = Settings.from_env(os.environ)
    try:
        homes = both_homes(settings, os.environ)
    except (SettingsError, Unavailable) as refused:
        raise click.ClickException(str(refused)) from None
    in_use = "s3" if settings.s3 else "folder"
    if delete_source and in_use != name:
        raise click.ClickException(f"The portal still works with the other home: STORAGE is {in_use}, not {name}.")
    source = homes["folder" if name == "s3" else "s3"]
    # A stop that is asked for ends like one from the keyboard: what is half copied is cleared away.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with base_app(settings).app_context(), moving.ledger(settings.storage_dir / f"moved-to-{name}.sqlite3") as ledger:
        move = moving.Move(source, homes[name], ledger, told=moving.every(5.0, click.echo))
        try:
            account = move.delete_source() if delete_source else move.copy(read_again=read_again)
        except Unavailable as refused:
            raise click.ClickException(f"{refused.message} Nothing is lost; the same command goes on.") from None
        except KeyboardInterrupt:
            click.echo(f"Stopped. {move.account.summary} The same command goes on.")
            raise SystemExit(130) from None
    for problem in account.problems:
        click.echo(problem)
    click.echo(account.summary)
    raise SystemExit(1 if account.problems else 0)


@click.command()
@click.option("--apply", "do_apply", is_flag=True, help="Delete what no row names; make lost listening copies anew.")
def reconcile(do_apply: bool) -> None:
    """Compare rows and stored files, both ways. What was received and is lost is told, and its row never touched."""
    from portal.bootstrap import base_app
    from portal.recordings.service import orphans

    with base_app().app_context():
        lost = list(orphans.rows_without_files())
        for one in lost:
            click.echo(one.sentence)
        unnamed = list(orphans.files_without_rows())
        for key in unnamed:
            click.echo(f"No row names {key}.")
        click.echo(f"{len(lost)} rows without a file, {len(unnamed)} files without a row.")
        if do_apply:
            click.echo(f"{orphans.delete_files_without_rows()} files were deleted.")
            click.echo(f"{orphans.make_copies_anew(lost)} listening copies are made anew.")
        elif unnamed:
            click.echo("Nothing was deleted. --apply deletes those files.")
        if lost:
            raise SystemExit(1)
