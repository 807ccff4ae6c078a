"""How a key is built, and the keys of people, their sessions and their grants. The `*_keys.py` beside it have the other keys.

Components are percent-encoded, so that no id from outside can address another item (J-10).
"""

from __future__ import annotations

import hashlib
import re
from typing import NamedTuple
from urllib.parse import quote

_SAFE = "@.+-_~!$&'()*,;=:"
_LONGEST = 500
"""DynamoDB allows 2,048 bytes in a partition key and 1,024 in a sort key. Two components of this length fit into either."""
_IS_PLAIN = re.compile(rf"[A-Za-z0-9{re.escape(_SAFE)}]{{1,{_LONGEST}}}").fullmatch


class Key(NamedTuple):
    """A primary key: partition and sort key."""

    pk: str
    sk: str


def part(value: str) -> str:
    """One component of a key. '#', '%' and all characters other than plain ASCII are percent-encoded. A long or empty one becomes its hash.

    A hash begins with "%%", which no percent-encoded text does.
    """
    if _IS_PLAIN(value):  # most are, and the answer is the same
        return value
    encoded = quote(value, safe=_SAFE, errors="surrogatepass")
    return encoded if 0 < len(encoded) <= _LONGEST else "%%" + hashlib.sha256(encoded.encode()).hexdigest()


def user_pk(user_id: str) -> str:
    """The partition of everything about one user, in `directory` and in `state`."""
    return f"USER#{part(user_id)}"


def user(user_id: str) -> Key:
    """A user."""
    return Key(user_pk(user_id), "USER")


def email(normalised: str) -> Key:
    """The item that makes an email unique and finds its user."""
    return Key(f"EMAIL#{part(normalised)}", "EMAIL")


def consent(user_id: str, client_id: str) -> Key:
    """The consent of a user for a client."""
    return Key(user_pk(user_id), f"CONSENT#{part(client_id)}")


def session(user_id: str, session_id: str) -> Key:
    """A session of the user."""
    return Key(user_pk(user_id), f"SESSION#{part(session_id)}")


def grant(user_id: str, grant_id: str) -> Key:
    """A grant of the user: its code and its refresh token family."""
    return Key(user_pk(user_id), f"GRANT#{part(grant_id)}")


def revoked_token(jti: str) -> Key:
    """The mark that one access token was revoked."""
    return Key(f"JTI#{part(jti)}", "JTI")


def idempotency(principal: str, key: str) -> Key:
    """The stored answer to one POST request."""
    return Key(f"IDEMPOTENCY#{part(principal)}#{part(key)}", "IDEMPOTENCY")


def answer_about(owner: str, answer: str) -> Key:
    """The item by which a stored answer about a person is found. `owner`: as of a ticket. `answer`: the hash of the answer's key."""
    return Key(user_pk(owner), f"ANSWER#{part(answer)}")


def event(partition: str, at_ms: int, event_id: str) -> Key:
    """An audit event, sorted by time. `partition` is that of a user, of a client, or SYSTEM."""
    return Key(partition, f"EVENT#{at_ms:013d}#{part(event_id)}")


def used_once(kind: str, name: str) -> Key:
    """The mark that something was used. `kind` separates the marks of different things."""
    return Key(f"USED#{part(kind)}#{part(name)}", "USED")


MANAGED = "MANAGED"
"""The partition of the labels of objects that a declarative file manages."""


def managed_object(kind: str, object_id: str) -> Key:
    """The label of an object that a declarative file manages."""
    return Key(MANAGED, f"{part(kind)}#{part(object_id)}")


def device_code(user_code: str) -> Key:
    """A device authorization, by its user code."""
    return Key(f"DEVICE#{part(user_code)}", "DEVICE")


INVITATIONS = "INVITATIONS"
"""The partition of invitations."""


def invitation(invitation_id: str) -> Key:
    """An invitation."""
    return Key(INVITATIONS, part(invitation_id))


DELIVERIES = "DELIVERIES"
"""The partition of logout tokens that still have to be delivered. Where events are listed in shards, these are, too."""


def delivery(due: int, delivery_id: str) -> Key:
    """A logout token that is due at `due` (epoch seconds). Sorted by that time."""
    return Key(DELIVERIES, f"DELIVERY#{due:010d}#{part(delivery_id)}")


def delivery_of(partition: str, due: int, delivery_id: str) -> Key:
    """The same in a shard (`time_shards.delivery_partition`)."""
    return Key(partition, delivery(due, delivery_id).sk)


DELETIONS = "DELETIONS"
"""The partition of deletions that are not finished."""


def deletion(due: int, user_id: str) -> Key:
    """A deletion of a user that is due at `due` (epoch seconds). Sorted by that time."""
    return Key(DELETIONS, f"{due:010d}#{part(user_id)}")


def source(system: str, digest: str) -> Key:
    """The mark that a row of another system was imported. `digest`: the keyed hash of its id there."""
    return Key(f"SOURCE#{part(system)}#{part(digest)}", "SOURCE")
