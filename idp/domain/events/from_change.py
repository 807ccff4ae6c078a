"""Which event a change is, if it is one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.audit.pseudonymous import KEPT_DETAILS
from idp.domain.events.catalogue import ACTS, AUDIT_MEMBERS, OF_THINGS, THINGS, Thing
from idp.domain.events.event import Event
from idp.domain.streams.change import INSERT, MODIFY, REMOVE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.domain.streams.change import Change

KINDS = frozenset({*THINGS, "event", "session"})
"""The kinds of items that events come from."""
_BOOKKEEPING = frozenset({"updated_at", "version"})


def event_of(change: Change) -> Event | None:
    """Return the event that a change is. None if it is none: the use of a session, an item that changed in nothing that may be told, or an
    earlier event that an erasure wrote anew.
    """
    if thing := THINGS.get(change.kind):
        return _of_thing(thing, change)
    return _of_audit(change) if change.act == INSERT and not change.is_rewritten else None


def _of_thing(thing: Thing, change: Change) -> Event | None:
    item = change.new or change.old
    watched = (*thing.told, *thing.names, *thing.watched)
    if change.act == MODIFY and all(change.new.get(each) == change.old.get(each) for each in watched):
        # A write that changed nothing, of which AWS writes no record, or only what is for another consumer, such as `security_stamp`.
        return None
    if not all(isinstance(item.get(name), str) for name in thing.ids):
        return None
    data: dict[str, Any] = {name: item[name] for name in thing.ids}
    if change.act != REMOVE:
        data |= {name: item[name] for name in thing.told if item.get(name) is not None}
        data |= {name: sorted(item.get(name) or ()) for name in thing.names}
    if change.act == MODIFY:
        data["changed"] = [each for each in watched if each not in _BOOKKEEPING and change.old.get(each) != change.new.get(each)]
    subject = f"user:{item['user_id']}" if "user_id" in thing.ids else f"{thing.word}:{item[thing.ids[0]]}"
    return _event(change, f"{thing.word}.{ACTS[change.act]}", subject, data, str(item.get("org_id") or ""))


def _of_audit(change: Change) -> Event | None:
    """The event of an audit event. A session that is not the record of a sign-in has no type."""
    item = change.new
    type_ = item.get("type")
    if not isinstance(type_, str) or type_ in OF_THINGS:
        return None
    data: dict[str, Any] = {name: str(item[name]) for name in AUDIT_MEMBERS if item.get(name)}
    details = item.get("details")
    if isinstance(details, dict) and (kept := {name: str(details[name]) for name in sorted(details) if name in KEPT_DETAILS}):
        data["details"] = kept
    return _event(change, type_, _subject(item, type_), {"outcome": "success", **data}, str(item.get("org_id") or ""))


def _subject(item: Mapping[str, Any], type_: str) -> str:
    if item.get("subject"):
        return f"user:{item['subject']}"
    if item.get("client_id"):
        return f"client:{item['client_id']}"
    return f"{type_.partition('.')[0]}:{item.get('target') or ''}"


def _event(change: Change, type_: str, subject: str, data: Mapping[str, Any], org_id: str) -> Event:
    order = f"{change.at:010d}{change.sequence:0>40}"
    return Event(f"evt_{change.event_id}", type_, subject, change.at, order, data, org_id)
