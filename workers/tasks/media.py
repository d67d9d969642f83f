"""Making the copies that are listened to."""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path

from celery import current_app as celery
from celery import shared_task

from portal.core import queue
from portal.core.storage import storage
from portal.recordings.service import copies
from workers.audio import child
from workers.audio.listening_copy import CannotCopy
from workers.heartbeat import heartbeat

logger = logging.getLogger(__name__)


@shared_task(name=queue.MAKE_LISTENING_COPY.name)
def make_listening_copy(*, version_id: str, generation: int) -> None:
    """Claim, copy in the confined child with no transaction open, keep once."""
    held = copies.claim(version_id, generation=generation)
    if held is None:
        return
    try:
        with (
            heartbeat(celery.flask_app, lambda: copies.renew(held), every_s=copies.RENEW_EVERY_S),
            # On the disk of the store: a container's /tmp may be memory, and far too small for a recording.
            tempfile.TemporaryDirectory(dir=storage().staging, prefix=copies.SCRATCH) as folder,
        ):
            target = Path(folder) / "copy"
            with storage().local_path(held.storage_key) as path:
                mime = child.make_listening_copy(path, target=target)
            with target.open("rb") as made:
                if not copies.record(held, made, mime=mime):
                    logger.info("version %s was taken over while it was copied; this copy is dropped", version_id)
    except CannotCopy as refused:
        logger.warning("no listening copy of version %s: %s", version_id, refused)
        copies.give_up(held, str(refused))
    except FileNotFoundError:
        logger.error("the file of version %s is not in the store", version_id)
        copies.give_up(held, "The stored file could not be found, so there is no listening copy.")
    except BaseException:
        copies.release(held)
        raise
