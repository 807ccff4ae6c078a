"""What tests of connections need: a fetcher that serves documents of upstreams, and bodies for the admin API."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from idp.adapters.outgoing import LIMIT_BYTES, NO_HEADERS, TIMEOUT, Answered, Fetched, FetchRefused, Headers

ISSUER = "https://acme.idp.example"
METADATA = "/.well-known/openid-configuration"
OIDC: dict[str, Any] = {
    "id": "acme", "preset": "oidc", "name": "Acme", "issuer": ISSUER, "client_id": "ours", "secret": "the-secret-of-acme",
}  # fmt: skip
OAUTH2: dict[str, Any] = {
    "id": "plain", "preset": "oauth2", "name": "Plain", "issuer": "https://plain.example", "client_id": "ours", "secret": "the-secret",
    "authorization_endpoint": "https://plain.example/authorize", "token_endpoint": "https://plain.example/token",
    "userinfo_endpoint": "https://plain.example/me", "scopes": ["me"], "claims": {"sub": "id"},
}  # fmt: skip


def metadata(issuer: str = ISSUER, **changes: Any) -> dict[str, Any]:
    """The metadata of an OpenID Connect upstream. None leaves a member out."""
    document = {
        "issuer": issuer, "authorization_endpoint": issuer + "/authorize", "token_endpoint": issuer + "/token",
        "jwks_uri": issuer + "/jwks", "userinfo_endpoint": issuer + "/me", "id_token_signing_alg_values_supported": ["ES256", "RS256"],
        "authorization_response_iss_parameter_supported": True, **changes,
    }  # fmt: skip
    return {name: value for name, value in document.items() if value is not None}


class Documents:
    """A fetcher at the network's edge: it answers what a test put there."""

    def __init__(self) -> None:
        self.bodies: dict[str, bytes] = {}

    def put(self, document: Mapping[str, Any], url: str = ISSUER + METADATA) -> None:
        """Serve this document at the URL."""
        self.bodies[url] = json.dumps(document).encode()

    def get(
        self, url: str, *, accept: str = "", limit: int = LIMIT_BYTES, timeout: float = TIMEOUT, headers: Headers = NO_HEADERS
    ) -> Fetched:
        del accept, timeout, headers
        if url not in self.bodies or len(self.bodies[url]) > limit:
            raise FetchRefused("nothing there")
        return Fetched(self.bodies[url], {})

    def post(self, url: str, form: Mapping[str, str], *, timeout: float = TIMEOUT) -> NoReturn:
        raise AssertionError(url, form, timeout)

    def send(self, *args: Any, **kwargs: Any) -> Answered:
        raise AssertionError(args, kwargs)
