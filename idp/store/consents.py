"""Remembered consents (`directory`): one item per user and client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from idp.domain.people.consent import Consent
from idp.store import keys
from idp.store.tables import DirectoryItem

if TYPE_CHECKING:
    from idp.store.database import Database
    from idp.store.transport import Raw


class ConsentItem(DirectoryItem):
    """The item of a consent. Scopes are joined by spaces, as in a request."""

    kind_name = "consent"
    user_id = UnicodeAttribute()
    client_id = UnicodeAttribute()
    scope = UnicodeAttribute()
    granted_at = NumberAttribute()
    request_id = UnicodeAttribute(default="")
    client_stamp = UnicodeAttribute(default="")

    def consent(self) -> Consent:
        """Convert it to the domain's class."""
        return Consent(self.user_id, self.client_id, tuple(self.scope.split()), int(self.granted_at), self.request_id, self.client_stamp)


def item(consent: Consent) -> ConsentItem:
    """The item of a consent."""
    return ConsentItem.new(
        keys.consent(consent.user_id, consent.client_id), user_id=consent.user_id, client_id=consent.client_id,
        scope=" ".join(consent.scopes), granted_at=consent.granted_at, request_id=consent.request_id,
        client_stamp=consent.client_stamp,
    )  # fmt: skip


class Consents:
    """Reads and writes consents."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def put(self, consent: Consent) -> None:
        """Write the consent, instead of an earlier one."""
        self._db.put(item(consent))

    def delete(self, user_id: str, client_id: str, *, event: Raw) -> bool:
        """Remove the consent. True for the one attempt that removed it. `event`: the audit event, from `Audit.once_part`."""
        gone = self._db.delete_part(ConsentItem, keys.consent(user_id, client_id), ConsentItem.pk.exists())
        return self._db.was_applied(self._db.transact(gone, event))

    def of(self, user_id: str) -> list[Consent]:
        """All consents of a user."""
        found = self._db.query_all("directory", keys.user_pk(user_id), sk_begins="CONSENT#")
        return [i.consent() for i in ConsentItem.readable(found)]
