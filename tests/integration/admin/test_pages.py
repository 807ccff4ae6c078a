"""Lists have pages. A cursor opens only the next page of its list (threats J-07, J-09)."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest

from idp.store import look_through
from tests.integration.admin.pages import PEOPLE, walked
from tests.support.world import World

if TYPE_CHECKING:
    from tests.integration.admin.conftest import Make

LISTS = ("/users", "/clients", "/audit")


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
def test_pages_list_each_entry_once(shared: World, limit: int) -> None:
    """In the order of the list, with each page size."""
    world = shared
    while len(world.services.users.listing(limit=100)[0]) < 7:
        world.user()
    emails = [user["email"] for user in walked(world, "/users", limit=limit)]
    assert emails == sorted(emails)
    assert len(emails) == len(set(emails)) == 7
    events = [event["id"] for event in walked(world, "/audit", limit=max(limit, 3))]
    assert len(events) == len(set(events)) >= 7


def test_users_are_found_by_their_roles_and_groups(world: World) -> None:
    """By a role of their own or of a group. A deleted role and users without roles are not found."""
    for path, name, members in (("/roles", "viewer", {}), ("/roles", "editor", {}), ("/groups", "staff", {"roles": ["viewer"]})):
        assert world.call("POST", path, json={"name": name, **members}).status_code == 201
    given = {
        "own": {"roles": ["viewer"]},
        "member": {"groups": ["staff"]},
        "both": {"roles": ["editor"], "groups": ["staff"]},
        "nobody": {},
    }
    for name, access in given.items():
        assert world.call("POST", "/users", json={"email": f"{name}@example.com", **access}).status_code == 201

    def found(**filters: Any) -> set[str]:
        return {user["email"].partition("@")[0] for limit in (1, 50) for user in walked(world, "/users", limit=limit, **filters)}

    assert found(role="viewer") == {"own", "member", "both"}
    assert found(role="editor") == found(role="viewer", email="bo") == found(role="editor", group="staff") == {"both"}
    assert found(group="staff") == {"member", "both"}
    assert found(role="auditor") == found(group="viewer") == set()
    assert world.call("DELETE", "/roles/viewer").status_code == 204
    assert world.call("POST", "/roles", json={"name": "viewer"}).status_code == 201
    assert found(role="viewer") == set()


@pytest.mark.parametrize("name", ["", "Viewer", "a b", "*", "x" * 65, "viewer\n", "é"])
def test_a_search_for_an_invalid_name_is_refused(shared: World, name: str) -> None:
    """No user is read."""
    assert shared.call("GET", "/users", params={"role": name}).status_code == 400
    assert shared.call("GET", "/users", params={"group": name}).status_code == 400


def test_users_are_found_by_the_beginning_of_their_email(world: World) -> None:
    """The case is ignored, and no character is a pattern."""
    for email in ("ada@example.com", "adam@example.com", "bob@example.com", "a_b@example.com"):
        world.user(email=email)
    for prefix, found in (
        ("ada", 2),
        ("ADAM", 1),
        ("b", 1),
        ("x", 0),
        ("a_", 1),
        ("a%", 0),
        ("ada@example.com", 1),
        ("ada@example.comx", 0),
    ):
        assert len(world.call("GET", "/users", params={"email": prefix}).json()["items"]) == found, prefix
    assert [user["email"] for user in walked(world, "/users", email="ada", limit=1)] == ["ada@example.com", "adam@example.com"]


def test_users_are_found_by_any_part_of_address_and_names(world: World) -> None:
    """Case and encoding are ignored, and each word may be anywhere. Other profile claims are not searched."""
    for email, claims in PEOPLE.items():
        world.user(email=email, claims=claims)
    for text, found in {
        "lovel": ["ada", "lovelock"], "ADA": ["ada", "nick"], "love ada": ["ada"], "ada  lock": [], "EXAMPLE.COM": list(PEOPLE),
        "\u00e9milie": ["chatelet"], "ch\u00c2tel": ["chatelet"], "strasse": ["cs"], "meier": ["cs"], "%": [], "a_a": [], ".*": [],
        "https": [], "\u200b": [],
    }.items():  # fmt: skip
        expected = {email for email in PEOPLE if email.partition("@")[0] in [each.partition("@")[0] for each in found]}
        expected -= {"cs@meier.example"} if text == "EXAMPLE.COM" else set()
        for limit in (1, 2, 100):
            assert [user["email"] for user in walked(world, "/users", search=text, limit=limit)] == sorted(expected), text
    assert [user["email"] for user in walked(world, "/users", search="love", email="lo")] == ["lovelock@example.com"]


def test_clients_are_found_by_any_part_of_name_and_id(world: World) -> None:
    """The same for apps."""
    world.web_client(client_id="shop-eu", client_name="Bakery \u00c9clair")
    world.web_client(client_id="desk", client_name="Shop desk")
    for text, found in {"SHOP": ["desk", "shop-eu"], "\u00e9clair": ["shop-eu"], "desk shop": ["desk"], "console.example": []}.items():
        for limit in (1, 100):
            assert [client["client_id"] for client in walked(world, "/clients", search=text, limit=limit)] == found, text
    assert [client["client_id"] for client in walked(world, "/clients", search="shop", client_id="d")] == ["desk"]


def test_a_search_page_says_how_many_entries_it_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page without a match has a cursor. The pages together read each entry once."""
    monkeypatch.setattr(look_through, "MOST", 4)
    monkeypatch.setattr(look_through, "_CHUNK", 2)
    for number in range(9):
        world.user(email=f"user{number}@example.com")
        world.web_client(client_id=f"app{number}", client_name=f"App {number}")
    for path, text, ids in (("/users", "user8", "email"), ("/clients", "app 8", "client_id")):
        pages: list[Any] = []
        while not pages or pages[-1]["next_cursor"]:
            cursor = {"cursor": pages[-1]["next_cursor"]} if pages else {}
            pages.append(world.call("GET", path, params={"search": text, **cursor}).json())
        assert (pages[0]["items"], pages[0]["searched"]) == ([], 4)
        assert [item[ids] for page in pages for item in page["items"]] == [
            text.replace(" ", "") + ("@example.com" if ids == "email" else "")
        ]
        assert sum(page["searched"] for page in pages) == (9 if ids == "email" else 10)


