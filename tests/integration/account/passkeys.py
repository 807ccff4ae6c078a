"""Passkeys of people, by an authenticator in software."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.sessions.request_origin import Origin
from idp.domain.sessions.visitor import Visitor
from tests.support.authenticator import Authenticator
from tests.support.pages import ISSUER

if TYPE_CHECKING:
    from idp.domain.people.user import User
    from idp.services.passkeys.registration import Added
    from tests.support.world import World

ORIGIN = Origin("198.51.100.7")
RP_ID = "localhost"


def authenticator(user: User, **given: object) -> Authenticator:
    """An authenticator for this provider. It names the user, as a passkey does."""
    return Authenticator(**{"origin": ISSUER, "rp_id": RP_ID, "user_handle": user.id.encode(), **given})  # type: ignore[arg-type]


def visitor(world: World, user: User, **session: object) -> Visitor:
    """The user with a new session, which is not stored."""
    begun = world.services.session_service.begin(user, proved_for="", origin=ORIGIN, **session)  # type: ignore[arg-type]
    return Visitor(begun, user)


def add(world: World, user: User, device: Authenticator, name: str = "Phone") -> Added:
    """Add a passkey to the account of a user who just signed in with all their factors."""
    who = visitor(world, user, amr=("pwd", "otp", "mfa"))
    registration = world.services.passkey_registration
    offer = registration.offer(who, now=world.clock())
    answer = device.registration(offer.options["challenge"])
    return registration.finish(who, offer.handle, answer, name=name, origin=ORIGIN, now=world.clock())
