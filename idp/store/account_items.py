"""What the account page shows of a person's items in `directory`: factors and consents, by one Query of the person's partition."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from idp.store import keys
from idp.store.consents import ConsentItem
from idp.store.factors import UNUSED, RecoveryItem, TotpItem
from idp.store.issuer_links import IssuerLinkItem
from idp.store.organisation_items import MembershipItem
from idp.store.passkey_items import PasskeyItem

if TYPE_CHECKING:
    from idp.domain.access.trusted_issuer import IssuerLink
    from idp.domain.passkeys.passkey import Passkey
    from idp.domain.people.consent import Consent
    from idp.domain.people.user import User
    from idp.store.database import Database


class HeldItems(NamedTuple):
    """`totp_since`: when the authenticator app was confirmed, in epoch seconds; None without one.

    `recovery_left`: the number of unused recovery codes. `links`: those of connections, the oldest first. `administers`: whether the user
    is an admin of an organisation.
    """

    passkeys: tuple[Passkey, ...] = ()
    consents: tuple[Consent, ...] = ()
    totp_since: int | None = None
    recovery_left: int = 0
    links: tuple[IssuerLink, ...] = ()
    administers: bool = False


class AccountItems:
    """Reads the items of one person together."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def of(self, user: User) -> HeldItems:
        """Read the items of the user, passkeys from the oldest on. An item that cannot be read is left out.

        A passkey that the user does not list is left out, because it opens nothing.
        """
        raws = list(self._db.query_all("directory", keys.user_pk(user.id)))
        passkeys = sorted((one.passkey() for one in PasskeyItem.readable(raws)), key=lambda one: (one.created_at, one.id))
        links = (one.link() for one in IssuerLinkItem.readable(raws))
        totp = next(iter(TotpItem.readable(raws)), None)
        recovery = next(iter(RecoveryItem.readable(raws)), None)
        return HeldItems(
            tuple(one for one in passkeys if one.id in user.all_passkeys),
            tuple(one.consent() for one in ConsentItem.readable(raws)),
            int(totp.confirmed_at) if totp else None,
            sum(by == UNUSED for by in recovery.codes.values()) if recovery else 0,
            tuple(sorted((one for one in links if one.connection_id), key=lambda one: (one.created_at, one.id))),
            any(one.admin for one in MembershipItem.readable(raws)),
        )
