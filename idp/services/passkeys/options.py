"""The options of a ceremony in their JSON form (WebAuthn Level 3 §5.1.9, PublicKeyCredential…OptionsJSON), for the script of a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from idp.services.passkeys.challenges import LIFETIME
from idp.verify import base64url

if TYPE_CHECKING:
    from collections.abc import Iterable

    from idp.domain.people.user import User
    from idp.settings import Settings


class Asked(NamedTuple):
    """What a page needs: `options` for the browser, and the sealed challenge for its form."""

    options: dict[str, Any]
    handle: str


def creation(settings: Settings, user: User, challenge: str, *, alone: bool = False, conditional: bool = False) -> dict[str, Any]:
    """The options of `create()`. An authenticator that has a passkey of this user already makes no second one.

    `alone`: the passkey takes the place of a password, so the authenticator must keep it and check the person (§5.4.4).
    `conditional`: for conditional mediation. The authenticator must keep it, because it is used alone. It cannot be told to check the
    person, because most browsers refuse that without a gesture (§5.1.3).
    """
    from idp.domain.passkeys.public_key import OFFERED  # a sign-in page has no need of it

    kept = alone or conditional
    return {
        "rp": {"id": settings.webauthn_rp_id, "name": settings.brand},
        "user": {"id": base64url.encode(user.id.encode()), "name": user.email, "displayName": str(user.claims.get("name") or user.email)},
        "challenge": challenge,
        "pubKeyCredParams": [{"type": "public-key", "alg": alg} for alg in OFFERED],
        "timeout": LIFETIME * 1000,
        "excludeCredentials": descriptors(user.all_passkeys.values()),
        "authenticatorSelection": {
            "residentKey": "required" if kept else "preferred",
            "requireResidentKey": kept,
            "userVerification": "required" if alone else "preferred",
        },
        "attestation": settings.passkey_attestation,
    }


def request(settings: Settings, challenge: str, *, allowed: Iterable[str], verification: str) -> dict[str, Any]:
    """The options of `get()`. `allowed`: the summaries of passkeys; empty for a person who is not known yet (N-12)."""
    return {
        "rpId": settings.webauthn_rp_id, "challenge": challenge, "timeout": LIFETIME * 1000, "allowCredentials": descriptors(allowed),
        "userVerification": verification,
    }  # fmt: skip


def descriptors(summaries: Iterable[str]) -> list[dict[str, Any]]:
    """Passkeys by their summaries (`Passkey.summary`)."""
    found = (summary.split() for summary in summaries)
    return [{"type": "public-key", "id": named, **({"transports": by} if by else {})} for named, *by in found]
