"""Sends wrong passwords, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idp.services.factors.password_sign_in import Proved
    from tests.support.world import World


WRONG = "wrong horse"


def attempt(world: World, email: str, password: str, *, device: str | None = None, address: str = "") -> Proved:
    """One attempt, without a browser."""
    return world.services.sign_in.password(
        email, password, client_id=None, device=device, origin=world.origin(address), now=world.clock()
    )  # fmt: skip
