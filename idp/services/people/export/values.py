"""Attributes of items as values of JSON that a person can read."""

from __future__ import annotations

import base64
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from idp.domain.factors.totp import PERIOD
from idp.domain.people import former_emails
from idp.domain.people.terms import read_stored

if TYPE_CHECKING:
    from collections.abc import Mapping


def moment(seconds: float | None) -> str | None:
    """Return epoch seconds as RFC 3339 in UTC. None for no time, and for 0, which stands for none."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(int(seconds))) if seconds else None


def moment_of_step(step: float) -> str | None:
    """Return when a time step of an authenticator app began (RFC 6238 §4)."""
    return moment(int(step) * PERIOD)


def same(value: Any) -> Any:
    """Return text, boolean, object or None as it is."""
    return value


def members(value: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return an object; an empty one for none."""
    return dict(value or {})


def number(value: float | None) -> int | None:
    """Return a number as an integer."""
    return None if value is None else int(value)


def words(text: str | None) -> list[str]:
    """Return the words of a text that are separated by spaces."""
    return (text or "").split()


def names(assignments: Mapping[str, str] | None) -> list[str]:
    """Return the names of roles or groups, without their ids."""
    return sorted(assignments or {})


def is_there(value: object) -> bool:
    """Return whether the attribute exists. The value is not shown."""
    return bool(value)


def encoded(value: bytes) -> str:
    """Return bytes in base64url."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def instant(place: str) -> str | None:
    """Return the time of an event's place: milliseconds, '#', the id."""
    return moment(int(place.partition("#")[0]) // 1000)


def address_of_key(pk: str) -> str:
    """Return the address of the item that makes it unique."""
    return unquote(pk.partition("#")[2])


def former_addresses(former: Mapping[str, str] | None) -> list[dict[str, Any]]:
    """Return the addresses that were given up, and when."""
    kept = former or {}
    return [{"email": email, "given_up_at": moment(former_emails.given_up_at(kept, email))} for email in kept]


def accepted_terms(terms: Mapping[str, str] | None) -> list[dict[str, Any]]:
    """Return the terms that the person accepted."""
    return [{"of": each.owner, "version": each.version, "accepted_at": moment(each.at)} for each in read_stored(terms or {})]


def left_codes(codes: Mapping[str, str]) -> int:
    """Return how many recovery codes are unused. The codes are stored as MACs only."""
    from idp.store.factors import UNUSED

    return sum(used == UNUSED for used in codes.values())


def details_of_grant(more: Mapping[str, Any] | None) -> list[Any]:
    """Return the authorization details that the person allowed (RFC 9396)."""
    return list((more or {}).get("authorization_details", ()))
