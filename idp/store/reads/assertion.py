"""The facts that the JWT bearer grant reads (RFC 7523 §2.1): the client, the issuer, and the user that the subject is linked to."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from idp.store import issuer_keys
from idp.store.clients import place
from idp.store.issuer_links import IssuerSubjectItem
from idp.store.reads.client import StoredClient, to_stored_client
from idp.store.trusted_issuers import TrustedIssuerItem

if TYPE_CHECKING:
    from idp.domain.access.trusted_issuer import TrustedIssuer
    from idp.store.database import Database


class AssertionFacts(NamedTuple):
    """A member is None if its item is not stored. `linked_user`: the id of the user that the subject is linked to."""

    client: StoredClient | None
    issuer: TrustedIssuer | None
    linked_user: str | None


def read(database: Database, client_id: str, issuer_id: str, link_id: str) -> AssertionFacts:
    """`issuer_id` and `link_id`: as `idp.domain.access.trusted_issuer` makes them from the claims."""
    client, issuer, link = database.batch_get(
        place(client_id),
        (TrustedIssuerItem, issuer_keys.trusted_issuer(issuer_id)),
        (IssuerSubjectItem, issuer_keys.issuer_subject(link_id)),
    )
    return AssertionFacts(to_stored_client(client), issuer.trusted() if issuer else None, link.user_id if link else None)
