"""The leaf of an audit event: a digest of all that the event says, which stays the same when a person is erased (threats R-07).

Personal values are not in the digest themselves. Each is covered by an HMAC under a key of its own, which comes from a random salt of
the event. An erasure removes value and salt and keeps the HMAC, which cannot be connected with the value any more.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idp.domain.audit.event import AuditEvent

PLAIN = ("type", "outcome", "actor", "subject", "target", "client_id", "reason", "org_id")
"""Members that stay after an erasure. An empty one is not part of the digest, so a new member changes no digest of an older event."""
PERSONAL = ("address", "request_id", "details")
"""Members that an erasure may remove. Each detail counts as a value of its own, `details.NAME`."""
_SALTED = ""
_CONTEXT = b"idp audit leaf 1\n"


@dataclass(frozen=True, slots=True)
class Cover:
    """What covers the personal values of one event.

    `salt`: 128 random bits as text; empty after an erasure, and for an event of a release that stored none. `rewritten`: an erasure wrote
    the event anew. Then `keys` has the key of each personal value that is still there, and `hidden` the HMAC of each that is gone.
    """

    salt: str = ""
    rewritten: bool = False
    keys: Mapping[str, str] = field(default_factory=dict)
    hidden: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_salted(self) -> bool:
        """Whether the event had a salt when it was written."""
        return bool(self.salt or self.hidden)


def personal_values(event: AuditEvent) -> dict[str, str]:
    """Return the personal values of the event by name."""
    values = {"address": event.address, "request_id": event.request_id}
    values.update({f"details.{name}": value for name, value in event.details.items()})
    return {name: value for name, value in values.items() if value}


def hidden_values(event: AuditEvent, cover: Cover) -> dict[str, str]:
    """Return the HMAC of each personal value, also of erased ones. Empty for an event without a salt, whose leaf leaves them out.

    One HMAC is about no value: it tells that there was a salt, also if there were no values. A value without a key was added after an
    erasure. Its HMAC is empty here, so the leaf differs.
    """
    if not cover.is_salted:
        return {}
    found = {**({_SALTED: _mac(_key(cover, _SALTED).encode(), "")} if cover.salt else {}), **cover.hidden}
    for name, value in personal_values(event).items():
        key = _key(cover, name)
        found[name] = _mac(key.encode(), value) if key and name not in cover.hidden else ""
    return found


def leaf_of(event: AuditEvent, hidden: Mapping[str, str]) -> str:
    """Return the leaf: SHA-256 in base64url. `hidden`: the HMACs of the personal values (`hidden_values`)."""
    told = {name: value for name in PLAIN if (value := getattr(event, name, ""))}
    content = {"id": event.id, "at": event.at, "hidden": dict(hidden), **told}
    return text_of(hashlib.sha256(_CONTEXT + canonical(content)).digest())


def cover_after(before: AuditEvent, after: AuditEvent, cover: Cover) -> Cover:
    """Return the cover of an event from which values were removed: `before` had them, `after` does not. The leaf stays the same."""
    if not cover.is_salted:
        return Cover(rewritten=True)
    macs, there = hidden_values(before, cover), personal_values(after)
    keys = {name: _key(cover, name) for name in there}
    return Cover(rewritten=True, keys=keys, hidden={name: mac for name, mac in macs.items() if name not in there})


def canonical(content: Mapping[str, object]) -> bytes:
    """Return JSON of texts and whole numbers in one form only: sorted names, no blanks, ASCII."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode("ascii")


def text_of(digest: bytes) -> str:
    """Return a digest in base64url without padding."""
    return urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def _key(cover: Cover, name: str) -> str:
    """Return the key of one value. A key does not lead back to the salt, so it says nothing about the other values."""
    return _mac(cover.salt.encode(), name) if cover.salt else cover.keys.get(name, "")


def _mac(key: bytes, text: str) -> str:
    return text_of(hmac.digest(key, text.encode("utf-8", "surrogatepass"), "sha256"))
