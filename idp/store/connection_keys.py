"""Keys of connections, and of the people who signed in from a session of an upstream (see `idp.store.keys`)."""

from __future__ import annotations

from idp.store.keys import Key, part, user_pk

CONNECTION = "CONNECTION#"
"""The beginning of the sort keys of connections in the partition of their organisation."""


def connection(connection_id: str) -> Key:
    """A connection. One of an organisation (`org_….okta`) is in the organisation's partition."""
    org_id, dot, name = connection_id.partition(".")
    if dot:
        return Key(f"ORG#{part(org_id)}", CONNECTION + part(name))
    return Key(f"CONNECTION#{part(connection_id)}", "CONNECTION")


def former_connection(connection_id: str) -> Key:
    """The mark that a connection with this id was deleted."""
    return Key(f"CONNECTION#{part(connection_id)}", "FORMER")


def connection_buttons() -> Key:
    """What the sign-in page shows of all connections."""
    return Key("CONNECTIONS", "BUTTONS")


def upstream_session_pk(connection_id: str, digest: str) -> str:
    """The partition of the people who signed in from a session of an upstream. `digest`: of the id of that session."""
    return f"UPSTREAM#{part(connection_id)}#{part(digest)}"


def upstream_session(connection_id: str, digest: str, user_id: str) -> Key:
    """The item that finds a user by a session of an upstream."""
    return Key(upstream_session_pk(connection_id, digest), user_pk(user_id))
