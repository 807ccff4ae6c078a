"""What is true of DPoP proofs without keys and clocks: their algorithms, and whether an htu is a URL of ours (RFC 9449 §4.3 (9))."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

ALGORITHMS = ("ES256", "PS256", "RS256", "Ed25519", "EdDSA")
"""What proofs may be signed with; EdDSA is the name that Ed25519 had before RFC 9864, and no other curve."""
MAX_LENGTH = 2048
_PORTS = {"https": 443, "http": 80}
_PLAIN = "-._~!$&'()*+,;=:@"
"""What a path may hold as it is (RFC 3986 §3.3). A / that was encoded divides nothing, and stays encoded."""
_ENCODED = re.compile("%([0-9A-Fa-f]{2})")


def same_url(htu: str, issuer: str, path: str) -> bool:
    """Whether `htu` names the decoded `path` at the issuer, "ignoring any query and fragment parts", and the spelling (RFC 3986 §6.2)."""
    expected = _normal(issuer + quote(path, safe="/" + _PLAIN))
    return expected is not None and _normal(htu) == expected


def _normal(url: str) -> tuple[str, str, int | None, str] | None:
    """Scheme, host, port and path in one spelling; None for what is no such URL."""
    if len(url) > MAX_LENGTH or not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        return None
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not host or "@" in parts.netloc or "%" in parts.netloc:
        return None
    return parts.scheme, host, port or _PORTS[parts.scheme], _ENCODED.sub(_decoded, parts.path) or "/"


def _decoded(found: re.Match[str]) -> str:
    """§6.2.2.2: what needs no encoding is decoded; the rest is written in capitals (§6.2.2.1)."""
    character = chr(int(found[1], 16))
    return character if character.isascii() and (character.isalnum() or character in _PLAIN) else found[0].upper()
