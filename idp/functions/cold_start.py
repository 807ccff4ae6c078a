"""The garbage collector, off while a function starts: what is loaded stays, and looking through it takes a twentieth of that time.

Functions that somebody waits for import this before all else, and say when they have started.
"""

from __future__ import annotations

import gc

gc.disable()


def over() -> None:
    """On again, and what there is by now is never looked through."""
    gc.freeze()
    gc.enable()
