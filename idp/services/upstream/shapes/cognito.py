"""Amazon Cognito. As the standards, but `email_verified` is a text in userinfo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.services.upstream.shapes import standard

if TYPE_CHECKING:
    from idp.domain.connections.connection import Connection
    from idp.domain.connections.identity import UpstreamIdentity
    from idp.services.upstream.shapes import Answers


def identify(connection: Connection, answers: Answers) -> UpstreamIdentity:
    """Return the identity. The text "true" counts as true."""
    return standard.build(connection, answers, standard.told(connection, answers), texts=True)