@pytest.mark.parametrize("path", ["/users", "/clients"])
@pytest.mark.parametrize("text", ["", "x" * 255])
def test_a_search_text_of_a_wrong_length_is_refused(shared: World, path: str, text: str) -> None:
    """The parameter is named, and nothing is read."""
    refused = shared.call("GET", path, params={"search": text})
    assert refused.status_code == 400
    assert [each["field"] for each in refused.json()["errors"]] == ["search"]


def test_clients_are_found_by_the_beginning_of_their_id(make_world: Make, moto_endpoint: str) -> None:
    """The beginning is literal, and upper and lower case differ. On moto, because dynoxide ignores case in `begins_with`."""
    world = make_world(moto_endpoint)
    world.web_client(client_id="shop-eu")
    world.web_client(client_id="shop-us")
    assert [client["client_id"] for client in walked(world, "/clients", client_id="shop-", limit=1)] == ["shop-eu", "shop-us"]
    assert world.call("GET", "/clients", params={"client_id": "SHOP"}).json()["items"] == []


def test_sessions_and_grants_are_listed_newest_first(world: World) -> None:
    """Also those of the same second."""
    user = world.user()
    for _ in range(5):
        world.granted(user, world.console)
        world.clock.now += 1
    world.granted(user, world.console)
    for part in ("sessions", "grants"):
        whole = world.call("GET", f"/users/{user.id}/{part}").json()["items"]
        times = [item["created_at"] for item in whole]
        assert times == sorted(times, reverse=True)
        assert walked(world, f"/users/{user.id}/{part}", limit=2) == whole
        assert len(whole) == 6


def cursors(world: World) -> dict[str, str]:
    """Return a cursor of each list."""
    user = world.user()
    for _ in range(3):
        world.granted(user, world.console)
        world.user()
        world.web_client()
    paths = [*LISTS, f"/users/{user.id}/sessions", f"/users/{user.id}/grants"]
    return {path: world.call("GET", path, params={"limit": 1}).json()["next_cursor"] for path in paths}


