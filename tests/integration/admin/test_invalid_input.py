"""A refusal names the wrong parameter, member or scope, in this API's own words."""

from __future__ import annotations

import re
from typing import Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from tests.support.world import World

VALIDATORS_WORDS = re.compile(r"Input should|String should|Field required|Value error|List should|valid (integer|string|dictionary)")


def errors(answer: Any) -> list[tuple[str, str]]:
    """Return (field, detail) of each error of a 400 answer. All words are this API's."""
    assert answer.status_code == 400, answer.text
    assert not VALIDATORS_WORDS.search(answer.text)
    told = answer.json()
    assert all(each["field"].split(".")[0] in told["detail"] or told["detail"] == each["detail"] for each in told["errors"])
    return [(each["field"], each["detail"]) for each in told["errors"]]


@pytest.mark.parametrize(
    "path",
    [
        "/users",
        "/clients",
        "/roles",
        "/groups",
        "/audit",
        "/policies",
        "/initial-access-tokens",
        "/invitations",
        "/provisioning-targets/crm/failures",
        "/managed-objects",
        "/webhooks/wh_x/attempts",
        "/webhooks/wh_x/dead-letters",
    ],
)
@pytest.mark.parametrize("limit", ["1.0", "1_0", "+1", "-1", "01", " 1", "1 ", "1e1", "0x1", "\u0661", "x", "", "9" * 19])
def test_a_limit_that_is_not_only_digits_is_refused(shared: World, path: str, limit: str) -> None:
    """Each number has one spelling. Others could be read differently by another parser."""
    assert errors(shared.call("GET", path, params={"limit": limit})) == [("limit", "This has to be a whole number, in digits only.")]


@pytest.mark.parametrize(("limit", "says"), [("0", "This has to be at least 1."), ("101", "This has to be at most 100.")])
def test_a_limit_out_of_range_is_refused(shared: World, limit: str, says: str) -> None:
    assert errors(shared.call("GET", "/users", params={"limit": limit})) == [("limit", says)]


@pytest.mark.parametrize("number", ["1_0", "+1", "1.0", "01", "0", "x"])
def test_a_version_in_another_spelling_is_not_found(world: World, number: str) -> None:
    """Another one names nothing."""
    world.services.policy_service.create(
        policies="", schema="", rules={"rules": [{"id": "all", "effect": "allow"}]}, by=world.by, scope=DEPLOYMENT
    )
    assert world.call("GET", "/policies/1").status_code == 200
    assert world.call("GET", f"/policies/{number}").status_code == 404


@pytest.mark.parametrize("tag", ['"01"', '"1_0"', '"+1"', '"1.0"', '" 1"'])
def test_an_entity_tag_in_another_spelling_does_not_match(world: World, tag: str) -> None:
    """RFC 9110 §8.8.3.2: strong comparison is character by character."""
    user = world.user()
    assert world.call("PATCH", f"/users/{user.id}", json={}, headers={"If-Match": tag}).status_code in {400, 412}
    assert world.call("PATCH", f"/users/{user.id}", json={}, headers={"If-Match": '"1"'}).status_code == 200


