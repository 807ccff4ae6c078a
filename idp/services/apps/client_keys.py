"""The public keys of a client, registered by value (`jwks`) or by reference (`jwks_uri`): RFC 7591 §2, RFC 7517, OIDC Core §10.

Fetched sets are kept in memory for five minutes, at most a few hundred of them. If a key is not in a set, the set is fetched again, at most
once a minute. So a caller cannot make this provider request a host as often as it likes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from idp.adapters.outgoing import FetchRefused
from idp.telemetry import record
from idp.verify import strict_json

if TYPE_CHECKING:
    from idp.adapters.outgoing import Fetcher
    from idp.domain.apps.client import Client
    from idp.domain.clock import Clock

Jwk = Mapping[str, Any]
KEPT = 300
AGAIN = 60
AFTER_FAILURE = 10
"""Seconds: how long a set is used; until a set is fetched again for a missing key; until a host that failed is asked again."""
MOST_SETS, MOST_KEYS, MOST_TRIED = 256, 50, 5
MOST_BYTES = 64 * 1024
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_RSA_BITS = (2048, 8192)
_RSA_EXPONENTS = range(3, 2**32)
_VERIFIES: dict[str, tuple[str, tuple[str, ...]]] = {
    "RS256": ("RSA", ()),
    "PS256": ("RSA", ()),
    "ES256": ("EC", ("P-256",)),
    "Ed25519": ("OKP", ("Ed25519",)),
    "EdDSA": ("OKP", ("Ed25519",)),
}
_ENCRYPTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "RSA-OAEP-256": ("RSA", ()),
    **dict.fromkeys(("ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A256KW"), ("EC", ("P-256", "P-384", "P-521"))),
}
_NAMES = {"EdDSA": {"EdDSA", "Ed25519"}, "Ed25519": {"EdDSA", "Ed25519"}}
"""RFC 9864 §2.2: Ed25519 is the new name of EdDSA with the curve Ed25519."""


class _Known(NamedTuple):
    keys: tuple[Jwk, ...]
    fetched_at: int
    expires_at: int


class ClientKeys:
    """Finds public keys of clients. A set that contains a private key is not used, because that key was published by mistake."""

    def __init__(self, outgoing: Callable[[], Fetcher], clock: Clock) -> None:
        self._outgoing, self._clock = outgoing, clock
        self._known: dict[str, _Known] = {}

    def for_verification(self, client: Client, *, kid: object, alg: str) -> tuple[Jwk, ...]:
        """Return the keys that may verify `alg`: those with this `kid`, or a few if the token has no kid (OIDC Core §10.1).

        See OIDC Core §10.1.1.
        """
        usable = verifying(alg)
        if kid is not None:
            return self.find(client, lambda key: key.get("kid") == kid and usable(key))[:MOST_TRIED]
        return self.find(client, usable)[:MOST_TRIED]

    def for_encryption(self, client: Client, *, alg: str) -> Jwk | None:
        """Return the first key for encryption with `alg` (OIDC Core §10.2), or None."""
        kty, curves = _ENCRYPTS[alg]
        return next(iter(self.find(client, _usable(alg, kty, curves, use="enc", operations={"encrypt", "wrapKey", "deriveKey"}))), None)

    def find(self, client: Client, wanted: Callable[[Jwk], bool]) -> tuple[Jwk, ...]:
        """Return the client's keys for which `wanted` is true. If there is none, fetch the set again, unless that was a moment ago."""
        if client.jwks is not None:
            return tuple(key for key in parse(client.jwks) if wanted(key))
        if not client.jwks_uri:
            return ()
        now = self._clock()
        known = self._known.get(client.jwks_uri)
        if known is None or now >= known.expires_at:
            known = self._fetch(client.jwks_uri, now)
        found = tuple(key for key in known.keys if wanted(key))
        if not found and now >= known.fetched_at + AGAIN:
            found = tuple(key for key in self._fetch(client.jwks_uri, now).keys if wanted(key))
        return found

    def _fetch(self, uri: str, now: int) -> _Known:
        try:
            body = self._outgoing().get(uri, accept="application/jwk-set+json, application/json", limit=MOST_BYTES).body
            keys, problem = parse(strict_json.parse(body)), "it has no usable key"
        except (FetchRefused, ValueError) as error:
            keys, problem = (), error.detail if isinstance(error, FetchRefused) else "it is not JSON"
        if not keys:
            record.note(f"jwks_uri could not be used: {problem}")
        known = _Known(keys, now, now + (KEPT if keys else AFTER_FAILURE))
        self._known.pop(uri, None)
        while len(self._known) >= MOST_SETS:  # the set that was fetched first is removed first
            self._known.pop(next(iter(self._known)), None)
        self._known[uri] = known
        return known


def parse(jwks: object) -> tuple[Jwk, ...]:
    """Return the keys of a JWK Set that this provider can use. RFC 7517 §5: other keys are ignored."""
    keys = jwks.get("keys") if isinstance(jwks, Mapping) else None
    if not isinstance(keys, list) or len(keys) > MOST_KEYS:
        return ()
    return tuple(key for key in keys if isinstance(key, Mapping) and _sound(key))


def verifying(alg: str) -> Callable[[Jwk], bool]:
    """Return a function that checks whether a key may verify `alg`."""
    kty, curves = _VERIFIES[alg]
    return _usable(alg, kty, curves, use="sig", operations={"verify"})


def _sound(key: Jwk) -> bool:
    """Return whether it is a public key with a secure size that can be used in a short time."""
    if _PRIVATE & set(key) or not all(isinstance(key.get(name, ""), str) for name in ("kid", "alg", "use", "crv", "n", "e", "x", "y")):
        return False
    match key.get("kty"):
        case "RSA":
            bits, exponent = _number(key.get("n", "")).bit_length(), _number(key.get("e", ""))
            return _RSA_BITS[0] <= bits <= _RSA_BITS[1] and exponent in _RSA_EXPONENTS
        case "EC":
            return "x" in key and "y" in key
        case "OKP":
            return "x" in key
    return False


def _number(text: str) -> int:
    from base64 import urlsafe_b64decode

    try:
        return int.from_bytes(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except ValueError:
        return 0


def _usable(alg: str, kty: str, curves: tuple[str, ...], *, use: str, operations: set[str]) -> Callable[[Jwk], bool]:
    """Return a function that checks whether a key is for this algorithm and use (`use`, `key_ops`, `alg`: RFC 7517 §4.2 to §4.4)."""
    names = _NAMES.get(alg, {alg})

    def usable(key: Jwk) -> bool:
        if key["kty"] != kty or (curves and key.get("crv") not in curves):
            return False
        if key.get("use", use) != use or key.get("alg", alg) not in names:
            return False
        allowed = key.get("key_ops")
        return allowed is None or (isinstance(allowed, list) and not operations.isdisjoint(map(str, allowed)))

    return usable
