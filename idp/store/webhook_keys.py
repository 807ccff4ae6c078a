"""Keys of webhooks: endpoints, and what is due, tried and given up at each (see `idp.store.keys`)."""

from __future__ import annotations

import hashlib

from idp.store.keys import Key, part

WEBHOOKS = "WEBHOOKS"
"""The partition of the endpoints, which are few and read together."""
EVENT, DUE, ATTEMPT, DEAD, SENT = "EVENT#", "DUE#", "ATTEMPT#", "DEAD#", "SENT#"
"""The beginning of the sort keys of what an endpoint has in `state`."""


def webhook_endpoint(endpoint_id: str) -> Key:
    """An endpoint."""
    return Key(WEBHOOKS, f"ENDPOINT#{part(endpoint_id)}")


def webhook_pk(endpoint_id: str) -> str:
    """The partition of everything that is due, tried or given up at an endpoint."""
    return f"WEBHOOK#{part(endpoint_id)}"


def subject_mark(subject: str) -> str:
    """The digest of a subject, by which its events lie together. It has only letters and digits."""
    return hashlib.sha256(subject.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def webhook_event(endpoint_id: str, subject: str, order: str, event_id: str) -> Key:
    """An event that an endpoint has not got, sorted by its subject and its order. `subject`: as of `subject_mark`."""
    return Key(webhook_pk(endpoint_id), f"{EVENT}{part(subject)}#{part(order)}#{part(event_id)}")


def webhook_due(endpoint_id: str, due: int, subject: str, mark: str) -> Key:
    """A subject whose events have to be looked at, sorted by the time (epoch seconds). `mark`: random, so that none hides another."""
    return Key(webhook_pk(endpoint_id), f"{DUE}{due:010d}#{part(subject)}#{part(mark)}")


def webhook_rest(endpoint_id: str, subject: str) -> Key:
    """A subject whose first event failed, and waits."""
    return Key(webhook_pk(endpoint_id), f"REST#{part(subject)}")


def webhook_attempt(endpoint_id: str, at_ms: int, event_id: str) -> Key:
    """An attempt, sorted by the time (epoch milliseconds)."""
    return Key(webhook_pk(endpoint_id), f"{ATTEMPT}{at_ms:013d}#{part(event_id)}")


def webhook_dead(endpoint_id: str, event_id: str) -> Key:
    """An event that was given up."""
    return Key(webhook_pk(endpoint_id), DEAD + part(event_id))


def webhook_sent(endpoint_id: str, event_id: str) -> Key:
    """An event that arrived."""
    return Key(webhook_pk(endpoint_id), SENT + part(event_id))


def webhook_state(endpoint_id: str) -> Key:
    """How an endpoint does, and which worker has it."""
    return Key(webhook_pk(endpoint_id), "STATE")
