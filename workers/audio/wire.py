"""How the helper's answers travel: a length of four bytes, then that many bytes."""

import socket
import struct

LENGTH = struct.Struct(">I")


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
