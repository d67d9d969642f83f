"""The command line: `python -m portal.cli COMMAND`. All but `demo` take their settings from the environment, or from
the demo that keeps its data in the folder named by `--state`."""

import os
import signal
from pathlib import Path
from typing import Any

import click

from portal.core.settings import SettingsError
from portal.stack import demo as stack_demo
from portal.stack.state import State, StateError


def _take_settings_of(_context: click.Context, _option: click.Parameter, folder: Path | None) -> None:
    if folder is None:
        return
    try:
        os.environ.update(State(folder.resolve()).kept_settings())
    except StateError as refused:
        raise click.ClickException(f"{refused}.") from None


def _state_option() -> click.Option:
    return click.Option(
        ["--state"],
        type=click.Path(file_okay=False, path_type=Path),
        envvar=stack_demo.STATE_VARIABLE,
        help=f"Work in the world of the demo that keeps its data in this folder ({stack_demo.STATE_VARIABLE}).",
        is_eager=True,
        expose_value=False,
        callback=_take_settings_of,
    )


class Commands(click.Group):
    """Every command but `demo` takes `--state`, and says what is wrong with its settings without a traceback."""

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        if all(param.name != "state" for param in cmd.params):
            cmd.params.append(_state_option())
        super().add_command(cmd, name)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SettingsError as problem:
            raise click.ClickException(f"{problem}\nFor the world of a demo, name its folder: --state var") from None


@click.group(cls=Commands)
def cli() -> None:
    """Soundcheck: send, hear, score and decide on sample recordings."""


@cli.command()
@click.option("--port", type=click.IntRange(1, 65535), help="Where to serve (default: a free port, 8000 if it is).")
@click.option(
    "--state",
    type=click.Path(file_okay=False, path_type=Path),
    default=stack_demo.DEFAULT_STATE,
    help="The folder that keeps the demo's data (default: var).",
)
@click.option("--fresh", is_flag=True, help="Forget what earlier demos kept in that folder.")
@click.option("-v", "--verbose", is_flag=True, help="Show every process's log here, too.")
def demo(port: int | None, state: Path, fresh: bool, verbose: bool) -> None:
    """Run the whole portal on this machine, with a world to look at."""
    from portal.seed.cast import SIGN_INS

    wishes = stack_demo.Wishes(port=port, state=state, fresh=fresh, verbose=verbose)
    raise SystemExit(stack_demo.run(wishes, sign_ins=SIGN_INS))


@cli.command()
def migrate() -> None:
    """Bring the database to the schema of this version, and make the bucket where files live in one."""
    from portal.applications.receipts.issuing import sign_what_was_not
    from portal.bootstrap import base_app
    from portal.core import signing
    from portal.core.s3_storage import S3Storage
    from portal.core.schema import upgrade
    from portal.core.settings import Settings

    settings = Settings.from_env(os.environ)
    upgrade(settings.database_url)
    if settings.s3:
        S3Storage(settings.s3, staging_folder=settings.storage_dir).ensure_bucket()
    with base_app(settings).app_context():
        click.echo(f"Receipts are signed with the key {signing.key_in_use().id}.")
        sign_what_was_not()


@cli.command()
@click.option("--if-empty", is_flag=True, help="Do nothing, and say so, when there are people in the database already.")
def seed(if_empty: bool) -> None:
    """Fill an empty database with two programmes, their people, applications and recordings."""
    from portal.seed.world import plant

    plant(if_empty=if_empty)


@cli.command()
@click.argument("email")
@click.option("--site-admin", is_flag=True, help="May make programmes and appoint staff everywhere.")
@click.option("--programme", metavar="SLUG", help="The programme in which the role holds.")
@click.option("--role", type=click.Choice(["faculty", "chair", "admin"]), help="The role in that programme.")
def appoint(email: str, site_admin: bool, programme: str | None, role: str | None) -> None:
    """Give a registered person a right: how the first administrator of an installation comes about."""
    from portal.accounts.service import appoint_site_admin, appoint_staff
    from portal.accounts.states import StaffRole
    from portal.bootstrap import base_app
    from portal.core.errors import Invalid
    from portal.programmes.queries import programme_by_slug

    if site_admin == bool(programme and role):
        raise click.UsageError("name either --site-admin, or both --programme and --role")
    with base_app().app_context():
        try:
            if site_admin:
                person = appoint_site_admin(email, actor=None)
            else:
                found = programme_by_slug(programme or "")
                if found is None:
                    raise click.ClickException(f"There is no programme {programme}.")
                person = appoint_staff(email, programme_id=found.id, role=StaffRole(role or ""), actor=None)
        except Invalid as refused:
            raise click.ClickException(" ".join([refused.message, *refused.fields.values()])) from None
        click.echo(f"{person.full_name or person.email} is appointed.")


@cli.command()
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


@cli.command("free-storage")
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


@cli.command("move-storage")
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


@cli.command()
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


@cli.command("verify-receipt")
@click.argument("receipt", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--key",
    "key_file",
    metavar="PEM",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The public key to verify with (default: those of this installation's database).",
)
@click.option(
    "--recording",
    metavar="AUDIOFILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Also say whether this file is one that the receipt names.",
)
def verify_receipt(receipt: Path, key_file: Path | None, recording: Path | None) -> None:
    """Say whether a receipt (its JSON, or its PDF) is genuine. Ends with 0 when it is, with 1 when it is not."""
    from portal.applications.receipts.verifying import named_file, verify
    from portal.core import signed
    from portal.core.errors import Invalid

    try:
        keys = _keys_of(key_file)
        with receipt.open("rb") as file:
            found = verify(file.read(signed.MAX_PDF_BYTES + 1), keys)
    except Invalid as refused:
        raise click.ClickException(f"Not genuine. {refused.message}") from None
    if found.is_pdf:
        click.echo(f"The receipt attached to {receipt.name} is genuine: signed with the key {found.key_id}.")
        click.echo("What is printed on the paper is not covered by the signature: compare it with this:")
    else:
        click.echo(f"Genuine: signed with the key {found.key_id}.")
    click.echo(f"{found.said.title}. {found.said.issuer}.")
    for fact in found.said.facts:
        click.echo(f"  {fact.label}: {fact.value}")
    for named in found.said.files:
        click.echo(named.title)
        for fact in named.facts:
            click.echo(f"  {fact.label}: {fact.value}")
    if recording and (match := named_file(found.said, recording)):
        click.echo(f"{recording.name} is the file “{match.title}” of this receipt, to the last byte.")
    elif recording:
        raise click.ClickException(f"{recording.name} is none of the files that this receipt names.")


def _keys_of(key_file: Path | None):
    from portal.bootstrap import base_app
    from portal.core import signed, signing
    from portal.core.settings import SettingsError

    if key_file is not None:
        key = signed.public_key(key_file.read_bytes())
        return {signed.key_id_of(key): key}
    try:
        with base_app().app_context():
            return signing.public_keys()
    except SettingsError as missing:
        raise click.ClickException(
            f"Name the public key with --key, or run this where the portal runs. {missing}"
        ) from None


@cli.command("new-signing-key")
@click.option("--reason", prompt=True, help="Why; it stands in the audit.")
def new_signing_key(reason: str) -> None:
    """Sign receipts with a new key from now on. What the older keys signed stays verifiable."""
    from portal.bootstrap import base_app
    from portal.core import signing

    with base_app().app_context():
        click.echo(f"Receipts are signed with the key {signing.rotate(reason=reason).id} from now on.")


if __name__ == "__main__":
    cli()
