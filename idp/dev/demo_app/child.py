"""The demo app as a child of the development server. It ends when its standard input does, so it never outlives the parent."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_PATIENCE = 5


@contextmanager
def running(**config: str | int) -> Iterator[None]:
    """Run it until the end of the block. Its configuration goes to its standard input: a secret is in no list of processes."""
    # A session of its own: Ctrl-C goes to the parent, which ends it.
    command = [sys.executable, "-m", "idp.dev.demo_app"]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, text=True, start_new_session=True)  # noqa: S603  # our own module
    try:
        with suppress(BrokenPipeError):  # it has said on standard error why it could not start
            print(json.dumps(config), file=child.stdin, flush=True)
        yield
    finally:
        with suppress(BrokenPipeError):
            if child.stdin:
                child.stdin.close()
        try:
            child.wait(timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
