"""The caller of the policy decision point: a service, by an access token for this API alone (AuthZEN 1.0, sections 11.2 and 11.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from idp.domain.access.access_scopes import EVALUATE, SUBJECTS
from idp.domain.errors import InvalidToken, OAuthError
from idp.oauth.resources.presented_token import challenge, read_presented_token

if TYPE_CHECKING:
    from idp.oauth.caller import Caller
    from idp.oauth.provider import ResourceParts


@dataclass(frozen=True, slots=True)
class EnforcementPoint:
    """A policy enforcement point. `may_look_up`: its questions may refer to stored users and clients."""

    client_id: str
    may_look_up: bool


def authenticate(provider: ResourceParts, authorization: str | None, caller: Caller) -> EnforcementPoint:
    """The policy enforcement point that sent this Authorization header. A sender-constrained token needs its proof.

    Raises:
        OAuthError: 401 without a valid token; 403 if the caller may not use the decision point.
    """
    audience = provider.settings.access_resource
    realm = 'realm="access"'
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() not in {"bearer", "dpop"} or not token:
        # RFC 6750 §3.1: without any authentication information, no error code.
        raise OAuthError("", "access_token.missing_for_api", status=401, headers={"WWW-Authenticate": f"Bearer {realm}, {challenge()}"})
    held = read_presented_token(provider, token, scheme, caller, audience=audience)
    if held.claims["aud"] != audience:
        # Another API that gets this token could use it here.
        raise InvalidToken("access_token.for_other_apis")
    client = held.client
    # A client that registered itself is no enforcement point, whatever scopes it got by default. Nor is a client of an organisation: the
    # questions are about the whole deployment.
    ours = not client.registered_by and not client.org_id
    may_ask = EVALUATE in held.scopes and EVALUATE in client.scopes and audience in client.resources and ours
    if held.user is not None or held.claims["sub"] != client.id or not may_ask:
        needed = f'{"DPoP" if scheme.lower() == "dpop" else "Bearer"} {realm}, error="insufficient_scope", scope="{EVALUATE}"'
        raise OAuthError("insufficient_scope", "authzen.not_a_service", scope=EVALUATE, status=403, headers={"WWW-Authenticate": needed})
    return EnforcementPoint(client.id, SUBJECTS in held.scopes and SUBJECTS in client.scopes)