def test_a_cursor_is_refused_for_another_list_filter_or_caller(shared: World) -> None:
    """400."""
    mine = cursors(shared)
    other = shared.service_token(shared.service_client(*shared.root.scopes))
    person = shared.token(shared.admin, shared.console)
    for path, cursor in mine.items():
        assert shared.call("GET", path, params={"cursor": cursor}).status_code == 200
        for token in (other, person):
            assert shared.call("GET", path, params={"cursor": cursor}, token=token).status_code == 400
        for elsewhere in mine:
            if elsewhere != path:
                assert shared.call("GET", elsewhere, params={"cursor": cursor}).status_code == 400, (path, elsewhere)
    assert shared.call("GET", "/users", params={"cursor": mine["/users"], "email": "u"}).status_code == 400
    assert shared.call("GET", "/users", params={"cursor": mine["/users"], "role": "viewer"}).status_code == 400
    assert shared.call("GET", "/users", params={"cursor": mine["/users"], "group": "viewer"}).status_code == 400
    assert shared.call("GET", "/clients", params={"cursor": mine["/clients"], "client_id": "a"}).status_code == 400
    assert shared.call("GET", "/audit", params={"cursor": mine["/audit"], "user_id": shared.admin.id}).status_code == 400
    assert shared.call("GET", "/audit", params={"cursor": mine["/audit"], "since": "0"}).status_code == 400


def test_a_changed_cursor_is_refused(shared: World) -> None:
    """A cursor is sealed, so it cannot be read either. 400, and no server error."""
    cursor = cursors(shared)["/users"]
    key = {"pk": {"S": "CLIENT#root-service"}, "sk": {"S": "CLIENT"}, "listing_pk": {"S": "CLIENT"}, "listing_sk": {"S": "a"}}
    made = base64.urlsafe_b64encode(json.dumps([key]).encode()).decode()
    tampered = [
        cursor[:-1],
        cursor + "A",
        cursor.swapcase(),
        "." + cursor,
        cursor.replace(".", ""),
        made,
        cursor[:6] + made,
        "",
        "x",
        "null",
        "{}",
    ]
    code = shared.services.tokens.seal_code(shared.granted(shared.admin, shared.console))
    for bad in [*tampered, code, "x" * 4097, "\x00", "é"]:
        assert shared.call("GET", "/users", params={"cursor": bad}).status_code == 400, bad
    assert "example.com" not in base64.urlsafe_b64decode(cursor.partition(".")[2] + "===").decode("latin-1")


@pytest.mark.parametrize("limit", ["0", "-1", "101", "1e9", "9" * 30, "", "x", "1.5", "0x10", "null", "true", "{}"])
def test_a_limit_out_of_range_is_refused_on_each_list(shared: World, limit: str) -> None:
    """The range is 1 to 100."""
    for path in LISTS:
        assert shared.call("GET", path, params={"limit": limit}).status_code == 400


@pytest.mark.parametrize(
    "params",
    [
        {"filter": "attribute_exists(pk)"}, {"sort": "password_hash"}, {"order": "asc"}, {"fields": "password_hash"}, {"offset": "1"},
        {":v": "x"},
        {"#n": "x"}, {"email": ""}, {"email": "x" * 255}, {"email[]": "x"}, {"email[$ne]": "x"}, {"Email": "x"}, {"limit": ["1", "2"]},
        {"email": ["a", "b"]}, {"cursor": ["a", "a"]}, {"include": "secrets"}, {"user_id": "x"},
    ],
    ids=str,
)  # fmt: skip
def test_an_undescribed_or_repeated_parameter_is_refused(shared: World, params: dict[str, Any]) -> None:
    """400: no parameter is ignored."""
    assert shared.call("GET", "/users", params=params).status_code == 400


LITERALLY = [":v", "#n", "attribute_exists(pk)", "contains(email, a)", '{"S":"x"}', "' OR 1=1", "USER#", "*", "\u0000", "\ud83e"]


@pytest.mark.parametrize("text", LITERALLY)
def test_a_filter_is_not_a_pattern(shared: World, text: str) -> None:
    """It matches no user."""
    told = shared.call("GET", "/users", params={"email": text.encode("utf-8", "replace").decode()})
    assert told.json()["items"] == []
    told = shared.call("GET", "/audit", params={"user_id": text.encode("utf-8", "replace").decode()})
    assert told.json()["items"] == []
