"""Keys of the items in the table `keys`: signing keys, sealing keys, the data key, the RP ID, the log of migrations, and more.

All but the migrations share one partition, which one Query reads at the start of an environment.
"""

from __future__ import annotations

from idp.store.keys import Key, part

KEYS = "KEYS"
"""The partition of signing keys, sealing keys, the data key, the RP ID and the numbers of foreign hashes."""
MIGRATIONS = "MIGRATIONS"
"""The partition of the migration log."""


def signing_key(kid: str) -> Key:
    """A signing key."""
    return Key(KEYS, f"SIGNING#{part(kid)}")


def sealing_key(key_id: str) -> Key:
    """A sealing key."""
    return Key(KEYS, f"SEALING#{part(key_id)}")


def data_key() -> Key:
    """The data key, which KMS or the key file encrypts, and which encrypts private keys."""
    return Key(KEYS, "DATAKEY")


def derived_key(purpose: str) -> Key:
    """A key of another deployment, in place of the one that is derived here for this purpose."""
    return Key(KEYS, f"DERIVED#{part(purpose)}")


def rp_id() -> Key:
    """The RP ID of passkeys."""
    return Key(KEYS, "RPID")


def hash_mix() -> Key:
    """The numbers of foreign hashes. They are here because the Query of the keys reads them without another call."""
    return Key(KEYS, "HASHMIX")


def region_home() -> Key:
    """Which of two regions serves."""
    return Key(KEYS, "REGION")


def time_shards() -> Key:
    """The mark that new events are listed by time in shards. It is here because the Query of the keys reads it without another call."""
    return Key(KEYS, "TIMESHARDS")


def migration(name: str) -> Key:
    """The record that a migration ran."""
    return Key(MIGRATIONS, part(name))


def first_key(alg: str) -> Key:
    """The mark that an algorithm has had its first active key."""
    return Key(KEYS, f"FIRST#{part(alg)}")
