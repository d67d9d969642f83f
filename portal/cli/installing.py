"""Bringing an installation about: the demo, the schema, a world to look at, the first administrator."""

from __future__ import annotations

import os
from pathlib import Path

import click

from portal.stack import demo as stack_demo


@click.command()
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


@click.command()
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


@click.command()
@click.option("--if-empty", is_flag=True, help="Do nothing, and say so, when there are people in the database already.")
def seed(if_empty: bool) -> None:
    """Fill an empty database with two programmes, their people, applications and recordings."""
    from portal.seed.world import plant

    plant(if_empty=if_empty)


@click.command()
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
