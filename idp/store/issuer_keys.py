"""Keys of trusted issuers, and of the links of their subjects to users (see `idp.store.keys`)."""

from __future__ import annotations

from idp.store.keys import Key, part, user_pk

ISSUERS = "ISSUERS"
"""The partition of the trusted issuers, which are few and read together."""


def trusted_issuer(issuer_id: str) -> Key:
    """A trusted issuer."""
    return Key(ISSUERS, part(issuer_id))


LINK = "LINK#"
"""The beginning of the sort keys of links."""


def issuer_link(user_id: str, link_id: str) -> Key:
    """The link of a subject of an issuer to this user. `link_id` has only letters, digits, - and _."""
    return Key(user_pk(user_id), LINK + part(link_id))


def issuer_subject(link_id: str) -> Key:
    """The item that links a subject of an issuer to one user only, and finds that user."""
    return Key(LINK + part(link_id), "LINK")
