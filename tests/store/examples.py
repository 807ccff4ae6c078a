"""Examples of what is stored. Each has a new id; members that a test does not set do not matter to it."""

from __future__ import annotations

import secrets
from typing import Any

from idp.domain.access.roles import Group, Role
from idp.domain.apps.client import Client, ClientSecret
from idp.domain.organisations.membership import Membership
from idp.domain.organisations.profile import OrganisationProfile
from idp.domain.passkeys.passkey import Passkey
from idp.domain.people.user import User
from idp.domain.requests import user_code
from idp.domain.requests.device_authorization import DeviceAuthorization
from idp.domain.sessions.session import Session
from idp.domain.tokens.grant import Grant

NOW = 1_800_000_000
"""The time in tests: epoch seconds."""


def new_id() -> str:
    """An id that no other test has."""
    return secrets.token_urlsafe(16)


def user(**given: Any) -> User:
    """A user with a new email."""
    return User(**{"id": f"usr_{new_id()}", "email": f"{secrets.token_hex(8)}@example.com", "created_at": NOW, "updated_at": NOW, **given})


def passkey(owner: User, **given: Any) -> Passkey:
    """A passkey of this user, not stored."""
    wanted: dict[str, Any] = {
        "user_id": owner.id, "credential_id": secrets.token_bytes(32), "public_key": b"key", "alg": -7, "sign_count": 0,
        "backup_eligible": True, "backed_up": True, "user_verified": False, "transports": ("hybrid", "internal"), "aaguid": "a",
        "name": "Phone", "created_at": NOW,
    }  # fmt: skip
    return Passkey(**{**wanted, **given})


def client(**given: Any) -> Client:
    """A confidential client."""
    secret = ClientSecret(secrets.token_hex(32), NOW)
    return Client(**{"id": new_id(), "name": "App", "secrets": (secret,), "redirect_uris": ("https://app.example/cb",), **given})


def grant(**given: Any) -> Grant:
    """A grant with a new code, which is valid for a minute. Its refresh token family may live for a year."""
    wanted: dict[str, Any] = {
        "id": new_id(), "user_id": f"usr_{new_id()}", "client_id": new_id(), "scopes": ("openid", "offline_access"), "created_at": NOW,
        "auth_time": NOW, "acr": "aal1", "amr": ("pwd",), "session_id": new_id(), "redirect_uri": "https://app.example/cb",
        "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "nonce": "n-0S6_WzA2Mj", "code_expires_at": NOW + 60,
        "not_after": NOW + 31_536_000,
    }  # fmt: skip
    return Grant(**{**wanted, **given})


def session(**given: Any) -> Session:
    """A session that begins now and lives for an hour."""
    wanted: dict[str, Any] = {
        "id": new_id(), "user_id": f"usr_{new_id()}", "created_at": NOW, "auth_time": NOW, "amr": ("pwd",), "expires_at": NOW + 3600,
        "last_seen_at": NOW,
    }  # fmt: skip
    return Session(**{**wanted, **given})


def device(**given: Any) -> DeviceAuthorization:
    """A device authorization that begins now and lives for ten minutes."""
    wanted: dict[str, Any] = {
        "id": new_id(), "user_code": user_code.new(), "client_id": new_id(), "scopes": ("openid",), "created_at": NOW,
        "expires_at": NOW + 600, "address": "203.0.113.7", "user_agent": "TV",
    }  # fmt: skip
    return DeviceAuthorization(**{**wanted, **given})


def role(**given: Any) -> Role:
    """A role with a new name."""
    return Role(**{"name": f"r{secrets.token_hex(8)}", "id": new_id(), "permissions": ("orders:read",), "created_at": NOW, **given})


def group(**given: Any) -> Group:
    """A group with a new name."""
    return Group(**{"name": f"g{secrets.token_hex(8)}", "id": new_id(), "created_at": NOW, **given})


def organisation(**given: Any) -> OrganisationProfile:
    """An organisation with a new slug."""
    wanted = {"id": f"org_{new_id()}", "slug": f"o{secrets.token_hex(8)}", "name": "Acme", "created_at": NOW, "updated_at": NOW}
    return OrganisationProfile(**{**wanted, **given})


def membership(org: OrganisationProfile, who: User, **given: Any) -> Membership:
    """A membership, not stored."""
    return Membership(**{"id": new_id(), "org_id": org.id, "user_id": who.id, "joined_at": NOW, **given})
