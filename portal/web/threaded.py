"""gunicorn's worker with threads, in which nobody has to wait for somebody who says nothing.

As it comes (27.0) a connection on which nothing was said yet holds a thread for five seconds, and browsers open such
connections ahead of need; so does who was answered before sending everything; and whoever is slow to hang up after the
last answer holds the loop that serves everybody else for two. Here all of them are put aside among the idle
connections, where they cost neither a thread nor the loop.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from selectors import EVENT_READ

from gunicorn.workers.gthread import TConn, ThreadWorker

AT_ONCE_BYTES = 64 * 1024
AT_ONCE_S = 0.05


class Worker(ThreadWorker):
    def enqueue_req(self, conn: TConn) -> None:
        """Give the connection to a thread as soon as there is something to read from it."""
        if conn.initialized or conn.data_ready:
            super().enqueue_req(conn)
        else:
            self._put_aside(conn, self.on_pending_socket_readable)

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
            if line.recv(AT_ONCE_BYTES):
                return
        except BlockingIOError:
            return
        except OSError:
            pass  # it has hung up without a word
        self.poller.unregister(line)
        self.pending_conns.remove(conn)
        self._let_go(conn)

    def _let_go(self, conn: TConn) -> None:
        self.nr_conns -= 1
        conn.close()
