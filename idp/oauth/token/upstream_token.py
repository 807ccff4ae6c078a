"""Token exchange (RFC 8693) for an access token of an upstream, which a connection keeps for this app.

The subject token is an access token that the person gave this client, with the scope `upstream:` and the id of the connection. `audience`
or `resource` is the address of the connection, `ISSUER/upstream/ID`. The answer is a bearer token of the upstream as it is: it cannot be
narrowed, its scope is told. The refresh token of the upstream never leaves this provider.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from idp.domain.apps.grant_types import TOKEN_EXCHANGE
from idp.domain.connections.kept_tokens import scope_of
from idp.domain.errors import InvalidToken, InvalidValue, OAuthError
from idp.domain.requests import scope as rules
from idp.domain.sessions.sign_in_rules import is_second_factor_owed
from idp.oauth.token.grant import Approved, Event, Subject, Used
from idp.oauth.token.live_access_token import read_access_token

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.oauth.params import Params
    from idp.oauth.sender.constraint import Constraint
    from idp.oauth.token.grant import TokenRequest
    from idp.oauth.token.live_access_token import LiveAccessToken
    from idp.services.upstream.tokens_for_apps import Found
    from idp.store.reads.client import StoredClient

ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"


def named_connection(params: Params, issuer: str) -> str | None:
    """Return the id of the connection that `audience` or `resource` names; None if they name none.

    Raises:
        OAuthError: invalid_target: they name something else, too (RFC 8693 §2.2.2).
    """
    prefix, audience = f"{issuer.rstrip('/')}/upstream/", params.get("audience")
    named = set(params.all("resource")) | ({audience} if audience else set())
    if not any(name.startswith(prefix) for name in named):
        return None
    if len(named) != 1:
        raise OAuthError("invalid_target", "upstream_token.one_target")
    return named.pop().removeprefix(prefix)


class UpstreamToken:
    """Four reads; one write, the audit event. A refresh takes three writes more."""

    GRANT_TYPE: ClassVar[str] = TOKEN_EXCHANGE
    PUBLIC_CLIENTS: ClassVar[bool] = False
    FOR_USERS: ClassVar[bool] = True
    SIGN_IN: ClassVar[bool] = False
    REDEEMS_CODE: ClassVar[bool] = False

    def __init__(self, request: TokenRequest, connection_id: str) -> None:
        self._request, self._connection_id = request, connection_id

    def read(self) -> StoredClient | None:
        """The client. The subject token is read after the client is authenticated."""
        return self._request.provider.reads.client(self._request.credentials.client_id)

    def identify(self, client: Client, bound: Constraint) -> Subject:
        """The user and the grant of the subject token.

        Raises:
            OAuthError: invalid_request (RFC 8693 §2.1, §2.2.2).
        """
        params = self._request.params
        for name in ("actor_token", "actor_token_type"):
            if params.get(name) is not None:
                raise OAuthError("invalid_request", "upstream_token.parameter_refused", name=name)
        if params.get("requested_token_type") not in {None, ACCESS_TOKEN}:
            raise OAuthError("invalid_request", "token_exchange.requested_type_refused")
        self._subject = self._read_subject(client, bound)
        return Subject(self._subject.user, self._subject.grant)

    def check(self, client: Client, subject: Subject, bound: Constraint) -> Approved:
        """The connection gives this app tokens, the person allowed it, and no scope is asked for that the token does not have.

        Raises:
            OAuthError: invalid_target, invalid_scope, interaction_required.
        """
        from idp.services.upstream.tokens_for_apps import NotForThisApp, SignInNeeded

        if subject.user is None:  # an access token of a client, which `identify` refuses
            raise OAuthError("invalid_request", "token_exchange.not_live", name="subject_token")
        service = self._request.provider.tokens_for_apps
        try:
            self._found: Found = service.find(self._connection_id, subject.user, client)
        except NotForThisApp:
            raise OAuthError("invalid_target", "upstream_token.not_for_app") from None
        if scope_of(self._connection_id) not in self._subject.scopes:
            raise OAuthError("invalid_scope", "upstream_token.not_allowed", scope=scope_of(self._connection_id))
        try:
            has = service.opened(self._found).scope.split()
        except SignInNeeded as needed:
            raise _interaction(needed.detail) from None
        try:
            asked = rules.parse(self._request.params.get("scope") or "")
        except InvalidValue as problem:
            raise OAuthError("invalid_scope", problem.message) from None
        if rules.beyond(asked, has):
            raise OAuthError("invalid_scope", "upstream_token.scope_refused")
        return Approved((), issued_token_type=ACCESS_TOKEN, foreign=True)

    def use(self, client: Client, subject: Subject, approved: Approved, bound: Constraint) -> Used:
        """The token of the upstream, refreshed if that is needed.

        Raises:
            OAuthError: interaction_required; invalid_target, if the connection changed meanwhile.
            Unavailable: the upstream does not answer.
        """
        from idp.services.upstream.tokens_for_apps import NotForThisApp, SignInNeeded

        user = self._subject.user
        if user is None:
            raise OAuthError("invalid_request", "token_exchange.not_live", name="subject_token")
        try:
            given = self._request.provider.tokens_for_apps.give(self._found, user, origin=self._request.caller.origin)
        except SignInNeeded as needed:
            raise _interaction(needed.detail) from None
        except NotForThisApp:
            raise OAuthError("invalid_target", "upstream_token.not_for_app") from None
        event = Event("upstream_token.issued", user.id, self._connection_id, {"scope": given.scope})
        return Used(subject.grant, event=event, upstream=given)

    def _read_subject(self, client: Client, bound: Constraint) -> LiveAccessToken:
        """The live access token that a person gave this client, and that was not passed on by an exchange or used without its key.

        RFC 9449 §5: the key of a bound token must be shown.
        """
        params = self._request.params
        token, type_ = params.one("subject_token"), params.one("subject_token_type")
        if type_ != ACCESS_TOKEN:
            raise OAuthError("invalid_request", "token_exchange.type_refused", name="subject_token")
        try:
            held = read_access_token(self._request.provider, token)
        except InvalidToken:
            held = None
        if held is None or held.user is None or held.grant is None or not _is_own(held, client) or not _shows_key(held, bound):
            raise OAuthError("invalid_request", "token_exchange.not_live", name="subject_token")
        if is_second_factor_owed(held.grant, client=client, user=held.user, organisation=held.organisation):
            raise OAuthError("invalid_request", "token_exchange.not_live", name="subject_token")
        return held


def _is_own(held: LiveAccessToken, client: Client) -> bool:
    """Return whether the token was issued to this client, by a grant of this client, and names no other actor."""
    given_to = held.given_to.id if held.given_to else ""
    return held.client.id == client.id == given_to and "act" not in held.claims


def _shows_key(held: LiveAccessToken, bound: Constraint) -> bool:
    shown = bound.confirmation or {}
    return all(shown.get(method) == value for method, value in (held.claims.get("cnf") or {}).items())


def _interaction(detail: str) -> OAuthError:
    """The error that tells the app to send the person through the connection again (its code is OIDC Core's, §3.1.2.6)."""
    return OAuthError("interaction_required", "upstream_token.sign_in_needed", detail=detail)
