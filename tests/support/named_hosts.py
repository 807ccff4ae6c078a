"""Public names on loopback: what resolves `login.acme.example` and connects to it, for the provider and for a browser.

with NamedHosts() as hosts:
    hosts.add("login.acme.example", port)
    Outgoing(frozenset({"login.acme.example"}), str(authority.file), resolve=hosts.resolve, connect=hosts.connect)
    browse(proxy=hosts.proxy)        # the browser's connections to these names, by HTTP CONNECT (RFC 9110 §9.3.6)
"""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Sequence

_LOOPBACK, _HTTPS = "127.0.0.1", 443
_SECONDS = 60
_ESTABLISHED, _REFUSED = b"HTTP/1.1 200 Connection established\r\n\r\n", b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"


class NamedHosts:
    """The names that were added. Other names have no address, and get no connection."""

    def __init__(self) -> None:
        self._ports: dict[str, int] = {}
        self._addresses: dict[str, str] = {}
        self._listening = socket.create_server((_LOOPBACK, 0), backlog=64)

    @property
    def proxy(self) -> str:
        """The URL of the proxy."""
        return f"http://{_LOOPBACK}:{self._listening.getsockname()[1]}"

    def add(self, name: str, port: int) -> None:
        """Let a name lead to the server at this port of loopback."""
        self._addresses[name] = f"192.0.2.{len(self._ports) + 1}"  # RFC 5737
        self._ports[name] = port

    def resolve(self, host: str, port: int) -> Sequence[str]:
        """The made-up address of a name. Raises OSError for another one."""
        del port
        if host not in self._addresses:
            raise OSError(host)
        return [self._addresses[host]]

    def connect(self, address: str, port: int, timeout: float) -> socket.socket:
        """A connection to the server of this address. Raises OSError for another port than 443."""
        found = next((name for name, made_up in self._addresses.items() if made_up == address), "")
        if port != _HTTPS or not found:
            raise OSError(address)
        return socket.create_connection((_LOOPBACK, self._ports[found]), timeout)

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, name=f"proxy {self.proxy}", daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):  # the end of the `with`
            while True:
                connection, _ = self._listening.accept()
                threading.Thread(target=self._tunnel, args=[connection], daemon=True).start()

    def _tunnel(self, browser: socket.socket) -> None:
        browser.settimeout(_SECONDS)
        with browser, suppress(OSError):
            head = b""
            while b"\r\n\r\n" not in head:
                read = browser.recv(4096)
                if not read:
                    return
                head += read
            method, target, *_ = head.split(b" ")
            host, _, port = target.decode().partition(":")
            if (method, port) != (b"CONNECT", str(_HTTPS)) or host not in self._ports:
                browser.sendall(_REFUSED)
                return
            with socket.create_connection((_LOOPBACK, self._ports[host]), _SECONDS) as server:
                browser.sendall(_ESTABLISHED)
                back = threading.Thread(target=_pump, args=[server, browser], daemon=True)
                back.start()
                _pump(browser, server)
                back.join(_SECONDS)


def _pump(source: socket.socket, sink: socket.socket) -> None:
    """Pass everything on until the source ends."""
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
