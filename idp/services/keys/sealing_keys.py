"""Life of sealing keys, which seal handles: codes, refresh tokens, cookies, hidden fields.

Every environment knows a new key before any environment seals with it. An old key opens until the last handle that it sealed has
expired, and is then erased. So a rotation signs out no user.
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
    """The public facts of a sealing key. `state`: next, active, opening or retired. Times are epoch seconds."""

    id: str
    state: str
    created_at: int
    opens_until: int | None


class SealingKeys:
    """Changes the state of sealing keys. Of two rotations at the same time, one succeeds."""

    def __init__(self, items: KeyItems, keyring: Keyring, audit: Audit, settings: Settings, clock: Clock) -> None:
        self._items, self._keyring, self._audit, self._settings, self._clock = items, keyring, audit, settings, clock

    def listing(self) -> list[SealingKeyInfo]:
        """List all sealing keys: first those that open, the newest first, then the retired ones."""
        now, sealing = self._clock(), self._items.load().sealing
        live = newest_first(sealing)
        active = next((item for item in live if int(item.created_at) + SEALS_AFTER <= now), live[-1] if live else None)
        return [self._info(item, live, active) for item in [*live, *(item for item in sealing if not item.sealed)]]

    def is_due(self) -> bool:
        """Return whether the newest key is older than IDP_KEY_ROTATION_DAYS."""
        return self.age_days() >= self._settings.key_rotation_days

    def age_days(self) -> float:
        """Return the age of the newest key in days."""
        newest = max((key.created_at for key in self.listing() if key.state != "retired"), default=self._clock())
        return (self._clock() - newest) / _DAY

    def rotate(self, *, by: Actor = SYSTEM) -> SealingKeyInfo:
        """Add a key. It seals as soon as every environment knows it. The act is audited as an act of `by`.

        Raises:
            Conflict: another rotation ran at the same time.
        """
        key_id = self._add()
        self._audit.record("sealing_key.rotated", origin=by.origin, actor=by.id, target=key_id)
        return next(key for key in self.listing() if key.id == key_id)

    def _add(self) -> str:
        """Return the id of the new key."""
        key_id, live = base64.urlsafe_b64encode(os.urandom(6)).decode(), self._live()
        # At least one second after the previous key, because keys are ordered by their time.
        now = max([self._clock(), *(int(item.created_at) + 1 for item in live[:1])])
        sealed = self._keyring.protect(f"sealing:{key_id}", os.urandom(HANDLE_KEY))
        if not self._items.supersede_sealing_key(live[0] if live else None, key_id, sealed, now):
            raise Conflict("keys.changed")
        self.retire()
        return key_id

    def retire(self) -> list[str]:
        """Erase the keys whose last handle has expired. Returns their ids."""
        now, live = self._clock(), self._live()
        over = [item for item in live if (until := self._opens_until(item, live)) is not None and until <= now]
        for item in over:
            self._items.erase_sealing_key(item, now)
        self._keyring.reload()
        return [item.key_id for item in over]

    def require_revocable(self, key_id: str) -> None:
        """Check that the sealing key with this id can be revoked. Writes nothing.

        Raises:
            NotFound: there is no such key, or it is retired already.
        """
        _find_live(key_id, self._live())

    def revoke(self, key_id: str, *, by: Actor = SYSTEM) -> None:
        """Emergency: erase a leaked key. What it sealed cannot be opened any more: those users sign in again, those apps ask again.

        The act is audited as an act of `by`.

        Raises:
            NotFound: there is no such key, or it is retired already.
        """
        live = self._live()
        doomed = _find_live(key_id, live)
        if doomed is live[0]:
            self._add()
        self._items.erase_sealing_key(doomed, self._clock())
        self._keyring.reload()
        self._audit.record("sealing_key.revoked", origin=by.origin, actor=by.id, target=key_id)

    def _live(self) -> list[SealingKeyItem]:
        return newest_first(self._items.load().sealing)

    def _opens_until(self, item: SealingKeyItem, live: list[SealingKeyItem]) -> int | None:
        """Return when the last handle that it sealed expires (epoch seconds), or None for the newest key.

        Another environment may seal with the key for REFRESH seconds longer.
        """
        newer = live[: live.index(item)]
        return int(newer[-1].created_at) + SEALS_AFTER + REFRESH + self._longest() if newer else None

    def _longest(self) -> int:
        """Return the longest lifetime of a handle in seconds."""
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
