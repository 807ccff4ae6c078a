"""A dependency for FastAPI.

reader = Require(verifier, scopes=["orders:read"])

@app.get("/orders")
def orders(token: Annotated[Token, Depends(reader)]) -> list[Order]: ...
"""

from __future__ import annotations

from collections.abc import Iterable

from fastapi import HTTPException, Request

from idp.verify.decisions import Decider
from idp.verify.functions import access, headers
from idp.verify.gateway.rules import Rules
from idp.verify.refused import Refused
from idp.verify.request import HttpRequest
from idp.verify.token import Token
from idp.verify.verifier import Verifier


class Require:
    """`base_url`: where callers reach the app, such as https://api.example.com. DPoP proofs are compared with it: without it tokens that
    are bound to a key are refused, since a Host header says nothing.
    """

    def __init__(
        self, verifier: Verifier, *, base_url: str = "", rules: Rules | None = None, decider: Decider | None = None,
        **needs: Iterable[str] | int | None,
    ) -> None:  # fmt: skip
        self._access, self._base_url = access(verifier, rules, decider, needs), base_url.rstrip("/")

    def __call__(self, request: Request) -> Token:
        """The verified token; HTTPException with the challenge when there is no access."""
        raw = request.scope.get("raw_path") or request.scope["path"].encode()
        url = self._base_url + raw.partition(b"?")[0].decode("latin-1") if self._base_url else ""
        seen = HttpRequest(request.method, url, request.headers.items())
        try:
            return self._access.check(seen, request.scope["path"], source_ip=request.client.host if request.client else "")
        except Refused as refused:
            said = {"error": refused.error or "unauthorized", "error_description": refused.description}
            raise HTTPException(refused.status, said, headers(refused)) from None
