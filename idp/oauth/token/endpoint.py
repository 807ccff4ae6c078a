"""The token endpoint (RFC 6749 §3.2). It owns the order of the phases; a grant supplies its parts and cannot issue."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from idp.domain.apps.grant_types import JWT_BEARER, MODULES
from idp.domain.errors import InvalidGrant, OAuthError
from idp.domain.requests.organisation_scope import REQUIRED
from idp.domain.tokens.liveness import grant_problem
from idp.oauth.clients.authentication import authenticate, parse_credentials
from idp.oauth.clients.identification import find_client
from idp.oauth.sender import constraint as sender_constraint
from idp.oauth.token.grant import TokenRequest
from idp.oauth.token.response import issue, read_mapped
from idp.oauth.token.whose import Whose
from idp.telemetry.record import count

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.oauth.caller import Caller
    from idp.oauth.params import Params
    from idp.oauth.provider import GrantParts
    from idp.oauth.token.grant import Approved, GrantHandler, NewHandler, Subject
    from idp.oauth.token.response import Mapped, TokenResponse


def token(provider: GrantParts, params: Params, caller: Caller) -> TokenResponse:
    """Answer a token request.

    Raises:
        OAuthError: as RFC 6749 §5.2 names it.
    """
    grant_type = params.one("grant_type")
    module = MODULES.get(grant_type)
    if module is None or (grant_type == JWT_BEARER and provider.settings.jwt_bearer != "on"):
        raise OAuthError("unsupported_grant_type", "request.grant_type_unsupported")
    new_handler: NewHandler = import_module(f"idp.oauth.token.grants.{module}").HANDLER
    request = TokenRequest(provider, params, parse_credentials(params, caller), caller)
    issued = _run(new_handler(request), request)
    count("TokensIssued", Grant=module)
    return issued


def _run(handler: GrantHandler, request: TokenRequest) -> TokenResponse:
    """Run the phases in order. Only the poll of a device writes before the proof is used up. Errors: RFC 6749 §5.2."""
    provider, caller, sent = request.provider, request.caller, request.credentials
    stored = handler.read()
    client = authenticate(provider, sent, find_client(provider, sent.client_id, stored))
    if handler.GRANT_TYPE not in client.grant_types or (client.is_public and not handler.PUBLIC_CLIENTS):
        raise OAuthError("unauthorized_client", "client.grant_type_not_registered", grant_type=handler.GRANT_TYPE)
    bound = sender_constraint.require_constraint(provider, client, caller)
    subject = handler.identify(client, bound)
    _require_live(handler, client, subject, provider.clock())
    if subject.grant is not None:
        sender_constraint.require_bound_key(bound, client, subject.grant, code=handler.REDEEMS_CODE)
    approved = handler.check(client, subject, bound)
    _ask_hooks(handler, request, client, subject, approved)
    claims = _map_claims(handler, request, client, subject, approved)
    bound.use(provider)
    used = handler.use(client, subject, approved, bound)
    if handler.FOR_USERS and used.grant is None and approved.id_jag is None:
        raise InvalidGrant(detail=f"{handler.GRANT_TYPE} returned no grant for the token of a user")
    answer = issue(handler, provider, client, subject, approved, used, confirmation=bound.confirmation, claims=claims)
    if event := used.event:
        provider.audit.record(
            event.type, origin=caller.origin, actor=client.id, subject=event.subject, target=event.target, client_id=client.id,
            **event.details,
        )  # fmt: skip
    return answer


def _require_live(handler: GrantHandler, client: Client, subject: Subject, now: int) -> None:
    """Return when the subject of this request is live (`domain.tokens.liveness`). `now`: epoch seconds.

    Raises:
        InvalidGrant: the user is missing or disabled, or the grant may not be used.
    """
    if not handler.FOR_USERS:
        return
    user, grant = subject.user, subject.grant
    if user is None or user.disabled or (grant is None and handler.SIGN_IN):
        raise InvalidGrant
    if client.organization == REQUIRED and (grant is None or not grant.org_id):
        raise InvalidGrant("grant.organisation_required", detail="organisation")  # a grant of before the app required one
    holder, redeems = subject.holder or client, handler.REDEEMS_CODE
    if grant and (problem := grant_problem(grant, user, holder, now, belonging=subject.belonging, redeems_code=redeems)):
        if problem == "organisation":
            raise InvalidGrant("grant.organisation_ended", detail=problem)
        raise InvalidGrant(detail=problem)


def _ask_hooks(handler: GrantHandler, request: TokenRequest, client: Client, subject: Subject, approved: Approved) -> None:
    """Ask the hooks whether a person who did not sign in for this grant may have a token. A sign-in asks them itself."""
    if request.provider.settings.hooks != "on" or not handler.FOR_USERS or handler.SIGN_IN:
        return
    from idp.oauth.token import hooked_grant  # without hooks nothing of it is loaded

    hooked_grant.require_allowed(handler, request, client, subject, approved)


def _map_claims(handler: GrantHandler, request: TokenRequest, client: Client, subject: Subject, approved: Approved) -> Mapped:
    """The claims that the client's mappings put into these tokens."""
    if approved.id_jag is not None or approved.foreign:
        return {}
    targets = ("access_token", "id_token") if handler.SIGN_IN else ("access_token",)
    beside = (approved.scopes, approved.resources, approved.details)
    of = Whose(subject.user, subject.belonging, subject.own_organisation)
    return read_mapped(request.provider, client, of, request.caller.origin, *targets, beside=beside)
