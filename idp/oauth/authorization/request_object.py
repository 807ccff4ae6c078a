"""Signed request objects (RFC 9101), by value or by a registered reference. Only the signed parameters count."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from idp.domain.errors import OAuthError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.domain.apps.client import Client
    from idp.oauth.params import Params
    from idp.oauth.provider import RequestSourceParts

ALGORITHMS = ("RS256", "PS256", "ES256", "Ed25519", "EdDSA")
TYPES = frozenset({"jwt", "oauth-authz-req+jwt"})
MAX_AGE = 3600
"""Seconds: FAPI 2.0 Message Signing §5.3.1 bounds nbf and exp by 60 minutes."""
LEEWAY = 10
"""Seconds by which a client's clock may be ahead."""
_REGISTERED = frozenset({"iss", "aud", "exp", "nbf", "iat", "jti", "sub"})
_REPEATED = "resource"
"""The only parameter that may have several values (RFC 8707 §2)."""
_MAX_REFERENCE = 16 * 1024
_FAR = 10**11
"""Epoch seconds: times from here on are refused."""


class _Signed:
    """`Params` of a verified request object. A claim without a value counts as omitted."""

    def __init__(self, claims: Mapping[str, Any]) -> None:
        read = {name: _as_values(name, value) for name, value in claims.items() if name not in _REGISTERED}
        self._values = {name: values for name, values in read.items() if values}

    def get(self, name: str) -> str | None:
        return next(iter(self._values.get(name, ())), None)

    def one(self, name: str) -> str:
        value = self.get(name)
        if value is None:
            raise OAuthError("invalid_request", "request.parameter_missing", name=name)
        return value

    def all(self, name: str) -> tuple[str, ...]:
        return self._values.get(name, ())

    def every(self) -> list[tuple[str, tuple[str, ...]]]:
        return list(self._values.items())

    def __contains__(self, name: object) -> bool:
        return name in self._values


def resolve_object(provider: RequestSourceParts, params: Params, client: Client) -> Params:
    """The parameters that count: those of the request object if there is one, else those that were sent (RFC 9101 §6.3).

    See FAPI 2.0 Message Signing §5.3.1, RFC 9101 §10.5.

    Raises:
        OAuthError: invalid_request_object; invalid_request if the client must sign and did not.
    """
    jwt, reference = params.get("request"), params.get("request_uri")
    if jwt is not None and reference is not None:
        raise OAuthError("invalid_request", "request_object.two_sources")
    if reference is not None:
        jwt = _fetch(provider, reference, client)
    if jwt is None:
        if client.must_sign:
            raise OAuthError("invalid_request", "request_object.required")
        return params
    claims = _verify(provider, jwt, client)
    if claims.get("client_id", client.id) != client.id or params.get("client_id") not in {None, client.id}:
        raise OAuthError("invalid_request_object", "request_object.other_client")
    return _Signed({**claims, "client_id": client.id})


def from_claims(claims: Mapping[str, Any]) -> Params:
    """The parameters of an opened handle of this provider."""
    return _Signed(claims)


def _fetch(provider: RequestSourceParts, reference: str, client: Client) -> str:
    """The request object behind a reference, which must be registered exactly (OIDC Core §6.2, RFC 9101 §10.4)."""
    if reference.partition("#")[0] not in {uri.partition("#")[0] for uri in client.request_uris}:
        raise OAuthError("invalid_request_uri", "request_object.uri_not_registered")
    from idp.adapters.outgoing import FetchRefused

    try:
        found = provider.outgoing.get(reference.partition("#")[0], accept="application/oauth-authz-req+jwt", limit=_MAX_REFERENCE)
        return found.body.decode("ascii").strip()
    except (FetchRefused, UnicodeDecodeError):
        raise OAuthError("invalid_request_uri", "request_object.not_fetched") from None


def _verify(provider: RequestSourceParts, jwt: str, client: Client) -> dict[str, Any]:
    """The claims of the object, signed by a key of the client with an algorithm that the client may use (RFC 9101 §6.2)."""
    from idp.services.keys import jose

    header = jose.unverified_header(jwt)
    fapi = client.is_fapi
    allowed = (
        (client.request_object_signing_alg,)
        if client.request_object_signing_alg
        else tuple(a for a in ALGORITHMS if not (fapi and a == "RS256"))
    )
    if (
        header is None
        or header.get("alg") not in allowed
        or not _has_type(header.get("typ", "JWT"))
        or {"crit", "jwk", "jku", "x5u", "x5c", "b64"} & set(header)
    ):
        raise OAuthError("invalid_request_object", "request_object.algorithm")
    alg = str(header["alg"])
    for key in provider.client_keys.for_verification(client, kid=header.get("kid"), alg=alg):
        claims = jose.verify(jwt, key, alg=alg)
        if claims is not None:
            return _check_times(provider, claims, client, fapi=fapi)
    raise OAuthError("invalid_request_object", "request_object.signature_wrong")


def _has_type(typ: object) -> bool:
    """Whether the typ is that of a request object, in any case, with or without `application/` (RFC 7515 §4.1.9, RFC 9101 §10.8)."""
    return isinstance(typ, str) and typ.lower().removeprefix("application/") in TYPES


def _check_times(provider: RequestSourceParts, claims: dict[str, Any], client: Client, *, fapi: bool) -> dict[str, Any]:
    """The claims, when the object is from this client, for this issuer, and valid now (RFC 9101 §4, FAPI 2.0 Message Signing §5.3.1)."""
    now, audience = provider.clock(), claims.get("aud")
    if {"request", "request_uri"} & set(claims):  # RFC 9101 §4: "MUST NOT be included in request objects"
        raise OAuthError("invalid_request_object", "request_object.nested")
    if claims.get("iss", client.id) != client.id or (fapi and "iss" not in claims):
        raise OAuthError("invalid_request_object", "request_object.other_issuer")
    audiences = audience if isinstance(audience, list) else [audience]
    if (audience is not None or fapi) and provider.settings.issuer not in audiences:
        raise OAuthError("invalid_request_object", "request_object.other_audience")
    exp, nbf = claims.get("exp"), claims.get("nbf")
    if any(
        value is not None and (not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value < _FAR)
        for value in (exp, nbf)
    ):
        raise OAuthError("invalid_request_object", "request_object.times_malformed")
    if (exp is not None and now >= exp) or (nbf is not None and nbf > now + LEEWAY):
        raise OAuthError("invalid_request_object", "request_object.expired")
    if fapi and (exp is None or nbf is None or nbf < now - MAX_AGE or exp > nbf + MAX_AGE):
        raise OAuthError("invalid_request_object", "request_object.times_missing")
    return claims


def _as_values(name: str, value: Any) -> tuple[str, ...]:
    """A claim as values of a parameter: text unchanged, each resource, anything else as JSON (RFC 9101 §4)."""
    if isinstance(value, str):
        return (value,) if value else ()
    if name == _REPEATED and isinstance(value, list) and value and all(isinstance(each, str) for each in value):
        return tuple(filter(None, value))
    return (json.dumps(value, separators=(",", ":"), ensure_ascii=False),)
