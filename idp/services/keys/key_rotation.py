"""Life of signing keys: next → active → retiring → retired, or revoked. One key per algorithm signs (docs/design.md, Tokens and keys)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from idp.domain.errors import Conflict, Invalid, NotFound
from idp.services.audit.recorder import SYSTEM
from idp.services.keys import rp_id
from idp.services.keys.data_encryption import encrypt
from idp.services.keys.first_keys import ensure_data_key
from idp.services.keys.keyring import REFRESH
from idp.store import deployment_keys
from idp.store.signing_keys import SigningKeyItem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from idp.domain.clock import Clock
    from idp.services.audit.recorder import Actor, Audit
    from idp.services.keys.keyring import Envelope, Keyring
    from idp.settings import Settings
    from idp.store.signing_keys import KeyItems

RETIRING_DAYS = 1
PUBLISHED_FOR = 2 * 3600
"""Seconds that a key must be in the JWK Set before it signs, except in an emergency. Verifiers that cache the set then have it."""
_DAY = 86400


@dataclass(frozen=True, slots=True)
class KeyInfo:
    """The public facts of a signing key. Times are epoch seconds."""

    kid: str
    alg: str
    state: str
    created_at: int
    activated_at: int | None
    retire_at: int | None
    version: int


class KeyRotation:
    """Changes the state of signing keys. Each change is one transaction over the versions of the keys, so of two rotations one succeeds."""

    def __init__(self, items: KeyItems, envelope: Envelope, keyring: Keyring, audit: Audit, settings: Settings, clock: Clock) -> None:
        self._items, self._envelope, self._keyring, self._audit = items, envelope, keyring, audit
        self._settings, self._clock = settings, clock

    def ensure(self) -> None:
        """Store what is missing: the RP ID, the data key, a sealing key, and for each algorithm an active and a next signing key.

        Safe to run twice, and by two processes at the same time.

        Raises:
            RpIdDiffers: another RP ID is stored than that of the settings. No key was made.
        """
        now = self._clock()
        stored = self._items.load()
        rp_id.ensure(self._items, stored.rp_id, self._settings.webauthn_rp_id, now)
        ensure_data_key(self._items, stored, self._envelope, now)
        signing = self._items.load().signing
        for alg in self._settings.algorithms:
            self._ensure(alg, [key for key in signing if key.alg == alg], now)
        self._keyring.reload()

    def _ensure(self, alg: str, signing: list[SigningKeyItem], now: int) -> None:
        if not any(key.state == "next" for key in signing):
            self._add_next(alg, now)
        if not any(key.state == "active" for key in signing):
            found = self._items.load().signing
            first = min((key for key in found if key.state == "next" and key.alg == alg), key=lambda key: key.kid, default=None)
            if first and self._items.activate_first(first, now):  # without one, another process has activated the key of this one
                self._add_next(alg, now)

    def listing(self) -> list[KeyInfo]:
        """List all signing keys, the newest first. Only public facts."""
        signing = self._items.load().signing
        return [_info(item) for item in sorted(signing, key=lambda item: (-int(item.created_at), item.kid))]

    def due(self) -> list[str]:
        """Return the algorithms whose active key is older than IDP_KEY_ROTATION_DAYS and whose next key was published for long enough."""
        now, found = self._clock(), self.listing()
        limit = now - self._settings.key_rotation_days * _DAY
        recent = {key.alg for key in found if key.state == "next" and key.created_at > now - PUBLISHED_FOR}
        return sorted(key.alg for key in found if key.state == "active" and (key.activated_at or 0) <= limit and key.alg not in recent)

    def age_days(self) -> float:
        """Return the age of the oldest active key in days. An alarm reads it, because a stopped schedule would otherwise go unnoticed."""
        since = [key.activated_at or key.created_at for key in self.listing() if key.state == "active"]
        return (self._clock() - min(since)) / _DAY if since else 0.0

    def rotate(self, *algorithms: str, at_once: bool = False, by: Actor = SYSTEM) -> list[KeyInfo]:
        """Activate the next key of each algorithm, or of the named algorithms. Returns the keys that sign now.

        The former active keys verify until the last token that they signed has expired. All keys change in one transaction.
        `at_once`: an emergency; activate the next key also if it was published less than PUBLISHED_FOR seconds ago. Each new active key is
        audited as an act of `by`.

        Raises:
            Invalid: no active key has a named algorithm.
            Conflict: a next key was published too recently, there are no keys, or another rotation ran at the same time.
        """
        active = self._rotate(algorithms, at_once=at_once)
        for key in active:
            self._audit.record("key.rotated", origin=by.origin, actor=by.id, target=key.kid, alg=key.alg)
        return active

    def _rotate(self, algorithms: tuple[str, ...], *, at_once: bool) -> list[KeyInfo]:
        now = self._clock()
        signing = self._items.load().signing
        chosen = _choose(signing, algorithms)
        if missing := [alg for alg in chosen if not _waiting(signing, alg)]:
            for alg in missing:
                self._add_next(alg, now)
            signing = self._items.load().signing
        following = {alg: _waiting(signing, alg)[0] for alg in chosen}
        if not at_once:
            _check_published(following.values(), now)
        moves: list[tuple[SigningKeyItem, dict[str, Any]]] = [(key, {"state": "active", "activated_at": now}) for key in following.values()]
        before = [key for key in signing if key.state == "active" and key.alg in chosen]
        moves += [(key, {"state": "retiring", "retire_at": now + self._overlap()}) for key in before]
        self._move(moves)
        for alg in chosen:
            self._add_next(alg, now)
        self.retire()
        kids = {key.kid for key in following.values()}
        return sorted((key for key in self.listing() if key.kid in kids), key=lambda key: key.alg)

    def retire(self) -> None:
        """Retire the keys whose time as retiring keys is over: remove them from the JWK Set and erase their private parts."""
        now = self._clock()
        signing = self._items.load().signing
        over = [key for key in signing if key.state == "retiring" and (key.retire_at or 0) <= now]
        if over:
            self._move([(key, {"state": "retired", "sealed": None}) for key in over])
        self._keyring.reload()

    def take_former(self, kid: str, alg: str, public: dict[str, str]) -> bool:
        """Accept what a key of another deployment signed, for as long as a key that was rotated out. It never signs here.

        `public`: its public JWK, whose thumbprint is `kid`. False if there is a key with this id.
        """
        now = self._clock()
        item = SigningKeyItem.new(
            deployment_keys.signing_key(kid),
            kid=kid,
            alg=alg,
            state="retiring",
            public=_json(public),
            created_at=now,
            retire_at=now + self._overlap(),
        )
        added = self._items.put_signing_key(item)
        self._keyring.reload()
        return added

    def require_revocable(self, kid: str) -> None:
        """Check that the signing key with this id can be revoked. Writes nothing.

        Raises:
            NotFound: there is no such key.
            Conflict: it is revoked already.
        """
        self._revocable(kid)

    def _revocable(self, kid: str) -> SigningKeyItem:
        signing = self._items.load().signing
        found = next((key for key in signing if key.kid == kid), None)
        if found is None:
            raise NotFound("signing_key.unknown", kid=kid[:60])
        if found.state == "revoked":
            raise Conflict("signing_key.revoked", kid=kid)
        return found

    def revoke(self, kid: str, *, by: Actor = SYSTEM) -> KeyInfo:
        """Emergency: revoke a key, so that nothing that it signed is accepted any more. If it was active, the next key signs at once.

        A retired key can be revoked too: until then its ID Tokens are accepted as hints. The act is audited as an act of `by`.

        Raises:
            NotFound: there is no such key.
            Conflict: it is revoked already, or the keys changed at the same time.
        """
        now = self._clock()
        doomed = self._revocable(kid)
        if doomed.state == "active":
            self._rotate((doomed.alg,), at_once=True)
            signing = self._items.load().signing
            doomed = next(key for key in signing if key.kid == kid)
        was_next = doomed.state == "next"
        self._move([(doomed, {"state": "revoked", "sealed": None, "retire_at": now})])
        if was_next:  # the new next key must also be published before it signs
            self._add_next(doomed.alg, now)
            self._keyring.reload()
        self._audit.record("key.revoked", origin=by.origin, actor=by.id, target=kid)
        return next(key for key in self.listing() if key.kid == kid)

    def _move(self, moves: list[tuple[SigningKeyItem, dict[str, Any]]]) -> None:
        moved = self._items.move(moves)
        self._keyring.reload()
        if not moved:
            raise Conflict("keys.changed")

    def _overlap(self) -> int:
        """Return the seconds that a key verifies after it stopped signing: the lifetime of its last token, and of caches."""
        return max(self._settings.access_token_lifetime, self._settings.id_token_lifetime) + 2 * REFRESH + RETIRING_DAYS * _DAY

    def _add_next(self, alg: str, now: int) -> None:
        from idp.services.keys.jose import new_key  # imported here because keys are rarely made

        wrapped = self._items.load().data_key
        if wrapped is None:
            raise Conflict("keys.no_data_key")
        kid, public, private = new_key(alg)
        sealed = encrypt(self._envelope.unwrap(wrapped.enveloped), f"signing:{kid}", private)
        item = SigningKeyItem.new(
            deployment_keys.signing_key(kid), kid=kid, alg=alg, state="next", public=_json(public), sealed=sealed, created_at=now
        )
        self._items.put_signing_key(item)


def _choose(signing: list[SigningKeyItem], algorithms: tuple[str, ...]) -> list[str]:
    """Return the algorithms to rotate, without duplicates."""
    there = sorted({key.alg for key in signing if key.state == "active"})
    if not there:
        raise Conflict("keys.none")
    for alg in algorithms:
        if alg not in there:
            raise Invalid("signing_key.algorithm_unknown", algorithms=", ".join(there), field="alg")
    return [alg for alg in there if alg in algorithms] if algorithms else there


def _waiting(signing: list[SigningKeyItem], alg: str) -> list[SigningKeyItem]:
    """Return the next keys of an algorithm, the oldest first."""
    return sorted((key for key in signing if (key.alg, key.state) == (alg, "next")), key=lambda key: (key.created_at, key.kid))


def _check_published(following: Iterable[SigningKeyItem], now: int) -> None:
    """Raise Conflict if a key was published so recently that verifiers with a cache may not have it."""
    for key in following:
        since = now - int(key.created_at)
        if since < PUBLISHED_FOR:
            raise Conflict("signing_key.too_new", algorithm=key.alg, published=since, kept=PUBLISHED_FOR, seconds=PUBLISHED_FOR - since)


def _info(item: SigningKeyItem) -> KeyInfo:
    def whole(value: float | None) -> int | None:
        return None if value is None else int(value)

    return KeyInfo(item.kid, item.alg, item.state, int(item.created_at), whole(item.activated_at), whole(item.retire_at), int(item.version))


def _json(public: dict[str, str]) -> str:
    return json.dumps(public, separators=(",", ":"), sort_keys=True)
