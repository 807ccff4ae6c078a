"""The stored RP ID as operators see it: read it, and remove it while there are no passkeys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Conflict
from idp.services.audit.recorder import SYSTEM

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.services.audit.recorder import Actor, Audit
    from idp.services.keys.keyring import Keyring
    from idp.settings import Settings
    from idp.store.signing_keys import KeyItems


class RelyingParty:
    """The stored RP ID, for operators. `has_passkeys`: whether a passkey exists. Under another RP ID it would stop working."""

    def __init__(self, items: KeyItems, keyring: Keyring, audit: Audit, settings: Settings, *, has_passkeys: Callable[[], bool]) -> None:
        self._items, self._keyring, self._audit, self._settings, self._has_passkeys = items, keyring, audit, settings, has_passkeys

    @property
    def configured(self) -> str:
        """The RP ID of the settings."""
        return self._settings.webauthn_rp_id

    def read_stored(self) -> str | None:
        """The RP ID that the deployment stored; None before its first start."""
        return self._items.load().rp_id

    def require_resettable(self) -> str:
        """Check that the stored RP ID can be removed. Returns it and writes nothing.

        Raises:
            Conflict: none is stored, or a passkey exists.
        """
        stored = self.read_stored()
        if stored is None:
            raise Conflict("rp_id.none")
        if self._has_passkeys():
            raise Conflict("rp_id.has_passkeys", rp_id=stored)
        return stored

    def reset(self, *, by: Actor = SYSTEM) -> str:
        """Remove the stored RP ID, so that the next start stores the one of its settings. Returns the removed one.

        It is audited as `by`'s act.

        Raises:
            Conflict: none is stored, a passkey exists, or the stored one changed at the same time.
        """
        removed = self.require_resettable()
        if not self._items.remove_rp_id(removed):
            raise Conflict("rp_id.changed")
        self._keyring.reload()
        self._audit.act("rp_id.reset", by, target=removed, scope=DEPLOYMENT)
        return removed
