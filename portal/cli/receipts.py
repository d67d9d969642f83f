"""Signed receipts and the keys that sign them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


@click.command("verify-receipt")
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


def _keys_of(key_file: Path | None) -> Mapping[str, Ed25519PublicKey]:
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


@click.command("new-signing-key")
@click.option("--reason", prompt=True, help="Why; it stands in the audit.")
def new_signing_key(reason: str) -> None:
    """Sign receipts with a new key from now on. What the older keys signed stays verifiable."""
    from portal.bootstrap import base_app
    from portal.core import signing

    with base_app().app_context():
        click.echo(f"Receipts are signed with the key {signing.rotate(reason=reason).id} from now on.")
