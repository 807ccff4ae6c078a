"""Discord. `id` is the key; `verified` belongs to `email`, which is absent without the scope `email`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.services.upstream.shapes import standard
from idp.services.upstream.told import Told

if TYPE_CHECKING:
    from idp.domain.connections.connection import Connection
    from idp.domain.connections.identity import UpstreamIdentity
    from idp.services.upstream.shapes import Answers

_THEIRS = {"sub": "id", "preferred_username": "username", "name": "global_name", "email": "email", "locale": "locale"}


def identify(connection: Connection, answers: Answers) -> UpstreamIdentity:
    """Return the identity."""
    told = answers.resource.userinfo()
    members = {ours: told.get(theirs) for ours, theirs in _THEIRS.items()}
    known = Told({**members, "email_verified": told.get("verified")})
    return standard.build(connection, answers, known)
