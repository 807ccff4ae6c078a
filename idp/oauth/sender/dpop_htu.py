"""Whether the htu of a DPoP proof is an address of this provider (RFC 9449 §4.3 (9))."""

from __future__ import annotations

from urllib.parse import quote

from idp.verify.same_url import PLAIN, same_url


def is_address(htu: str, issuer: str, path: str) -> bool:
    """Whether `htu` is the decoded `path` at the issuer, in any spelling, "ignoring any query and fragment parts" (RFC 9449 §4.3)."""
    return same_url(htu, issuer + quote(path, safe="/" + PLAIN))
