"""Ids of connections. One of an organisation has the organisation's id before its own name: `org_….okta`.

An id of the deployment has no dot and no underscore, so none is ever taken for one of an organisation, and an organisation's id is never
used again.
"""

from __future__ import annotations

import re

OWN = re.compile(r"[a-z0-9][a-z0-9-]{0,39}", re.ASCII)
"""The id of a connection of the deployment, and of one of an organisation without the organisation's id."""
_OF_ORGANISATION = re.compile(r"org_[A-Za-z0-9_-]{1,60}\.[a-z0-9][a-z0-9-]{0,39}", re.ASCII)


def is_connection_id(text: str) -> bool:
    """Return whether a connection of the deployment or of an organisation can have this id."""
    return bool(OWN.fullmatch(text) or _OF_ORGANISATION.fullmatch(text))


def whole_id(own_id: str, org_id: str) -> str:
    """Return the id of a connection. `org_id`: of its organisation, or "" for one of the deployment."""
    return f"{org_id}.{own_id}" if org_id else own_id


def org_id_of(connection_id: str) -> str:
    """Return the id of the organisation that has the connection, or ""."""
    org_id, dot, _ = connection_id.partition(".")
    return org_id if dot else ""
