"""CloudFront in front of the gateway, if the deployment has it (deploy/edge, threats J-14).

CloudFront adds three headers: a secret, and the address and the country of the viewer. The function knows only the secret's SHA-256
(IDP_EDGE_SHA256). A request without the secret did not come through CloudFront and its firewall. It is refused, and the address and the
country that it names are not used.
"""

from __future__ import annotations

import re
from hmac import compare_digest
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from starlette.types import Scope

    from idp.settings import Settings

SECRET_HEADER = b"x-idp-edge"
VIEWER_HEADER = b"cloudfront-viewer-address"
COUNTRY_HEADER = b"cloudfront-viewer-country"
_COUNTRY = re.compile(rb"[A-Z]{2}\Z")


class Front:
    """Recognises requests that CloudFront sent. There are two digests while the secret is replaced.

    Clients with certificates use another host name, without CloudFront.
    """

    def __init__(self, settings: Settings) -> None:
        self._digests = settings.edge_sha256.split()
        self._direct = urlsplit(settings.mtls_url).netloc

    def __bool__(self) -> bool:
        return bool(self._digests)

    def viewer(self, scope: Scope) -> str | None:
        """The address of the viewer; None if the request did not come through CloudFront."""
        if self._is_direct(scope):
            return str(scope["client"][0])
        secrets, addresses = ([value for name, value in scope["headers"] if name == wanted] for wanted in (SECRET_HEADER, VIEWER_HEADER))
        if len(secrets) != 1 or len(addresses) != 1 or not self._is_secret(secrets[0]):
            return None
        return _address(addresses[0].decode("latin-1"))

    def country(self, scope: Scope) -> str:
        """The country of the viewer (ISO 3166-1 alpha-2), for a request that `viewer` accepted; empty if CloudFront does not say it."""
        stated = [value for name, value in scope["headers"] if name == COUNTRY_HEADER]
        known = len(stated) == 1 and _COUNTRY.match(stated[0]) and not self._is_direct(scope)
        return stated[0].decode("ascii") if known else ""

    def _is_direct(self, scope: Scope) -> bool:
        gateway = scope.get("aws.event", {}).get("requestContext", {})
        return bool(self._direct) and gateway.get("domainName") == self._direct

    def _is_secret(self, value: bytes) -> bool:
        from hashlib import sha256

        digest_sent = sha256(value).hexdigest()
        matches = [compare_digest(digest_sent, digest) for digest in self._digests]  # all, so that the time does not tell which one matches
        return any(matches)


def _address(value: str) -> str | None:
    """The address in `address:port`, or None. CloudFront writes IPv6 addresses with and without brackets."""
    from ipaddress import ip_address

    try:
        return str(ip_address(value.rpartition(":")[0].strip("[]")))
    except ValueError:
        return None
