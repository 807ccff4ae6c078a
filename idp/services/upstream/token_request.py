"""The token requests at an upstream: for a code, and for a refresh token (RFC 6749 §4.1.3, §6, RFC 7636 §4.5, OIDC Core §3.1.3, §12)."""

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
_ENDED = frozenset({"invalid_grant", "bad_refresh_token", "interaction_required", "consent_required", "login_required"})
"""Errors after which only a new sign-in helps: RFC 6749 §5.2, GitHub's, and those of Microsoft Entra."""
_LONGEST_LIFE, _LONGEST_SCOPE = 10 * 365 * 86400, 4096
_OK, _UNAUTHORIZED, _TOO_MANY, _SERVER = 200, 401, 429, 500
_MOST_DIGITS, _LONGEST_ERROR = 9, 40
"""Digits of `expires_in` that are read, and characters of an error code that is logged."""


class UpstreamTokens(NamedTuple):
    """The tokens of one answer. `id_token`, `refresh_token`: "" if there is none. `expires_in`: seconds, None if it is not told.

    `scope`: "" if it is not told: it is the one that was asked for (RFC 6749 §5.1).
    They are dropped when the identity is known, unless the connection keeps them. They are never shown, also not in a log.
    """

    access_token: str
    id_token: str = ""
    refresh_token: str = ""
    expires_in: int | None = None
    scope: str = ""

    def __repr__(self) -> str:
        return "UpstreamTokens(...)"


class RefreshTokenRefused(UpstreamRefused):
    """The upstream does not take the refresh token any more: the person has to sign in there again."""


def redeem(
    fetcher: Fetcher, keyring: Keyring, connection: Connection, *, code: str, verifier: str, redirect_uri: str, patience: Patience, now: int
) -> UpstreamTokens:
    """Return the tokens for a code. The request is made once: a code can be used once.

    Raises:
        UpstreamRefused: the upstream refuses, does not answer in time, or its answer is not a token response.
    """
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
    if verifier:
        form["code_verifier"] = verifier
    return _read(connection, _send(fetcher, keyring, connection, form, patience, now))


def refresh(
    fetcher: Fetcher, keyring: Keyring, connection: Connection, refresh_token: str, *, patience: Patience, now: int
) -> UpstreamTokens:
    """Return new tokens for a refresh token (RFC 6749 §6). The request is made once. An ID Token of the answer has no use here.

    Raises:
        RefreshTokenRefused: the upstream does not take this refresh token any more.
        UpstreamRefused: the upstream refuses for another reason, does not answer in time, or its answer is not a token response.
    """
    form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    answered = _send(fetcher, keyring, connection, form, patience, now)
    try:
        return _read(connection, answered)
    except UpstreamRefused as refused:
        if _error_of(answered) in _ENDED:
            raise RefreshTokenRefused(refused.message, refused.detail) from None
        raise


def _send(
    fetcher: Fetcher, keyring: Keyring, connection: Connection, form: dict[str, str], patience: Patience, now: int
) -> Answered:  # fmt: skip
    """Return the answer of the token endpoint to this form, with the authentication of this client."""
    headers, own = authenticate(keyring, connection, now)
    form |= own
    try:
        return fetcher.send(
            connection.token_endpoint, form=form, headers={"Accept": "application/json", **headers}, limit=LIMIT, timeout=patience.timeout()
        )
    except FetchRefused as error:
        raise unreachable(connection, f"token request: {error.detail}") from error


def _told(answered: Answered) -> dict[str, Any]:
    try:
        told: dict[str, Any] = strict_json.loads(answered.body)
    except ValueError:
        return {}
    return told


def _error_of(answered: Answered) -> str:
    error = _told(answered).get("error")
    return error if isinstance(error, str) else ""


def _read(connection: Connection, answered: Answered) -> UpstreamTokens:
    told = _told(answered)
    # GitHub answers errors with the status 200, so the member counts and not only the status
    if answered.status != _OK or "error" in told:
        raise _refusal(connection, answered.status, told.get("error"))
    access, id_token, kind = told.get("access_token"), told.get("id_token", ""), told.get("token_type", "bearer")
    if not isinstance(access, str) or not 0 < len(access) <= _LONGEST or not isinstance(id_token, str):
        raise not_valid(connection, "no token response")
    # RFC 6749 §7.1: "The client MUST NOT use an access token if it does not understand the token type."
    if not isinstance(kind, str) or kind.lower() != "bearer":
        raise not_valid(connection, "the token is no bearer token")
    return UpstreamTokens(access, id_token, _text(told.get("refresh_token"), _LONGEST), _seconds(told.get("expires_in")), _scope(told))


def _text(value: object, longest: int) -> str:
    return value if isinstance(value, str) and len(value) <= longest and value.isascii() and value.isprintable() else ""


def _seconds(value: object) -> int | None:
    """Return `expires_in`. Azure AD B2C sends it as text."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= _MOST_DIGITS:
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= _LONGEST_LIFE else None


def _scope(told: dict[str, Any]) -> str:
    """Return `scope`, separated by spaces (RFC 6749 §3.3). GitHub and Facebook separate by commas."""
    return " ".join(_text(told.get("scope"), _LONGEST_SCOPE).replace(",", " ").split())


def _refusal(connection: Connection, status: int, error: object) -> UpstreamRefused:
    """Return the refusal for an error (RFC 6749 §5.2). The upstream's description is neither shown nor logged."""
    told = _text(error, _LONGEST_ERROR)
    named = told if told.replace("_", "").isalpha() else ""
    detail = f"token request: status {status} {named}".rstrip()
    if named in _CLIENT_ERRORS or (status == _UNAUTHORIZED and not named):
        return misconfigured(connection, detail)
    if status == _TOO_MANY or status >= _SERVER:
        return unreachable(connection, detail)
    return not_valid(connection, detail)
