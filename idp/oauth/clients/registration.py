"""Dynamic client registration (RFC 7591 §3, OpenID Connect Registration 1.0 §3).

Authlib's claims of RFC 7591 are not used: they accept a string for a list, and have no rules between members.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Conflict, Invalid, InvalidToken, OAuthError
from idp.domain.message import Message
from idp.oauth.clients import software_statement
from idp.services.apps import client_metadata
from idp.services.apps.registration import Permission

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeVar

    from idp.domain.apps.initial_access_token import InitialAccessToken
    from idp.oauth.caller import Caller
    from idp.oauth.provider import RegistrationParts
    from idp.services.apps.registration import Registered

    T = TypeVar("T")

_ALWAYS = frozenset({"redirect_uris", "grant_types", "response_types"})


def register(provider: RegistrationParts, document: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
    """Register a new client (RFC 7591 §3, §3.2.1, OIDC Registration §3).

    Raises:
        InvalidToken: the initial access token is missing or not valid.
        OAuthError: as §3.2.2 names it.
    """
    require_enabled(provider)
    token = _initial_access(provider, caller)
    settings = provider.settings
    if token is None:
        provider.registration_limits.count(caller.origin.address, provider.clock())
        permission = Permission(tuple(settings.registration_scopes.split()), tuple(settings.registration_resources.split()))
    else:
        permission = Permission(token.scopes, token.resources, token.id)
    members, statement = merge_statement(provider, document)
    client = with_registration_errors(lambda: provider.registration.prepare(members, permission, statement, scope=DEPLOYMENT))
    if token is not None and not provider.initial_access.use(token):
        raise InvalidToken("registration.token_used_up")
    return describe_registration(
        provider, with_registration_errors(lambda: provider.registration.create(client, permission, caller.origin, scope=DEPLOYMENT))
    )


def require_enabled(provider: RegistrationParts) -> None:
    """Return if the deployment has registration switched on.

    Raises:
        OAuthError: 404, it is off.
    """
    if provider.settings.registration == "off":
        raise OAuthError("invalid_request", "registration.off", status=404)


def merge_statement(provider: RegistrationParts, document: Mapping[str, Any]) -> tuple[dict[str, Any], str | None]:
    """The members of the document and of its software statement, and the statement or None.

    §2.3: "client metadata values conveyed in the software statement MUST take precedence over those conveyed using plain
    JSON elements"
    """
    statement = document.get("software_statement")
    if statement in (None, ""):
        return dict(document), None
    return {**document, **software_statement.members(provider, statement)}, str(statement)


def with_registration_errors(act: Callable[[], T]) -> T:
    """The result of `act`. Its errors become the error codes of §3.2.2."""
    try:
        return act()
    except Invalid as error:
        code = "invalid_redirect_uri" if error.field == "redirect_uris" else "invalid_client_metadata"
        message = Message("client.member_refused", member=error.field, problem=error.message) if error.field else error.message
        raise OAuthError(code, message) from None
    except Conflict as error:
        raise OAuthError("temporarily_unavailable", error.message, status=409) from None


def describe_registration(provider: RegistrationParts, made: Registered) -> dict[str, Any]:
    """The client information response (§3.2.1, RFC 7592 §3): all registered members, and the secret if it is new."""
    client = made.client
    registrable = client_metadata.registrable(provider.settings)
    metadata = {name: value for name, value in client_metadata.describe(client).items() if name in registrable}
    secret = {} if made.secret is None else {"client_secret": made.secret, "client_secret_expires_at": 0}
    statement = {} if client.software_statement is None else {"software_statement": client.software_statement}
    return {
        "client_id": client.id,
        "client_id_issued_at": client.created_at,
        **secret,
        "registration_access_token": made.access_token,
        "registration_client_uri": f"{provider.settings.issuer}/register/{client.id}",
        **{name: value for name, value in metadata.items() if name in _ALWAYS or value not in (None, [], "")},
        **statement,
    }


def bearer_token(caller: Caller) -> str | None:
    """The bearer token of the Authorization header (RFC 6750 §2.1). URLs and metadata never contain one."""
    scheme, _, token = (caller.authorization or "").partition(" ")
    return token if scheme.lower() == "bearer" and token and " " not in token else None


def _initial_access(provider: RegistrationParts, caller: Caller) -> InitialAccessToken | None:
    """The initial access token of the request, if it has one. It is a bearer token (RFC 7591 §3, RFC 6750 §3)."""
    presented = bearer_token(caller)
    token = provider.initial_access.recognise(presented) if presented else None
    # A token that is sent must be valid, also with open registration: the caller relies on what it allows.
    if token is None and (caller.authorization is not None or provider.settings.registration != "open"):
        raise InvalidToken("registration.token_needed")
    return token
