"""Checks of the claims of a JWT access token (RFC 9068 §4, RFC 7519 §4.1, RFC 8725 §3.8, §3.9)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeGuard

from idp.verify.refused import invalid

TYPES = frozenset({"at+jwt", "application/at+jwt"})
"""RFC 9068 §4: "MUST verify that the typ header value is at+jwt or application/at+jwt and reject tokens carrying any other value"."""
MAX_LEEWAY = 60
"""Seconds: the largest clock difference that may be accepted."""
_TEXTS = ("sub", "client_id", "jti")
_MAX_TIME = 2**53
_OPTIONAL: tuple[tuple[str, type], ...] = (("scope", str), ("acr", str), ("cnf", dict))


def check(claims: Mapping[str, Any], *, issuer: str, audiences: frozenset[str], now: float, leeway: float) -> None:
    """Check the claims. `now` and `leeway` are seconds; times in claims are whole seconds.

    Raises:
        Refused: a claim is wrong. `reason` names the rule.
    """
    if claims.get("iss") != issuer:  # exact comparison: no list, no prefix, no additional slash
        raise invalid("issuer")
    aud = claims.get("aud")
    named = [aud] if isinstance(aud, str) else aud
    if not isinstance(named, list) or not all(isinstance(one, str) for one in named) or audiences.isdisjoint(named):
        raise invalid("audience")
    _check_times(claims, now, leeway)
    if not all(isinstance(claims.get(name), str) and claims[name] for name in _TEXTS):
        raise invalid("claims")
    if not all(isinstance(claims.get(name, kind()), kind) for name, kind in _OPTIONAL):
        raise invalid("claims")
    amr = claims.get("amr", [])
    if not isinstance(amr, list) or not all(isinstance(one, str) for one in amr):
        raise invalid("claims")


def _check_times(claims: Mapping[str, Any], now: float, leeway: float) -> None:
    exp, iat, nbf = claims.get("exp"), claims.get("iat"), claims.get("nbf", 1)
    if not (_is_time(exp) and _is_time(iat) and _is_time(nbf)):
        raise invalid("times")
    if now >= exp + leeway:
        raise invalid("expired", "The access token is expired.")
    if max(iat, nbf) > now + leeway:
        raise invalid("not_yet_valid")


def _is_time(value: object) -> TypeGuard[int]:
    """Whether it is whole seconds since the epoch. Text, fractions, infinity and booleans are not."""
    return type(value) is int and 0 < value < _MAX_TIME
