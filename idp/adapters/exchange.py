"""One HTTP request and its answer over an open connection, with limits of bytes and seconds."""

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
"""Bytes that an answer may have in addition to its body: the status line, headers, chunk sizes."""


class TooMuchError(ValueError):
    """The answer has more bytes than allowed, or an encoding that was not accepted."""


class Deadline(NamedTuple):
    """The end of the time for a fetch. `at` is in the seconds of `clock`."""

    clock: Callable[[], float]
    at: float

    def left(self) -> float:
        """The seconds that are left. Raises TimeoutError if there are none."""
        left = self.at - self.clock()
        if left <= 0:
            raise TimeoutError
        return left

    def wait_for(self, ask: Callable[[], Answer]) -> Answer:
        """The result of a function that has no time limit, such as the system's resolver. Its thread is abandoned when the time is over.

        Raises:
            TimeoutError: the time is over. OSError, ValueError: as the function.
        """
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
    """Resolve a host name to addresses with the system's resolver."""
    return [str(found[4][0]).partition("%")[0] for found in getaddrinfo(host, port, type=SOCK_STREAM)]


def open_socket(address: str, port: int, timeout: float) -> socket:
    """Connect to an IP address. `timeout` in seconds."""
    return create_connection((address, port), timeout)


def exchange(
    connection: socket, method: str, path: str, headers: Mapping[str, str], body: bytes, limit: int, deadline: Deadline
) -> tuple[int, dict[str, str], bytes]:
    """Send a request and read status, headers (names in lower case) and body. With a `limit` of 0 bytes the body is not read.

    Raises:
        OSError: the connection broke, or the time is over.
        ValueError, http.client.HTTPException: the answer is too long, or is not HTTP.
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
        if response.length:  # http.client raises this itself only for reads without a limit
            raise IncompleteRead(content, response.length)
        return response.status, named, content


class _Counted(RawIOBase):
    """The connection for HTTPResponse: each read waits at most until the deadline, and the sum of bytes is limited."""

    def __init__(self, connection: socket, allowed: int, deadline: Deadline) -> None:
        self._connection, self._allowed, self._deadline = connection, allowed, deadline

    def makefile(self, mode: str) -> BufferedReader:
        """HTTPResponse calls this once."""
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
