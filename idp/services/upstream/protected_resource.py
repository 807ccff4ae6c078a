"""Requests to an upstream with the access token of one sign-in: userinfo, and other addresses that identify the person (RFC 6750 §2.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from idp.adapters.outgoing import FetchRefused
from idp.services.upstream.refusal import misconfigured, not_valid, unreachable
from idp.verify import strict_json

if TYPE_CHECKING:
    from idp.adapters.outgoing import Fetcher
    from idp.domain.connections.connection import Connection
    from idp.services.upstream.patience import Patience

LIMIT = 128 * 1024
_OK, _SERVER, _TOO_MANY = 200, 500, 429


@dataclass(frozen=True)
class ProtectedResource:
    """The upstream's API for one access token."""

    fetcher: Fetcher
    connection: Connection
    access_token: str
    patience: Patience

    def read(self, url: str, *, accept: str = "application/json") -> Any:
        """Return the JSON value at `url`, which is an address of the connection and never one that an answer names.

        Raises:
            UpstreamRefused: the upstream refuses, does not answer in time, or its answer is not JSON.
        """
        if not url:
            raise misconfigured(self.connection, "no userinfo_endpoint")
        headers = {"Accept": accept, "Authorization": f"Bearer {self.access_token}"}
        try:
            answered = self.fetcher.send(url, method="GET", headers=headers, limit=LIMIT, timeout=self.patience.timeout())
        except FetchRefused as error:
            raise unreachable(self.connection, f"userinfo: {error.detail}") from error
        if answered.status == _TOO_MANY or answered.status >= _SERVER:
            raise unreachable(self.connection, f"userinfo: status {answered.status}")
        if answered.status != _OK:
            raise not_valid(self.connection, f"userinfo: status {answered.status}")
        try:
            return strict_json.parse(answered.body, digits=30, surrogates=True)
        except ValueError as error:
            raise not_valid(self.connection, "userinfo: not JSON") from error

    def userinfo(self) -> dict[str, Any]:
        """Return the object at the userinfo endpoint (OIDC Core §5.3.2)."""
        told = self.read(self.connection.userinfo_endpoint)
        if not isinstance(told, dict):
            raise not_valid(self.connection, "userinfo: not an object")
        return told
