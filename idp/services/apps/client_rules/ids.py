"""The id of a client that its maker chooses: never one that a user or an actor of an audit event could have (threats B-18)."""

from __future__ import annotations

import re

from idp.domain.errors import Invalid
from idp.domain.people.user import ID_PREFIX as USER_ID_PREFIX
from idp.domain.people.user import may_be_user_id

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{1,127}", re.ASCII)
# Audit events use these names for actors that are not clients (Actor).
_RESERVED = frozenset({"system", "cli"})


def checked(chosen: object) -> str:
    """Return the id. Raises Invalid if no client can have it."""
    if not isinstance(chosen, str) or not _ID.fullmatch(chosen):
        raise Invalid("client.id_malformed", field="client_id")
    if chosen.startswith(USER_ID_PREFIX) or may_be_user_id(chosen) or chosen in _RESERVED:
        raise Invalid("client.id_reserved", prefix=USER_ID_PREFIX, field="client_id")
    return chosen
