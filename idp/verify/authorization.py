"""The Authorization header (RFC 6750 §2.1, RFC 9449 §7.1): one header with one known scheme and one token."""

from __future__ import annotations

from collections.abc import Sequence

from idp.verify.refused import Refused, invalid

BEARER, DPOP = "bearer", "dpop"
_TOKEN68 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/"
"""The characters of a token (token68, RFC 9110 §11.2), before any number of `=`."""


def credentials(values: Sequence[str]) -> tuple[str, str]:
    """The scheme in lower case, and the token.

    Raises:
        Refused: there is no header, more than one, or another scheme or form.
    """
    if not values:  # RFC 6750 §3.1: "SHOULD NOT include an error code or other error information"
        raise Refused("", reason="no_token")
    if len(values) > 1:
        raise Refused("invalid_request", "There is more than one Authorization header.", reason="two_tokens")
    scheme, _, token = values[0].partition(" ")
    scheme, characters = scheme.lower(), token.rstrip("=")
    if scheme not in {BEARER, DPOP} or not characters or characters.strip(_TOKEN68):
        raise invalid("scheme", "The Authorization header is not a scheme and a token.")
    return scheme, token
