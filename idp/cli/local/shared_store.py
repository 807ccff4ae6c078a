"""The embedded store of a running development server, for commands beside it: over a Unix socket in `.idp/`.

Only the owner of the folder can connect: others cannot enter the folder, and only the owner may write to the socket.
A request is one line of JSON, `{"operation": …, "request": …}`; so is the answer, `{"answer": …}` or `{"refusal": code, "answer": …}`.
"""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingMixIn
from typing import TYPE_CHECKING, Any

from idp.cli import dynamodb_json
from idp.store.transport import NoAnswer, Raw, Refusal

if TYPE_CHECKING:
    from idp.store.transport import Transport

SOCKET = "store.sock"
BUSY, ENDED = "the store of idp dev is busy", "idp dev ended meanwhile"
"""Why there is no answer."""
_SECONDS = 60.0


@contextmanager
def share_store(store: Transport, folder: Path) -> Iterator[None]:
    """Answer commands from `store` until the end of the block. Does nothing on systems without Unix sockets (Windows)."""
    if not hasattr(socket, "AF_UNIX"):
        yield
        return
    from socketserver import UnixStreamServer

    class Handler(StreamRequestHandler):
        def handle(self) -> None:
            if line := self.rfile.readline():
                asked = dynamodb_json.parse(line)
                answer = _line(_answer(store, asked["operation"], asked["request"]))
                with suppress(ConnectionError):  # the command was ended by Ctrl-C, and needs no answer
                    self.wfile.write(answer)

    class Server(ThreadingMixIn, UnixStreamServer):
        daemon_threads = True

    path = folder / SOCKET
    with suppress(FileNotFoundError):
        path.unlink()  # left by a server that was killed: this process has the folder's lock
    before = os.umask(0o177)
    try:
        server = Server(str(path), Handler)
    finally:
        os.umask(before)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, name="shared store", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        with suppress(FileNotFoundError):
            path.unlink()


def find_running_store(folder: Path) -> SharedStore | None:
    """Return the store of the server that uses this folder, or None if no server runs."""
    store = SharedStore(folder / SOCKET)
    if not hasattr(socket, "AF_UNIX"):
        return None
    try:
        store.connected().close()
    except OSError:
        return None
    return store


class SharedStore:
    """The transport of a database (idp/store/transport.py), with a connection for each call."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def connected(self) -> socket.socket:
        """Return a new connection.

        Raises:
            OSError: no server answers.
        """
        one = socket.socket(socket.AF_UNIX)
        one.settimeout(_SECONDS)
        try:
            one.connect(str(self._path))
        except OSError:
            one.close()
            raise
        return one

    def call(self, operation: str, request: Raw) -> Any:
        """Let the server call its store.

        Raises:
            Refusal: DynamoDB's error.
            NoAnswer: the server ended, or has not answered after a minute.
        """
        try:
            with self.connected() as one, one.makefile("rwb") as file:
                file.write(_line({"operation": operation, "request": request}))
                file.flush()
                line = file.readline()
        except TimeoutError:
            raise NoAnswer(BUSY) from None
        except OSError:
            raise NoAnswer(ENDED) from None
        if not line:
            raise NoAnswer(ENDED)
        found = dynamodb_json.parse(line)
        if "refusal" in found:
            raise Refusal(found["refusal"], found["answer"])
        return found["answer"]


def _answer(store: Transport, operation: str, request: Raw) -> Raw:
    try:
        return {"answer": store.call(operation, request)}
    except Refusal as refusal:
        return {"refusal": refusal.code, "answer": refusal.answer}


def _line(value: object) -> bytes:
    return json.dumps(value, default=_plain, separators=(",", ":")).encode() + b"\n"


def _plain(value: object) -> Any:
    if isinstance(value, datetime):
        return value.timestamp()
    return dynamodb_json.text(value)
