"""Runs `idp dev` in another process."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.support.cli import CHEAP
from tests.support.process import Child

IDP = Path(sys.executable).with_name("idp")


@dataclass
class Running:
    """A development server that answers requests."""

    child: Child
    port: int
    folder: Path

    @property
    def issuer(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def app(self) -> str:
        """The demo app."""
        return f"http://localhost:{self.port + 1}"

    @property
    def made(self) -> Any:
        return json.loads((self.folder / ".idp" / "dev.json").read_text())

    def end(self, by: int = signal.SIGINT) -> int:
        """Interrupt it as Ctrl-C does. Returns the exit status."""
        self.child.process.send_signal(by)
        return self.child.process.wait(timeout=60)


@contextlib.contextmanager
def dev(folder: Path, *, port: int = 0, **env: str) -> Iterator[Running]:
    """`idp dev` in this folder, until the `with` ends."""
    port = port or pair_of_ports()
    child = Child([str(IDP), "dev"], cwd=folder, env={"PORT": str(port), **CHEAP, **env})
    running = Running(child, port, folder)
    try:
        child.wait_until(lambda: answers(f"{running.issuer}/healthz") and answers(running.app), seconds=180, what="idp dev")
        yield running
    finally:
        child.stop()


def pair_of_ports() -> int:
    """Two free consecutive ports below the system's ephemeral range. Returns the first one.

    Each test process searches its own range of a thousand ports, so two processes never find the same port.
    """
    first = 20000 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]) % 10 * 1000
    while True:
        port = random.randrange(first, first + 999)  # noqa: S311  # a port, no secret
        with contextlib.suppress(OSError), socket.socket() as one, socket.socket() as two:
            one.bind(("127.0.0.1", port))
            two.bind(("127.0.0.1", port + 1))
            return port


def answers(url: str) -> bool:
    """Whether the server answers with a page."""
    try:
        return httpx.get(url, timeout=5).status_code == 200
    except httpx.HTTPError:
        return False