@pytest.mark.parametrize(
    "instant",
    [
        "1_0", "+1", "1.0", "1790000000.5", "01", "1e9", "1790000000000", "2026-01-01", "2026-01-01T00:00:00", "2026-01-01 00:00:00Z",
        "2026-01-01T00:00Z", "2026-01-01T00:00:00 01:00", "2026-13-01T00:00:00Z", "20260101T000000Z", "now",
    ],
)  # fmt: skip
def test_an_instant_in_another_spelling_is_refused(shared: World, instant: str) -> None:
    """The two spellings are RFC 3339 and whole seconds."""
    ((field, says),) = errors(shared.call("GET", "/audit", params={"since": instant}))
    assert field == "since"
    assert "RFC 3339" in says
    for right in ("0", "1790000000", "2026-01-01T00:00:00Z", "2026-01-01t00:00:00.5z", "2026-01-01T00:00:00+01:00", "-5"):
        assert shared.call("GET", "/audit", params={"since": right}).status_code == 200


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, [("email", "This is required.")]),
        ({"email": 1}, [("email", "This has to be text.")]),
        ({"email": None}, [("email", "This has to be text.")]),
        ({"email": "a@b.example", "admin": "true"}, [("admin", "This has to be true or false.")]),
        ({"email": "a@b.example", "roles": "x"}, [("roles", "This has to be a list.")]),
        ({"email": "a@b.example", "roles": [1]}, [("roles.0", "This has to be text.")]),
        ({"email": "a@b.example", "claims": 1}, [("claims", "This has to be an object.")]),
        ({"email": "a@b.example", "claims": {"address": {"x": 1}}}, [("claims.address.x", "This member does not exist or cannot be set.")]),
        (
            {"email": "a@b.example", "attributes": {"a": {}, "str": {}}},
            [
                (f"attributes.{name}", "This has to be text or true or false or a whole number or a number or a list.")
                for name in ("a", "str")
            ],
        ),
        ({"email": 1, "admin": 1}, [("email", "This has to be text."), ("admin", "This has to be true or false.")]),
        ([], [("", "This has to be an object.")]),
        ("x", [("", "This has to be an object.")]),
    ],
)
def test_an_invalid_member_is_named_once(shared: World, body: Any, expected: list[tuple[str, str]]) -> None:
    """By its path, with what is expected."""
    answer = shared.call("POST", "/users", json=body)
    if expected[0][0] == "":
        assert answer.json()["detail"] == "The body has to be an object."
        expected_errors = [(each["field"], each["detail"]) for each in answer.json()["errors"]]
        assert (answer.status_code, expected_errors) == (400, expected)
        return
    assert sorted(errors(answer)) == sorted(expected)


def test_a_nested_member_is_named_by_its_path(shared: World) -> None:
    """Elements of lists have their number in the path."""
    claims = {"name": None, "address": {"country": 1}}
    answer = shared.call("POST", "/users", json={"email": "a@b.example", "claims": claims, "groups": ["a", 2]})
    text = "This has to be text."
    assert errors(answer) == [("claims.address.country", text), ("groups.1", text)]


@pytest.mark.parametrize("overlap", [1.5, "1", True, None, [1]])
def test_a_text_is_not_read_as_a_number(shared: World, overlap: Any) -> None:
    """Nothing is guessed from a text."""
    app = shared.web_client("openid")
    answer = shared.call("POST", f"/clients/{app.id}/rotate-secret", json={"overlap_seconds": overlap})
    assert errors(answer) == [("overlap_seconds", "This has to be a whole number.")]


@pytest.mark.parametrize(("name", "shown"), [("emial", "emial"), ("a b", ""), ("x" * 41, ""), ("eyJ%0d%0a", ""), ("", "")])
def test_an_unknown_parameter_is_named(shared: World, name: str, shown: str) -> None:
    """The name is repeated only if it is certainly a name."""
    answer = shared.call("GET", "/users", params={name: "1"})
    assert answer.status_code == 400
    which = f"the query parameter {shown}" if shown else "one of the query parameters"
    assert answer.json()["detail"] == f"This address does not know {which}."
    assert answer.json().get("errors", [{"field": ""}])[0]["field"] == shown


def test_a_repeated_member_is_named(shared: World) -> None:
    """It is unknown which of the two values counts, so the member must be named."""
    body = b'{"email": "a@b.example", "claims": {"name": "a", "name": "b"}}'
    answer = shared.call("POST", "/users", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["detail"]) == (400, "name is given twice in one object.")


def test_a_missing_scope_is_named(shared: World) -> None:
    """In the sentence and in WWW-Authenticate, with the members that need it."""
    read = shared.service_token(shared.root, "users:read")
    answer = shared.call("POST", "/users", json={"email": "a@b.example"}, token=read)
    assert (answer.status_code, answer.json()["detail"]) == (403, "This needs the scope users:write, which the token does not have.")
    write = shared.service_token(shared.root, "users:write")
    answer = shared.call("POST", "/users", json={"email": "a@b.example", "roles": ["x"], "groups": []}, token=write)
    assert answer.json()["detail"] == "These members need the scope roles:write too, which the token does not have: groups, roles."


@pytest.mark.parametrize(("method", "types"), [("POST", "application/json"), ("PATCH", "application/merge-patch+json or application/json")])
def test_a_refused_content_type_names_the_accepted_ones(shared: World, method: str, types: str) -> None:
    """415 is a problem document with a sentence."""
    path = "/users" if method == "POST" else f"/users/{shared.user().id}"
    answer = shared.call(method, path, content=b"email=a", headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert (answer.status_code, answer.headers["content-type"]) == (415, "application/problem+json")
    assert answer.json()["detail"] == f"Send the body as Content-Type: {types}."
