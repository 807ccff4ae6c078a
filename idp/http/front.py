"""What stands before the gateway, when something does: CloudFront (deploy/edge, threats J-14).

CloudFront says a word to the gateway that nobody else knows, and the address of who spoke to it. This side has the word's SHA-256 only
(IDP_EDGE_SHA256), which is no secret. A request without the word came around CloudFront, past its firewall: it is refused, and the
address that it names not believed.
"""

from __future__ import annotations

from hmac import compare_digest
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from starlette.types import Scope

    from idp.settings import Settings

WORD = b"x-idp-edge"
VIEWER = b"cloudfront-viewer-address"


class Front:
    """Knows CloudFront's requests. Two digests while the word changes; clients with certificates come by their own name, without it."""

    def __init__(self, settings: Settings) -> None:
        self._digests = settings.edge_sha256.split()
        self._direct = urlsplit(settings.mtls_url).netloc

    def __bool__(self) -> bool:
        return bool(self._digests)

    def viewer(self, scope: Scope) -> str | None:
        """The address of who sent the request, or None for one that came another way."""
        gateway = scope.get("aws.event", {}).get("requestContext", {})
        if self._direct and gateway.get("domainName") == self._direct:
            return str(scope["client"][0])
        words, addresses = ([value for name, value in scope["headers"] if name == wanted] for wanted in (WORD, VIEWER))
        if len(words) != 1 or len(addresses) != 1 or not self._knows(words[0]):
            return None
        return _address(addresses[0].decode("latin-1"))

    def _knows(self, word: bytes) -> bool:
        from hashlib import sha256

        said = sha256(word).hexdigest()
        return any([compare_digest(said, digest) for digest in self._digests])  # noqa: C419  # each is compared, whichever it is


def _address(given: str) -> str | None:
    """The address of `address:port`; CloudFront writes IPv6 with and without brackets."""
    from ipaddress import ip_address

    try:
        return str(ip_address(given.rpartition(":")[0].strip("[]")))
    except ValueError:
        return None
