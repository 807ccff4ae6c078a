"""One request and its answer over an open connection, with bytes and seconds counted as they pass."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from http.client import HTTPResponse, IncompleteRead
from io import BufferedReader, RawIOBase
from queue import Empty, Queue
from socket import SOCK_STREAM, create_connection, getaddrinfo, socket
from threading import Thread
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

Answer = TypeVar("Answer")
_HEADERS = 16 * 1024
"""Bytes that an answer may have beside its body: the status line, headers, the sizes of chunks."""


class TooMuchError(ValueError):
    """More bytes than were asked for, or in a form that was not."""


class Deadline(NamedTuple):
    """A point in time that no part of a fetch goes beyond."""

    clock: Callable[[], float]
    at: float

    def left(self) -> float:
        """Seconds. Raises TimeoutError when there are none."""
        left = self.at - self.clock()
        if left <= 0:
            raise TimeoutError
        return left

    def wait_for(self, ask: Callable[[], Answer]) -> Answer:
        """The answer of something that knows no time limit: the system's resolver. It is left behind when it takes too long."""
        answers: Queue[tuple[Answer | None, OSError | ValueError | None]] = Queue()

        def asking() -> None:
            try:
                answers.put((ask(), None))
            except (OSError, ValueError) as error:  # a label of 64 letters is a UnicodeError
                answers.put((None, error))

        Thread(target=asking, daemon=True).start()
        try:
            answer, error = answers.get(timeout=self.left())
        except Empty:
            raise TimeoutError from None
        if error:
            raise error
        return cast("Answer", answer)


def look_up(host: str, port: int) -> Sequence[str]:
    """The addresses of a name, from the system's resolver."""
    return [str(found[4][0]).partition("%")[0] for found in getaddrinfo(host, port, type=SOCK_STREAM)]


def open_socket(address: str, port: int, timeout: float) -> socket:
    """A connection to an address: no name is looked up for it."""
    return create_connection((address, port), timeout)


def exchange(
    connection: socket, method: str, path: str, headers: Mapping[str, str], body: bytes, limit: int, deadline: Deadline
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body. With a `limit` of 0 the body stays unread.

    Raises:
        OSError: it broke, or took too long.
        ValueError, http.client.HTTPException: too much, or no HTTP.
    """
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    connection.settimeout(deadline.left())
    connection.sendall("\r\n".join([*lines, "", ""]).encode("ascii") + body)
    response = HTTPResponse(cast("Any", _Counted(connection, limit + _HEADERS, deadline)), method=method)
    with response:
        response.begin()
        named = {name.lower(): ", ".join(response.headers.get_all(name, [])) for name in response.headers}
        if not limit:
            return response.status, named, b""
        if named.get("content-encoding", "identity").lower() != "identity":
            raise TooMuchError("an encoding that was not accepted")
        content = response.read(limit + 1)
        if len(content) > limit:
            raise TooMuchError("body")
        if response.length:  # http.client says so only to those who read without a limit
            raise IncompleteRead(content, response.length)
        return response.status, named, content


class _Counted(RawIOBase):
    """The connection as HTTPResponse reads it: each read within what is left of the time, and no more bytes than allowed."""

    def __init__(self, connection: socket, allowed: int, deadline: Deadline) -> None:
        self._connection, self._allowed, self._deadline = connection, allowed, deadline

    def makefile(self, mode: str) -> BufferedReader:
        """HTTPResponse asks for this once."""
        del mode
        return BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        self._connection.settimeout(self._deadline.left())
        read = self._connection.recv_into(cast("Any", buffer))
        self._allowed -= read
        if self._allowed < 0:
            raise TooMuchError("answer")
        return read
