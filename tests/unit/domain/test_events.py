"""Events: what a change tells, and that nothing else leaves it (docs/webhooks.md)."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from idp.domain.events.catalogue import OF_AUDIT, OF_THINGS, TEST, THINGS, TYPES, schema_of
from idp.domain.events.event import LONGEST, Event
from idp.domain.events.from_change import KINDS, event_of
from idp.domain.streams.allowed import ALLOWED
from idp.domain.streams.record import read_record
from tests.support.stream_records import a_record

ROOT = Path(__file__).resolve().parents[3]
ITEMS: dict[str, dict[str, Any]] = {
    "user": {
        "user_id": {"S": "usr_1"},
        "email": {"S": "ada@example.com"},
        "disabled": {"BOOL": True},
        "roles": {"M": {"editor": {"S": "1"}}},
    },
    "client": {"client_id": {"S": "app"}},
    "connection": {"connection_id": {"S": "acme"}},
    "role": {"role_id": {"S": "rol_1"}, "name": {"S": "editor"}, "permissions": {"SS": ["a:b"]}},
    "group": {"group_id": {"S": "grp_1"}, "name": {"S": "staff"}, "roles": {"M": {"editor": {"S": "1"}}}},
    "organisation": {"org_id": {"S": "org_1"}, "slug": {"S": "acme"}, "name": {"S": "Acme"}},
    "member": {"org_id": {"S": "org_1"}, "user_id": {"S": "usr_1"}, "admin": {"BOOL": True}, "source": {"S": "admin"}},
}
AUDIT = {
    "kind": {"S": "event"}, "pk": {"S": "USER#usr_1"}, "sk": {"S": "EVENT#1#e"}, "type": {"S": "sign_in.failed"},
    "outcome": {"S": "failure"},
    "subject": {"S": "usr_1"}, "address": {"S": "203.0.113.9"}, "reason": {"S": "wrong_password"}, "request_id": {"S": "r"},
    "details": {"S": '{"locks": "1", "browser": "Firefox on 203.0.113.9", "email": "ada@example.com"}'},
}  # fmt: skip


def told(act: str, kind: str, attributes: dict[str, Any] | None = None) -> Event | None:
    """The event of a record about an item of this kind."""
    record = a_record(act, table="state" if kind in {"event", "session"} else "directory")
    image = record["dynamodb"]["OldImage" if act == "REMOVE" else "NewImage"]
    image |= {"kind": {"S": kind}, "version": {"N": "3"}, **ITEMS.get(kind, {}), **(attributes or {})}
    change = read_record(record)
    assert change is not None
    return event_of(change)


def fits(value: Any, schema: dict[str, Any]) -> bool:
    """Whether a value has the shape of a schema of the catalogue, which uses few words of JSON Schema."""
    if "const" in schema:
        return bool(value == schema["const"])
    kind = schema["type"]
    if kind == "object":
        known = schema.get("properties") or dict.fromkeys(value, schema["additionalProperties"])
        named = set(schema.get("required", ())) <= set(value) and (set(value) <= set(known) or bool(schema["additionalProperties"]))
        return named and all(fits(inner, known[name]) for name, inner in value.items() if name in known)
    if kind == "array":
        return isinstance(value, list) and all(fits(each, schema["items"]) for each in value)
    expected = {"string": str, "boolean": bool, "integer": int}[kind]
    return isinstance(value, expected) and (kind != "integer" or not isinstance(value, bool))


@pytest.mark.parametrize("kind", THINGS)
@pytest.mark.parametrize("name", ["INSERT", "MODIFY", "REMOVE"])
def test_an_event_about_a_thing_has_the_shape_of_its_schema_and_no_name_or_address(kind: str, name: str) -> None:
    """Of a removed thing only the ids are told."""
    event = told(name, kind)
    assert event is not None
    assert event.type in OF_THINGS
    body = json.loads(event.body())
    assert fits(body, schema_of(event.type)), body
    assert "ada@" not in event.body()
    assert name != "REMOVE" or set(body["data"]) == set(THINGS[kind].ids)


def test_what_changed_is_named_and_not_repeated() -> None:
    """An address or a claim is named only. A write that changed nothing is no event."""
    new = {"pk": {"S": "USER#usr_1"}, "sk": {"S": "USER"}, "kind": {"S": "user"}, **ITEMS["user"], "version": {"N": "4"}}
    record = a_record("MODIFY")
    record["dynamodb"] |= {
        "NewImage": new,
        "OldImage": {**new, "email": {"S": "old@example.com"}, "disabled": {"BOOL": False}, "version": {"N": "3"}},
    }
    change = read_record(record)
    assert change is not None
    event = event_of(change)
    assert event is not None
    assert event.data["changed"] == ["disabled", "email"]
    assert "example.com" not in event.body()
    record["dynamodb"]["OldImage"] = new
    same = read_record(record)
    assert same is not None
    assert event_of(same) is None


def test_a_write_that_only_another_consumer_has_to_know_is_no_event() -> None:
    """The stamp of sessions leaves the record for shared signals. A webhook would get an event in which nothing changed."""
    new = {"pk": {"S": "USER#usr_1"}, "sk": {"S": "USER"}, "kind": {"S": "user"}, **ITEMS["user"], "version": {"N": "4"}}
    record = a_record("MODIFY")
    record["dynamodb"] |= {"NewImage": {**new, "security_stamp": {"N": "2"}}, "OldImage": {**new, "security_stamp": {"N": "1"}}}
    change = read_record(record)
    assert change is not None
    assert change.old != change.new
    assert event_of(change) is None


def test_an_audit_event_is_told_without_addresses() -> None:
    """Of its details only those that stay after an erasure."""
    event = told("INSERT", "event", AUDIT)
    assert event is not None
    assert fits(json.loads(event.body()), schema_of("sign_in.failed"))
    assert event.data["details"] == {"locks": "1"}
    assert not [word for word in ("203.0.113.9", "ada@", "Firefox") if word in event.body()]
    assert event.subject == "user:usr_1"


@pytest.mark.parametrize("attributes", [{"type": {"S": "user.created"}}, {"type": {"N": "1"}}, {"type": {"NULL": True}}])
def test_an_audit_event_that_repeats_a_thing_or_has_no_type_is_none(attributes: Any) -> None:
    """The changed item tells it, exactly if it was committed."""
    assert told("INSERT", "event", {**AUDIT, **attributes}) is None
    assert told("MODIFY", "event", AUDIT) is None
    assert told("INSERT", "session", {"user_id": {"S": "usr_1"}}) is None


def test_an_erasure_tells_no_earlier_event_again() -> None:
    """It writes the events of the person anew, the record of a sign-in and an attempt with an address under another key (R-03)."""
    assert told("INSERT", "event", {**AUDIT, "proof": {"S": '{"keys": {}, "hidden": {}}'}}) is None


def test_a_thing_that_was_removed_and_made_again_has_events_of_its_own() -> None:
    """A receiver ignores an id that it has had. The items have the same keys and versions (R-03)."""
    twice = [told(act, "member", {"version": {"N": "1"}}) for act in ("INSERT", "REMOVE") * 2]
    assert len({each.id for each in twice if each}) == len(twice)


def test_a_body_is_never_longer_than_a_receiver_takes() -> None:
    """What would be longer has the ids alone."""
    many = {"M": {f"role-{'x' * 60}-{number}": {"S": "1"} for number in range(500)}}
    event = told("INSERT", "user", {"roles": many})
    assert event is not None
    assert len(event.body()) < LONGEST
    assert json.loads(event.body())["data"] == {"user_id": "usr_1"}


def test_events_come_only_from_what_may_leave_a_record() -> None:
    """Each attribute of the catalogue is one of the allow-list."""
    for kind, thing in THINGS.items():
        assert {*thing.ids, *thing.told, *thing.names, *thing.watched} <= ALLOWED["directory"][kind]
    assert {*ALLOWED["directory"], *ALLOWED["state"]} >= KINDS


def test_every_type_that_the_code_writes_is_in_the_catalogue() -> None:
    """Types of audit events that are literals of the recorder's calls."""
    pattern = re.compile(r"\.(?:act|act_on_all|record|record_part|once_part|record_item|_event)\(\s*\"([a-z_]+\.[a-z_]+)\"")
    found = {each for path in (ROOT / "idp").rglob("*.py") for each in pattern.findall(path.read_text(encoding="utf-8"))}
    assert len(found) > 60
    repeated = {"membership.removed"}  # the event organization_member.deleted says it
    assert found - {*OF_AUDIT, *OF_THINGS, TEST, *repeated} == set()
    assert len(TYPES) == len(set(TYPES))
