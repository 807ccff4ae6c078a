"""The scopes of the admin API that a caller needs for a connection of type `password`, in addition to connections:write (threats R-11).

Its hook decides whose password is right, also for people who have roles: whoever sets it can come as each of them, as with a password
that they set. So it needs the scopes that set passwords and give roles, and nobody who waits has more authority than who set the hook.
Admins are never asked about. connections:write alone is enough to switch such a connection off, or to delete it.
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
        Forbidden: it asks another system about passwords, and the caller's token lacks a scope.
    """
    only_off = before is not None and not after.enabled and replace(before, enabled=False) == after
    missing = NEEDED - by.held
    if after.type == PASSWORD and missing and not only_off:
        raise Forbidden("admin_api.needs_scope", scopes=" ".join(sorted(missing)))
