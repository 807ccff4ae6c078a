"""Subject identifiers (OIDC Core §8): the user's id, or a different identifier for each sector if the client asked for pairwise."""

from __future__ import annotations

import base64
import hmac
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.services.keys.keyring import Keyring

PAIRWISE = "pairwise"


def sector_of(client: Client) -> str:
    """Return the sector identifier: the host of sector_identifier_uri, else the only host of the redirect URIs (§8.1)."""
    from idp.domain.apps.redirect_uri import host_of  # a cold start without a pairwise subject does not need this module

    return (
        host_of(client.sector_identifier_uri or client.redirect_uris[0])
        if client.sector_identifier_uri or client.redirect_uris
        else client.id
    )


class Subjects:
    """Computes subject identifiers."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def of(self, client: Client, user_id: str) -> str:
        """Return the `sub` of this user for this client: a keyed hash that is the same for all clients of a sector and never changes
        (§8.1).

        See OIDC Core §8.
        """
        if client.subject_type != PAIRWISE:
            return user_id
        digest = hmac.digest(self._keyring.derive(PAIRWISE), f"{sector_of(client)}\n{user_id}".encode(), "sha256")
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
