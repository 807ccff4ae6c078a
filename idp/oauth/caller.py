"""What the connection and the headers of a request say about the caller. None of it is verified yet."""

from __future__ import annotations

from typing import NamedTuple

from idp.domain.sessions.request_origin import Origin


class Caller(NamedTuple):
    """`authorization`: that header. `dpop`: each DPoP header as sent (RFC 9449 §4.3 allows only one).

    `certificate`: the client certificate in PEM. It comes from the gateway's own context, never from a header (RFC 8705).
    `method` and `path` are those of the request. A DPoP proof must be for this method and for the issuer's URL with this path.
    """

    authorization: str | None = None
    origin: Origin = Origin()
    dpop: tuple[str, ...] = ()
    certificate: str | None = None
    method: str = "POST"
    path: str = ""


class Credentials(NamedTuple):
    """The client id and the credentials of the caller, as parsed. `method`: as registered, for example `client_secret_basic`."""

    client_id: str
    method: str
    secret: str | None = None
    assertion: str | None = None
    caller: Caller = Caller()
