"""The parts of an HTTP request that matter for its token."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from idp.verify.record import Record

Headers = Mapping[str, str] | Iterable[tuple[str, str]]


class HttpRequest(Record):
    """`url`: the URL that the caller used, determined without the Host header. `headers`: names in any case; a name may be repeated.

    `client_certificate`: the certificate of the TLS connection as PEM or DER, as the gateway reports it; never from a header (RFC 8705).
    """

    method: str
    url: str
    headers: Headers = ()
    client_certificate: str | bytes | None = None

    def __repr__(self) -> str:
        """Without headers, because they contain tokens."""
        return f"HttpRequest({self.method!r}, {self.url!r})"

    def values(self, name: str) -> list[str]:
        """All values of a header. `name` in lower case."""
        pairs = self.headers.items() if isinstance(self.headers, Mapping) else self.headers
        return [value for given, value in pairs if given.lower() == name]
