"""Users are found by search rows: the same users as without them, in at most three calls, and only by who may read users."""

from __future__ import annotations

from typing import Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT, Organisation
from idp.domain.errors import Forbidden
from idp.domain.people.search_words import Findable
from idp.services.search.row_writer import Seen
from tests.integration.admin.pages import PEOPLE, walked
from tests.support.world import World


def with_rows(world: World) -> World:
    world.services.search_rebuild.run(scope=DEPLOYMENT)
    return world


@pytest.mark.parametrize("rows", [False, True])
@pytest.mark.parametrize("limit", [1, 2, 100])
def test_rows_find_the_people_that_reading_finds(world: World, limit: int, rows: bool) -> None:
    """Names, addresses and ids; accents and case make no difference. Pages have each user once."""
    made = {email: world.user(email=email, claims=claims) for email, claims in PEOPLE.items()}
    if rows:
        with_rows(world)
    ada = made["ada@example.com"]
    for text, found in {
        "lovel": ["ada", "lovelock"], "LOVEL ada": ["ada"], "emilie": ["chatelet"], "hatel": ["chatelet"], "strasse": ["cs"],
        ada.id: ["ada"], ada.id[:12]: ["ada"], "ADA@example.com": ["ada"], "ada lock": [], "zzz": [], "vela": ["ada"],
        "velu": [], "\u200b": [], "%": [],
    }.items():  # fmt: skip
        shown = [user["email"].partition("@")[0] for user in walked(world, "/users", search=text, limit=limit)]
        assert sorted(shown) == sorted(found), text
    assert [user["email"] for user in walked(world, "/users", search="love", email="lo", limit=limit)] == ["lovelock@example.com"]


def test_a_search_by_rows_reads_at_most_three_times(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside what proves who asks, in each call of the admin API."""
    for number in range(60):
        world.user(email=f"u{number}@example.com", claims={"name": f"Lovelace {number}"})
    with_rows(world)
    calls: list[str] = []
    call = world.services.database.transport.call

    def counted(operation: str, request: Any) -> Any:
        calls.append(operation)
        return call(operation, request)

    monkeypatch.setattr(world.services.database.transport, "call", counted)
    world.call("GET", "/users", params={"search": "warm up"})
    calls.clear()
    world.call("GET", "/roles/nobody")
    usual = len(calls) - 1
    for text in ("lovelace", "velac", "lovelace 17", "u17@example.com", "@example.com", "nobody"):
        calls.clear()
        answer = world.call("GET", "/users", params={"search": text})
        assert answer.status_code == 200
        assert len(calls) <= usual + 3, (text, calls)


def test_a_user_who_lost_a_role_mid_search_is_not_shown(world: World) -> None:
    """Conditions beside the text are compared with the user as stored, not with the row."""
    world.user(email="ada@example.com", claims={"name": "Ada"})
    with_rows(world)
    assert walked(world, "/users", search="ada", role="editor") == []


def test_an_erased_user_leaves_no_row(world: World) -> None:
    """Without a stream, too (threats Q-09)."""
    user = world.user(email="ada@example.com", claims={"name": "Ada Lovelace"})
    with_rows(world)
    assert rows_of(world, user.id)
    assert world.call("DELETE", f"/users/{user.id}").status_code == 204
    assert rows_of(world, user.id) == []
    assert walked(world, "/users", search="lovelace") == []


def test_a_row_of_an_erased_user_shows_nothing(world: World) -> None:
    """A late writer may leave one until it has looked again."""
    user = world.user(email="ada@example.com", claims={"name": "Ada Lovelace"})
    with_rows(world)
    assert world.call("DELETE", f"/users/{user.id}").status_code == 204
    world.services.search_rows.write([(Findable.of(user), Findable.of(user).rows())], ())
    assert walked(world, "/users", search="lovelace") == []
    world.services.search_row_writer.write({user.id: Seen(Findable.of(user))})
    assert rows_of(world, user.id) == []


def test_an_organisation_finds_no_person_by_the_rows(world: World) -> None:
    with pytest.raises(Forbidden):
        world.services.people_search.find("ada", lambda _: True, scope=Organisation("acme"), limit=5, start=None)


def test_a_cursor_of_one_search_is_nothing_for_another(world: World) -> None:
    """It is sealed for the text."""
    for number in range(3):
        world.user(email=f"u{number}@example.com", claims={"name": f"Lovelace {number}"})
    with_rows(world)
    cursor = world.call("GET", "/users", params={"search": "lovelace", "limit": 1}).json()["next_cursor"]
    assert cursor
    assert world.call("GET", "/users", params={"search": "lovelac", "limit": 1, "cursor": cursor}).status_code == 400


def test_a_search_goes_on_when_rows_are_removed_between_two_pages(world: World) -> None:
    """It ends: a cursor of rows finds no rows any more."""
    for number in range(3):
        world.user(email=f"u{number}@example.com", claims={"name": f"Lovelace {number}"})
    with_rows(world)
    first = world.call("GET", "/users", params={"search": "lovelace", "limit": 1}).json()
    world.services.search_rebuild.remove(scope=DEPLOYMENT)
    params = {"search": "lovelace", "limit": 1, "cursor": first["next_cursor"]}
    assert world.call("GET", "/users", params=params).status_code == 200


def test_people_of_a_role_are_listed_when_rows_are_removed_between_two_pages(world: World) -> None:
    """The list begins again, one person after the other, so it leaves no person out."""
    world.services.role_service.create("editor", permissions=[], scope=DEPLOYMENT)
    people = [world.user(email=f"u{number}@example.com", roles=["editor"]) for number in range(3)]
    with_rows(world)
    first = world.call("GET", "/users", params={"role": "editor", "limit": 1}).json()
    assert len(first["items"]) == 1
    world.services.search_rebuild.remove(scope=DEPLOYMENT)
    world.clock.advance(60)
    rest = walked(world, "/users", role="editor", limit=1)
    assert [each["id"] for each in rest] == [each.id for each in people]
    answer = world.call("GET", "/users", params={"role": "editor", "limit": 1, "cursor": first["next_cursor"]})
    assert (answer.status_code, answer.json()["items"][0]["id"]) == (200, people[0].id)


def rows_of(world: World, user_id: str) -> list[str]:
    raws = world.services.database.scan("directory")
    return [raw["word"]["S"] for raw in raws if raw["kind"] == {"S": "search_row"} and raw["user_id"] == {"S": user_id}]
