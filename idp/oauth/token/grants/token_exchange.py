"""Token exchange (RFC 8693): an API exchanges the access token of a user for one for another API, within the limits of an admin.

A client may exchange tokens that were issued to it, or whose audience is an API of this client (`introspects`). An admin registers the
audiences and scopes (`token_exchange_audiences`, `token_exchange_scopes`). The new token names the actor, unless the client may
impersonate. It expires no later than the subject token, and ends with the grant of the subject token.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from idp.domain.apps.grant_types import TOKEN_EXCHANGE
from idp.domain.errors import InvalidToken, InvalidValue, OAuthError
from idp.domain.requests import scope as rules
from idp.domain.tokens.id_jag import TOKEN_TYPE as ID_JAG
from idp.oauth.token.grant import Approved, Event, Subject, Used
from idp.oauth.token.live_access_token import read_access_token

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.oauth.params import Params
    from idp.oauth.provider import AccessTokenParts
    from idp.oauth.sender.constraint import Constraint
    from idp.oauth.token.grant import GrantHandler, NewHandler, TokenRequest
    from idp.oauth.token.live_access_token import LiveAccessToken
    from idp.store.reads.client import StoredClient

ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"
_DEEPEST = 5
"""Actors in one token."""


class TokenExchange:
    """Two reads, three with an actor token; one write, the audit event."""

    GRANT_TYPE: ClassVar[str] = TOKEN_EXCHANGE
    PUBLIC_CLIENTS: ClassVar[bool] = False
    FOR_USERS: ClassVar[bool] = True
    SIGN_IN: ClassVar[bool] = False
    REDEEMS_CODE: ClassVar[bool] = False

    def __init__(self, request: TokenRequest) -> None:
        self._request = request

    def read(self) -> StoredClient | None:
        """The client. The subject token is read after the client is authenticated."""
        return self._request.provider.reads.client(self._request.credentials.client_id)

    def identify(self, client: Client, bound: Constraint) -> Subject:
        """The user and the grant of the subject token. The new token is for the same organisation."""
        params = self._request.params
        if params.get("requested_token_type") not in {None, ACCESS_TOKEN}:
            raise OAuthError("invalid_request", "token_exchange.requested_type_refused")
        self._subject = _read_token(self._request.provider, params, client, "subject_token")
        held = self._subject
        return Subject(held.user, held.grant, held.given_to, held.belonging)

    def check(self, client: Client, subject: Subject, bound: Constraint) -> Approved:
        """The audiences and scopes that an admin gave the client, within the subject token (RFC 8693 §2.2.1)."""
        provider, params = self._request.provider, self._request.params
        act = _actor_claim(provider, params, client, self._subject)
        audience = _audience(provider, params, client)
        scopes = _scopes(params, client, self._subject)
        return Approved(scopes, audience, act=act, not_after=self._subject.claims["exp"], issued_token_type=ACCESS_TOKEN)

    def use(self, client: Client, subject: Subject, approved: Approved, bound: Constraint) -> Used:
        """The subject token is not used up."""
        claims = self._subject.claims
        event = {
            "subject_client": self._subject.client.id, "audience": " ".join(approved.resources), "scope": " ".join(approved.scopes),
            "act": str(approved.act["sub"]) if approved.act else "",
        }  # fmt: skip
        return Used(subject.grant, event=Event("token.exchanged", subject=claims["uid"], target=claims["gid"], details=event))


def _read_token(provider: AccessTokenParts, params: Params, client: Client, name: str) -> LiveAccessToken:
    """The live access token of a user in this parameter, if this client may exchange it (RFC 8693 §2.1).

    Raises:
        OAuthError: §2.2.2: "if either the subject_token or actor_token are invalid for any reason, or are unacceptable based on policy
            … The value of the error parameter MUST be the invalid_request".
    """
    token, type_ = params.one(name), params.one(f"{name}_type")
    if type_ != ACCESS_TOKEN:
        raise OAuthError("invalid_request", "token_exchange.type_refused", name=name)
    try:
        held = read_access_token(provider, token)
    except InvalidToken:
        held = None
    if held is None or held.user is None or held.grant is None or not _may_exchange(client, held):
        raise OAuthError("invalid_request", "token_exchange.not_live", name=name)
    return held


def _may_exchange(client: Client, held: LiveAccessToken) -> bool:
    """Whether the token was issued to this client, or is meant for an API of this client (RFC 8693 §5)."""
    audience = held.claims["aud"] if isinstance(held.claims["aud"], list) else [held.claims["aud"]]
    return held.client.id == client.id or bool(set(audience) & set(client.introspects))


def _actor_claim(provider: AccessTokenParts, params: Params, client: Client, subject: LiveAccessToken) -> dict[str, Any] | None:
    """The claim act (§4.1): the subject of the actor token, or else the client. Earlier actors follow as "nested act claims".

    §1.1: without the claim, the client is indistinguishable from the user. That is impersonation, which an admin must allow.
    """
    before: dict[str, Any] | None = subject.claims.get("act")
    if params.get("actor_token") is not None:
        actor = _read_token(provider, params, client, "actor_token")
        now: dict[str, Any] = {"sub": actor.claims["sub"], "client_id": client.id}
    elif params.get("actor_token_type") is not None:  # §2.1: "This parameter … MUST NOT be included otherwise"
        raise OAuthError("invalid_request", "token_exchange.actor_missing")
    elif client.may_impersonate:
        return before
    else:
        now = {"sub": client.id, "client_id": client.id}
    if _depth(before) >= _DEEPEST:
        raise OAuthError("invalid_request", "token_exchange.too_many_actors")
    return {**now, "act": before} if before else now


def _depth(act: dict[str, Any] | None) -> int:
    return 1 + _depth(act.get("act")) if act else 0


def _audience(provider: AccessTokenParts, params: Params, client: Client) -> tuple[str, ...]:
    """The audience: the parameters `resource` and `audience` (§2.1), within what an admin allowed; all of that without parameters.

    Raises:
        OAuthError: invalid_target. The admin API is never an audience: it requires a sign-in.
    """
    named = params.get("audience")
    asked = tuple(dict.fromkeys((*params.all("resource"), *((named,) if named else ())))) or client.token_exchange_audiences
    if not asked or not set(asked) <= set(client.token_exchange_audiences) or provider.settings.admin_resource in asked:
        raise OAuthError("invalid_target", "token_exchange.audience_refused")
    return asked


def _scopes(params: Params, client: Client, subject: LiveAccessToken) -> tuple[str, ...]:
    """The scopes of the subject token that the client may have, or fewer if the request says so. Never offline_access."""
    allowed = tuple(scope for scope in subject.scopes if scope in client.token_exchange_scopes and scope != "offline_access")
    try:
        scopes = rules.narrow(rules.parse(params.get("scope") or ""), allowed)
    except InvalidValue as problem:
        raise OAuthError("invalid_scope", problem.message) from None
    if scopes is None:
        raise OAuthError("invalid_scope", "token_exchange.scope_refused")
    return scopes


def _handler(request: TokenRequest) -> GrantHandler:
    """The exchange for an ID-JAG (ID-JAG §4.3) and the one for a token of an upstream have rules of their own."""
    if request.params.get("requested_token_type") == ID_JAG and request.provider.settings.id_jag == "on":
        from idp.oauth.token.id_jag import IdJag

        return IdJag(request)
    from idp.oauth.token.upstream_token import UpstreamToken, named_connection

    connection = named_connection(request.params, request.provider.settings.issuer)
    return TokenExchange(request) if connection is None else UpstreamToken(request, connection)


HANDLER: NewHandler = _handler
