"""The secrets of an endpoint, encrypted under the data key. They are decrypted only to sign, and shown once."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING

from idp.domain.webhooks.endpoint import SigningSecret
from idp.domain.webhooks.signature import headers

if TYPE_CHECKING:
    from idp.domain.webhooks.endpoint import WebhookEndpoint
    from idp.services.keys.keyring import Keyring


def seal_secret(keyring: Keyring, endpoint_id: str, plain: bytes) -> SigningSecret:
    """Return the present secret of an endpoint. It can be decrypted for this endpoint only."""
    return SigningSecret(urlsafe_b64encode(keyring.protect(_purpose(endpoint_id), plain)).decode())


def signed_headers(keyring: Keyring, endpoint: WebhookEndpoint, event_id: str, body: str, *, now: int) -> dict[str, str]:
    """Return the headers of a webhook, signed with each secret that is valid at `now` (epoch seconds).

    Raises:
        Unavailable, ValueError: a secret was not sealed for this endpoint.
    """
    valid = [each for each in endpoint.secrets if each.until is None or each.until > now]
    plain = [keyring.reveal(_purpose(endpoint.id), urlsafe_b64decode(each.sealed)) for each in valid]
    return headers(plain, event_id, now, body)


def _purpose(endpoint_id: str) -> str:
    return f"webhook:secret:{endpoint_id}"
