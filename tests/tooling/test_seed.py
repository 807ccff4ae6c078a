"""`python -m bench.seed` makes what the product's own paths write."""

from __future__ import annotations

import gzip
import json
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bench.providers import CREDENTIALS
from bench.seed import base, files
from bench.seed.make import make, read, serve, world
from bench.seed.people import SOME, START, Base, Seeded, items, person, rows
from idp.domain.access.tenancy import DEPLOYMENT
from idp.wiring import build_services
from tests.engines.launch import DYNOXIDE
from tests.support.people import PASSWORD
from tests.support.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from idp.store.transport import Raw

NUMBERS = (0, 1, SOME * 3)
"""Two of these people have a session, a consent and a group."""


class _Ids:
    """Ids in the order in which the product asks for them."""

    def __init__(self) -> None:
        self.next: list[str] = []

    def __call__(self) -> str:
        return self.next.pop(0) if self.next else "other"


@pytest.fixture(scope="module")
def ids() -> _Ids:
    return _Ids()


@pytest.fixture(scope="module")
def begun(quick_endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Base]]:
    """A deployment without people."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ENDPOINT_URL_DYNAMODB", quick_endpoint)
        new = World(replace(base.settings_of(tmp_path_factory.mktemp("seed")), table_prefix="seedtest"))
        yield new, base.begin(new)


@pytest.fixture(scope="module")
def made(begun: tuple[World, Base]) -> list[Seeded]:
    new, there = begun
    names = files.known_names()
    return [person(names, there, new.settings, number) for number in NUMBERS]


def test_items_are_those_that_the_product_writes(begun: tuple[World, Base], made: list[Seeded], ids: _Ids) -> None:
    """A person who is created, signs in, allows an app, and whose rows `idp search rebuild` makes."""
    new, _ = begun
    database = new.services.database
    before = _stored(new)
    own = build_services(new.settings, clock=new.clock, ids=ids)
    own.database.time_shards = True
    for one in sorted(made, key=lambda each: each.user.created_at):  # events of one process are in order
        new.clock.now, ids.next = one.user.created_at, [one.user.id.removeprefix("usr_"), one.event_id]
        members: dict[str, Any] = {"groups": list(one.user.groups)} if one.user.groups else {}
        own.user_service.create(
            one.user.email, PASSWORD, scope=DEPLOYMENT, email_verified=True, claims=dict(one.user.claims), **members
        )  # fmt: skip
        if one.session and one.consent:
            own.session_service.write(one.session, client_id=one.consent.client_id)
            own.consents.put(one.consent)
    new.clock.now = START
    new.services.search_rebuild.run(scope=DEPLOYMENT)
    written = {key: raw for key, raw in _stored(new).items() if key not in before and raw["kind"] != {"S": "search_state"}}
    wanted = [each for one in made for each in (*items(one, new.settings), *rows(one))]
    assert {(each.table, each.pk, each.sk): _same(each.raw()) for each in wanted} == {key: _same(raw) for key, raw in written.items()}
    assert len(wanted) == len(written)
    assert any(new.services.passwords.verify(raw["password_hash"]["S"], PASSWORD) for raw in written.values() if "password_hash" in raw)
    assert database.time_shards


def test_people_of_a_number_are_the_same_in_each_process_and_differ(begun: tuple[World, Base], made: list[Seeded]) -> None:
    new, there = begun
    again = [person(files.known_names(), there, new.settings, number) for number in NUMBERS]
    assert again == made
    assert len({one.user.id for one in made}) == len({one.user.email for one in made}) == len(NUMBERS)


def test_an_interrupted_run_goes_on(begun: tuple[World, Base], tmp_path: Path) -> None:
    """A part that is there is not written again; one without its mark is."""
    _, there = begun
    part = files.Part(tmp_path, there, 0, 3)
    people, made, cpu = files.write_part(part)
    place = next((tmp_path / "export").glob("*-directory/data/*.json.gz"))
    lines = gzip.decompress(place.read_bytes()).splitlines()
    assert (people, sum(json.loads(each)["Item"]["kind"] == {"S": "search_row"} for each in lines)) == (3, made)
    place.unlink()
    assert files.write_part(part) == (3, made, round(cpu, 3))
    assert not place.exists()
    next((tmp_path / "export").glob("*.rows")).unlink()
    assert files.write_part(part)[:2] == (3, made)
    assert gzip.decompress(place.read_bytes()).splitlines() == lines


@pytest.mark.skipif(not DYNOXIDE.exists(), reason="the engine with a file is built for Linux x86-64")
def test_an_engine_reads_back_what_was_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Through its API: items, both indexes, and the search."""
    for name, value in {**CREDENTIALS, "AWS_ENDPOINT_URL_DYNAMODB": ""}.items():  # `make` sets them: afterwards they are as before
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(files, "write_people", _in_this_process)
    told: list[tuple[str, int, int]] = []
    done = make(tmp_path, 3, 1, lambda *words: told.append(words))
    assert make(tmp_path, 3, 1, lambda *_: None) == done == read(tmp_path)
    with pytest.raises(SystemExit):
        make(tmp_path, 4, 1, lambda *_: None)
    assert ("writing people", 3, 3) in told
    with serve(tmp_path) as url:
        found = world(tmp_path, url)
        there = Base(**json.loads((tmp_path / "base.json").read_text("utf-8")))
        people = [person(files.known_names(), there, found.settings, number) for number in range(3)]
        stored = _stored(found)
        for one in people:
            for each in (*items(one, found.settings), *rows(one)):
                assert _same(stored[each.table, each.pk, each.sk]) == _same(each.raw())
        service = found.services.user_service
        assert [each.id for each in service.search(text=people[1].user.email, limit=5, scope=DEPLOYMENT).items] == [people[1].user.id]
        name = str(people[2].user.claims["name"])
        assert people[2].user.id in {each.id for each in service.search(text=name[1:], limit=5, scope=DEPLOYMENT).items}
        assert {each.id for each in service.search(limit=5, scope=DEPLOYMENT).items} >= {one.user.id for one in people}
        for one in people:
            at = one.user.created_at
            assert one.event_id in {each["id"] for each in found.events(since=_moment(at), until=_moment(at + 60))}


def _moment(at: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))


def _in_this_process(folder: Path, there: Base, people: int, _processes: int, tell: Any) -> tuple[int, float]:
    size, made, cpu = files.write_part(files.Part(folder, there, 0, people))
    tell(size)
    return made, cpu


def _stored(new: World) -> dict[tuple[str, str, str], Raw]:
    return {
        (table, raw["pk"]["S"], raw["sk"]["S"]): raw for table in ("directory", "state") for raw in new.services.database.scan(table)
    }  # fmt: skip


def _same(raw: Raw) -> Raw:
    """The item without what is random in each writing."""
    return {name: value for name, value in raw.items() if name not in {"salt", "password_hash"}}
