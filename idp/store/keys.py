"""Builds every key. Components are percent-encoded, so that no id from outside can address another item (J-10)."""

from __future__ import annotations

import hashlib
import re
from typing import NamedTuple
from urllib.parse import quote

_SAFE = "@.+-_~!$&'()*,;=:"
_LONGEST = 500
"""DynamoDB allows 2,048 bytes in a partition key and 1,024 in a sort key. Two components of this length fit into either."""
_IS_PLAIN = re.compile(rf"[A-Za-z0-9{re.escape(_SAFE)}]{{1,{_LONGEST}}}").fullmatch


KEYS = "KEYS"
"""The partition of signing keys, sealing keys, the data key, the RP ID and the numbers of foreign hashes."""
MIGRATIONS = "MIGRATIONS"
"""The partition of the migration log."""


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


def client(client_id: str) -> Key:
    """A client."""
    return Key(f"CLIENT#{part(client_id)}", "CLIENT")


def session(user_id: str, session_id: str) -> Key:
    """A session of the user."""
    return Key(user_pk(user_id), f"SESSION#{part(session_id)}")


def grant(user_id: str, grant_id: str) -> Key:
    """A grant of the user: its code and its refresh token family."""
    return Key(user_pk(user_id), f"GRANT#{part(grant_id)}")


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


def client_pk(client_id: str) -> str:
    """The partition of everything about one client in `state`."""
    return f"CLIENT#{part(client_id)}"


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


def used_once(kind: str, name: str) -> Key:
    """The mark that something was used. `kind` separates the marks of different things."""
    return Key(f"USED#{part(kind)}#{part(name)}", "USED")


DETAIL_TYPES = "DETAIL_TYPES"
"""The partition of the types of authorization details, which are few and read together."""


def authorization_detail_type(name: str) -> Key:
    """A type of authorization details."""
    return Key(DETAIL_TYPES, part(name))


SCOPE_TEXTS = "SCOPE_TEXTS"
"""The partition of the texts of scopes, which are few and read together."""


def scope_text(scope: str) -> Key:
    """The texts of a scope."""
    return Key(SCOPE_TEXTS, part(scope))


MANAGED = "MANAGED"
"""The partition of the labels of objects that a declarative file manages."""


def managed_object(kind: str, object_id: str) -> Key:
    """The label of an object that a declarative file manages."""
    return Key(MANAGED, f"{part(kind)}#{part(object_id)}")


def device_code(user_code: str) -> Key:
    """A device authorization, by its user code."""
    return Key(f"DEVICE#{part(user_code)}", "DEVICE")


def first_key(alg: str) -> Key:
    """The mark that an algorithm has had its first active key."""
    return Key(KEYS, f"FIRST#{part(alg)}")


INITIAL_ACCESS_TOKENS = "INITIAL_ACCESS_TOKENS"
"""The partition of the initial access tokens, which are few and read together."""


def initial_access_token(token_id: str) -> Key:
    """An initial access token."""
    return Key(INITIAL_ACCESS_TOKENS, part(token_id))


INVITATIONS = "INVITATIONS"
"""The partition of invitations."""


def invitation(invitation_id: str) -> Key:
    """An invitation."""
    return Key(INVITATIONS, part(invitation_id))


def client_document(url: str) -> Key:
    """The fetched metadata document of a client_id that is a URL."""
    return Key(f"DOCUMENT#{part(url)}", "DOCUMENT")


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


def source(system: str, digest: str) -> Key:
    """The mark that a row of another system was imported. `digest`: the keyed hash of its id there."""
    return Key(f"SOURCE#{part(system)}#{part(digest)}", "SOURCE")
