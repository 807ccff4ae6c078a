"""The client data that the browser signs (WebAuthn Level 3 §5.8.1): which ceremony, which challenge, which page."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from idp.domain.passkeys.refusal import MalformedResponse, RefusedCeremony
from idp.verify import strict_json

if TYPE_CHECKING:
    from collections.abc import Container

CREATE, GET = "webauthn.create", "webauthn.get"


def check_client_data(raw: bytes, *, ceremony: str, challenge: str, origins: Container[str]) -> None:
    """Check the client data. `challenge`: ours, in base64url. `origins`: all origins whose pages may ask.

    The challenge is compared as text, so it has one spelling. An origin is compared as a whole: no subdomain, no other port or scheme
    (§13.4.9). Our pages are never in a frame, so `crossOrigin` must not be true and `topOrigin` must be absent (§7.1 steps 10 and 11).

    Raises:
        RefusedCeremony: a check fails.
    """
    try:
        data = strict_json.loads(raw)
    except ValueError:
        raise MalformedResponse("client_data") from None
    sent = data.get("challenge")
    if data.get("type") != ceremony:
        raise RefusedCeremony("ceremony")
    if not isinstance(sent, str) or not hmac.compare_digest(sent.encode(), challenge.encode()):
        raise RefusedCeremony("challenge")
    if not isinstance(data.get("origin"), str) or data["origin"] not in origins:
        raise RefusedCeremony("origin")
    if data.get("crossOrigin", False) is not False or "topOrigin" in data:
        raise RefusedCeremony("cross_origin")
