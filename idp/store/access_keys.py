"""Keys of roles, groups and policies (see `idp.store.keys`)."""

from __future__ import annotations

from idp.store.keys import Key, part

ROLES = "ROLES"
"""The partition of roles and groups, which are few and read together."""
ROLE, GROUP = "ROLE#", "GROUP#"
"""The beginning of their sort keys."""


def role(name: str) -> Key:
    """A role."""
    return Key(ROLES, ROLE + part(name))


def group(name: str) -> Key:
    """A group."""
    return Key(ROLES, GROUP + part(name))


POLICIES = "POLICIES"
"""The partition of the stored policies."""
POLICY_VERSION = "VERSION#"
"""The beginning of the sort keys of their versions."""


def policy_version(number: int) -> Key:
    """A version of the policies, which is never changed. Sorted by number."""
    return Key(POLICIES, f"{POLICY_VERSION}{number:08d}")


def live_policies() -> Key:
    """The pointer to the live version."""
    return Key(POLICIES, "LIVE")
