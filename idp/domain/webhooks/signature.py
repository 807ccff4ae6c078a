"""Signatures of webhooks: Standard Webhooks 1.0.0, "Signature scheme", symmetric (v1, HMAC-SHA256)."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64encode
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

PREFIX = "whsec_"
"""What secrets begin with, as receivers get them."""
SECRET_BYTES = 32


def show(secret: bytes) -> str:
    """Return a secret as receivers configure it."""
    return PREFIX + b64encode(secret).decode()


def headers(secrets: Iterable[bytes], event_id: str, at: int, body: str) -> dict[str, str]:
    """Return the headers of a webhook: id, time of this attempt (epoch seconds), and one signature for each secret that is valid."""
    signed = f"{event_id}.{at}.{body}".encode()
    marks = [f"v1,{b64encode(hmac.new(each, signed, hashlib.sha256).digest()).decode()}" for each in secrets]
    return {"webhook-id": event_id, "webhook-timestamp": str(at), "webhook-signature": " ".join(marks)}
