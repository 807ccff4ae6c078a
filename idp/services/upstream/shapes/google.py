"""Google. It decides about addresses of gmail.com, and about those of an organisation's domain, which `hd` names. For others it repeats a
word that may be old: the address of another mail service that was verified once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.services.upstream.shapes import standard

if TYPE_CHECKING:
    from idp.domain.connections.connection import Connection
    from idp.domain.connections.identity import UpstreamIdentity
    from idp.services.upstream.shapes import Answers

_OWN_MAIL = frozenset({"gmail.com", "googlemail.com"})


def identify(connection: Connection, answers: Answers) -> UpstreamIdentity:
    """Return the identity. `hd` counts as a claim of the ID Token only; in the request it is a hint that a person can remove."""
    known = standard.told(connection, answers)
    domain = (known.email() or "").rpartition("@")[2]
    hosted = answers.id_token.get("hd")
    decides = domain in _OWN_MAIL or (isinstance(hosted, str) and bool(domain) and hosted.lower() == domain)
    return standard.build(connection, answers, known, authoritative=known.email_verified() and decides)
