"""Hooks as admins manage them: who may, what is refused, and that nothing is written then."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from idp.domain.access import admin_scopes
from idp.domain.hooks.hook import MOST
from idp.http.admin.schemas.hooks import NewHook

if TYPE_CHECKING:
    from tests.support.world import World

PATH = "/admin/v1/hooks"
ALL = "permit(principal, action, resource);"
ARN = "arn:aws:lambda:eu-central-1:123456789012:function:claims"
UNDECLARED = "permit(principal, action, resource) when { principal.nope };"
NEW: dict[str, Any] = {"name": "staff", "kind": "sign_in", "cedar": ALL}


def create(world: World, **changes: Any) -> Any:
    """Create a hook. None leaves a member out."""
    sent = {name: value for name, value in {**NEW, **changes}.items() if value is not None}
    return world.call("POST", PATH, json=sent)


def fields(answer: Any) -> list[str]:
    """The members that were refused."""
    assert answer.status_code in {400, 422}, answer.text
    return [each["field"] for each in answer.json()["errors"]]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "Staff"}, "name"), ({"name": "a" * 64}, "name"), ({"name": "-a"}, "name"), ({"kind": "token"}, "kind"),
        ({"cedar": None}, "cedar"), ({"cedar": " "}, "cedar"), ({"function": ARN}, "cedar"),
        ({"cedar": None, "function": ARN}, "function"),
        ({"cedar": "permit(principal"}, "cedar"), ({"cedar": ALL + "x" * 20_000}, "cedar"), ({"cedar": UNDECLARED}, "cedar"),
        ({"schema": "entity"}, "schema"), ({"timeout_ms": 99}, "timeout_ms"), ({"timeout_ms": 2001}, "timeout_ms"),
        ({"timeout_ms": "1000"}, "timeout_ms"), ({"on_failure": "without_claims"}, "on_failure"), ({"on_failure": ""}, "on_failure"),
        ({"apps": ["a b"]}, "apps"), ({"apps": ["a"] * 51}, "apps"), ({"targets": ["id_token"]}, "targets"),
        ({"claims": {"plan": 1}}, "claims"),
        ({"kind": "claims"}, "claims"), ({"kind": "claims", "claims": {"roles": ["admin"]}}, "claims"),
        ({"kind": "claims", "claims": {"sub": "x"}}, "claims"), ({"kind": "claims", "claims": {"plan": 1}, "targets": []}, "targets"),
        ({"kind": "claims", "claims": {"plan": 1}, "on_failure": "allow"}, "on_failure"), ({"description": "a\nb"}, "description"),
        ({"secret": "x"}, "secret"),
    ],
)  # fmt: skip
def test_a_wrong_hook_is_refused(shared: World, changes: dict[str, Any], field: str) -> None:
    """The answer names the member, and nothing is stored."""
    assert any(each.startswith(field) for each in fields(create(shared, **changes)))
    assert not [each for each in shared.services.hook_store.all() if each.name == "staff"]


@pytest.mark.parametrize("missing", ["hooks:write", "users:write", "audit:read"])
def test_a_change_needs_every_scope(shared: World, missing: str) -> None:
    """Who writes a hook can change the tokens of every admin."""
    token = shared.service_token(shared.service_client(*sorted(admin_scopes.ALL - {missing})))
    made = create(shared, name="kept", enabled=False)
    assert made.status_code in {201, 409}
    for method, path, body in (("POST", PATH, NEW), ("PATCH", f"{PATH}/kept", {"enabled": True}), ("DELETE", f"{PATH}/kept", None)):
        assert shared.call(method, path, json=body, token=token).status_code == 403, (method, missing)
    assert shared.call("GET", f"{PATH}/kept", token=token).json()["enabled"] is False


def test_one_is_made_read_changed_and_deleted(world: World) -> None:
    """With its version as the ETag. A stale one is refused."""
    made = create(world, description="Staff only", apps=["web", "web"])
    assert (made.status_code, made.headers["location"]) == (201, f"{PATH}/staff")
    told = made.json()
    assert (told["on_failure"], told["timeout_ms"], told["apps"], told["targets"]) == ("deny", 1000, ["web"], [])
    assert world.call("GET", f"{PATH}/staff").json() == told
    tag = made.headers["etag"]
    changed = world.call("PATCH", f"{PATH}/staff", json={"on_failure": "allow", "apps": None}, headers={"If-Match": tag})
    assert (changed.json()["on_failure"], changed.json()["apps"]) == ("allow", [])
    for method in ("PATCH", "DELETE"):
        stale = world.call(method, f"{PATH}/staff", json={} if method == "PATCH" else None, headers={"If-Match": tag})
        assert stale.status_code == 412
    assert world.call("PATCH", f"{PATH}/staff", json={"on_failure": None}).json()["on_failure"] == "deny"
    assert [each["name"] for each in world.call("GET", PATH).json()["items"]] == ["staff"]
    assert world.call("DELETE", f"{PATH}/staff").status_code == 204
    assert world.call("GET", f"{PATH}/staff").status_code == 404
    assert [each["type"] for each in world.events() if each["type"].startswith("hook.")][:2] == ["hook.deleted", "hook.updated"]


def test_kind_and_name_never_change_and_a_name_is_taken_once(world: World) -> None:
    """A hook of another kind is another hook."""
    assert create(world).status_code == 201
    assert create(world, kind="registration").status_code == 409
    for member in ({"kind": "registration"}, {"name": "other"}):
        assert world.call("PATCH", f"{PATH}/staff", json=member).status_code == 400
    assert [each.kind for each in world.services.hook_store.all()] == ["sign_in"]


def test_a_request_sent_twice_makes_one_hook(world: World) -> None:
    """By its Idempotency-Key."""
    twice = [world.call("POST", PATH, json=NEW, headers={"Idempotency-Key": "k"}) for _ in range(2)]
    assert [each.status_code for each in twice] == [201, 201]
    assert len(world.services.hook_store.all()) == 1


def test_a_broken_hook_can_always_be_switched_off(world: World) -> None:
    """Although its function is not allowed any more, and hooks are off. Nothing else of it can be changed then."""
    service = world.services.hook_service
    service._settings = replace(service._settings, hooks_functions=ARN)  # noqa: SLF001  # read at each check
    assert create(world, cedar=None, function=ARN).status_code == 201
    service._settings = replace(service._settings, hooks_functions="", hooks="off")  # noqa: SLF001  # as above
    assert world.call("PATCH", f"{PATH}/staff", json={"enabled": False}).json()["enabled"] is False
    for changes in ({"enabled": True}, {"enabled": False, "timeout_ms": 500}):
        assert fields(world.call("PATCH", f"{PATH}/staff", json=changes)) == ["function"]
    assert create(world, name="another").status_code == 409
    assert world.call("DELETE", f"{PATH}/staff").status_code == 204


def test_there_are_not_more_than_twenty(world: World) -> None:
    """Each of a kind is asked at each sign-in."""
    for number in range(MOST):
        assert create(world, name=f"h{number}", enabled=False).status_code == 201
    assert create(world, name="more").status_code == 400


def test_the_examples_of_the_documents_are_valid(world: World) -> None:
    """A policy about the address of a person says that the principal is one: an app has none."""
    page = (Path(__file__).parents[3] / "docs" / "hooks.md").read_text()
    first = re.search(r"```json\n({.*?})\n```", page, re.DOTALL)
    assert first is not None
    assert world.call("POST", PATH, json=json.loads(first[1])).status_code == 201
    for number, policies in enumerate(re.findall(r"```cedar\n(.*?)```", page, re.DOTALL)):
        assert create(world, name=f"example{number}", cedar=policies).status_code == 201
    example = NewHook.model_fields["cedar"].examples
    assert example is not None
    assert create(world, name="example", cedar=example[0]).status_code == 201
