"""Looks a TXT record up by DNS over HTTPS (`IDP_DNS_RESOLVER`), through the fetch function, which limits it (threats O-11)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from idp.adapters.outgoing import FetchRefused
from idp.domain.errors import Forbidden, Unavailable
from idp.domain.organisations.txt_answer import texts
from idp.verify import strict_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.adapters.outgoing import Fetcher

LIMIT, TIMEOUT = 64 * 1024, 3.0
"""The greatest number of bytes of an answer, and of seconds for it."""


class ResolverSilent(Unavailable):
    """The resolver gave no usable answer: 503. It is not known whether there is a record. `detail`: for the log."""

    def __init__(self, detail: str) -> None:
        super().__init__("domain.resolver_silent", detail=detail)


class TxtLookup:
    """Asks the resolver. `resolver`: its URL, or "" if domains cannot be proved here."""

    def __init__(self, resolver: str, outgoing: Callable[[], Fetcher]) -> None:
        self._resolver, self._outgoing = resolver, outgoing

    def require_on(self) -> None:
        """Check that there is a resolver.

        Raises:
            Forbidden: there is none.
        """
        if not self._resolver:
            raise Forbidden("domain.off")

    def texts(self, name: str) -> frozenset[str]:
        """Return the texts of the TXT records of this name; none if there is no such record.

        Raises:
            Forbidden: there is no resolver.
            ResolverSilent: the resolver does not answer, or says something else than that.
        """
        self.require_on()
        try:
            url = f"{self._resolver}?{urlencode({'name': name, 'type': 'TXT'})}"
            fetched = self._outgoing().get(url, accept="application/dns-json", limit=LIMIT, timeout=TIMEOUT)
            found = texts(strict_json.loads(fetched.body), name)
        except (FetchRefused, ValueError) as error:
            detail = error.detail if isinstance(error, FetchRefused) else "malformed"
            raise ResolverSilent(f"the DNS resolver did not answer: {detail}") from error
        if found is None:
            raise ResolverSilent("the DNS resolver gave no usable answer")
        return found
