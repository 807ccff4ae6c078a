"""The request that a token came with, as far as it matters to the token."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from idp.verify.record import Record

Headers = Mapping[str, str] | Iterable[tuple[str, str]]


class HttpRequest(Record):
    """`url`: as the caller addressed it, without trusting a header for its host. `headers`: names in any case, a repeated one repeated.

    `client_certificate`: PEM or DER of the certificate of the TLS connection, by the gateway's word, never a header's (RFC 8705).
    """

    method: str
    url: str
    headers: Headers = ()
    client_certificate: str | bytes | None = None

    def __repr__(self) -> str:
        """Without headers: there are tokens in them."""
        return f"HttpRequest({self.method!r}, {self.url!r})"

    def values(self, name: str) -> list[str]:
        """All values of a header."""
        pairs = self.headers.items() if isinstance(self.headers, Mapping) else self.headers
        return [value for given, value in pairs if given.lower() == name]
