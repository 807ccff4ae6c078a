"""Gets tokens for an app that an admin tries, and revokes them before the page shows what was in them.

The console has no way of its own to a token. It sends a token request to the function of the token endpoint, which authenticates the app,
checks PKCE and uses the code up as for every other caller. A public app has nothing to prove. An app with a secret proves itself with one:
the admin's right to change the app includes the right to give it a new secret. So for this one request the app gets another secret,
beside its own (`ClientService.begin_trial`). It is random, ends after a minute, and is taken back in the same request. The token endpoint
knows nothing of the console and has no exception for it. An app that proves itself with a key of its own cannot be tried, because nobody
else has the key.
"""

from __future__ import annotations

import base64
import contextlib
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from idp.domain.errors import InvalidGrant
from idp.http.console.try_state import callback_of, proofs
from idp.http.request import Params, origin
from idp.http.services import services
from idp.oauth.caller import Caller
from idp.oauth.resources.revocation import revoke
from idp.oauth.token.endpoint import token
from idp.services.tokens.issuing import CODE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request

    from idp.domain.apps.client import Client
    from idp.http.console.visit import Visit

SECONDS = 60
"""For which the additional secret would be valid if this process ended in between."""


def redeem(request: Request, visit: Visit, client: Client, *, code: str, state: str) -> dict[str, Any]:
    """Return the token response for the code of a sign-in that this admin began. Its grant is revoked.

    Raises:
        OAuthError: as the token endpoint answers it (RFC 6749 §5.2).
        InvalidGrant: the code is of another person or another app, or the ID Token answers another request.
        Forbidden: the admin may not change this app.
    """
    provider, own = services(request).provider, proofs(request, state)
    handle = provider.tokens.open(CODE, code)
    grant = provider.grants.get(handle.user_id, handle.grant_id) if handle else None
    if grant is None or grant.user_id != visit.visitor.user.id or grant.client_id != client.id:
        raise InvalidGrant(detail="the code is of another sign-in")
    asked = {"grant_type": "authorization_code", "code": code, "redirect_uri": callback_of(request), "code_verifier": own.verifier}
    try:
        with _proven(request, visit, client) as (fields, caller):
            answer = token(provider, Params([*asked.items(), *fields.items()]), caller)
    finally:
        provider.revocation.revoke_grant(grant, origin=origin(request))
    if "id_token" in answer and dict(claims_of(answer["id_token"])).get("nonce", own.nonce) != own.nonce:
        raise InvalidGrant(detail="the nonce is of another sign-in")
    return answer


def of_the_app_itself(request: Request, visit: Visit, client: Client) -> dict[str, Any]:
    """Return the token response for the app without a person (RFC 6749 §4.4). Its token is revoked. Errors: as of `redeem`."""
    provider = services(request).provider
    with _proven(request, visit, client) as (fields, caller):
        answer = token(provider, Params([("grant_type", "client_credentials"), *fields.items()]), caller)
        revoke(provider, Params([("token", answer["access_token"]), *fields.items()]), caller)
    return answer


def claims_of(token: str, part: int = 1) -> list[tuple[str, Any]]:
    """Return the claims of a JWT of this provider, or with part 0 its header. A token that is encrypted to the app has a header only."""
    parts = token.split(".")
    if len(parts) <= part or (len(parts) != 3 and part):  # noqa: PLR2004  # JWS, RFC 7515 §7.1
        return []
    try:
        found = json.loads(base64.urlsafe_b64decode(parts[part] + "=" * (-len(parts[part]) % 4)))
    except ValueError:
        return []
    return list(found.items()) if isinstance(found, dict) else []


@contextlib.contextmanager
def _proven(request: Request, visit: Visit, client: Client) -> Iterator[tuple[dict[str, str], Caller]]:
    """Yield what proves the app in one token request: fields of the form, and the caller."""
    service = services(request).client_service
    _, secret = service.begin_trial(client.id, SECONDS, scope=visit.scope, by=visit.by)
    try:
        fields, header = {"client_id": client.id}, None
        if secret and "client_secret_basic" in client.auth_methods:
            header = "Basic " + base64.b64encode(f"{quote(client.id, safe='')}:{secret}".encode()).decode()
        elif secret:
            fields["client_secret"] = secret
        yield fields, Caller(authorization=header, origin=origin(request), path="/token")
    finally:
        if secret:
            service.end_trial(client.id, secret, scope=visit.scope, by=visit.by)
