"""Starts children one after the other, watches them, and stops them in the reverse order."""

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType

from portal.stack.console import Console, Follower
from portal.stack.process import POLL_S, Child, describe_end, kill_group, wait_until_ready
from portal.stack.warden import Warden

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
RESTARTS = 3


def _ignore(_line: str) -> None:
    """For a child whose words matter only when it fails."""


class StopRequested(Exception):
    """The person (or the machine) wants everything to stop."""


class ChildDied(RuntimeError):
    """A child without which the portal cannot go on has ended; the message names it and its last lines."""


@dataclass
class Service:
    """A child that stays. With `may_restart` its death is mended a few times, else it ends the whole."""

    child: Child
    is_ready: Callable[[], bool]
    ready_within_s: float = 60.0
    may_restart: bool = False
    deaths: int = 0


class Supervisor:
    def __init__(self, *, console: Console, warden: Warden, verbose: bool = False) -> None:
        self._console = console
        self._warden = warden
        self._verbose = verbose
        self._services: list[Service] = []
        self._followers: dict[str, Follower] = {}
        self._stop_signals = 0

    def listen_for_stop(self) -> None:
        """Signals only set a mark: a stop may not tear a start apart half-way."""
        for number in STOP_SIGNALS:
            # Whoever started us under nohup wants us to outlast the terminal.
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._note_stop)

    def check_for_stop(self) -> None:
        if self._stop_signals:
            raise StopRequested

    def start(self, service: Service) -> None:
        """Start it; it may take its time while others start. It is stopped before those that were started earlier."""
        self._services.append(service)
        self._spawn(service.child)

    def await_ready(self, service: Service) -> None:
        """Wait until it answers. Raises NotReady with its last lines when it does not."""
        wait_until_ready(service.child, service.is_ready, within_s=service.ready_within_s, idle=self._between_looks)

    def run(self, child: Child, *, on_line: Callable[[str], None] = _ignore) -> None:
        """Run a child to its end, handing on what it says. Raises ChildDied unless it ends well."""
        follower = Follower(child.log)
        self._spawn(child)
        try:
            while True:
                ended = not child.running
                for line in follower.new_lines():
                    on_line(line)
                if ended:
                    break
                self.check_for_stop()
                time.sleep(POLL_S)
        finally:
            child.stop(grace_s=2)
            self._forget(child)
        if child.exit_code:
            raise ChildDied(describe_end(child))

    def watch(self) -> None:
        """Until somebody stops it. Raises ChildDied when a service is gone for good."""
        while True:
            self._between_looks()
            for service in self._services:
                if not service.child.running:
                    self._mend(service)
            time.sleep(4 * POLL_S)

    def stop(self) -> None:
        """Newest first, so that nothing loses what it stands on. A second signal stops waiting."""
        self._stop_signals = min(self._stop_signals, 1)
        while self._services:
            child = self._services[-1].child
            child.ask_to_stop()
            deadline = time.monotonic() + child.grace_s
            while child.running and time.monotonic() < deadline and self._stop_signals < 2:
                self._show_logs()
                time.sleep(POLL_S)
            child.stop(grace_s=0)
            self._forget(child)
            self._services.pop()
        self._show_logs()

    def _spawn(self, child: Child) -> None:
        self.check_for_stop()
        self._warden.watch(child.start())
        self._followers[child.name] = Follower(child.log)

    def _forget(self, child: Child) -> None:
        if child.popen:
            self._warden.forget(child.popen.pid)

    def _mend(self, service: Service) -> None:
        child = service.child
        if child.popen:
            kill_group(child.popen.pid)
        self._forget(child)
        story = describe_end(child)
        service.deaths += 1
        if not service.may_restart or service.deaths > RESTARTS:
            raise ChildDied(story)
        self._console.alarm(story)
        self._spawn(child)
        self._console.say(f"{child.name} was started again ({service.deaths} of at most {RESTARTS} times)")

    def _between_looks(self) -> None:
        self._show_logs()
        self.check_for_stop()

    def _show_logs(self) -> None:
        if self._verbose:
            for name, follower in self._followers.items():
                for line in follower.new_lines():
                    self._console.plain(f"{name:>16} │ {line}")

    def _note_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stop_signals += 1
