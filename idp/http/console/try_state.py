"""The state of a sign-in that an admin tries: sealed, for one admin, one app and ten minutes. Nothing of it is stored.

The address of the authorization request shows neither the code verifier nor how to make a state: both need a key of this
provider. So a code of another sign-in cannot be redeemed here (RFC 9700 §4.5), and a page elsewhere cannot begin one.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import TYPE_CHECKING, NamedTuple

from idp.http.console.app_view import APPS
from idp.http.services import services

if TYPE_CHECKING:
    from starlette.requests import Request

    from idp.domain.apps.client import Client
    from idp.http.console.visit import Visit
    from idp.oauth.params import Params

PURPOSE = "console-try"
LIFETIME = 600
"""Seconds in which the admin signs in to the app."""
CALLBACK = f"{APPS}/try/callback"
_PARTS = 4


class Attempt(NamedTuple):
    """A sign-in that an admin began at `at` (epoch seconds)."""

    client_id: str
    user_id: str
    at: int
    id: str


class Proofs(NamedTuple):
    """What belongs to one state: the code verifier with its challenge (RFC 7636 §4), and the nonce (OIDC Core §3.1.2.1)."""

    verifier: str
    challenge: str
    nonce: str


def begin(request: Request, visit: Visit, client: Client) -> str:
    """Return a new state."""
    s = services(request)
    return s.keyring.sealer().seal(PURPOSE, [client.id, visit.visitor.user.id, s.clock(), s.new_id()])


def read(request: Request, visit: Visit, state: str) -> Attempt | None:
    """Return the attempt of this admin; None for the state of somebody else, for an old one and for one that was not made here."""
    s = services(request)
    payload = s.keyring.sealer().open(PURPOSE, state)
    attempt = Attempt(*payload) if isinstance(payload, list) and len(payload) == _PARTS else None
    if attempt is None or attempt.user_id != visit.visitor.user.id or not 0 <= s.clock() - attempt.at < LIFETIME:
        return None
    return attempt


def vouches(request: Request, visit: Visit, sent: Params) -> bool:
    """Return whether a form without the token of the session is the answer to a sign-in that this admin began: its state says so.

    The provider's own page sends it (OAuth 2.0 Form Post Response Mode), and the Origin was checked.
    """
    return read(request, visit, sent.get("state") or "") is not None


def proofs(request: Request, state: str) -> Proofs:
    """Return what belongs to this state."""
    key = services(request).keyring.derive(PURPOSE)
    verifier, nonce = (_text(hmac.digest(key, f"{name} {state}".encode(), "sha256")) for name in ("verifier", "nonce"))
    return Proofs(verifier, _text(hashlib.sha256(verifier.encode()).digest()), nonce)


def callback_of(request: Request) -> str:
    """Return the redirect URI, which an app must have registered."""
    return services(request).settings.issuer + CALLBACK


def _text(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
