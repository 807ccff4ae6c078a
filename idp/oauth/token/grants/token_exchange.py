"""Token exchange (RFC 8693): a person's access token, turned by an API into one for the next API. By policy, and never into more.

A client may exchange what was issued to it, or what is for an API that it is (`introspects`); for the audiences and scopes that an admin
gave it (`token_exchange_audiences`, `token_exchange_scopes`); saying who acts, unless it may impersonate. What it gets ends with the
token that it showed at the latest, and with the grant that this one came from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.apps.grant_types import TOKEN_EXCHANGE
from idp.domain.errors import InvalidToken, OAuthError
from idp.domain.requests import scope as rules
from idp.domain.tokens.id_jag import TOKEN_TYPE as ID_JAG
from idp.oauth.clients.authentication import authenticate
from idp.oauth.clients.identification import known
from idp.oauth.resources.bearer import bearer
from idp.oauth.token import sender_constraint
from idp.oauth.token.response import bare, mapped

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.oauth.caller import Caller
    from idp.oauth.clients.authentication import Credentials
    from idp.oauth.params import Params
    from idp.oauth.provider import Provider
    from idp.oauth.resources.bearer import Bearer
    from idp.oauth.token.response import TokenResponse

ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"
_DEEPEST = 5


def token_exchange(provider: Provider, params: Params, given: Credentials, caller: Caller) -> TokenResponse:
    """The other token. Two reads, three with an actor token; one write, which is the audit's."""
    client = authenticate(provider, given, known(provider, given.client_id, provider.reads.client(given.client_id)))
    if client.public or TOKEN_EXCHANGE not in client.grant_types:
        raise OAuthError("unauthorized_client", "This client may not exchange tokens.")
    bound = sender_constraint.asked(provider, client, caller)
    if params.get("requested_token_type") == ID_JAG and provider.settings.id_jag == "on":
        from idp.oauth.token.id_jag import issue

        return issue(provider, params, client, bound, caller)
    if params.get("requested_token_type") not in {None, ACCESS_TOKEN}:
        raise OAuthError("invalid_request", "Only access tokens are given here (requested_token_type).")
    subject = _shown(provider, params, client, "subject_token")
    act = _act(provider, params, client, subject)
    audience = _audience(provider, params, client)
    scopes = _scopes(params, client, subject)
    told = mapped(provider, client, subject.user, caller.origin, "access_token", beside=(scopes, audience))
    now = provider.clock()
    bound.use(provider)
    token = provider.tokens.access_token(
        client,
        scopes=scopes,
        grant=subject.grant,
        resources=audience,
        confirmation=bound.confirmation,
        act=act,
        until=subject.claims["exp"],
        more=told.get("access_token"),
    )
    provider.audit.record(
        "token.exchanged", origin=caller.origin, actor=client.id, subject=subject.claims["uid"], target=subject.claims["gid"],
        client_id=client.id, subject_client=subject.client.id, audience=" ".join(audience), scope=" ".join(scopes),
        act=str(act["sub"]) if act else "",
    )  # fmt: skip
    answer = bare(provider, token, scopes, bound.confirmation)
    return {**answer, "issued_token_type": ACCESS_TOKEN, "expires_in": min(answer["expires_in"], subject.claims["exp"] - now)}


def _shown(provider: Provider, params: Params, client: Client, name: str) -> Bearer:
    """The live token of a person behind this parameter, which this client may exchange.

    Raises:
        OAuthError: §2.2.2: "if either the subject_token or actor_token are invalid for any reason, or are unacceptable based on policy
            … The value of the error parameter MUST be the invalid_request".
    """
    token, type_ = params.one(name), params.one(f"{name}_type")
    if type_ != ACCESS_TOKEN:
        raise OAuthError("invalid_request", f"Only access tokens of this provider are taken ({name}_type).")
    try:
        held = bearer(provider, token)
    except InvalidToken:
        held = None
    if held is None or held.user is None or held.grant is None or not _ours(client, held):
        raise OAuthError("invalid_request", f"The {name} is not a live access token of a person that this client may exchange.")
    return held


def _ours(client: Client, held: Bearer) -> bool:
    """Whether the token came to this client as it should: issued to it, or meant for an API that it is."""
    audience = held.claims["aud"] if isinstance(held.claims["aud"], list) else [held.claims["aud"]]
    return held.client.id == client.id or bool(set(audience) & set(client.introspects))


def _act(provider: Provider, params: Params, client: Client, subject: Bearer) -> dict[str, Any] | None:
    """Who acts (§4.1): the actor token's subject, or else the client itself; before it whoever acted until now, as "nested act claims".

    §1.1: without it, who gets the token is indistinguishable from the subject: impersonation, for those who may.
    """
    before: dict[str, Any] | None = subject.claims.get("act")
    if params.get("actor_token") is not None:
        actor = _shown(provider, params, client, "actor_token")
        now: dict[str, Any] = {"sub": actor.claims["sub"], "client_id": client.id}
    elif params.get("actor_token_type") is not None:  # §2.1: "This parameter … MUST NOT be included otherwise"
        raise OAuthError("invalid_request", "There is an actor_token_type without an actor_token.")
    elif client.may_impersonate:
        return before
    else:
        now = {"sub": client.id, "client_id": client.id}
    if _depth(before) >= _DEEPEST:
        raise OAuthError("invalid_request", "Too many have acted for the subject already.")
    return {**now, "act": before} if before else now


def _depth(act: dict[str, Any] | None) -> int:
    return 1 + _depth(act.get("act")) if act else 0


def _audience(provider: Provider, params: Params, client: Client) -> tuple[str, ...]:
    """What the token is for: `resource` and `audience` alike (§2.1), each one that an admin allowed; all of those where none is named.

    Raises:
        OAuthError: invalid_target. The admin API is for those who signed in for it, whatever was allowed.
    """
    named = params.get("audience")
    asked = tuple(dict.fromkeys((*params.all("resource"), *((named,) if named else ())))) or client.token_exchange_audiences
    if not asked or not set(asked) <= set(client.token_exchange_audiences) or provider.settings.admin_resource in asked:
        raise OAuthError("invalid_target", "This client may not exchange tokens for that audience.")
    return asked


def _scopes(params: Params, client: Client, subject: Bearer) -> tuple[str, ...]:
    """What the subject's token has and the client may have; less, where the request asks for less. Never a refresh token's scope."""
    allowed = tuple(scope for scope in subject.scopes if scope in client.token_exchange_scopes and scope != "offline_access")
    try:
        scopes = rules.narrow(rules.parse(params.get("scope") or ""), allowed)
    except ValueError as problem:
        raise OAuthError("invalid_scope", str(problem)) from None
    if scopes is None:
        raise OAuthError("invalid_scope", "The scope reaches beyond the subject_token, or beyond what this client may have.")
    return scopes
