"""The scopes of the admin API that a caller needs for some connections, in addition to connections:write (threats R-11, O-19).

The hook of a connection of type `password` decides whose password is right, also for people who have roles. A connection with
`link_verified` links people who exist without asking them. Whoever sets one can come as each of these people, as with a password that
they set. So it needs the scopes that set passwords and give roles. Neither concerns admins. connections:write alone is enough to switch
such a connection off, to delete it, or to take `link_verified` from it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from idp.domain.connections.connection import PASSWORD
from idp.domain.errors import Forbidden

if TYPE_CHECKING:
    from idp.domain.connections.connection import Connection
    from idp.services.audit.recorder import Actor

NEEDED = frozenset({"roles:write", "users:write"})


def require_power_over_people(before: Connection | None, after: Connection, by: Actor) -> None:
    """Check that the caller may make this connection, or change it from `before`.

    Raises:
        Forbidden: it asks another system about passwords or links people silently, and the caller's token lacks a scope.
    """
    only_off = before is not None and not after.enabled and replace(before, enabled=False) == after
    missing = NEEDED - by.held
    if (after.type == PASSWORD or after.link_verified) and missing and not only_off:
        raise Forbidden("admin_api.needs_scope", scopes=" ".join(sorted(missing)))
