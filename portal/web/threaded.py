"""gunicorn's worker with threads, in which nobody has to wait for somebody who says nothing.

As it comes (27.0) a connection on which nothing was said yet holds a thread for five seconds, and browsers open such
connections ahead of need; so does who was answered before sending everything; who stops in the middle of a request's
head holds one for ever; and whoever is slow to hang up after the last answer holds the loop that serves everybody else
for two seconds. Here all of them are put aside among the idle connections, where they cost neither a thread nor the
loop, and where their time is limited.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from selectors import EVENT_READ

from gunicorn.workers.gthread import TConn, ThreadWorker

AT_ONCE_BYTES = 64 * 1024
AT_ONCE_S = 0.05
_END_OF_HEAD = b"\r\n\r\n"


class Worker(ThreadWorker):
    def enqueue_req(self, conn: TConn) -> None:
        """Give the connection to a thread as soon as there is something to read from it."""
        if conn.initialized or conn.data_ready:
            super().enqueue_req(conn)
        else:
            self._put_aside(conn, self.on_pending_socket_readable)

    def on_pending_socket_readable(self, conn: TConn, client: socket.socket) -> None:
        if self._can_be_read_at_once(client):
            super().on_pending_socket_readable(conn, client)

    def on_client_socket_readable(self, conn: TConn, client: socket.socket) -> None:
        if self._can_be_read_at_once(client):
            super().on_client_socket_readable(conn, client)

    def _can_be_read_at_once(self, line: socket.socket) -> bool:
        """Whether no thread would have to wait for the rest of a head; else we are called again when more is here."""
        if self.cfg.is_ssl or line.family == socket.AF_UNIX:  # unreadable here; and there the kernel knows no low mark
            return True
        try:
            here = line.recv(AT_ONCE_BYTES, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            return True  # whoever reads it finds out
        hung_up = len(here) < line.getsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT)
        if len(here) == AT_ONCE_BYTES and _END_OF_HEAD not in here:
            hung_up = True  # no head is so long, but a thread would read on for ever
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        if hung_up or _END_OF_HEAD in here:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, 1)
            return True
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, len(here) + 1)
        # Where the kernel sets a lower mark it would call us without end.
        return line.getsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT) <= len(here)

    def finish_request(self, conn: TConn, done: Future[object]) -> None:
        """Part from a connection that will not be used again; what else there is to do the base class knows."""
        if done.cancelled() or done.exception() or done.result():
            super().finish_request(conn, done)
            return
        try:
            # Closed at once, what the other side still sends would be answered by a reset that may overtake our answer.
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self._let_go(conn)
        else:
            self._put_aside(conn, self._hear_out)

    def _keepalive_after(self, conn: TConn, keepalive: bool) -> bool:
        """Use a connection again when nothing of the last request is left in it, without waiting for the rest."""
        return bool(keepalive and conn.parser.finish_body(deadline=time.monotonic() + AT_ONCE_S))

    def _put_aside(self, conn: TConn, then: Callable[[TConn, socket.socket], None]) -> None:
        """Wait for the other side at most as long as for one that is idle; `murder_pending` sees to that."""
        conn.sock.setblocking(False)
        conn.set_timeout()
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, EVENT_READ, partial(then, conn))

    def _hear_out(self, conn: TConn, line: socket.socket) -> None:
        try:
            hung_up = not line.recv(AT_ONCE_BYTES)
        except BlockingIOError:
            hung_up = False
        except OSError:
            hung_up = True
        if not hung_up:
            return
        self.poller.unregister(line)
        self.pending_conns.remove(conn)
        self._let_go(conn)

    def _let_go(self, conn: TConn) -> None:
        self.nr_conns -= 1
        conn.close()
