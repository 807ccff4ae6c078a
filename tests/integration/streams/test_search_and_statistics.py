"""People are found, and hours are counted, by what the engines' streams tell (threats Q-09)."""

from __future__ import annotations

import importlib
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Unavailable
from idp.domain.people.search_words import Findable
from idp.domain.sessions.request_origin import Origin
from idp.services.audit.recorder import SYSTEM
from idp.services.keys.region_home import QUIET
from idp.services.keys.serving import StandsBy
from idp.store.sessions import item as session_item
from idp.wiring import build_services
from tests.support.table_stream import from_failure

if TYPE_CHECKING:
    from idp.domain.people.user import User
    from idp.wiring.all_services import AllServices
    from tests.integration.streams.conftest import Streamed

PLACE = Origin("192.0.2.7")


def take(streamed: Streamed) -> None:
    """Take what the streams have, and it is all done."""
    assert streamed.services.stream.take(streamed.read()) == {"batchItemFailures": []}


def person(streamed: Streamed, name: str, email: str = "ada@example.com") -> User:
    return streamed.services.user_service.create(email, None, scope=DEPLOYMENT, by=SYSTEM, claims={"name": name})


def found(streamed: Streamed, text: str) -> list[str]:
    return [user.id for user in streamed.services.user_service.search(text=text, scope=DEPLOYMENT, limit=20).items]


def words(streamed: Streamed, user_id: str) -> set[str]:
    raws = streamed.services.database.scan("directory")
    return {raw["word"]["S"] for raw in raws if raw["kind"] == {"S": "search_row"} and raw["user_id"] == {"S": user_id}}


def test_a_person_is_found_after_each_change_until_the_erasure(streamed: Streamed) -> None:
    people = streamed.services.user_service
    streamed.services.search_rebuild.run(scope=DEPLOYMENT)
    ada = person(streamed, "Ada Lovelace")
    assert found(streamed, "lovelace") == []
    take(streamed)
    assert found(streamed, "velac") == found(streamed, "ada@exam") == [ada.id]
    changed = people.patch(ada.id, {"claims": {"name": "Ada King"}, "email": "king@example.com"}, scope=DEPLOYMENT)
    take(streamed)
    assert found(streamed, "king") == [ada.id]
    assert found(streamed, "lovelace") == []
    assert words(streamed, ada.id) == {row.word for row in Findable.of(changed).rows()}
    people.delete(ada.id, scope=DEPLOYMENT)
    take(streamed)
    assert words(streamed, ada.id) == set()


