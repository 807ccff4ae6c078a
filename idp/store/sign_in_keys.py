"""Keys of what protects a sign-in: counters of failures, known browsers, tickets of mails, addresses that get no mail.

See `idp.store.keys` for how a key is built.
"""

from __future__ import annotations

import hashlib

from idp.store.keys import Key, part, user_pk


def throttle(kind: str, digest: str) -> Key:
    """A counter of failures. `kind` is account, device, address or another kind of a service."""
    return Key(f"THROTTLE#{part(kind)}#{part(digest)}", "THROTTLE")


DEVICE_LOCK = "LOCK#"
"""The beginning of the sort keys of locked browsers."""


def device_lock(user_id: str, digest: str) -> Key:
    """The mark that the counter of a browser of this user reached a lock."""
    return Key(user_pk(user_id), DEVICE_LOCK + part(digest))


def seen_place(user_id: str, digest: str) -> Key:
    """A place in which the user signed in. `digest`: the keyed hash of the network and the family of browsers."""
    return Key(user_pk(user_id), f"SEEN#{part(digest)}")


REMEMBERED_DEVICE = "DEVICE#"
"""The beginning of the sort keys of remembered devices."""


def remembered_device(user_id: str, device_id: str) -> Key:
    """A browser in which the user does not have to use the second factor for some days."""
    return Key(user_pk(user_id), REMEMBERED_DEVICE + part(device_id))


TICKETS = "TICKET"
"""What the sort keys of all tickets of an owner, and of the counts of their codes, begin with."""


def ticket(owner: str, kind: str, slot: str = "") -> Key:
    """The ticket of an owner (a user, or an address) and a kind. `slot`: for kinds of which an owner can have several."""
    return Key(user_pk(owner), f"{TICKETS}#{part(kind)}" + (f"#{part(slot)}" if slot else ""))


def ticket_codes(owner: str, kind: str) -> Key:
    """The count of codes of all tickets of an owner and a kind that has slots."""
    return Key(user_pk(owner), f"{TICKETS}_CODES#{part(kind)}")


def mail_problem(address: str) -> Key:
    """The mark that an address gets no mail, by the hash of the canonical address."""
    return Key(f"MAIL_PROBLEM#{hashlib.sha256(address.encode('utf-8', 'surrogatepass')).hexdigest()}", "MAIL_PROBLEM")


def attempts_pk(account: str) -> str:
    """The partition of events about an address without a user. `account` is the hash of the address."""
    return f"ATTEMPTS#{part(account)}"
