"""Who calls an endpoint, as far as the connection and its headers say: nothing of it is proved yet."""

from __future__ import annotations

from typing import NamedTuple

from idp.domain.sessions.request_origin import Origin


class Caller(NamedTuple):
    """`authorization`: that header. `dpop`: each DPoP header as sent (RFC 9449 §4.3 allows one).

    `certificate`: the client certificate in PEM, from the gateway's own context and nowhere else (RFC 8705).
    `method` and `path` say what was asked: a DPoP proof has to be for them; the URL is the issuer's with this path.
    """

    authorization: str | None = None
    origin: Origin = Origin()
    dpop: tuple[str, ...] = ()
    certificate: str | None = None
    method: str = "POST"
    path: str = ""
