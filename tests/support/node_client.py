"""A JavaScript client in a process of its own. It names the address that a browser should open, and gets the address where that ended.

Lines of JSON. To it: its configuration, then {"url": …} for each answer. From it: {"open": …}, at last {"done": …}.
"""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

SECONDS = 180


def run(script: Path, config: dict[str, Any], visit: Callable[[str], str]) -> dict[str, Any]:
    """The results that the client reports. `visit` opens an address as a browser does and returns the address where this ended."""
    with subprocess.Popen(
        ["node", script.name], cwd=script.parent, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        said: list[str] = []
        errors = threading.Thread(target=lambda: said.extend(process.stderr or ()), daemon=True)
        errors.start()
        watch = threading.Timer(SECONDS, process.kill)
        watch.start()
        try:
            result = _converse(process, config, visit)
            if process.wait(SECONDS) == 0 and result is not None:
                return result
            errors.join(5)
            raise AssertionError(f"{script.name} ended with status {process.returncode}:\n{''.join(said)}")
        finally:
            watch.cancel()
            process.kill()


def _converse(process: subprocess.Popen[str], config: dict[str, Any], visit: Callable[[str], str]) -> dict[str, Any] | None:
    if process.stdin is None or process.stdout is None:
        raise AssertionError("the process has no pipes")
    _say(process.stdin, config)
    for line in process.stdout:
        message = json.loads(line)
        if "done" in message:
            found: dict[str, Any] = message["done"]
            return found
        _say(process.stdin, {"url": visit(message["open"])})
    return None


def _say(pipe: IO[str], message: dict[str, Any]) -> None:
    pipe.write(json.dumps(message) + "\n")
    pipe.flush()
