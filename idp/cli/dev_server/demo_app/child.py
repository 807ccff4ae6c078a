"""The demo app as a child of the development server. It ends when its standard input does, so it never outlives the parent."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

_PATIENCE = 5


@contextmanager
def running(**config: str | int) -> Iterator[Callable[[], bool]]:
    """Run it until the end of the block. Its configuration goes to its standard input: a secret is in no list of processes.

    Gives a function that waits until the app has its port, and says whether it got it. Why not is on standard error then.
    """
    # A session of its own: Ctrl-C goes to the parent, which ends it.
    command = [sys.executable, "-m", "idp.cli.dev_server.demo_app"]
    child = subprocess.Popen(  # noqa: S603  # our own module
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        with suppress(BrokenPipeError):  # it has said on standard error why it could not start
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
