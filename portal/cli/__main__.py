"""The command line: `python -m portal.cli COMMAND`. All but `demo` take their settings from the environment, or from
the demo that keeps its data in the folder named by `--state`."""

from __future__ import annotations

import click

from portal.cli import files, installing, judging, receipts
from portal.cli.commands import Commands


@click.group(cls=Commands)
def cli() -> None:
    """Soundcheck: send, hear, score and decide on sample recordings."""


for command in (
    installing.demo,
    installing.migrate,
    installing.seed,
    installing.appoint,
    judging.recheck,
    files.free_storage,
    files.move_storage,
    files.reconcile,
    receipts.verify_receipt,
    receipts.new_signing_key,
):
    cli.add_command(command)

if __name__ == "__main__":
    cli()
