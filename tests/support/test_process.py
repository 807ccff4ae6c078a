"""Child processes: the port that is kept for one until it starts."""

from __future__ import annotations

import socket
import sys

import pytest

from tests.support.process import free_port, listens, serving


def test_a_port_is_reserved_while_its_process_starts() -> None:
    """Nothing listens on it, and it counts as taken; the server that it is for gets it all the same."""
    port = free_port()
    assert not listens(port)
    with socket.socket() as other, pytest.raises(OSError, match="in use"):
        other.bind(("127.0.0.1", port))
    with serving([sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(port)], port, what="a server"):
        assert listens(port)
