"""The signature of a token of an upstream: by a key and with the algorithm of its connection (OIDC Core §3.1.3.7, RFC 8725 §3.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.services.keys import jose
from idp.services.upstream.refusal import misconfigured, not_valid

if TYPE_CHECKING:
    from collections.abc import Collection

    from idp.domain.connections.connection import Connection
    from idp.services.upstream.patience import Patience
    from idp.services.upstream.upstream_keys import UpstreamKeys


def signed_claims(
    keys: UpstreamKeys, connection: Connection, token: str, patience: Patience, *, kinds: Collection[str], name: str
) -> dict[str, Any]:
    """Return the claims of a token that a key of this connection signed (number 6 to 8 of §3.1.3.7).

    `kinds`: the values of `typ` that count, in lower case (RFC 8725 §3.11: one kind is not accepted as another). `name`: for the log.

    Raises:
        UpstreamRefused: it is malformed, of another kind or algorithm, or no key of the connection verifies it.
    """
    if connection.signing_alg not in jose.VERIFYING:
        raise misconfigured(connection, "signing_alg is not supported")
    header = jose.unverified_header(token, jose.MAX_ID_TOKEN) if token else None
    if header is None:
        raise not_valid(connection, f"{name}: missing, malformed or too long")
    kind = header.get("typ", "JWT")
    if header.get("alg") != connection.signing_alg or not isinstance(kind, str) or kind.lower() not in kinds:
        raise not_valid(connection, f"{name}: alg or typ")
    for key in keys.find(connection, kid=header.get("kid"), patience=patience):
        if (claims := jose.verify(token, key, alg=connection.signing_alg)) is not None:
            return claims
    raise not_valid(connection, f"{name}: no key of this connection verifies it")
