"""The demo app as a child process of the development server. It ends when its standard input ends, so it cannot outlive its parent."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

_PATIENCE = 5


@contextmanager
def running(**config: str | int) -> Iterator[Callable[[], bool]]:
    """Run it until the end of the block. Its configuration goes to its standard input, so that no process list shows the secret.

    Yields a function that waits until the app serves and returns whether it does. If not, the reason is on standard error.
    """
    # A session of its own: Ctrl-C only reaches the parent, which ends the child.
    command = [sys.executable, "-m", "idp.cli.dev_server.demo_app"]
    child = subprocess.Popen(  # noqa: S603  # our own module
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        with suppress(BrokenPipeError):  # its standard error has the reason
            print(json.dumps(config), file=child.stdin, flush=True)
        yield lambda: bool(child.stdout and child.stdout.readline())
    finally:
        with suppress(BrokenPipeError):
            if child.stdin:
                child.stdin.close()
        try:
            child.wait(timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
