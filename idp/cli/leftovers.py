"""Searches all tables for what is left of an erased person: the user id, the addresses, and the hashes by which items of an address lie."""

from __future__ import annotations

import base64
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from idp.store import keys, sign_in_keys
from idp.store.erasures import copy_without_person, event_without_person
from idp.store.events import EventItem, OrganisationEventItem

if TYPE_CHECKING:
    from idp.store.database import Database, Raw
    from idp.wiring.all_services import AllServices

TABLES = ("directory", "state", "keys")
_WAITING = frozenset({"delivery", "device_code", "webhook_event", "webhook_dead"})
"""Kinds of items that may have the id alone until they expire: logout tokens for apps and answers for devices, within two days; events
for webhook endpoints, within eight."""
_ACTS = {"policy_version": "created_by", "live_policies": "published_by"}
"""Records of what an admin did to the deployment, which stay. By kind, the attribute with the id of the admin."""
_EVENTS = {EventItem.kind_name: event_without_person, OrganisationEventItem.kind_name: copy_without_person}
"""Audit events keep the id alone. By kind, what makes the event without the person's data."""
_ID = "A-Za-z0-9_-"
_LOCAL_PART = r"A-Za-z0-9.!#$%&'*+/=?^_`{|}~-"


@dataclass
class Leftovers:
    """What was found. `places`: number of items by table, form of the key and kind. `events`: audit events, and versions of
    policies, that keep the id alone.

    `waiting`: other items that have the id alone, and expire soon. `stripped`: audit events that were made pseudonymous by this search.
    """

    places: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    events: int = 0
    waiting: int = 0
    stripped: int = 0


def find_leftovers(
    services: AllServices, user_id: str, emails: Sequence[str], *, strip_events: bool, seen: Callable[[], None]
) -> Leftovers:
    """Read every item of every table, page by page. Reads only, except with `strip_events`. `seen` is called for each item.

    `emails`: canonical addresses. `strip_events`: remove the person's network address from events about others, in which they acted.
    """
    of_person, of_address = _needles(services, user_id, emails)
    found = Leftovers()
    for table in TABLES:
        for raw in services.database.scan(table):
            seen()
            text = "\n".join(_texts(raw))
            named, addressed = of_person.search(text), of_address.search(text) if of_address else None
            if named or addressed:
                _judge(found, services.database, table, raw, user_id, only_id=not addressed, strip=strip_events)
    return found


def _judge(found: Leftovers, database: Database, table: str, raw: Raw, user_id: str, *, only_id: bool, strip: bool) -> None:
    kind = raw.get("kind", {}).get("S", "")
    judge = _EVENTS.get(kind)
    if only_id and judge and (kept := judge(raw, user_id)):
        if kept != raw and strip:
            database.write_raw(table, [kept])
            found.stripped += 1
        if kept == raw or strip:
            found.events += 1
            return
    if only_id and kind in _ACTS and not _has(user_id, {name: value for name, value in raw.items() if name != _ACTS[kind]}):
        found.events += 1
        return
    if only_id and kind in _WAITING and not {"address", "user_agent"} & set(raw):
        found.waiting += 1
        return
    found.places[table, _form(raw), kind] += 1


def _needles(services: AllServices, user_id: str, emails: Sequence[str]) -> tuple[re.Pattern[str], re.Pattern[str] | None]:
    """The patterns of the user id, and of the addresses with the hashes by which items about them are found."""
    by_id = _pattern_of(user_id)
    parts: list[str] = []
    for email in emails:
        forms = {email, keys.part(email)}
        parts += [rf"(?<![{_LOCAL_PART}]){re.escape(form)}(?![A-Za-z0-9-]|\.[A-Za-z0-9])" for form in forms]
        hashes = (
            services.tickets.address_owner(email),
            services.throttling.trace(email),
            sign_in_keys.mail_problem(email).pk.partition("#")[2],
        )
        parts += [re.escape(one) for one in hashes]
    return by_id, re.compile("|".join(parts), re.IGNORECASE) if parts else None


def _pattern_of(user_id: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![{_ID}]){re.escape(user_id)}(?![{_ID}])")


def _has(user_id: str, raw: Raw) -> bool:
    return bool(_pattern_of(user_id).search("\n".join(_texts(raw))))


def _texts(value: Any) -> Iterator[str]:
    """Every text in an item in DynamoDB's JSON form: names and values at any depth, and what binary values contain."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, bytes):
        yield value.decode("latin-1")
    elif isinstance(value, dict):
        for name, each in value.items():
            yield name
            yield from _texts(base64.b64decode(each).decode("latin-1") if name == "B" and isinstance(each, str) else each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def _form(raw: Raw) -> str:
    """The form of the key, such as USER#…/SESSION#…, without what comes from outside."""
    return "/".join(re.sub("#.*", "#…", raw[name]["S"]) if "#" in raw[name]["S"] else _plain(raw[name]["S"]) for name in ("pk", "sk"))


def _plain(part: str) -> str:
    return part if re.fullmatch("[A-Z_]{1,40}", part) else "…"
