"""Facebook. An address can be missing, and is no proof: nothing says that it was verified. Ids are different for each app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.services.upstream.shapes import standard
from idp.services.upstream.told import Told

if TYPE_CHECKING:
    from idp.domain.connections.connection import Connection
    from idp.domain.connections.identity import UpstreamIdentity
    from idp.services.upstream.shapes import Answers

_THEIRS = {"sub": "id", "given_name": "first_name", "family_name": "last_name"}


def identify(connection: Connection, answers: Answers) -> UpstreamIdentity:
    """Return the identity. Its address is never verified."""
    told = answers.resource.userinfo()
    members = {**told, **{ours: told.get(theirs) for ours, theirs in _THEIRS.items()}}
    return standard.build(connection, answers, Told(members), email_verified=False)