def test_a_person_is_found_by_a_role_after_each_change_of_it(streamed: Streamed, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change of roles writes their rows and no row of a name. The person is found at once among people who come before in the list."""
    monkeypatch.setattr("idp.store.look_through.MOST", 2)
    monkeypatch.setattr("idp.store.look_through._CHUNK", 2)
    services = streamed.services
    services.search_rebuild.run(scope=DEPLOYMENT)
    for name in ("editor", "viewer"):
        services.role_service.create(name, permissions=[], scope=DEPLOYMENT)
    for number in range(5):
        person(streamed, "Somebody", f"a{number}@example.com")
    ada = person(streamed, "Ada Lovelace", "z@example.com")
    take(streamed)
    written: list[int] = []
    batch_write = services.database.batch_write

    def counted(*, puts: Any = (), deletes: Any = ()) -> None:
        puts, deletes = list(puts), list(deletes)
        written.append(len(puts) + len(deletes))
        batch_write(puts=puts, deletes=deletes)

    monkeypatch.setattr(services.database, "batch_write", counted)
    for roles, editors in ((["editor"], [ada.id]), (["editor", "viewer"], [ada.id]), (["viewer"], []), ([], [])):
        services.user_service.patch(ada.id, {"roles": roles}, scope=DEPLOYMENT)
        take(streamed)
        held = services.user_service.search(role="editor", scope=DEPLOYMENT, limit=20)
        assert ([user.id for user in held.items], held.more) == (editors, None)
    assert [each for each in written if each] == [1, 1, 1, 1]


def test_changes_of_anything_else_write_no_row(streamed: Streamed, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new password, a flag: neither costs a write. Nor does anything before the first rebuild."""
    ada = person(streamed, "Ada Lovelace")
    take(streamed)
    assert words(streamed, ada.id) == set()
    streamed.services.search_rebuild.run(scope=DEPLOYMENT)
    written: list[Any] = []

    def write(*what: Any) -> int:
        written.append(what)
        return 0

    monkeypatch.setattr(streamed.services.search_rows, "write", write)
    streamed.services.user_service.patch(ada.id, {"disabled": True}, scope=DEPLOYMENT)
    streamed.services.user_service.set_password(ada.id, "correct horse battery staple 7", scope=DEPLOYMENT)
    take(streamed)
    assert written == []


def test_records_that_come_again_or_late_leave_the_rows_of_now(streamed: Streamed) -> None:
    """Whole batches, old ones after new ones, and after the erasure."""
    people = streamed.services.user_service
    streamed.services.search_rebuild.run(scope=DEPLOYMENT)
    ada = person(streamed, "Ada Lovelace")
    made = streamed.read()
    people.patch(ada.id, {"claims": {"name": "Augusta Byron"}}, scope=DEPLOYMENT)
    first = streamed.read()
    now = people.patch(ada.id, {"claims": {"name": "Ada King"}}, scope=DEPLOYMENT)
    second = streamed.read()
    for batch in (made, first, second, made, second, first, made + first + second):
        assert streamed.services.stream.take(batch) == {"batchItemFailures": []}
        assert words(streamed, ada.id) == {row.word for row in Findable.of(now).rows()}
    people.delete(ada.id, scope=DEPLOYMENT)
    for batch in (streamed.read(), made, first + second):
        assert streamed.services.stream.take(batch) == {"batchItemFailures": []}
        assert words(streamed, ada.id) == set()


def test_an_import_is_found_after_its_records(streamed: Streamed) -> None:
    """More people than a batch of the writer has."""
    streamed.services.search_rebuild.run(scope=DEPLOYMENT)
    made = {person(streamed, f"Person Number{letter}", f"{letter}@firm.example").id for letter in "abcdefgh"}
    take(streamed)
    assert set(found(streamed, "umber")) == made
    assert set(found(streamed, "@firm.exam")) == made


def test_hours_are_counted_once_whatever_comes_again(streamed: Streamed) -> None:
    """Sign-ins by their sessions, failures by their events, people by their items."""
    streamed.clock.now = int(time.time())  # records have the time of the engine, and an event is not counted far from it
    begin = streamed.clock() - streamed.clock() % 3600
    ada = person(streamed, "Ada Lovelace")
    session = streamed.services.session_service.begin(ada, proved_for="", origin=PLACE, amr=("pwd",))
    streamed.services.database.put(session_item(session, retention=86400))
    for reason in ("wrong_password", "wrong_password", "unknown_email"):
        streamed.services.audit.record("sign_in.failed", origin=PLACE, outcome="failure", reason=reason, subject=ada.id)
    told = streamed.read()
    for _ in range(3):
        assert streamed.services.stream.take(told) == {"batchItemFailures": []}
    numbers: dict[str, int] = {}
    for hour in streamed.services.statistics.hours(begin - 3600, begin + 7200, scope=DEPLOYMENT):
        for name, number in hour.counts.items():
            numbers[name] = numbers.get(name, 0) + number
    assert numbers == {"people_added": 1, "sign_ins": 1, "sign_ins_failed_wrong_password": 2, "sign_ins_failed_unknown_email": 1}


def test_what_comes_again_for_another_consumer_is_counted_once(streamed: Streamed, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another consumer fails in the middle of a batch: what Lambda gives again is counted then, and not before."""
    streamed.services.search_rebuild.run(scope=DEPLOYMENT)
    for letter in "abcdef":
        person(streamed, f"Ada {letter}", f"{letter}@example.com")
    told = streamed.directory.read()
    numbers = [each["dynamodb"]["SequenceNumber"] for each in told]
    consumer, real = streamed.services.search_row_consumer, streamed.services.search_row_consumer.take
    monkeypatch.setattr(consumer, "take", lambda _: {numbers[3]})
    answer = streamed.services.stream.take(told)
    assert answer == {"batchItemFailures": [{"itemIdentifier": numbers[3]}]}
    monkeypatch.setattr(consumer, "take", real)
    again = from_failure(told, answer)
    assert len(again) == 3
    assert streamed.services.stream.take(again) == {"batchItemFailures": []}
    assert sum(_around(streamed, told)) == 6


def _around(streamed: Streamed, told: list[dict[str, Any]]) -> list[int]:
    at = int(told[0]["dynamodb"]["ApproximateCreationDateTime"])
    return [hour.counts.get("people_added", 0) for hour in streamed.services.statistics_store.hours(at - 86400, at + 86400)]


def test_a_store_that_does_not_answer_fails_the_batch_and_loses_nothing(streamed: Streamed, monkeypatch: pytest.MonkeyPatch) -> None:
    streamed.services.search_rebuild.run(scope=DEPLOYMENT)
    ada = person(streamed, "Ada Lovelace")
    told = streamed.read()

    def fails(*_: object) -> int:
        raise Unavailable(detail="down")

    with monkeypatch.context() as down:
        down.setattr(streamed.services.search_rows, "write", fails)
        answer = streamed.services.stream.take(told)
    again = from_failure(told, answer)
    assert again
    assert streamed.services.stream.take(again) == {"batchItemFailures": []}
    assert found(streamed, "lovelace") == [ada.id]


def test_what_the_region_before_writes_in_the_quiet_time_is_found(streamed: Streamed, monkeypatch: pytest.MonkeyPatch) -> None:
    """It serves until it reads the keys again. Its own function takes nothing by then, and the changes come again in the new region."""
    one = streamed.services
    eu, us = (build_services(replace(one.settings, region=name), clock=streamed.clock) for name in ("eu-central-1", "us-east-1"))
    one.search_rebuild.run(scope=DEPLOYMENT)
    eu.regions.start("eu-central-1", by=SYSTEM)
    eu.keyring.require_serving()
    function = importlib.import_module("idp.functions.stream")

    def give(services: AllServices, records: list[Any]) -> None:
        monkeypatch.setattr(function, "services", services)
        assert function.handler({"Records": records}, None) == {"batchItemFailures": []}

    bob = person(streamed, "Bob Wilson", "bob@example.com")
    give(us, streamed.read())
    assert words(streamed, bob.id) == set(), "it stands by"
    us.regions.activate(by=SYSTEM)
    ada = eu.user_service.create("ada@example.com", None, scope=DEPLOYMENT, by=SYSTEM, claims={"name": "Ada Lovelace"})
    records = streamed.read()
    give(eu, records)
    with pytest.raises(StandsBy):
        give(us, records)
    assert words(streamed, ada.id) == set()
    streamed.clock.advance(QUIET)
    give(us, records)
    assert words(streamed, ada.id)
