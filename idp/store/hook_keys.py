"""Keys of hooks (see `idp.store.keys`)."""

from __future__ import annotations

from idp.store.keys import Key, part

HOOKS = "HOOKS"
"""The partition of the hooks, which are few and read together."""


def hook(name: str) -> Key:
    """A hook."""
    return Key(HOOKS, f"HOOK#{part(name)}")
