"""Keys of shared signals: streams, and which apps get events about a person (see `idp.store.keys`)."""

from __future__ import annotations

from idp.store.keys import Key, part

SIGNALS = "SIGNALS"
"""The partition of the streams, which are few and read together."""


def signal_stream(client_id: str) -> Key:
    """The stream of a client. A client has one at most."""
    return Key(SIGNALS, f"STREAM#{part(client_id)}")


def signal_subject_pk(user_id: str) -> str:
    """The partition of the apps that get events about a person. It is not the person's own: it stays some days after an erasure."""
    return f"SIGNALS_OF#{part(user_id)}"


def signal_subject(user_id: str, client_id: str) -> Key:
    """That an app gets events about a person."""
    return Key(signal_subject_pk(user_id), f"CLIENT#{part(client_id)}")
