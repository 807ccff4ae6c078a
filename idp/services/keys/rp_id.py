"""The RP ID of passkeys (WebAuthn Level 3 §4). It is stored once, because a passkey works only under the RP ID that it was made with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.doctor.finding import fill
from idp.domain.errors import Unavailable
from idp.domain.texts import marked

if TYPE_CHECKING:
    from idp.store.signing_keys import KeyItems


DIFFERS = marked(
    "{stored} is stored, and the settings have {configured}. Set IDP_RP_ID to {stored}, which must be the host of IDP_ISSUER or a parent "
    "domain of it. To give up the stored one, while there are no passkeys, run: idp rp-id reset"
)


class RpIdDiffers(Unavailable):
    """The settings have another RP ID than the deployment stored. No key is used while they differ."""

    def __init__(self, stored: str, configured: str) -> None:
        super().__init__(detail=f"RP ID: {fill(DIFFERS, {'stored': stored, 'configured': configured})}")

    def __str__(self) -> str:
        """The detail: what an operator reads in the error of a scheduled function."""
        return self.detail


def ensure(items: KeyItems, stored: str | None, configured: str, now: int) -> None:
    """Store the RP ID of the settings if none is `stored`. `now`: epoch seconds.

    Raises:
        RpIdDiffers: another one is stored.
    """
    stored = stored or items.put_rp_id(configured, now)
    if stored != configured:
        raise RpIdDiffers(stored, configured)
