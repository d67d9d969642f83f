"""Where the demo's web server listens: sockets bound by us and handed to it, so that no port is lost in between."""

import errno
import socket
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass

FIRST_PORT = 8000
PORTS_TRIED = 20


class PortTaken(RuntimeError):
    """The port that was asked for belongs to another program."""


@dataclass(frozen=True)
class Address:
    """IPv4 and, where there is one, IPv6 loopback on one port: browsers try both for `localhost`."""

    port: int
    sockets: tuple[socket.socket, ...]

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def file_descriptors(self) -> tuple[int, ...]:
        return tuple(bound.fileno() for bound in self.sockets)

    def close(self) -> None:
        for bound in self.sockets:
            bound.close()


def claim(wanted: int | None) -> Address:
    """Bind the wanted port, or else the first free one from 8000 on, or else any.

    Raises PortTaken when the port was wanted and is not free.
    """
    candidates: Iterable[int] = [wanted] if wanted else [*range(FIRST_PORT, FIRST_PORT + PORTS_TRIED), 0]
    for port in candidates:
        try:
            return _bind(port)
        except OSError as problem:
            if problem.errno not in {errno.EADDRINUSE, errno.EACCES}:
                raise
    raise PortTaken(f"port {wanted} is not free; name another (make demo PORT=8001) or none, and a free one is taken")


def _bind(port: int) -> Address:
    with ExitStack() as undo:
        first = undo.enter_context(_loopback(socket.AF_INET, "127.0.0.1", port))
        port = int(first.getsockname()[1])
        bound = [first]
        if _has_ipv6_loopback():
            bound.append(undo.enter_context(_loopback(socket.AF_INET6, "::1", port)))
        undo.pop_all()
    return Address(port=port, sockets=tuple(bound))


def _loopback(family: socket.AddressFamily, host: str, port: int) -> socket.socket:
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
        # Two sockets may be bound to one port until one listens; listening is what makes it ours.
        made.listen()
    except OSError:
        made.close()
        raise
    return made


def _has_ipv6_loopback() -> bool:
    try:
        _loopback(socket.AF_INET6, "::1", 0).close()
    except OSError:
        return False
    return True
