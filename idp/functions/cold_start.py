"""Switches the garbage collector off while a function starts. Loaded modules stay, and collecting takes a twentieth of that time.

Functions with a waiting caller import this module first, and call `over` when they have started.
"""

from __future__ import annotations

import gc

gc.disable()


def over() -> None:
    """Switch the collector on again. It never scans the objects that exist now."""
    gc.freeze()
    gc.enable()
