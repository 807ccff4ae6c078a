"""Sends one request. `AdminClient` takes any function of this kind, for example one with a proxy, or one of a test."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from idp_admin_client.errors import NoAnswerError

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_LARGEST = 16 * 1024 * 1024
TIMEOUT = 30.0
"""Seconds for each step of a request."""


class Request(NamedTuple):
    """A request. `body`: None for none."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None = None


class Reply(NamedTuple):
    """A reply. The names of `headers` are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


Transport = Callable[[Request], Reply]


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A token goes to no other address than the one that was named."""

    def redirect_request(self, *_: object) -> None:
        return None


_opener = urllib.request.build_opener(_NoRedirect)


def send(request: Request) -> Reply:
    """Send a request by https, or by http to this machine. Redirects are not followed.

    Raises:
        NoAnswerError: there was no reply.
        ValueError: the URL is neither https nor of this machine.
    """
    url = urlsplit(request.url)
    if url.scheme != "https" and not (url.scheme == "http" and url.hostname in _LOOPBACK):
        raise ValueError("the issuer must be an https URL")
    asked = urllib.request.Request(request.url, request.body, dict(request.headers), method=request.method)  # noqa: S310  # checked above
    try:
        with _opener.open(asked, timeout=TIMEOUT) as answer:
            return _reply(answer.status, answer.headers.items(), answer.read(_LARGEST + 1))
    except urllib.error.HTTPError as error:
        with error:
            return _reply(error.code, error.headers.items(), error.read(_LARGEST + 1))
    except (OSError, http.client.HTTPException) as error:
        raise NoAnswerError(type(error).__name__) from error


def _reply(status: int, headers: list[tuple[str, str]], body: bytes) -> Reply:
    if len(body) > _LARGEST:
        raise NoAnswerError("the answer is too large")
    return Reply(status, {name.lower(): value for name, value in headers}, body)
