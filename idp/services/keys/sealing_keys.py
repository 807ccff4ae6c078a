"""The life of sealing keys, which handles are made with: codes, refresh tokens, cookies, hidden fields.

A new one is known to every environment before any seals with it; an old one opens until the last handle that it sealed is over. Then
it is erased. So nobody is signed out by a rotation.
"""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from idp.domain.errors import Conflict, NotFound
from idp.domain.factors import known_device
from idp.services.audit.recorder import SYSTEM
from idp.services.keys.keyring import HANDLE_KEY, REFRESH, SEALS_AFTER, newest_first

if TYPE_CHECKING:
    from idp.domain.clock import Clock
    from idp.services.audit.recorder import Actor, Audit
    from idp.services.keys.keyring import Keyring
    from idp.settings import Settings
    from idp.store.signing_keys import KeyItems, SealingKeyItem

_DAY = 86400


@dataclass(frozen=True, slots=True)
class SealingKeyInfo:
    """What may be told of a sealing key. `state`: next, active, opening, retired. Times are epoch seconds."""

    id: str
    state: str
    created_at: int
    opens_until: int | None


class SealingKeys:
    """Moves them along. Of two rotations at once, one happens."""

    def __init__(self, items: KeyItems, keyring: Keyring, audit: Audit, settings: Settings, clock: Clock) -> None:
        self._items, self._keyring, self._audit, self._settings, self._clock = items, keyring, audit, settings, clock

    def listing(self) -> list[SealingKeyInfo]:
        """All of them: those that open, the newest first; then those that are over."""
        now, sealing = self._clock(), self._items.load().sealing
        live = newest_first(sealing)
        active = next((item for item in live if int(item.created_at) + SEALS_AFTER <= now), live[-1] if live else None)
        return [self._info(item, live, active) for item in [*live, *(item for item in sealing if not item.sealed)]]

    def due(self) -> bool:
        """Whether the newest is older than IDP_KEY_ROTATION_DAYS."""
        return self.age_days() >= self._settings.key_rotation_days

    def age_days(self) -> float:
        """How old the newest is."""
        newest = max((key.created_at for key in self.listing() if key.state != "retired"), default=self._clock())
        return (self._clock() - newest) / _DAY

    def rotate(self, *, by: Actor = SYSTEM) -> SealingKeyInfo:
        """Add a key, which seals as soon as every environment knows it. It is audited as `by`'s act.

        Raises:
            Conflict: another rotation ran at the same time; it did the work.
        """
        key_id = self._add()
        self._audit.act("sealing_key.rotated", by, target=key_id)
        return next(key for key in self.listing() if key.id == key_id)

    def _add(self) -> str:
        """The id of the key that was added."""
        key_id, live = base64.urlsafe_b64encode(os.urandom(6)).decode(), self._live()
        # Never of the second of the one before: their order by time is the order in which they were made.
        now = max([self._clock(), *(int(item.created_at) + 1 for item in live[:1])])
        sealed = self._keyring.protect(f"sealing:{key_id}", os.urandom(HANDLE_KEY))
        if not self._items.supersede_sealing_key(live[0] if live else None, key_id, sealed, now):
            raise Conflict("keys.changed")
        self.retire()
        return key_id

    def retire(self) -> list[str]:
        """Erase the keys whose last handle is over: their ids."""
        now, live = self._clock(), self._live()
        over = [item for item in live if (until := self._opens_until(item, live)) is not None and until <= now]
        for item in over:
            self._items.erase_sealing_key(item, now)
        self._keyring.reload()
        return [item.key_id for item in over]

    def revocable(self, key_id: str) -> None:
        """Check that the sealing key with this id can be revoked. Writes nothing.

        Raises:
            NotFound: there is no such key, or it is retired already.
        """
        _find_live(key_id, self._live())

    def revoke(self, key_id: str, *, by: Actor = SYSTEM) -> None:
        """Emergency, for a key that has leaked: what it sealed opens no more. Those people sign in again, those apps ask again.

        It is audited as `by`'s act.

        Raises:
            NotFound: there is no such key, or it is retired already.
        """
        live = self._live()
        doomed = _find_live(key_id, live)
        if doomed is live[0]:
            self._add()
        self._items.erase_sealing_key(doomed, self._clock())
        self._keyring.reload()
        self._audit.act("sealing_key.revoked", by, target=key_id)

    def _live(self) -> list[SealingKeyItem]:
        return newest_first(self._items.load().sealing)

    def _opens_until(self, item: SealingKeyItem, live: list[SealingKeyItem]) -> int | None:
        """When the last handle that it sealed is over; None for the newest. Elsewhere it may seal for REFRESH seconds more."""
        newer = live[: live.index(item)]
        return int(newer[-1].created_at) + SEALS_AFTER + REFRESH + self._longest() if newer else None

    def _longest(self) -> int:
        """Seconds that a handle lives at most."""
        s = self._settings
        lifetimes = (s.refresh_absolute_lifetime, s.refresh_idle_lifetime, s.session_absolute_lifetime, s.sign_in_lifetime, s.code_lifetime)
        return max(*lifetimes, known_device.LIFETIME)

    def _info(self, item: SealingKeyItem, live: list[SealingKeyItem], active: SealingKeyItem | None) -> SealingKeyInfo:
        if not item.sealed:
            return SealingKeyInfo(item.key_id, "retired", int(item.created_at), int(item.retired_at or 0) or None)
        following = active is not None and live.index(item) < live.index(active)
        state = "active" if item is active else "next" if following else "opening"
        return SealingKeyInfo(item.key_id, state, int(item.created_at), self._opens_until(item, live))


def _find_live(key_id: str, live: list[SealingKeyItem]) -> SealingKeyItem:
    found = next((item for item in live if item.key_id == key_id), None)
    if found is None:
        raise NotFound("sealing_key.unknown", kid=key_id[:60])
    return found
