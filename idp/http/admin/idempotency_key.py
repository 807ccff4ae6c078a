"""Idempotency-Key on POST: the same request again gets the same answer and has no second effect."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Header
from starlette.requests import Request
from starlette.responses import Response

from idp.domain.errors import Invalid
from idp.http.admin.gate import PRINCIPAL
from idp.services.admin.idempotency import Answer, Idempotent, digest

_JSON = "application/json"
_LONGEST_KEY = 255
"""Characters of an idempotency key."""


class Once:
    """A request that may have been sent before."""

    def __init__(self, idempotent: Idempotent, principal: str, key: str | None, request_digest: str) -> None:
        self._idempotent, self._principal, self._key, self._digest = idempotent, principal, key, request_digest

    def run(self, act: Callable[[], Answer]) -> Response:
        """Return the answer of `act`, or the stored answer of the same request."""
        answer = act() if self._key is None else self._idempotent.run_once(self._principal, self._key, self._digest, act)
        return respond(answer)


def respond(answer: Answer) -> Response:
    """Build the response."""
    headers = {**answer.headers, **({"Idempotency-Replayed": "true"} if answer.replayed else {})}
    return Response(answer.body, answer.status, headers, _JSON if answer.body else None)


async def read_idempotency_key(
    request: Request,
    key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            description="1 to 255 visible ASCII characters that you choose. Use a new key for each act. It is stored for a day.",
        ),
    ] = None,
) -> Once:
    """Read the key of the request. The route's scope is checked before, so a stored answer never goes to a caller without the scope."""
    if key is not None and not (0 < len(key) <= _LONGEST_KEY and all("!" <= character <= "~" for character in key)):
        raise Invalid("idempotency.key_malformed", field="Idempotency-Key")
    body = await request.json()
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"))
    told_apart_by = (request.method, request.url.path, request.headers.get("if-match", ""), canonical)
    return Once(request.app.state.idempotent, request.scope[PRINCIPAL].key, key, digest(*told_apart_by))


OnceOnly = Annotated[Once, Depends(read_idempotency_key)]
