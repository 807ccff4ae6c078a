"""Records that engines themselves wrote, as the dispatcher reads them (threats R-01, R-03)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.streams.record import read_record
from idp.services.audit.recorder import SYSTEM

if TYPE_CHECKING:
    from idp.domain.streams.change import Change
    from tests.integration.streams.conftest import Streamed

SECRET = "correct horse battery staple 9"  # of a person of this test


def changes(streamed: Streamed) -> list[Change]:
    """What the streams have since the last time. Each record that passes the filters can be read."""
    found = [read_record(each) for each in streamed.read()]
    assert None not in found
    return [each for each in found if each]


def test_a_person_is_made_changed_and_erased(streamed: Streamed) -> None:
    """Both images of each change, without hashes. Other items of the same transactions pass no filter."""
    people = streamed.services.user_service
    ada = people.create("ada@example.com", SECRET, scope=DEPLOYMENT, by=SYSTEM).id
    made = changes(streamed)
    people.patch(ada, {"disabled": True, "claims": {"name": "Ada"}}, scope=DEPLOYMENT, by=SYSTEM)
    changed = changes(streamed)
    people.delete(ada, scope=DEPLOYMENT)
    removed = [each for each in changes(streamed) if each.kind == "user" and each.act == "remove"]
    assert [(each.kind, each.act) for each in made if each.table == "directory"] == [("user", "insert")]
    assert made[0].new["email"] == "ada@example.com"
    (change,) = [each for each in changed if each.table == "directory"]
    assert (change.act, change.old["disabled"], change.new["disabled"], change.new["claims"]) == ("modify", False, True, {"name": "Ada"})
    assert change.version == change.old["version"] + 1
    assert removed[0].old["user_id"] == ada
    assert removed[0].new == {}
    everything = [*made, *changed, *removed]
    assert "argon2" not in repr(everything)
    assert not {"password_hash", "factor_stamp"} & {name for each in everything for name in (*each.old, *each.new)}


def test_an_audit_event_is_told_once_and_whole(streamed: Streamed) -> None:
    """As it was written, with its details. The same write again makes no second record."""
    streamed.services.role_service.create("editor", scope=DEPLOYMENT, by=SYSTEM, permissions=["a:b"])
    told = changes(streamed)
    (event,) = [each for each in told if each.table == "state"]
    assert (event.kind, event.act, event.old) == ("event", "insert", {})
    assert event.new["type"] == "role.created"
    assert event.new["target"] == "editor"
    assert isinstance(event.new.get("details", {}), dict)
    assert [(each.kind, each.new["name"]) for each in told if each.table == "directory"] == [("role", "editor")]


def test_a_write_that_changes_nothing_is_no_change(streamed: Streamed) -> None:
    """AWS and DynamoDB Local write no record for it, dynoxide one whose images are equal. So a repeated write tells nothing twice."""
    from idp.store.users import Users

    ada = streamed.services.user_service.create("ada@example.com", None, scope=DEPLOYMENT)
    streamed.read()
    raw = [
        each for each in streamed.services.database.scan("directory") if each["pk"]["S"] == f"USER#{ada.id}" and each["sk"]["S"] == "USER"
    ]
    streamed.services.database.write_raw("directory", raw)
    assert [each for each in changes(streamed) if each.old != each.new] == []
    assert Users(streamed.services.database).get(ada.id) is not None
