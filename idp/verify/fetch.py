"""A JWK Set over https (RFC 7517 §8.5, RFC 8725 §3.10): bounded in size and time, no redirects, no proxies, the system's certificates."""

from __future__ import annotations

import time
from collections.abc import Callable
from urllib.parse import urlsplit

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
LIMIT = 64 * 1024
"""Bytes of an answer."""
SECONDS = 3.0
_CHUNK = 16 * 1024
_OK = 200


def fetcher(url: str, *, seconds: float = SECONDS) -> Callable[[], bytes]:
    """A function that fetches `url`, in this many seconds at most.

    It raises OSError, ValueError or http.client.HTTPException when nothing usable came.

    Raises:
        ValueError: not an https URL. http is for this machine only.
    """
    parts = urlsplit(url)
    host, port, path = parts.hostname, parts.port, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    secure = parts.scheme == "https"
    if not host or parts.username or parts.fragment or not (secure or (parts.scheme == "http" and host in LOOPBACK)):
        raise ValueError(f"{url[:200]!r} is not an https URL")

    def fetch() -> bytes:
        from http.client import HTTPConnection, HTTPSConnection

        until = time.monotonic() + seconds
        connection = (HTTPSConnection if secure else HTTPConnection)(host, port, timeout=seconds)
        try:
            connection.request("GET", path, headers={"Accept": "application/jwk-set+json, application/json", "Connection": "close"})
            response = connection.getresponse()
            if response.status != _OK:
                raise ValueError(f"status {response.status}")
            body = b""
            while chunk := response.read1(_CHUNK):
                body += chunk
                if len(body) > LIMIT or time.monotonic() > until:
                    raise ValueError("too much, or too slow")
            return body
        finally:
            connection.close()

    return fetch
