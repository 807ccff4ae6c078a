"""Keys of outbound provisioning: its targets, the accounts there, and those that are due (see `idp.store.keys`)."""

from __future__ import annotations

from idp.store.keys import Key, part

PROVISIONING = "PROVISIONING"
"""The partition of the provisioning targets in `directory`, and of their states in `state`."""


def provisioning_target(target_id: str) -> Key:
    """A provisioning target. The key of its state is the same, in another table."""
    return Key(PROVISIONING, f"TARGET#{part(target_id)}")


def provisioned_pk(target_id: str) -> str:
    """The accounts that people have at a target."""
    return f"PROVISIONED#{part(target_id)}"


def provisioned(target_id: str, user_id: str) -> Key:
    """The account of a user at a target."""
    return Key(provisioned_pk(target_id), f"USER#{part(user_id)}")


def provision_due_pk(target_id: str) -> str:
    """The users whose account at a target has to be looked at."""
    return f"PROVISION_DUE#{part(target_id)}"


def provision_due(target_id: str, due: int, mark: str) -> Key:
    """An account that has to be looked at, sorted by the time (epoch seconds). `mark`: random, so that no change hides behind another."""
    return Key(provision_due_pk(target_id), f"DUE#{due:010d}#{part(mark)}")


def provision_failed_pk(target_id: str) -> str:
    """The users whose account could not be brought up to date."""
    return f"PROVISION_FAILED#{part(target_id)}"


def provision_failed(target_id: str, user_id: str) -> Key:
    """A user whose account could not be brought up to date."""
    return Key(provision_failed_pk(target_id), f"USER#{part(user_id)}")
