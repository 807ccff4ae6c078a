"""dpop_jkt: the thumbprint of the key that the code is bound to (RFC 9449 §10)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from idp.domain.errors import OAuthError

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.oauth.authorization.checks.draft import Draft
    from idp.oauth.params import Params

_THUMBPRINT = re.compile(r"[A-Za-z0-9_-]{43}")


def check(params: Params, client: Client, draft: Draft) -> None:
    """§10: "the JWK Thumbprint of the proof-of-possession public key using the SHA-256 hash function", base64url."""
    del client
    jkt = params.get("dpop_jkt")
    if jkt is not None and not _THUMBPRINT.fullmatch(jkt):
        raise OAuthError("invalid_request", "dpop.thumbprint_malformed")
    draft["dpop_jkt"] = jkt
