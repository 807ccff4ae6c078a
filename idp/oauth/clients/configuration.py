"""Client configuration (RFC 7592 §2): a client reads, replaces and deletes only its own registration (threats E-08)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import InvalidToken, OAuthError
from idp.oauth.clients.registration import bearer_token, describe_registration, merge_statement, require_enabled, with_registration_errors
from idp.services.apps.client_secrets import digest
from idp.services.apps.registration import Registered

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.domain.apps.client import Client
    from idp.oauth.caller import Caller
    from idp.oauth.provider import RegistrationParts

_OURS = ("registration_access_token", "registration_client_uri", "client_secret_expires_at", "client_id_issued_at")


def read(provider: RegistrationParts, client_id: str, caller: Caller) -> dict[str, Any]:
    """The client information response (§2.1). It has no secret, because only the hash is stored."""
    client, token = _authenticate(provider, client_id, caller)
    return describe_registration(provider, Registered(client, None, token))


def replace(provider: RegistrationParts, client_id: str, document: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
    """§2.2: the request "MUST include all client metadata fields"; omitted ones count as null."""
    client, token = _authenticate(provider, client_id, caller)
    # "The client MUST include its "client_id" field in the request, and it MUST be the same as its currently issued client identifier."
    if document.get("client_id") != client.id:
        raise OAuthError("invalid_client_metadata", "registration.other_client_id")
    # "If the client includes the "client_secret" field in the request, the value of this field MUST match the currently issued …"
    secret = document.get("client_secret")
    if secret is not None and not (isinstance(secret, str) and digest(secret) in {known.digest for known in client.secrets}):
        raise OAuthError("invalid_client_metadata", "registration.other_secret")
    for name in _OURS:  # "The updated client metadata fields request MUST NOT include" these
        if name in document:
            raise OAuthError("invalid_client_metadata", "registration.member_refused", name=name)
    if document.get("software_statement") in (None, "") and client.software_statement is not None:
        document = {**document, "software_statement": client.software_statement}  # the statement of the registration stays valid
    members, statement = merge_statement(provider, document)
    return describe_registration(
        provider,
        with_registration_errors(lambda: provider.registration.replace(client, token, members, statement, caller.origin, scope=DEPLOYMENT)),
    )


def delete(provider: RegistrationParts, client_id: str, caller: Caller) -> None:
    """Delete the client (§2.3)."""
    client, _ = _authenticate(provider, client_id, caller)
    provider.registration.delete(client, caller.origin, scope=DEPLOYMENT)


def _authenticate(provider: RegistrationParts, client_id: str, caller: Caller) -> tuple[Client, str]:
    """The client that the registration access token belongs to, and the token.

    Raises:
        InvalidToken: the token is not this client's. §2.1: "If the client does not exist on this server, the server MUST respond with HTTP
            401 Unauthorized".
    """
    require_enabled(provider)
    token = bearer_token(caller)
    client = provider.registration.find_own(client_id, token, scope=DEPLOYMENT) if token else None
    if client is None or token is None:
        raise InvalidToken("registration.other_token")
    return client, token
