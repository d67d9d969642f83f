"""`make demo`: the whole portal on one machine, with nothing installed beside Python."""

import os
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import redis

from portal.stack import assets, state, valkey
from portal.stack.address import Address, PortTaken, claim
from portal.stack.console import Console
from portal.stack.process import NotReady
from portal.stack.services import ROOT, Processes
from portal.stack.state import State, StateError
from portal.stack.supervisor import ChildDied, Service, StopRequested, Supervisor
from portal.stack.warden import warden

DEFAULT_STATE = ROOT / "var"
STATE_VARIABLE = "SOUNDCHECK_STATE"  # names a demo's folder to every other command
SIGN_IN_HEADS = ("Role", "Name", "E-mail", "Password")


class WishRefused(RuntimeError):
    """What was asked for cannot be done here; the message says what can."""


REASONS = (PortTaken, assets.BuildFailed, NotReady, ChildDied, WishRefused)


@dataclass(frozen=True)
class Wishes:
    """What the person asked for on the command line."""

    port: int | None = None
    state: Path = DEFAULT_STATE
    fresh: bool = False
    verbose: bool = False


def run(wishes: Wishes, *, sign_ins: Sequence[Sequence[str]], environ: Mapping[str, str] = os.environ) -> int:
    """Start everything, stay until it is stopped, stop everything. Returns the exit code."""
    console = Console()
    console.plain("\n  Soundcheck on this machine\n")
    try:
        with state.opened(wishes.state) as (folder, lock), warden(held_fds=(lock,)) as watch:
            supervisor = Supervisor(console=console, warden=watch, verbose=wishes.verbose)
            supervisor.listen_for_stop()
            try:
                with closing(claim(wishes.port)) as address:
                    demo = Demo(console=console, supervisor=supervisor, state=folder, address=address, given=environ)
                    demo.bring_up(fresh=wishes.fresh)
                    state.remember_address(lock, address.url)
                    demo.greet(sign_ins)
                    supervisor.watch()
            except REASONS as reason:
                console.alarm(f"{reason}\n")
                return 1
            finally:
                console.plain("     Stopping … what is being listened to is heard to its end (Ctrl-C again: at once)")
                supervisor.stop()
    except StopRequested:
        console.plain("     Stopped. Everything you did is kept: `make demo` goes on from here.\n")
    except StateError as reason:
        console.alarm(f"{reason}\n")
        return 1
    return 0


@dataclass
class Demo:
    console: Console
    supervisor: Supervisor
    state: State
    address: Address
    given: Mapping[str, str]

    def bring_up(self, *, fresh: bool) -> None:
        """Everything in order. Raises one of REASONS, each of which is a sentence for the person at the terminal."""
        if fresh and self.given.get("DATABASE_URL"):
            raise WishRefused(
                "FRESH empties only what the demo made itself, and DATABASE_URL was given: empty that yourself"
            )
        self.state.prepare(fresh=fresh)
        with self.console.step("front end"):
            assets.build(self.console.say)
        processes = Processes(state=self.state, env=self._environment(redis_url=self._broker()))
        with self.console.step("database"):
            self.supervisor.run(processes.command("migrate", "migrate"))
        with self.console.step("a world to look at"), self.state.planting():
            self.supervisor.run(processes.command("seed", "seed", "--if-empty"), on_line=self.console.say)
        services = {
            "workers that check recordings": processes.checkers(),
            "workers for listening copies, mail and exports": processes.helpers(),
            "clock of recurring tasks": processes.beat(),
            "web server": processes.web(self.address),
        }
        for service in services.values():
            self.supervisor.start(service)
        for name, service in services.items():
            with self.console.step(name):
                self.supervisor.await_ready(service)

    def greet(self, sign_ins: Sequence[Sequence[str]]) -> None:
        self.console.plain(f"\n  Open   {self.address.url}\n")
        self.console.table(SIGN_IN_HEADS, sign_ins)
        self.console.plain(f"\n     Logs: {self.state.log('*')}    Ctrl-C stops everything.\n")

    def _broker(self) -> str:
        given = self.given.get("REDIS_URL")
        if given:
            with self.console.step("broker (the given one)"):
                _demand_answer(given)
            return given
        server = valkey.prepare(self.state.broker, log=self.state.log("broker"))
        service = Service(server.child, is_ready=server.is_ready)
        with self.console.step("broker"):
            self.supervisor.start(service)
            self.supervisor.await_ready(service)
        return server.url

    def _environment(self, *, redis_url: str) -> dict[str, str]:
        ours = {
            **self.state.secrets(),
            "DATABASE_URL": self.state.database_url,
            "STORAGE_DIR": str(self.state.files),
            "DEMO_MODE": "1",
            "SCHOOL_NAME": "Northbridge Conservatory",
            "PYTHONUNBUFFERED": "1",
        }
        theirs = {name: value for name, value in self.given.items() if value and name != STATE_VARIABLE}
        whole = {**ours, **theirs, "REDIS_URL": redis_url, "PUBLIC_URL": theirs.get("PUBLIC_URL", self.address.url)}
        self.state.keep_settings({name: whole[name] for name in (*ours, "REDIS_URL", "PUBLIC_URL")})
        return whole


def _demand_answer(redis_url: str) -> None:
    try:
        valkey.ping(redis_url, within_s=5)
    except (redis.RedisError, ValueError) as problem:
        raise WishRefused(f"REDIS_URL was given, but nothing usable answers there: {problem}") from problem
