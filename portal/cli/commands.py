"""What every command has in common: it may work in the world of a demo, and says in words what its settings lack."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from portal.core.settings import SettingsError
from portal.stack.demo import STATE_VARIABLE
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
        envvar=STATE_VARIABLE,
        help=f"Work in the world of the demo that keeps its data in this folder ({STATE_VARIABLE}).",
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
