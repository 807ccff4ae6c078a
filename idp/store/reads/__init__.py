"""Named reads that answer typed facts. Each is one strongly consistent call: a BatchGetItem, or a GetItem for one item.

A family of reads is one module. It loads when it is first used, so a cold start imports only the items that its request needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idp.domain.apps.client import Client
    from idp.store.database import Database
    from idp.store.keys import Key
    from idp.store.reads.assertion import AssertionFacts
    from idp.store.reads.authorization import AuthorizationFacts
    from idp.store.reads.bearer import BearerFacts
    from idp.store.reads.client import StoredClient
    from idp.store.reads.device_poll import DevicePollFacts
    from idp.store.reads.redemption import GrantFacts, RedemptionFacts
    from idp.store.reads.user_code import Counter, UserCodeFacts
    from idp.store.tables import Item

GrantName = tuple[str, str]
"""The id of a user and the id of a grant of that user."""
SessionName = tuple[str, str]
"""The id of a user and the id of a session of that user."""


class Reads:
    """Every method raises Unavailable when the store does not answer, or when an item cannot be read."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def client(self, client_id: str) -> StoredClient | None:
        """One client. One GetItem."""
        from idp.store.reads import client

        return client.read(self._db, client_id)

    def clients(self, client_ids: Sequence[str]) -> list[Client | None]:
        """Clients in the order of their ids, None for one that is not stored. One BatchGetItem for up to 100; no call for none."""
        from idp.store.reads import client

        return client.read_all(self._db, client_ids)

    def authorization(
        self, client_id: str, session: SessionName | None, more: Sequence[tuple[type[Item], Key]] = ()
    ) -> AuthorizationFacts:  # fmt: skip
        """The facts for /authorize. One BatchGetItem; one GetItem without a session. `more`: what is read in the same call."""
        from idp.store.reads import authorization

        return authorization.read(self._db, client_id, session, more)

    def redemption(self, client_id: str, grant: GrantName | None, org_id: str = "") -> RedemptionFacts:
        """The facts for the redemption of a code or refresh token. `grant` is None when the token could not be opened. One BatchGetItem.

        `org_id`: of the organisation that the token is for, or empty.
        """
        from idp.store.reads import redemption

        return redemption.read(self._db, client_id, grant, org_id)

    def grant(self, grant: GrantName, org_id: str = "") -> GrantFacts:
        """A grant and its user, and the user in the organisation of the grant. One BatchGetItem."""
        from idp.store.reads import redemption

        return redemption.read_grant(self._db, grant, org_id)

    def device_poll(self, client_id: str, user_code: str | None) -> DevicePollFacts:
        """The facts for a poll of a device. `user_code` is None when the device code could not be opened. One BatchGetItem."""
        from idp.store.reads import device_poll

        return device_poll.read(self._db, client_id, user_code)

    def user_code(self, code: str, counters: Sequence[Counter]) -> UserCodeFacts:
        """The facts for a user code that a person typed. One BatchGetItem."""
        from idp.store.reads import user_code

        return user_code.read(self._db, code, counters)

    def assertion(self, client_id: str, issuer_id: str, link_id: str) -> AssertionFacts:
        """The facts for an assertion of another issuer. One BatchGetItem."""
        from idp.store.reads import assertion

        return assertion.read(self._db, client_id, issuer_id, link_id)

    def bearer(self, client_id: str, jti: str, grant: GrantName | None, org_id: str = "") -> BearerFacts:
        """The facts for the check of an access token. `grant` is None for a client's own token. One BatchGetItem.

        `org_id`: of the organisation that the token is for, or empty.
        """
        from idp.store.reads import bearer

        return bearer.read(self._db, client_id, jti, grant, org_id)
