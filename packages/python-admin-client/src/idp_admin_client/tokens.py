"""Access tokens of a service client, by the client_credentials grant."""

from __future__ import annotations

import base64
import json
import time
from typing import TYPE_CHECKING
from urllib.parse import quote_plus, urlencode

from idp_admin_client.errors import NoAnswerError, ProblemError
from idp_admin_client.transport import Request, send

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp_admin_client.transport import Transport

_EARLY = 30
_OK = 200


class ClientCredentials:
    """Gets a token when it is needed, and keeps it until half a minute before its end. Threads may share it."""

    def __init__(
        self, issuer: str, client_id: str, client_secret: str, scope: str, *, transport: Transport = send,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        """`scope`: the OAuth scopes, separated by spaces. `clock`: seconds."""
        self._url, self._transport, self._clock = issuer.rstrip("/") + "/token", transport, clock
        pair = f"{quote_plus(client_id)}:{quote_plus(client_secret)}"  # RFC 6749 §2.3.1
        self._basic = base64.b64encode(pair.encode()).decode()
        self._form = urlencode({"grant_type": "client_credentials", "scope": scope}).encode()
        self._token, self._until = "", 0.0

    def __call__(self) -> str:
        """Return a token.

        Raises:
            ProblemError: the token endpoint refused.
            NoAnswerError: it did not answer.
        """
        if self._clock() >= self._until:
            headers = {"Authorization": f"Basic {self._basic}", "Content-Type": "application/x-www-form-urlencoded"}
            reply = self._transport(Request("POST", self._url, headers, self._form))
            if reply.status != _OK:
                raise ProblemError(reply)
            try:
                found = json.loads(reply.body)
                token, lifetime = str(found["access_token"]), float(found.get("expires_in", 0))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise NoAnswerError("the answer has no token") from error
            self._token, self._until = token, self._clock() + lifetime - _EARLY
        return self._token

    def forget(self) -> None:
        """Get another token for the next call."""
        self._until = 0.0
