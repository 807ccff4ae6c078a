"""The keys of the deployment in memory. They are read with one Query at the start of an environment, and again every `REFRESH` seconds.

KMS decrypts the data key once. Key material is never logged; only public parts and handles leave this module.
"""

from __future__ import annotations

import hmac
import threading
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

from idp.domain.errors import Unavailable
from idp.services.keys.data_encryption import decrypt, encrypt
from idp.services.keys.sealing import Sealer
from idp.services.keys.signing_key import SigningKey
from idp.telemetry.record import note

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from idp.domain.clock import Clock
    from idp.domain.factors.hash_mix import HashMix
    from idp.domain.home import Home
    from idp.store.signing_keys import KeyItems, SealingKeyItem

REFRESH = 60
"""Seconds between two reads of the keys. A rotation is known in every environment after this time."""
SEALS_AFTER = 2 * REFRESH
"""Seconds until a new sealing key is used. By then every environment has read the keys again and can open what others seal with it."""
STALE, AGAIN = SEALS_AFTER, 5
"""Seconds that keys in memory are used while the store does not answer, and seconds between two attempts to read them again.

STALE must not exceed SEALS_AFTER: otherwise another environment could seal with a key that is unknown here.
"""
HANDLE_KEY = 64
"""Bytes of a sealing key: AES-SIV uses two keys of 256 bits."""


class Envelope(Protocol):
    """Encrypts the data key: KMS or a key file."""

    name: str

    def wrap(self, plain: bytes) -> bytes:
        """Encrypt the data key."""
        ...

    def unwrap(self, enveloped: bytes) -> bytes:
        """Decrypt the data key."""
        ...


@dataclass(frozen=True)
class _Loaded:
    """The keys of one read. `at`: the time of the read; `until`: the time of the next read (epoch seconds)."""

    at: int
    until: int
    enveloped: bytes
    data_key: bytes = field(repr=False)
    sealer: Sealer
    signing: tuple[SigningKey, ...]
    retired: tuple[SigningKey, ...]
    hash_mix: HashMix | None = None
    imported: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    home: Home | None = None


