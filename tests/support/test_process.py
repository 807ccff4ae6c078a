"""The port of a child process is reserved until the process starts."""

from __future__ import annotations

import socket
import sys

import pytest

from tests.support.process import free_port, listens, serving


def test_a_port_is_reserved_while_its_process_starts() -> None:
    """Nothing listens on the port, and the system gives it to no other process. The intended server can still bind it."""
    port = free_port()
    assert not listens(port)
    with socket.socket() as other, pytest.raises(OSError, match="in use"):
        other.bind(("127.0.0.1", port))
    with serving([sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(port)], port, what="a server"):
        assert listens(port)
