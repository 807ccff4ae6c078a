"""A token endpoint of an upstream at the network's edge, with rotation of refresh tokens (RFC 9700 §4.14.2).

A refresh token counts once. If it is sent again, all tokens of the person end, as at the providers that detect reuse.
"""

from __future__ import annotations

import json
import secrets
import threading
from base64 import b64encode
from typing import TYPE_CHECKING, NoReturn

from idp.adapters.outgoing import LIMIT_BYTES, NO_HEADERS, TIMEOUT, Answered, FetchRefused, Headers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class RotatingUpstream:
    """A `Fetcher`. `expires_in`: of its access tokens, in seconds. `before`: called before each answer, outside the lock."""

    def __init__(self, url: str, *, client: tuple[str, str] = ("ours", "secret"), expires_in: int | None = 3600) -> None:
        self._url, self._auth = url, "Basic " + b64encode(":".join(client).encode()).decode()
        self.expires_in = expires_in
        self.scope: str | None = None
        self.asked: list[str] = []
        self.reused = 0
        self.instead: Answered | FetchRefused | None = None
        self.before: Callable[[], None] = lambda: None
        self.live: set[str] = set()
        self._spent: set[str] = set()
        self._lock = threading.Lock()

    def refresh_token(self) -> str:
        """A new refresh token that counts."""
        made = f"refresh-{secrets.token_hex(8)}"
        self.live.add(made)
        return made

    def send(
        self, url: str, *, method: str = "POST", form: Mapping[str, str] | None = None, content: bytes = b"", headers: Headers = NO_HEADERS,
        limit: int = LIMIT_BYTES, timeout: float = TIMEOUT,
    ) -> Answered:  # fmt: skip
        """The answer to a refresh request (RFC 6749 §6)."""
        del content, limit, timeout
        assert (url, method) == (self._url, "POST")
        assert form
        self.before()
        with self._lock:
            self.asked.append(form["refresh_token"])
            if isinstance(self.instead, FetchRefused):
                raise self.instead
            if self.instead:
                return self.instead
            if headers.get("Authorization") != self._auth:
                return _answer(401, {"error": "invalid_client"})
            return self._rotated(form["refresh_token"])

    def _rotated(self, token: str) -> Answered:
        if token in self._spent:
            self.reused += 1
            self.live.clear()
        if token not in self.live:
            return _answer(400, {"error": "invalid_grant", "error_description": token})
        self.live.remove(token)
        self._spent.add(token)
        told = {
            "access_token": f"access-{secrets.token_hex(8)}", "token_type": "Bearer", "refresh_token": self.refresh_token(),
            "expires_in": self.expires_in, "scope": self.scope,
        }  # fmt: skip
        return _answer(200, {name: value for name, value in told.items() if value is not None})

    def get(self, *args: object, **kwargs: object) -> NoReturn:
        raise AssertionError(args, kwargs)

    def post(self, *args: object, **kwargs: object) -> NoReturn:
        raise AssertionError(args, kwargs)


def _answer(status: int, told: Mapping[str, object]) -> Answered:
    return Answered(status, json.dumps(told).encode(), {})
