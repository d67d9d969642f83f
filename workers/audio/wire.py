"""How the helper's answers travel: a length of four bytes, then that many bytes."""

import socket
import struct
from collections.abc import Callable

LENGTH = struct.Struct(">I")
# The one key of an answer that is not the last.
PROGRESS = "progress"

# Gets about every second how much of the file has been read, from 0 to 1.
Tell = Callable[[float], None]


def tell_nobody(_part: float) -> None:
    """For callers who only want the end."""


def send(connection: socket.socket, data: bytes) -> None:
    connection.sendall(LENGTH.pack(len(data)) + data)


def receive(connection: socket.socket) -> bytes:
    """Return one whole answer. Raises ConnectionError when the other side is gone, TimeoutError when it is silent."""
    (size,) = LENGTH.unpack(_exactly(connection, LENGTH.size))
    return _exactly(connection, size)


def _exactly(connection: socket.socket, size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        part = connection.recv(min(size - len(data), 1 << 16))
        if not part:
            raise ConnectionError("the helper has ended")
        data += part
    return bytes(data)
