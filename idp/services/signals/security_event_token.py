"""Security Event Tokens (RFC 8417), as the Shared Signals Framework 1.0 profiles them (§4.1)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.services.apps.subjects import Subjects
    from idp.services.tokens.issuing import Tokens
    from idp.settings import Settings
    from idp.store.webhook_items import WebhookEventItem

TYPE = "secevent+jwt"
"""`typ` of the header (§4.1.1). By it nothing else takes a SET for an access token or an ID Token (§4.1.3)."""


class SecurityEventTokens:
    """Signs what waits for a stream. A person is named as the receiver's app knows them, also by a pairwise subject."""

    def __init__(self, settings: Settings, tokens: Tokens, subjects: Subjects) -> None:
        self._settings, self._tokens, self._subjects = settings, tokens, subjects

    def sign(self, client: Client, waiting: WebhookEventItem) -> str:
        """Return the SET for this client. It has no `exp` and no `sub` (§4.1.3, §4.1.7); `iat` is the time of the event, so that a
        repeated SET has the same content.

        Raises:
            ValueError: what waits is damaged.
        """
        held: dict[str, Any] = json.loads(waiting.body)
        claims: dict[str, Any] = {
            "iss": self._settings.issuer,
            "aud": client.id,
            "iat": int(held["at"]),
            "jti": waiting.event_id,
            "sub_id": self._sub_id(client, held),
            "events": {waiting.type: held["event"]},
        }
        if held.get("txn"):
            claims["txn"] = held["txn"]
        return self._tokens.sign(client, claims, typ=TYPE, chosen=None)

    def _sub_id(self, client: Client, held: dict[str, Any]) -> dict[str, Any]:
        """The subject (RFC 9493) of the Shared Signals Framework 1.0: the stream (§8.1.4.1), the person, or a session (§3.3)."""
        if "stream" in held:
            return {"format": "opaque", "id": held["stream"]}
        user = {"format": "iss_sub", "iss": self._settings.issuer, "sub": self._subjects.of(client, held["user"])}
        if not held.get("sid"):
            return user
        return {"format": "complex", "user": user, "session": {"format": "opaque", "id": held["sid"]}}
