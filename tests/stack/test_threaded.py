"""The web server as it is set up, with an application of three lines: nobody waits for somebody who says nothing."""

import http.client
import runpy
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from portal.bootstrap import MOST_CONNECTIONS
from portal.stack.services import GUNICORN_SETTINGS, ROOT
from portal.stack.valkey import free_port
from portal.web.tus.slots import MAX_WRITERS
from tests.services.processes import until

THREADS, CONNECTIONS = 2, 30
# Far more than an answer takes, far less than a server that waits for its guests one after the other.
PATIENCE_S = 10
ASK = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """One process with few threads, of few connections at once."""
    port = free_port()
    few = ("--workers", "1", "--threads", str(THREADS), "--worker-connections", str(CONNECTIONS))
    command = [sys.executable, "-m", "gunicorn", "--config", str(GUNICORN_SETTINGS), *few]
    with subprocess.Popen(
        [*command, "--bind", f"127.0.0.1:{port}", "wsgiref.simple_server:demo_app"],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        try:
            until(lambda: listens(port))
            yield port
        finally:
            server.terminate()


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def line_to(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)


def everything_from(line: socket.socket) -> bytes:
    return b"".join(iter(lambda: line.recv(65_536), b""))


def ask(port: int) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    try:
        connection.request("GET", "/", headers={"Connection": "close"})
        return connection.getresponse().read().decode()
    finally:
        connection.close()


def test_who_is_slow_to_hang_up_holds_nobody_up(port: int) -> None:
    with ExitStack() as still_there:
        slow = [still_there.enter_context(line_to(port)) for _ in range(10 * THREADS)]
        for line in slow:
            line.sendall(ASK)

        assert all(b"Hello world!" in everything_from(line) for line in slow)
        assert "Hello world!" in ask(port)


def test_who_says_nothing_holds_no_thread(port: int) -> None:
    with ExitStack() as still_there:
        silent = [still_there.enter_context(line_to(port)) for _ in range(10 * THREADS)]

        assert "Hello world!" in ask(port)
        silent[0].sendall(ASK)
        assert b"Hello world!" in everything_from(silent[0])


def test_who_stops_in_the_middle_of_a_head_holds_no_thread(port: int) -> None:
    with ExitStack() as still_there:
        halves = [still_there.enter_context(line_to(port)) for _ in range(5 * THREADS)]
        for line in halves:
            line.sendall(ASK[:20])
        kept = [still_there.enter_context(line_to(port)) for _ in range(5 * THREADS)]
        for line in kept:
            line.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert line.recv(65_536).startswith(b"HTTP/1.1 200 OK")
            line.sendall(ASK[:20])

        assert "Hello world!" in ask(port)
        for line in (halves[0], kept[0]):
            line.sendall(ASK[20:30])
            line.sendall(ASK[30:])
            assert b"Hello world!" in everything_from(line)


def test_a_head_without_end_is_cut_off(port: int) -> None:
    with ExitStack() as still_there:
        for _ in range(2 * THREADS):
            line = still_there.enter_context(line_to(port))
            line.sendall(b"GET / HTTP/1.1\r\nX: " + b"x" * 100_000)

        assert "Hello world!" in ask(port)


def test_who_hangs_up_in_the_middle_of_a_head_is_let_go(port: int) -> None:
    for _ in range(2 * CONNECTIONS):
        with line_to(port) as line:
            line.sendall(ASK[:20])

    assert "Hello world!" in ask(port)
    with line_to(port) as line:
        line.sendall(ASK[:20])
        line.shutdown(socket.SHUT_WR)
        assert everything_from(line) == b""


def test_who_was_answered_and_still_has_to_send_holds_no_thread(port: int) -> None:
    with ExitStack() as still_there:
        for _ in range(10 * THREADS):
            line = still_there.enter_context(line_to(port))
            line.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n")
            assert line.recv(65_536).startswith(b"HTTP/1.1 200 OK")

        assert "Hello world!" in ask(port)


def test_an_answer_arrives_also_when_nobody_reads_what_was_sent(port: int) -> None:
    body = bytes(8 * 1024**2)

    with line_to(port) as line:
        line.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        assert everything_from(line).startswith(b"HTTP/1.1 200 OK")


def test_there_is_a_thread_for_pages_while_all_writers_wait_and_a_connection_for_every_thread() -> None:
    threads = runpy.run_path(str(GUNICORN_SETTINGS))["threads"]

    assert threads // 3 <= threads - MAX_WRITERS
    assert threads <= MOST_CONNECTIONS


def test_every_connection_is_given_back(port: int) -> None:
    for _ in range(2 * CONNECTIONS):
        assert "Hello world!" in ask(port)
        with line_to(port) as line:
            line.sendall(ASK)  # and away, without waiting for the answer
