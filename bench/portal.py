"""How long people wait for pages and for judgements: `python -m bench.portal`. One line each; nothing is judged.

Numbers are those of this machine as it is now: compare runs on one machine, with nothing else going on.
"""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from portal.checks.check import Severity
from portal.checks.evaluate import RuleSpec, evaluate
from portal.checks.registry import all_checks
from portal.core.settings import Settings
from portal.seed import files
from portal.seed.music import piece
from workers.audio.child import analyse

PAGES = ("/", "/login", "/healthz")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        _judging(Path(folder))
        _pages(Path(folder))


def _judging(folder: Path) -> None:
    """Every check on a stored report, as when rules change."""
    path = folder / "take.wav"
    path.write_bytes(files.wav(piece(1, style="soul", seconds=30)))
    report = analyse(path, file_name=path.name).report
    rules = [RuleSpec(check_key=key, severity=Severity.WARN) for key in all_checks()]
    took = _median(lambda: evaluate(report, rules), runs=50)
    _say(f"judge one report by {len(rules)} rules", f"{took * 1000:.2f} ms")


def _pages(folder: Path) -> None:
    """Pages of an empty portal on SQLite, without the network."""
    from portal.app import create_app
    from portal.core.schema import upgrade

    url = f"sqlite:///{folder / 'bench.sqlite3'}"
    upgrade(url)
    with _broker(folder) as redis_url:
        app = create_app(
            Settings(
                database_url=url,
                redis_url=redis_url,
                secret_key="k" * 48,
                password_salt="s" * 48,
                storage_dir=folder / "files",
                rate_limits_enabled=False,
            )
        )
        client = app.test_client()
        for path in PAGES:
            took = _median(lambda path=path: client.get(path), runs=30)
            _say(f"serve {path}", f"{took * 1000:.1f} ms")


@contextmanager
def _broker(folder: Path) -> Iterator[str]:
    from portal.stack import valkey
    from portal.stack.process import wait_until_ready

    server = valkey.prepare(folder / "broker", log=folder / "broker.log")
    server.child.start()
    try:
        wait_until_ready(server.child, server.is_ready, within_s=20)
        yield server.url
    finally:
        server.child.stop()


def _median(action: Callable[[], object], *, runs: int) -> float:
    """Seconds, after one run that does not count."""
    action()
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        action()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def _say(what: str, result: str) -> None:
    print(f"{what:<36} {result}", flush=True)


if __name__ == "__main__":
    main()
