"""Stored policies in the admin API: saved if they are valid, simulated, published, rolled back. Errors have their place."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.verify.decisions import cedar
from tests.store.race import crowd
from tests.support.access_cases import CASES, POLICIES, ROLES, RULES, SCHEMA
from tests.support.world import World

PATH = "/policies"
WHOLE = {"policies": POLICIES, "schema": SCHEMA, "rules": RULES, "note": "The first."}
SMALL_SCHEMA = "entity User; entity Document;\naction read, write appliesTo { principal: User, resource: Document };"
EVERYBODY = {"policies": '@id("all")\npermit(principal, action == Action::"read", resource);', "schema": SMALL_SCHEMA}
NOBODY = {"policies": '@id("none")\nforbid(principal, action, resource);', "schema": SMALL_SCHEMA}
READS = {"subject": {"type": "user", "id": "a"}, "action": {"name": "read"}, "resource": {"type": "document", "id": "1"}}


def save(world: World, body: dict[str, Any]) -> int:
    """Save a version and return its number."""
    made = world.call("POST", PATH, json=body)
    assert made.status_code == 201, made.text
    return int(made.json()["version"])


def test_a_version_is_saved_published_replaced_and_rolled_back(world: World) -> None:
    """The list has no texts, publishing uses an ETag, and each act is an event."""
    assert world.call("GET", f"{PATH}/live").status_code == 404
    first = world.call("POST", PATH, json=WHOLE)
    assert first.headers["location"] == "/admin/v1/policies/1"
    assert first.json() | {"created_at": ""} == {
        **WHOLE, "namespace": "", "version": 1, "status": "draft", "created_at": "", "created_by": "root-service",
    }  # fmt: skip
    assert world.call("GET", f"{PATH}/1").json() == first.json()
    second = save(world, EVERYBODY)
    published = world.call("PUT", f"{PATH}/live", json={"version": 1})
    assert (published.status_code, published.json()["version"], published.headers["etag"]) == (200, 1, '"1"')
    replaced = world.call("PUT", f"{PATH}/live", json={"version": second}, headers={"If-Match": '"1"'})
    assert (replaced.json()["version"], replaced.headers["etag"]) == (2, '"2"')
    assert world.call("PUT", f"{PATH}/live", json={"version": 1}, headers={"If-Match": '"1"'}).status_code == 412
    assert world.call("GET", f"{PATH}/live").json()["version"] == 2
    back = world.call("PUT", f"{PATH}/live", json={"version": 1}, headers={"If-Match": '"2"'})
    assert (back.status_code, back.headers["etag"]) == (200, '"3"')
    listed = world.call("GET", PATH).json()["items"]
    assert [(each["version"], each["status"]) for each in listed] == [(2, "draft"), (1, "live")]
    assert not {"policies", "schema", "rules"} & set(listed[0])
    assert {(event["type"], event["target"]) for event in world.events()} >= {("policies.saved", "1"), ("policies.published", "2")}


def test_versions_are_listed_newest_first(world: World) -> None:
    """The cursor continues the list."""
    for _ in range(3):
        save(world, EVERYBODY)
    page = world.call("GET", PATH, params={"limit": "2"}).json()
    rest = world.call("GET", PATH, params={"limit": "2", "cursor": page["next_cursor"]}).json()
    assert [each["version"] for each in page["items"] + rest["items"]] == [3, 2, 1]


def test_a_repeated_request_saves_one_version(world: World) -> None:
    """By its Idempotency-Key. A refusal leaves the key free for the corrected request."""
    broken = world.call("POST", PATH, json={**EVERYBODY, "policies": "permit("}, headers={"Idempotency-Key": "k1"})
    assert broken.status_code == 422
    numbers = [world.call("POST", PATH, json=EVERYBODY, headers={"Idempotency-Key": "k2"}).json()["version"] for _ in range(2)]
    assert numbers == [1, 1]


@pytest.mark.parametrize(
    ("change", "field", "line", "column", "word"),
    [
        ({"policies": "permit(principal, action, resource)\nwhen { principal. };"}, "policies", 2, 19, "unexpected token"),
        ({"policies": "permit("}, "policies", 1, 8, "too early"),
        ({"policies": 'permit(principal, action == Action::"raed", resource);'}, "policies", 1, 37, "raed"),
        ({"policies": EVERYBODY["policies"] + "\n\npermit(principal, action, resource)\n when { principal.x };"}, "policies", 5, 19, "`x`"),
        (
            {"policies": '@id("a") permit(principal, action, resource);\n@id("a") forbid(principal, action, resource);'},
            "policies",
            2,
            1,
            "id",
        ),
        ({"policies": "permit(principal == ?principal, action, resource);"}, "policies", 1, 1, "templates"),
        (
            {"policies": "permit(principal, action, resource) when { " + "(" * 2000 + "true" + ")" * 2000 + " };"},
            "policies",
            1,
            None,
            "levels",
        ),
        ({"schema": "entity User {\n a: Strang };"}, "schema", 2, 5, "Strang"),
        ({"schema": "entity User; enity Document;"}, "schema", 1, 14, "enity"),
        ({"schema": ""}, "schema", None, None, "schema"),
        ({"policies": "", "schema": ""}, "policies", None, None, "neither"),
        ({"rules": {"rules": [{"id": "a", "effect": "maybe"}]}}, "rules", None, None, "rules[0].effect"),
        ({"rules": {"rule": []}}, "rules", None, None, "rules: "),
    ],
)
def test_invalid_policies_are_refused_with_their_faults(
    shared: World, change: dict[str, Any], field: str, line: int | None, column: int | None, word: str
) -> None:  # fmt: skip
    """422 with the member, the line and the column. Nothing is saved."""
    before = shared.call("GET", PATH).json()["items"]
    refused = shared.call("POST", PATH, json={**EVERYBODY, **change})
    assert (refused.status_code, refused.headers["content-type"]) == (422, "application/problem+json")
    (problem, *_) = refused.json()["errors"]
    assert problem["field"] == field
    assert word in problem["detail"]
    assert problem.get("line") == line
    assert column is None or problem.get("column") == column
    assert shared.call("GET", PATH).json()["items"] == before


@pytest.mark.parametrize(
    "body",
    [
        {}, {"policies": 1}, {"policies": None}, {"policies": ["permit"]}, {"schema": {}}, {"rules": []}, {"note": "x" * 201},
        {"namespace": "a b"}, {"namespace": "A::"}, {"version": 3}, {"schema_": ""},
    ],
)  # fmt: skip
def test_a_malformed_policy_set_is_refused(shared: World, body: dict[str, Any]) -> None:
    """400 for a malformed body, 422 for an empty set."""
    refused = shared.call("POST", PATH, json={**EVERYBODY, **body} if body else body)
    assert refused.status_code == (400 if body else 422)


@pytest.mark.parametrize(("path", "status"), [("/7", 404), ("/0", 404), ("/-1", 404), ("/1.0", 404), ("/99999999", 404), ("/lively", 404)])
def test_an_invalid_version_number_is_not_found(shared: World, path: str, status: int) -> None:
    """They are not there."""
    assert shared.call("GET", PATH + path).status_code == status


@pytest.mark.parametrize(("body", "status"), [({"version": 77}, 404), ({"version": 0}, 400), ({"version": "1"}, 400), ({}, 400)])
def test_an_unknown_or_stale_version_is_not_published(shared: World, body: dict[str, Any], status: int) -> None:
    """Nothing changes."""
    assert shared.call("PUT", f"{PATH}/live", json=body).status_code == status
    assert shared.call("GET", f"{PATH}/live").status_code == 404


def test_a_simulated_draft_decides_as_when_it_is_live(world: World) -> None:
    """Each case of the table. Nothing is published by it."""
    for role, permissions in ROLES.items():
        world.services.role_service.create(role, permissions=permissions, scope=DEPLOYMENT)
    number = save(world, WHOLE)
    told = world.call("POST", f"{PATH}/simulate", json={"version": number, "questions": [case.authzen for case in CASES]})
    assert told.status_code == 200, told.text
    for case, decided in zip(CASES, told.json()["decisions"], strict=True):
        assert (decided["decision"], ",".join(decided["decided_by"])) == (case.allowed, case.by), case.name
    assert world.call("GET", f"{PATH}/live").status_code == 404


def test_a_simulation_without_a_number_uses_the_live_version(world: World) -> None:
    """404 before a version is live."""
    assert world.call("POST", f"{PATH}/simulate", json={"questions": [READS]}).status_code == 404
    assert world.call("POST", f"{PATH}/simulate", json={"version": 5, "questions": [READS]}).status_code == 404
    for body, allowed, by in ((EVERYBODY, True, "policy:all"), (NOBODY, False, "policy:none")):
        world.call("PUT", f"{PATH}/live", json={"version": save(world, body)})
        told = world.call("POST", f"{PATH}/simulate", json={"questions": [READS]}).json()
        assert [(each["decision"], each["decided_by"]) for each in told["decisions"]] == [(allowed, [by])]
    unfit = {**READS, "resource": {"type": "safe", "id": "1"}}
    details = world.call("POST", f"{PATH}/simulate", json={"questions": [unfit]}).json()["decisions"][0]
    assert (details["decision"], details["decided_by"]) == (False, ["error"])
    assert "Safe" in details["details"][0]


@pytest.mark.parametrize("questions", [[], [{}], [{"subject": "a"}], [READS] * 101, "READS", [[]], [{**READS, "context": 1}]])
def test_malformed_questions_are_refused(shared: World, questions: Any) -> None:
    """400, whatever the version."""
    assert shared.call("POST", f"{PATH}/simulate", json={"version": 1, "questions": questions}).status_code == 400


def test_one_of_parallel_publications_wins(racing: World) -> None:
    """All of them saw the same revision. The others get 412, and the revision counts one publication."""
    numbers = [save(racing, EVERYBODY) for _ in range(8)]
    racing.call("PUT", f"{PATH}/live", json={"version": 1})
    answers = crowd(8, lambda i: racing.call("PUT", f"{PATH}/live", json={"version": numbers[i]}, headers={"If-Match": '"1"'}))
    winners = [answer for answer in answers if answer.status_code == 200]
    assert len(winners) == 1
    assert {answer.status_code for answer in answers} == {200, 412}
    live = racing.call("GET", f"{PATH}/live")
    assert (live.json()["version"], live.headers["etag"]) == (winners[0].json()["version"], '"2"')


def test_parallel_saves_get_different_numbers(racing: World) -> None:
    """No version is overwritten. A caller that gives up gets 409."""
    answers = crowd(6, lambda i: racing.call("POST", PATH, json={**EVERYBODY, "note": str(i)}))
    made = [answer.json() for answer in answers if answer.status_code == 201]
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert made
    assert len({each["version"] for each in made}) == len(made)
    for each in made:
        assert racing.call("GET", f"{PATH}/{each['version']}").json()["note"] == each["note"]


def test_cedar_policies_need_the_engine(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it saving and deciding answer 503, and no policy is skipped. Attribute rules need no engine."""
    world.call("PUT", f"{PATH}/live", json={"version": save(world, EVERYBODY)})
    monkeypatch.setitem(sys.modules, "cedarpy", None)
    cedar._engine.cache_clear()  # noqa: SLF001  # as in a process that never loaded it
    world.services.policy_service._ready.clear()  # noqa: SLF001  # as above
    try:
        refused = world.call("POST", PATH, json=NOBODY)
        assert (refused.status_code, "Cedar" in refused.json()["detail"]) == (503, True)
        assert world.call("POST", f"{PATH}/simulate", json={"questions": [READS]}).status_code == 503
        rules = save(world, {"rules": {"rules": [{"id": "all", "effect": "allow"}]}})
        told = world.call("POST", f"{PATH}/simulate", json={"version": rules, "questions": [READS]}).json()
        assert told["decisions"][0]["decided_by"] == ["rule:all"]
    finally:
        cedar._engine.cache_clear()  # noqa: SLF001  # the next test loads it again
