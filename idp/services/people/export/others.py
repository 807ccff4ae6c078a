"""Keeps other people out of the export: ids of other users become a word, and so does the network address of another person's act."""

from __future__ import annotations

from typing import Any

from idp.domain.people.user import may_be_user_id

ANOTHER = "another person"
_ATTEMPTS = "account"
"""The detail of an event with the keyed hash of an address."""


def without_others(event: dict[str, Any], user_id: str) -> dict[str, Any]:
    """Return the row of an event without what is about other people.

    An act of an admin has the admin's network address and request id, so they are left out. The address of a sign-in that failed stays,
    although the person who tried is not known: the owner needs it to judge the attempt.
    """
    if _is_other(event.get("by"), user_id):
        event = {**event, "network_address": None, "request_id": None}
    details = {name: text for name, text in (event.get("details") or {}).items() if name != _ATTEMPTS}
    replaced = {name: ANOTHER if _is_other(value, user_id) else value for name, value in event.items()}
    return {**replaced, "details": {name: ANOTHER if _is_other(text, user_id) else text for name, text in details.items()}}


def _is_other(value: object, user_id: str) -> bool:
    return isinstance(value, str) and may_be_user_id(value) and value != user_id
