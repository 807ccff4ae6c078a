"""A dependency for FastAPI.

reader = Require(verifier, scopes=["orders:read"])

@app.get("/orders")
def orders(token: Annotated[Token, Depends(reader)]) -> list[Order]: ...
"""

from __future__ import annotations

from collections.abc import Iterable

from fastapi import HTTPException, WebSocketException
from fastapi.requests import HTTPConnection

from idp.verify.decisions import Decider
from idp.verify.functions import access, error_members, headers
from idp.verify.gateway.rules import Rules
from idp.verify.refused import Refused
from idp.verify.request import HttpRequest
from idp.verify.token import Token
from idp.verify.verifier import Verifier

_POLICY = 1008
"""RFC 6455 §7.4.1: "violates its policy"."""


class Require:
    """A dependency that checks the token of a request or WebSocket.

    `base_url` is the URL at which callers reach the app, such as https://api.example.com. DPoP proofs are compared with it. Without it,
    tokens that are bound to a key are refused, because the Host header cannot be trusted.
    """

    def __init__(
        self, verifier: Verifier, *, base_url: str = "", rules: Rules | None = None, decider: Decider | None = None,
        **needs: Iterable[str] | int | None,
    ) -> None:  # fmt: skip
        self._access, self._base_url = access(verifier, rules, decider, needs), base_url.rstrip("/")

    def __call__(self, connection: HTTPConnection) -> Token:
        """The verified token.

        Raises:
            HTTPException: there is no access; it has the status and the challenge.
            WebSocketException: the same for a WebSocket, before it is accepted.
        """
        scope = connection.scope
        raw = scope.get("raw_path") or scope["path"].encode()
        url = self._base_url + raw.partition(b"?")[0].decode("latin-1") if self._base_url else ""
        seen = HttpRequest(scope.get("method", "GET"), url, connection.headers.items())
        try:
            return self._access.check(seen, scope["path"], source_ip=connection.client.host if connection.client else "")
        except Refused as refused:
            if scope["type"] == "websocket":
                raise WebSocketException(_POLICY) from None
            raise HTTPException(refused.status, error_members(refused), headers(refused)) from None
