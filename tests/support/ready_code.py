"""The ready code of the console, run as a reader would run it: the text as it is shown, in a file of a new folder, in a process of its own.

with running("flask", client, idp, folder, secret=secret) as program:
    httpx.get(program.origin)
"""

from __future__ import annotations

import contextlib
import re
import shlex
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from idp.http.console.code_frameworks import BY_ID
from idp.http.console.code_snippet import port_of, redirect_of, render_code
from tests.engines.launch import ROOT
from tests.support.process import Child, listens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idp.domain.apps.client import Client
    from tests.support.served_provider import ServedProvider

NODE = ROOT / "tests" / "clients"
SECONDS = 120
ENVIRONMENT = {
    "SESSION_SECRET": "of the app alone", "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore", "BROWSER": "true",
    "NO_PROXY": "127.0.0.1,localhost", "no_proxy": "127.0.0.1,localhost",
}  # fmt: skip


@dataclass
class Program:
    """A program that runs. `origin`: where it listens, if it is a server."""

    child: Child
    origin: str

    def said(self, pattern: str) -> re.Match[str]:
        """Wait until the program has printed this, and return the match."""
        self.child.wait_until(lambda: re.search(pattern, self.child.output) is not None, seconds=SECONDS, what=pattern)
        found = re.search(pattern, self.child.output)
        assert found
        return found

    def ended(self) -> str:
        """Wait until the program ends without an error, and return what it printed."""
        assert self.child.process.wait(SECONDS) == 0, self.child.output
        return self.child.output


def write(name: str, client: Client, idp: ServedProvider, folder: Path) -> Path:
    """Write the code of this framework into the folder, under its own name."""
    framework = BY_ID[name]
    file = folder / framework.file
    file.write_text(render_code(framework, client, idp.services.settings))
    if file.suffix in {".mjs", ".js", ".jsx"}:
        (folder / "node_modules").symlink_to(NODE / "node_modules")
    return file


def command(name: str, client: Client, folder: Path) -> list[str]:
    """Return the command that the console shows, with this machine's interpreter. Go's program is built first, as `go run` does it."""
    if name == "go":
        return [str(build_go(folder))]
    words = [word for word in shlex.split(BY_ID[name].run.format(port=port_of(client))) if "=" not in word]
    python = {"python": [sys.executable], "uvicorn": [sys.executable, "-m", "uvicorn"]}
    return [*python.get(words[0], [words[0]]), *words[1:]]


def build_go(folder: Path) -> Path:
    """Build the program with the modules that `tests/clients/go_app` locks."""
    for name in ("go.mod", "go.sum"):
        shutil.copy(NODE / "go_app" / name, folder)
    environment = {"CGO_ENABLED": "0", "GOFLAGS": "-mod=readonly -buildvcs=false"}
    child = Child([str(ROOT / "tools" / "go.sh"), "build", "-trimpath", "-o", "app", "."], cwd=folder, env=environment)
    if child.process.wait(SECONDS * 3) != 0:
        pytest.fail(child.output)
    return folder / "app"


@contextlib.contextmanager
def running(
    name: str, client: Client, idp: ServedProvider, folder: Path, *, secret: str | None = None, port: int = 0, **environment: str
) -> Iterator[Program]:
    """Run the code until the `with` ends. With a `port` it is a server, which listens there or where the app's redirect URI leads."""
    folder.mkdir(exist_ok=True)
    write(name, client, idp, folder)
    own = {**ENVIRONMENT, **({"CLIENT_SECRET": secret} if secret else {}), **environment}
    line = [str(port) if word == "8080" else word for word in command(name, client, folder)]
    child = Child(line, cwd=folder, env=own)
    try:
        if port:
            child.wait_until(lambda: listens(port), seconds=SECONDS, what=f"{name} listens")
        at = urlsplit(redirect_of(client))
        yield Program(child, f"http://{at.hostname}:{at.port}" if at.port == port else f"http://127.0.0.1:{port}")
    finally:
        child.stop()
