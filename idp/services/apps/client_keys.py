"""A client's own public keys, registered by value (`jwks`) or by reference (`jwks_uri`): RFC 7591 §2, RFC 7517, OIDC Core §10.

What is fetched is kept in memory for five minutes and no more than a few hundred sets. A key that is not among them is looked for again,
at most once a minute a set, so that nobody makes this provider knock at a host as often as they like.
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
"""Seconds: how long a set is used, until a missing key is looked for again, until a host that did not answer is asked again."""
MOST_SETS, MOST_KEYS, MOST_TRIED = 256, 50, 5
MOST_BYTES = 64 * 1024
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_RSA_BITS = (2048, 8192)
_MOST_EXPONENT = 2**32
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
"""RFC 9864 §2.2: Ed25519 is the new name of what EdDSA with that curve was."""


class _Known(NamedTuple):
    keys: tuple[Jwk, ...]
    fetched_at: int
    expires_at: int


class ClientKeys:
    """Public keys of clients. Never a private one: a set that holds one was published by mistake, and that key is nobody's any more."""

    def __init__(self, outgoing: Callable[[], Fetcher], clock: Clock) -> None:
        self._outgoing, self._clock = outgoing, clock
        self._known: dict[str, _Known] = {}

    def for_verification(self, client: Client, *, kid: object, alg: str) -> tuple[Jwk, ...]:
        """Keys that may verify `alg`: those called `kid`, or all where the token names none (a few, OIDC Core §10.1).

        See OIDC Core §10.1.1.
        """
        kty, curves = _VERIFIES[alg]
        usable = _usable(alg, kty, curves, use="sig", operations={"verify"})
        if kid is not None:
            return self.find(client, lambda key: key.get("kid") == kid and usable(key))[:MOST_TRIED]
        return self.find(client, usable)[:MOST_TRIED]

    def for_encryption(self, client: Client, *, alg: str) -> Jwk | None:
        """The key to encrypt to by `alg`: the first that is for it (OIDC Core §10.2)."""
        kty, curves = _ENCRYPTS[alg]
        return next(iter(self.find(client, _usable(alg, kty, curves, use="enc", operations={"encrypt", "wrapKey", "deriveKey"}))), None)

    def find(self, client: Client, wanted: Callable[[Jwk], bool]) -> tuple[Jwk, ...]:
        """The client's keys that are wanted. None of them at hand: the set is fetched again, when that is not too soon."""
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
        while len(self._known) >= MOST_SETS:  # the set that was fetched first goes first
            self._known.pop(next(iter(self._known)), None)
        self._known[uri] = known
        return known


def parse(jwks: object) -> tuple[Jwk, ...]:
    """The keys of a JWK Set that this provider can use. RFC 7517 §5: those that it does not understand are ignored."""
    keys = jwks.get("keys") if isinstance(jwks, Mapping) else None
    if not isinstance(keys, list) or len(keys) > MOST_KEYS:
        return ()
    return tuple(key for key in keys if isinstance(key, Mapping) and _sound(key))


def _sound(key: Jwk) -> bool:
    """A public key of a size that is worth its name, and that can be worked with in a moment."""
    if _PRIVATE & set(key) or not all(isinstance(key.get(name, ""), str) for name in ("kid", "alg", "use", "crv", "n", "e", "x", "y")):
        return False
    match key.get("kty"):
        case "RSA":
            bits, exponent = _number(key.get("n", "")).bit_length(), _number(key.get("e", ""))
            return _RSA_BITS[0] <= bits <= _RSA_BITS[1] and 2 < exponent < _MOST_EXPONENT  # noqa: PLR2004  # 1 and 2 are no exponents
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
    """Whether a key is for this algorithm and use. RFC 7517 §4.2 to §4.4: `use`, `key_ops` and `alg` limit it where they are given."""
    names = _NAMES.get(alg, {alg})

    def usable(key: Jwk) -> bool:
        if key["kty"] != kty or (curves and key.get("crv") not in curves):
            return False
        if key.get("use", use) != use or key.get("alg", alg) not in names:
            return False
        allowed = key.get("key_ops")
        return allowed is None or (isinstance(allowed, list) and not operations.isdisjoint(map(str, allowed)))

    return usable
