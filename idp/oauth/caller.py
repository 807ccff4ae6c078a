"""Who calls an endpoint, as far as the connection and its headers say: nothing of it is proved yet."""

from __future__ import annotations

from dataclasses import dataclass, field

from idp.domain.sessions.request_origin import Origin


@dataclass(frozen=True, slots=True)
class Caller:
    """`authorization`: that header. `dpop`: each DPoP header as sent (RFC 9449 §4.3 allows one).

    `certificate`: the client certificate in PEM, from the gateway's own context and nowhere else (RFC 8705).
    `method` and `path` say what was asked: a DPoP proof has to be for them; the URL is the issuer's with this path.
    """

    authorization: str | None = None
    origin: Origin = field(default_factory=Origin)
    dpop: tuple[str, ...] = ()
    certificate: str | None = None
    method: str = "POST"
    path: str = ""
