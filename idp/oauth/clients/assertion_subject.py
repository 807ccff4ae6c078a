"""The client id in a client assertion, read before the assertion is verified (RFC 7521 §4.2)."""

from __future__ import annotations

from idp.services.keys import jose


def client_id_of(assertion: str) -> str | None:
    """The unverified subject of the assertion, or None if it has none.

    RFC 7521 §4.2: client_id is "unnecessary", since "the client is identified by the subject". It only selects the client to read.
    """
    claims = jose.unverified_claims(assertion)
    subject = claims.get("sub") if claims else None
    return subject if isinstance(subject, str) else None
