"""Holding a lease while a long piece of work goes on in the same process."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import Flask

from portal.core.db import db

logger = logging.getLogger(__name__)


@contextmanager
def heartbeat(app: Flask, renew: Callable[[], bool], *, every_s: float) -> Iterator[None]:
    """Call `renew` every so often from a thread, until the block ends or `renew` says that the lease is lost."""
    stop = threading.Event()

    def beat() -> None:
        while not stop.wait(every_s):
            try:
                with app.app_context():
                    held = renew()
                    db.session.remove()
            except Exception:  # the database is away: the next beat may reach it, and the claim is checked at the end
                logger.warning("could not renew a lease", exc_info=True)
                continue
            if not held:
                return

    thread = threading.Thread(target=beat, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
