"""Algorithms. The deployment chooses those that it signs with. A client may sign with those that the provider verifies (RFC 8725 §3.1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from idp.domain.message import Message
from idp.domain.tokens.verified_algorithms import ALGORITHMS

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.services.apps.client_rules.grants import Problem
    from idp.settings import Settings

ENCODING = "A256GCM"
_ENCRYPTED = ("id_token", "userinfo", "introspection", "authorization")
_OURS = tuple(f"{what}_signed_response_alg" for what in (*_ENCRYPTED, "access_token"))
_THEIRS = ("token_endpoint_auth_signing_alg", "request_object_signing_alg")
_VERIFIED = tuple(sorted(ALGORITHMS))


def complete_members(client: Client) -> Client:
    """Return the client with a default content encryption for each key encryption without one."""
    lacking = [what for what in _ENCRYPTED if _alg(client, what) and not _enc(client, what)]
    changes: dict[str, Any] = {f"{what}_encrypted_response_enc": ENCODING for what in lacking}
    return replace(client, **changes) if changes else client


def find_problems(client: Client, settings: Settings) -> Iterator[Problem]:
    """Find algorithms that are not offered, and encryption without a key or an algorithm."""
    for field in _OURS:
        if getattr(client, field) not in (None, *settings.algorithms):
            yield field, Message("value.not_one_of", values=", ".join(settings.algorithms))
    for field in _THEIRS:
        if getattr(client, field) not in (None, *_VERIFIED):
            yield field, Message("value.not_one_of", values=", ".join(_VERIFIED))
    for what in _ENCRYPTED:
        # OIDC Registration §2: "When id_token_encrypted_response_enc is included, id_token_encrypted_response_alg MUST also be provided."
        if _enc(client, what) and not _alg(client, what):
            yield f"{what}_encrypted_response_enc", Message("client.encryption_without_alg", member=f"{what}_encrypted_response_alg")
        if _alg(client, what) and client.jwks is None and client.jwks_uri is None:
            yield f"{what}_encrypted_response_alg", Message("client.encryption_without_keys")


def _alg(client: Client, what: str) -> str | None:
    found: str | None = getattr(client, f"{what}_encrypted_response_alg")
    return found


def _enc(client: Client, what: str) -> str | None:
    found: str | None = getattr(client, f"{what}_encrypted_response_enc")
    return found
