"""Keys of what SCIM clients made, and of the clients themselves (see `idp.store.keys`)."""

from __future__ import annotations

from idp.store.keys import Key, part, user_pk
from idp.store.organisation_keys import org_pk

CLIENTS = "SCIM_CLIENTS"
"""The partition of the SCIM clients of the deployment, which are few and read together."""
CLIENT = "SCIM_CLIENT#"
"""The beginning of the sort keys of SCIM clients in the partition of their organisation."""
FORMER = "SCIM_FORMER#"
"""The beginning of the sort keys of the marks of those that were deleted."""


def client(client_id: str) -> Key:
    """A SCIM client, of the deployment or of an organisation."""
    org_id, dot, name = client_id.partition(".")
    return Key(org_pk(org_id), CLIENT + part(name)) if dot else Key(CLIENTS, part(client_id))


def former(client_id: str) -> Key:
    """The mark that an organisation had a SCIM client with this id, in the partition of the organisation."""
    org_id, _, name = client_id.partition(".")
    return Key(org_pk(org_id), FORMER + part(name))


def said_by(org_id: str) -> str:
    """The beginning of the sort keys of what SCIM clients of this organisation said about a user."""
    return SAID + part(f"{org_id}.")


def groups_of(org_id: str) -> str:
    """The beginning of the sort keys of a user's groups of SCIM clients of this organisation."""
    return GROUP + part(f"{org_id}.")


SAID = "SCIM#"
"""The beginning of the sort key of what a SCIM client said about a user."""
GROUP = "SCIM_GROUP#"
"""The beginning of the sort keys of a user's groups of SCIM clients."""
PEOPLE, GROUPS = "USER#", "GROUP#"
"""The beginnings of the sort keys of the people and groups in the partition of a SCIM client."""


def pk(client_id: str) -> str:
    """The partition of all that a SCIM client made: its people by id, its groups, and what both are found by."""
    return SAID + part(client_id)


def user(user_id: str, client_id: str) -> Key:
    """What a SCIM client said about a user."""
    return Key(user_pk(user_id), SAID + part(client_id))


def owned(client_id: str, user_id: str) -> Key:
    """The mark that a SCIM client made this user."""
    return Key(pk(client_id), PEOPLE + part(user_id))


def name(client_id: str, kind: str, name: str) -> Key:
    """The item by which a userName or a displayName is unique for a SCIM client. `kind`: User or Group."""
    return Key(pk(client_id), f"NAME#{part(kind)}#{part(name)}")


def external_prefix(client_id: str, kind: str, external_id: str) -> tuple[str, str]:
    """The partition, and what the sort keys of the items with this externalId begin with."""
    return pk(client_id), f"EXT#{part(kind)}#{part(external_id)}#"


def external(client_id: str, kind: str, external_id: str, found: str) -> Key:
    """The item by which an externalId finds a person or a group. Several may have the same one."""
    partition, begins = external_prefix(client_id, kind, external_id)
    return Key(partition, begins + part(found))


def count(client_id: str, kind: str, shard: int) -> Key:
    """A part of the number of people or groups of a SCIM client."""
    return Key(pk(client_id), f"COUNT#{part(kind)}#{shard}")


def group(client_id: str, group_id: str) -> Key:
    """A group of a SCIM client."""
    return Key(pk(client_id), GROUPS + part(group_id))


def members_pk(client_id: str, group_id: str) -> str:
    """The partition of the members of a group."""
    return f"{GROUP}{part(client_id)}#{part(group_id)}"


def member(client_id: str, group_id: str, user_id: str) -> Key:
    """The mark that a user is in a group of a SCIM client, in the partition of the group."""
    return Key(members_pk(client_id, group_id), part(user_id))


def membership(user_id: str, client_id: str, group_id: str) -> Key:
    """The same mark in the partition of the user."""
    return Key(user_pk(user_id), members_pk(client_id, group_id))