class Keyring:
    """The current keys. Thread-safe."""

    def __init__(self, items: KeyItems, envelope: Envelope, clock: Clock, *, rp_id: str, region: str = "") -> None:
        """`rp_id`: the RP ID of the settings. While another one is stored, every use of a key raises RpIdDiffers.

        `region`: this region, in a deployment with two. While the other one serves, every use of a key but `jwks` raises StandsBy.
        """
        self._items, self._envelope, self._clock, self._rp_id, self._region = items, envelope, clock, rp_id, region
        self._lock, self._loaded = threading.Lock(), None  # type: threading.Lock, _Loaded | None

    def require_serving(self) -> None:
        """Return if this region serves, or if there is one region only.

        Raises:
            StandsBy: another region serves. Unavailable: there are no keys yet, or the store does not answer.
        """
        self._current()

    def serves_since(self) -> int:
        """Return since when this region serves (epoch seconds), or 0 if it always did. A token that was issued before is not valid here."""
        home = self._current().home
        return home.serves_from if home else 0

    def sealer(self) -> Sealer:
        """Return the sealer of handles and hidden fields."""
        return self._current().sealer

    def active(self, alg: str = "RS256") -> SigningKey:
        """Return the key that signs with this algorithm.

        Raises:
            Unavailable: there is none.
        """
        for key in self._current().signing:
            if key.state == "active" and key.alg == alg:
                return key
        raise Unavailable(detail=f"no active signing key for {alg}; run: idp bootstrap")

    def verifying(self, kid: str) -> SigningKey | None:
        """Return the key with this id if tokens that it signed are accepted: it is retiring, active or next.

        A next key is included because another environment may have activated it up to `REFRESH` seconds ago (K-05).
        """
        now = self._clock()
        return next((key for key in self._current().signing if key.kid == kid and not key.is_over(now)), None)

    def of_hint(self, kid: str, lasts: int) -> SigningKey | None:
        """Return the key with this id if ID Tokens that it signed are accepted as hints: also a retired key, never a revoked one.

        A session may outlive the key that signed its ID Tokens. `lasts`: seconds after its retirement for which a key counts here.
        Do not verify anything else with such a key.
        """
        now, loaded = self._clock(), self._current()
        known = next((key for key in (*loaded.signing, *loaded.retired) if key.kid == kid), None)
        return known if known and (known.retire_at is None or now < known.retire_at + lasts) else None

    def jwks(self) -> dict[str, Any]:
        """Return the JWK Set (RFC 7517 §5): public parts of the next, active and retiring keys."""
        now, keys = self._clock(), self._known().signing
        return {"keys": [{**key.public, "kid": key.kid, "alg": key.alg, "use": "sig"} for key in keys if not key.is_over(now)]}

    def protect(self, aad: str, plain: bytes) -> bytes:
        """Encrypt a secret for the store. `aad` names its owner and purpose: it can be decrypted only with the same `aad`."""
        return encrypt(self._current().data_key, aad, plain)

    def reveal(self, aad: str, sealed: bytes) -> bytes:
        """Decrypt what `protect` encrypted with the same `aad`.

        Raises:
            Unavailable: it cannot be decrypted: it was changed, or encrypted in another deployment or with another `aad`.
        """
        return decrypt(self._current().data_key, aad, sealed)

    def derive(self, purpose: str) -> bytes:
        """Return the key of 32 bytes for one purpose: derived from the data key, or the one that an import brought.

        It stays the same through every rotation of other keys.
        """
        loaded = self._current()
        return loaded.imported.get(purpose) or hmac.digest(loaded.data_key, f"idp {purpose}".encode(), "sha256")

    def hash_mix(self) -> HashMix | None:
        """Return the numbers of foreign hashes, which are read with the keys; None where none was imported."""
        return self._current().hash_mix

    def reload(self) -> None:
        """Discard the keys in memory. The next use reads them again."""
        self._loaded = None

    def _current(self) -> _Loaded:
        loaded = self._known()
        if loaded.home or self._region:
            from idp.services.keys.serving import require_serving  # only where there are two regions

            require_serving(loaded.home, self._region, self._clock())
        return loaded

    def _known(self) -> _Loaded:
        loaded = self._loaded
        if loaded is None or self._clock() >= loaded.until:
            with self._lock:
                if self._loaded is loaded:
                    self._loaded = self._load(loaded)
                loaded = self._loaded
        return loaded or self._known()

    def _load(self, before: _Loaded | None) -> _Loaded:
        now = self._clock()  # before the read: a change during the read may be missing from its result
        try:
            stored = self._items.load()
        except Unavailable as trouble:
            # No decision is made while the store is down, but public documents and the error pages can still be served.
            if before is None or now >= before.at + STALE:
                raise
            note(f"keys are those of {now - before.at} seconds ago: {trouble.detail}")
            return replace(before, until=now + AGAIN)
        if stored.rp_id not in {None, self._rp_id}:
            from idp.services.keys.rp_id import RpIdDiffers  # not loaded by a deployment that may start

            raise RpIdDiffers(stored.rp_id or "", self._rp_id)
        wrapped, signing, sealing = stored.data_key, stored.signing, stored.sealing
        if wrapped is None or not any(item.sealed for item in sealing):
            raise Unavailable(detail="no keys yet; run: idp bootstrap")
        # The data key is decrypted once, and again if a restore has replaced it.
        opened = before and before.enveloped == wrapped.enveloped and before.data_key
        data_key = opened or self._envelope.unwrap(wrapped.enveloped)
        live = newest_first(sealing)
        known = {item.key_id: decrypt(data_key, f"sealing:{item.key_id}", item.sealed) for item in live}
        ready = [item.key_id for item in live if int(item.created_at) + SEALS_AFTER <= now]
        sealer = Sealer(known, seals_with=ready[0] if ready else next(reversed(known)), home=stored.home)
        kept = [SigningKey.of(data_key, item) for item in signing if item.state in {"next", "active", "retiring"}]
        retired = tuple(SigningKey.of(data_key, item) for item in signing if item.state == "retired")
        order = {"active": 0, "next": 1, "retiring": 2}
        return _Loaded(
            now,
            now + REFRESH,
            wrapped.enveloped,
            data_key,
            sealer,
            tuple(sorted(kept, key=lambda key: (order[key.state], key.kid))),
            retired,
            stored.hash_mix,
            {item.purpose: decrypt(data_key, f"derived:{item.purpose}", item.sealed) for item in stored.derived},
            stored.home,
        )


def newest_first(sealing: Iterable[SealingKeyItem]) -> list[SealingKeyItem]:
    """Return the sealing keys that still open, the newest first. Of two keys of the same second, the superseded one is the older."""
    return sorted((key for key in sealing if key.sealed), key=lambda key: (-int(key.created_at), key.superseded_at is not None, key.key_id))
