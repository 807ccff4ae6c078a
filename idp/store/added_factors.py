"""Finds and removes the factors and links of connections that were added to an account since a moment (`idp/domain/factors/added.py`).

An item without a time is old. One without the time of its browser counts as added in a new browser.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.factors.added import Added, is_strange
from idp.store import factor_keys
from idp.store.factors import RecoveryItem, TotpItem

if TYPE_CHECKING:
    from idp.domain.people.user import User
    from idp.store.database import Database
    from idp.store.issuer_links import IssuerLinks
    from idp.store.passkeys import Passkeys
    from idp.store.transport import Raw


class AddedFactors:
    """Reads and removes them."""

    def __init__(self, database: Database, passkeys: Passkeys, links: IssuerLinks) -> None:
        self._db, self._passkeys, self._links = database, passkeys, links

    def find(self, user: User, *, since: int) -> Added:
        """What was added at `since` (epoch seconds) or later in a browser that was not known for long (`is_strange`).

        One call for the links, one for the factors, and one for passkeys. Links that an admin made stay: they have no connection.
        """
        of_connections = (one for one in self._links.of(user.id) if one.connection_id)
        links = tuple(one.id for one in of_connections if _is_strange(one.created_at, one.browser_known_since, since))
        if not user.has_second_factor and not user.waiting_passkeys:
            return Added(links=links)
        totp, codes = self._db.batch_get((TotpItem, factor_keys.totp(user.id)), (RecoveryItem, factor_keys.recovery_codes(user.id)))
        of_user = self._passkeys.of(user.id) if user.all_passkeys else ()
        added = Added(
            passkeys=tuple(one.id for one in of_user if _is_strange(one.created_at, one.browser_known_since, since)),
            totp=user.totp_enabled and totp is not None and _is_strange(totp.confirmed_at, totp.browser_known_since, since),
            codes=codes is not None and _is_strange(codes.created_at, codes.browser_known_since, since),
            links=links,
        )
        return added._replace(codes=True) if codes is not None and not added.without(user).has_second_factor else added

    def remove_parts(self, user: User, added: Added) -> list[Raw]:
        """The parts of a transaction that remove them. The caller writes `added.without(user)`, if the version is still the same."""
        parts = self._passkeys.remove_parts(user.id, added.passkeys, last_factor=added.codes)
        links = [part for one in added.links for part in self._links.delete_parts(user.id, one)]
        return [*parts, *links, *([self._db.delete_part(TotpItem, factor_keys.totp(user.id))] if added.totp else [])]


def _is_strange(added_at: float, known_since: float | None, since: int) -> bool:
    return is_strange(added_at=int(added_at), browser_known_since=None if known_since is None else int(known_since), since=since)
