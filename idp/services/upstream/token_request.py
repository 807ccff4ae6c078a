"""The token request at an upstream (RFC 6749 §4.1.3, RFC 7636 §4.5, OIDC Core §3.1.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from idp.adapters.outgoing import FetchRefused
from idp.services.upstream.client_auth import authenticate
from idp.services.upstream.refusal import UpstreamRefused, misconfigured, not_valid, unreachable
from idp.verify import strict_json

if TYPE_CHECKING:
    from idp.adapters.outgoing import Answered, Fetcher
    from idp.domain.connections.connection import Connection
    from idp.services.keys.keyring import Keyring
    from idp.services.upstream.patience import Patience

LIMIT = 64 * 1024
_LONGEST = 16 * 1024
_CLIENT_ERRORS = frozenset({"invalid_client", "unauthorized_client", "unsupported_grant_type", "incorrect_client_credentials"})
_OK, _UNAUTHORIZED, _TOO_MANY, _SERVER = 200, 401, 429, 500


class UpstreamTokens(NamedTuple):
    """The tokens of one answer. They are dropped when the identity is known. `id_token`: "" if there is none."""

    access_token: str
    id_token: str


def redeem(
    fetcher: Fetcher, keyring: Keyring, connection: Connection, *, code: str, verifier: str, redirect_uri: str, patience: Patience, now: int
) -> UpstreamTokens:
    """Return the tokens for a code. The request is made once: a code can be used once.

    Raises:
        UpstreamRefused: the upstream refuses, does not answer in time, or its answer is not a token response.
    """
    headers, own = authenticate(keyring, connection, now)
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri, **own}
    if verifier:
        form["code_verifier"] = verifier
    try:
        answered = fetcher.send(
            connection.token_endpoint, form=form, headers={"Accept": "application/json", **headers}, limit=LIMIT, timeout=patience.timeout()
        )
    except FetchRefused as error:
        raise unreachable(connection, f"token request: {error.detail}") from error
    return _read(connection, answered)


def _read(connection: Connection, answered: Answered) -> UpstreamTokens:
    try:
        told: dict[str, Any] = strict_json.loads(answered.body)
    except ValueError:
        told = {}
    # GitHub answers errors with the status 200, so the member counts and not only the status
    if answered.status != _OK or "error" in told:
        raise _refusal(connection, answered.status, told.get("error"))
    access, id_token, kind = told.get("access_token"), told.get("id_token", ""), told.get("token_type", "bearer")
    if not isinstance(access, str) or not 0 < len(access) <= _LONGEST or not isinstance(id_token, str):
        raise not_valid(connection, "no token response")
    # RFC 6749 §7.1: "The client MUST NOT use an access token if it does not understand the token type."
    if not isinstance(kind, str) or kind.lower() != "bearer":
        raise not_valid(connection, "the token is no bearer token")
    return UpstreamTokens(access, id_token)


def _refusal(connection: Connection, status: int, error: object) -> UpstreamRefused:
    """Return the refusal for an error (RFC 6749 §5.2). The upstream's description is neither shown nor logged."""
    named = error if isinstance(error, str) and error.isascii() and error.replace("_", "").isalpha() and len(error) <= 40 else ""  # noqa: PLR2004
    detail = f"token request: status {status} {named}".rstrip()
    if named in _CLIENT_ERRORS or (status == _UNAUTHORIZED and not named):
        return misconfigured(connection, detail)
    if status == _TOO_MANY or status >= _SERVER:
        return unreachable(connection, detail)
    return not_valid(connection, detail)
