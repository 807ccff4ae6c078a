"""The one place that writes keys. Components are percent-encoded, so that no id from outside addresses another item (J-10)."""

from __future__ import annotations

import hashlib
from typing import NamedTuple
from urllib.parse import quote

_SAFE = "@.+-_~!$&'()*,;=:"
_LONGEST = 500
"""DynamoDB takes 2,048 bytes of a partition key and 1,024 of a sort key; two components of this length fit in either."""


KEYS = "KEYS"
"""The partition of all keys."""
MIGRATIONS = "MIGRATIONS"
"""The partition of the migration log."""


class Key(NamedTuple):
    """A primary key: partition and sort key."""

    pk: str
    sk: str


def part(value: str) -> str:
    """One component of a key; '#' and '%' and all but plain ASCII become percent-encoded. What is too long or empty goes by its hash.

    "%%" begins no percent-encoding, so that a hash is nobody's name either.
    """
    encoded = quote(value, safe=_SAFE, errors="surrogatepass")
    return encoded if 0 < len(encoded) <= _LONGEST else "%%" + hashlib.sha256(encoded.encode()).hexdigest()


def user_pk(user_id: str) -> str:
    """The partition in which everything of one user lies, in `directory` and in `state`."""
    return f"USER#{part(user_id)}"


def user(user_id: str) -> Key:
    """The user."""
    return Key(user_pk(user_id), "USER")


def email(normalised: str) -> Key:
    """The item that makes an email unique and finds its user."""
    return Key(f"EMAIL#{part(normalised)}", "EMAIL")


def totp(user_id: str) -> Key:
    """The user's TOTP credential."""
    return Key(user_pk(user_id), "TOTP")


def recovery_codes(user_id: str) -> Key:
    """The user's recovery codes."""
    return Key(user_pk(user_id), "RECOVERY")


def consent(user_id: str, client_id: str) -> Key:
    """What the user allowed this client."""
    return Key(user_pk(user_id), f"CONSENT#{part(client_id)}")


def client(client_id: str) -> Key:
    """The client."""
    return Key(f"CLIENT#{part(client_id)}", "CLIENT")


def session(user_id: str, session_id: str) -> Key:
    """A session of the user."""
    return Key(user_pk(user_id), f"SESSION#{part(session_id)}")


def grant(user_id: str, grant_id: str) -> Key:
    """A grant of the user: its code and its refresh family."""
    return Key(user_pk(user_id), f"GRANT#{part(grant_id)}")


def throttle(kind: str, digest: str) -> Key:
    """A counter of failures: kind is account, device, address or another that a service names."""
    return Key(f"THROTTLE#{part(kind)}#{part(digest)}", "THROTTLE")


DEVICE_LOCK = "LOCK#"
"""How the sort keys of locked browsers begin."""


def device_lock(user_id: str, digest: str) -> Key:
    """That the counter of a browser of this user reached a lock."""
    return Key(user_pk(user_id), DEVICE_LOCK + part(digest))


def attempts_pk(account: str) -> str:
    """The partition of events about an address without an account, which `account` is the hash of."""
    return f"ATTEMPTS#{part(account)}"


def revoked_token(jti: str) -> Key:
    """The mark that one access token without a grant was revoked."""
    return Key(f"JTI#{part(jti)}", "JTI")


def idempotency(principal: str, key: str) -> Key:
    """The remembered answer to one POST."""
    return Key(f"IDEMPOTENCY#{part(principal)}#{part(key)}", "IDEMPOTENCY")


def event(partition: str, at_ms: int, event_id: str) -> Key:
    """An audit event; `partition` is a user's, a client's or the admins'. Sorts by time."""
    return Key(partition, f"EVENT#{at_ms:013d}#{part(event_id)}")


def client_pk(client_id: str) -> str:
    """The partition of what belongs to one client in `state`."""
    return f"CLIENT#{part(client_id)}"


