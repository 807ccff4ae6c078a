"""Comparison of URLs without query and fragment, after normalisation (RFC 9449 §4.3 (9), RFC 3986 §6.2)."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_MAX = 2048
_PORTS = {"https": 443, "http": 80}
_ENCODED = re.compile("%([0-9A-Fa-f]{2})")
PLAIN = "-._~!$&'()*+,;=:@"
"""The characters that a path may contain unencoded (RFC 3986 §3.3). An encoded slash is not a separator and stays encoded."""


def same_url(one: str, other: str) -> bool:
    """Whether both are the same http or https URL, apart from query and fragment."""
    normal = _normalise(one)
    return normal is not None and normal == _normalise(other)


def _normalise(url: str) -> tuple[str, str, int, str] | None:
    if len(url) > _MAX or not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        return None
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not host or "@" in parts.netloc or "%" in parts.netloc:
        return None
    return parts.scheme, host, port or _PORTS[parts.scheme], _ENCODED.sub(_decode, parts.path) or "/"


def _decode(found: re.Match[str]) -> str:
    character = chr(int(found[1], 16))
    return character if character.isascii() and (character.isalnum() or character in PLAIN) else found[0].upper()
