"""What a user allowed a client to have, remembered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idp.domain.apps.client import Client


@dataclass(frozen=True, slots=True)
class Consent:
    """`request_id`: of the request in which it was last given, for prompt=consent. `client_stamp`: the client's (`Client.stamp`)."""

    user_id: str
    client_id: str
    scopes: tuple[str, ...]
    granted_at: int
    request_id: str = ""
    client_stamp: str = ""

    def given_to(self, client: Client) -> bool:
        """Whether it was given to this client, and not to another one that had its id before. It outlives a disabling of the client."""
        return self.client_id == client.id and client.knows(self.client_stamp, self.granted_at)
