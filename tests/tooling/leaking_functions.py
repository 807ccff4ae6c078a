"""Lambda functions that leak on purpose, and one that does not, for the meter of `make bench ARGS="--only held"`."""

from __future__ import annotations

import os
import threading
from typing import Any

KEPT: list[object] = []
_MB = 1 << 20


def tidy(event: Any, context: object) -> dict[str, int]:
    """Open a descriptor, a thread and memory, and give all back."""
    del event, context
    descriptor = os.open(os.devnull, os.O_RDONLY)
    thread = threading.Thread(target=bytearray, args=(_MB,))
    thread.start()
    thread.join()
    os.close(descriptor)
    return {"statusCode": 200}


def descriptors(event: Any, context: object) -> dict[str, int]:
    """Keep a descriptor open."""
    KEPT.append(os.open(os.devnull, os.O_RDONLY))
    return tidy(event, context)


def threads(event: Any, context: object) -> dict[str, int]:
    """Leave a thread that waits for ever."""
    threading.Thread(target=threading.Event().wait, daemon=True).start()
    return tidy(event, context)


def broken(event: Any, context: object) -> dict[str, int]:
    """Answer that the server failed."""
    return {**tidy(event, context), "statusCode": 500}
