"""The supervisor and the warden with small children of their own: order, mending, and nothing left behind."""

import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from portal.stack.console import Console
from portal.stack.process import Child, NotReady, tail
from portal.stack.supervisor import RESTARTS, ChildDied, Service, StopRequested, Supervisor
from portal.stack.warden import warden
from tests.services.compose import ROOT
from tests.services.processes import all_gone, family_of, until


@pytest.fixture
def said() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def supervisor(said: io.StringIO) -> Iterator[Supervisor]:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    with warden() as watch:
        made = Supervisor(console=Console(said), warden=watch)
        yield made
        made.stop()
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def shell(tmp_path: Path) -> Callable[..., Child]:
    """A child that runs a line of shell."""

    def make(name: str, script: str) -> Child:
        return Child(name=name, argv=["sh", "-c", script], log=tmp_path / f"{name}.log", grace_s=2)

    return make


def started(supervisor: Supervisor, child: Child, *, may_restart: bool = False) -> Service:
    service = Service(child, is_ready=lambda: "up" in tail(child.log, 1), may_restart=may_restart)
    supervisor.start(service)
    supervisor.await_ready(service)
    return service


def test_what_was_started_last_is_stopped_first(
    supervisor: Supervisor, shell: Callable[..., Child], tmp_path: Path
) -> None:
    story = tmp_path / "story"
    for name in ("broker", "web"):
        tells = f"trap 'echo {name} >> \"{story}\"; exit 0' TERM; echo up; while :; do sleep 0.05; done"
        started(supervisor, shell(name, tells))
    supervisor.stop()
    assert story.read_text().split() == ["web", "broker"]


def test_who_does_not_listen_is_ended_with_all_it_started(supervisor: Supervisor, shell: Callable[..., Child]) -> None:
    service = started(supervisor, shell("deaf", "trap '' TERM; (trap '' TERM; sleep 60) & echo up; wait; wait"))
    family = family_of(service.child.popen.pid)
    assert len(family) == 2
    supervisor.stop()
    until(lambda: all_gone(family))


def test_one_that_never_comes_up_is_named_with_its_last_words(
    supervisor: Supervisor, shell: Callable[..., Child]
) -> None:
    child = shell("broker", "echo cannot open the file >&2; exit 3")
    with pytest.raises(NotReady, match=r"broker ended with exit code 3.*\n    cannot open the file"):
        started(supervisor, child)


def test_a_worker_is_mended_a_few_times_and_then_given_up(
    supervisor: Supervisor, shell: Callable[..., Child], said: io.StringIO
) -> None:
    started(supervisor, shell("worker", "echo up; sleep 0.1; kill -SEGV $$"), may_restart=True)
    with pytest.raises(ChildDied, match="worker was ended by SIGSEGV"):
        supervisor.watch()
    assert said.getvalue().count("worker was started again") == RESTARTS


def test_what_cannot_be_replaced_ends_the_whole_at_once(supervisor: Supervisor, shell: Callable[..., Child]) -> None:
    started(supervisor, shell("broker", "echo up; sleep 0.1; echo disk full; exit 1"))
    with pytest.raises(ChildDied, match=r"broker ended with exit code 1.*\n    up\n    disk full"):
        supervisor.watch()


def test_a_command_hands_on_what_it_says_and_its_failure_stops_the_start(
    supervisor: Supervisor, shell: Callable[..., Child]
) -> None:
    heard: list[str] = []
    supervisor.run(shell("seed", "echo one; echo two"), on_line=heard.append)
    assert heard == ["one", "two"]
    with pytest.raises(ChildDied, match="migrate ended with exit code 4"):
        supervisor.run(shell("migrate", "exit 4"))


def test_with_verbose_every_line_is_shown_with_the_name_of_who_said_it(
    shell: Callable[..., Child], said: io.StringIO
) -> None:
    with warden() as watch:
        talkative = Supervisor(console=Console(said), warden=watch, verbose=True)
        started(talkative, shell("broker", "echo loading; echo up; exec sleep 60"))
        talkative.stop()
    assert [line.split() for line in said.getvalue().splitlines()] == [
        ["broker", "│", "loading"],
        ["broker", "│", "up"],
    ]


def test_ctrl_c_while_a_command_runs_stops_the_command(supervisor: Supervisor, shell: Callable[..., Child]) -> None:
    supervisor.listen_for_stop()
    child = shell("seed", "echo up; exec sleep 60")

    def press_ctrl_c(_line: str) -> None:
        os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(StopRequested):
        supervisor.run(child, on_line=press_ctrl_c)
    assert child.exit_code == -signal.SIGTERM


def test_the_warden_ends_the_children_of_a_parent_that_was_killed(tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path / "child.log")], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    child = psutil.Process(int(parent.stdout.readline()))
    parent.kill()
    parent.communicate()
    until(lambda: all_gone([child]))


PARENT = """
import sys, time
from pathlib import Path
from portal.stack.process import Child
from portal.stack.warden import Warden
child = Child(name="child", argv=["sleep", "60"], log=Path(sys.argv[1]))
warden = Warden()
warden.watch(child.start())
print(child.popen.pid, flush=True)
time.sleep(60)
"""