def signing_key(kid: str) -> Key:
    """A signing key."""
    return Key(KEYS, f"SIGNING#{part(kid)}")


def sealing_key(key_id: str) -> Key:
    """A sealing key."""
    return Key(KEYS, f"SEALING#{part(key_id)}")


def data_key() -> Key:
    """The enveloped data key under which private parts lie."""
    return Key(KEYS, "DATAKEY")


def rp_id() -> Key:
    """The RP ID of passkeys."""
    return Key(KEYS, "RPID")


def migration(name: str) -> Key:
    """The record that a migration ran."""
    return Key(MIGRATIONS, part(name))


def used_once(kind: str, name: str) -> Key:
    """The mark that something was used: kind says what, so that no mark stands for another."""
    return Key(f"USED#{part(kind)}#{part(name)}", "USED")


DETAIL_TYPES = "DETAIL_TYPES"
"""The partition of the types of authorization details: few, and listed together."""


def authorization_detail_type(name: str) -> Key:
    """A type of authorization details."""
    return Key(DETAIL_TYPES, part(name))


SCOPE_TEXTS = "SCOPE_TEXTS"
"""The partition of the texts of scopes: few, and listed together."""


def scope_text(scope: str) -> Key:
    """The texts of a scope."""
    return Key(SCOPE_TEXTS, part(scope))


ISSUERS = "ISSUERS"
"""The partition of the issuers whose assertions are taken: few, and listed together."""


def trusted_issuer(issuer_id: str) -> Key:
    """An issuer."""
    return Key(ISSUERS, part(issuer_id))


LINK = "LINK#"
"""How the sort keys of links begin."""


def issuer_link(user_id: str, link_id: str) -> Key:
    """That a subject of an issuer is this user. `link_id`: letters, digits, - and _ alone."""
    return Key(user_pk(user_id), LINK + part(link_id))


def issuer_subject(link_id: str) -> Key:
    """The item that makes a subject of an issuer one user's, and finds that user."""
    return Key(LINK + part(link_id), "LINK")


def device_code(user_code: str) -> Key:
    """A device that waits for the answer of whoever types this code."""
    return Key(f"DEVICE#{part(user_code)}", "DEVICE")


def first_key(alg: str) -> Key:
    """The claim of an algorithm's first active key."""
    return Key(KEYS, f"FIRST#{part(alg)}")


INITIAL_ACCESS_TOKENS = "INITIAL_ACCESS_TOKENS"
"""The partition of the initial access tokens: few, and listed together."""


def initial_access_token(token_id: str) -> Key:
    """A permission to register clients."""
    return Key(INITIAL_ACCESS_TOKENS, part(token_id))


def client_document(url: str) -> Key:
    """The metadata document behind a client_id that is a URL, as it was fetched last."""
    return Key(f"DOCUMENT#{part(url)}", "DOCUMENT")


DELIVERIES = "DELIVERIES"
"""The partition of what is still to be sent out."""


def delivery(due: int, delivery_id: str) -> Key:
    """A logout token that is due; sorts by when."""
    return Key(DELIVERIES, f"DELIVERY#{due:010d}#{part(delivery_id)}")


ROLES = "ROLES"
"""The partition of roles and groups: few, and read together."""
ROLE, GROUP = "ROLE#", "GROUP#"
"""How their sort keys begin."""


def role(name: str) -> Key:
    """A role."""
    return Key(ROLES, ROLE + part(name))


def group(name: str) -> Key:
    """A group."""
    return Key(ROLES, GROUP + part(name))


POLICIES = "POLICIES"
"""The partition of the stored policies."""
POLICY_VERSION = "VERSION#"
"""How the sort keys of their versions begin."""


def policy_version(number: int) -> Key:
    """A version of the policies: written once, never changed. Sorts by number."""
    return Key(POLICIES, f"{POLICY_VERSION}{number:08d}")


def live_policies() -> Key:
    """The pointer to the version that is in force."""
    return Key(POLICIES, "LIVE")
