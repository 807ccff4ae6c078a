"""Whether the htu of a DPoP proof is an address of ours (RFC 9449 §4.3 (9))."""

from __future__ import annotations

from urllib.parse import quote

from idp.verify.same_url import PLAIN, same_url


def names(htu: str, issuer: str, path: str) -> bool:
    """Whether `htu` names the decoded `path` at the issuer, "ignoring any query and fragment parts", and the spelling (RFC 9449 §4.3)."""
    return same_url(htu, issuer + quote(path, safe="/" + PLAIN))
