"""`idp plan` and `idp apply` for hooks, webhook endpoints, and members and domains of organisations (threats R-20)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml

from idp.cli.declared.kinds.base import Kind, PlainKind
from idp.cli.declared.local_api import LocalApi
from idp.domain.access.tenancy import DEPLOYMENT
from tests.support.cli import CommandLine

if TYPE_CHECKING:
    from pathlib import Path

URL = "https://crm.example.com/hook"
NOTHING = "Nothing differs.\n"
FILE: dict[str, Any] = {
    "organizations": {"acme": {"name": "Acme Ltd."}},
    "organization_roles": {"acme/billing": {"permissions": ["bills:read"]}},
    "organization_domains": {"acme/acme.example": {}},
    "organization_members": {"acme/ada@acme.example": {"roles": ["billing"], "admin": True, "admin_scopes": ["organizations:read"]}},
    "webhooks": {URL: {"events": ["client", "user"], "org_id": "acme", "description": "CRM"}, "https://b.example.com/": {"enabled": False}},
    "hooks": {"staff": {"kind": "sign_in", "cedar": {"file": "staff.cedar"}, "enabled": False}},
}


@pytest.fixture
def idp(quick_endpoint: str, table_prefix: str, tmp_path: Path) -> CommandLine:
    """A deployment with hooks, and a person and another one whose address begins so."""
    made = CommandLine(quick_endpoint, table_prefix, tmp_path, {"IDP_HOOKS": "on"})
    services = made.services()
    services.key_rotation.ensure()
    for address in ("ada@acme.example.org", "ada@acme.example"):
        services.user_service.create(address, None, scope=DEPLOYMENT)
    (tmp_path / "staff.cedar").write_text("permit(principal, action, resource);\n")
    return made


def written(idp: CommandLine, **changes: Any) -> str:
    """The file, with other objects of some kinds."""
    file = idp.folder / "wanted.yaml"
    file.write_text(yaml.safe_dump({"managed": "main", **FILE, **changes}))
    return str(file)


def place(api: LocalApi, kind: str) -> str:
    """The address of the object of a kind."""
    org = f"/organizations/{api.call('GET', '/organizations?slug=acme').body['items'][0]['id']}"
    if kind == "organization_domains":
        return f"{org}/domains/acme.example"
    if kind == "organization_members":
        return f"{org}/members/{api.call('GET', f'{org}/members').body['items'][0]['user_id']}"
    if kind == "webhooks":
        return "/webhooks/" + next(str(each["id"]) for each in api.call("GET", "/webhooks").body["items"] if each["url"] == URL)
    return "/hooks/staff"


def test_a_second_run_changes_nothing_and_no_secret_is_printed(idp: CommandLine) -> None:
    file = written(idp)
    first = idp.done("apply", file, "--yes")
    for told in ("domain acme/acme.example", "member acme/ada@acme.example", f"webhook endpoint {URL}", "hook staff"):
        assert f"{told}: done" in first.out
    assert "whsec_" not in first.out + first.err
    assert idp.done("plan", file, "--check").out == NOTHING
    api = LocalApi(idp.services())
    (member,) = api.call("GET", place(api, "organization_members").rpartition("/")[0]).body["items"]
    assert (member["email"], member["roles"], member["admin"], member["owned"]) == ("ada@acme.example", ["billing"], True, False)
    ends = {each["url"]: each for each in api.call("GET", "/webhooks").body["items"]}
    assert (ends[URL]["enabled"], ends["https://b.example.com/"]["enabled"]) == (True, False)


def test_a_change_by_hand_is_found_and_taken_back(idp: CommandLine) -> None:
    """Of each kind, several members at once."""
    changes: dict[str, dict[str, Any]] = {
        "organization_members": {"roles": [], "admin_scopes": None}, "webhooks": {"enabled": False, "org_id": None, "events": ["user"]},
        "hooks": {"cedar": "forbid(principal, action, resource);", "on_failure": "allow"},
    }  # fmt: skip
    file = written(idp)
    idp.done("apply", file, "--yes")
    api = LocalApi(idp.services())
    before = {kind: api.call("GET", place(api, kind)).body for kind in changes}
    for kind, change in changes.items():
        api.call("PATCH", place(api, kind), change)
    shown = idp.done("plan", file).out
    assert shown.count("~ ") == len(changes)
    assert shown.count("admin_scopes") == shown.count("org_id") == shown.count("on_failure") == 1
    idp.done("apply", file, "--yes")
    assert idp.done("plan", file).out == NOTHING
    for kind, stored in before.items():
        assert {**api.call("GET", place(api, kind)).body, "updated_at": ""} == {**stored, "updated_at": ""}


def test_what_was_deleted_by_hand_comes_back_and_what_left_the_file_is_pruned(idp: CommandLine) -> None:
    """Nothing of it without --prune."""
    kinds = ("organization_domains", "organization_members", "webhooks", "hooks")
    idp.done("apply", written(idp), "--yes")
    api = LocalApi(idp.services())
    for kind in kinds:
        at = place(api, kind)
        api.call("DELETE", at, etag=api.call("GET", at).etag)
    assert idp.done("plan", written(idp)).out.count("+ ") == len(kinds)
    idp.done("apply", written(idp), "--yes")
    assert idp.done("plan", written(idp)).out == NOTHING
    less = written(idp, **{kind: {} for kind in kinds})
    assert idp.done("plan", less).out == NOTHING
    assert idp.done("plan", less, "--prune").out.count("- ") == len(kinds) + 1  # two endpoints
    idp.done("apply", less, "--prune", "--yes")
    assert idp.done("plan", less, "--prune").out == NOTHING
    assert api.call("GET", "/webhooks").body["items"] == api.call("GET", "/hooks").body["items"] == []


def test_a_live_file_has_these_kinds_and_an_empty_plan(idp: CommandLine) -> None:
    idp.done("apply", written(idp), "--yes")
    text = idp.done("plan", "--from-live").out
    live = yaml.safe_load(text)
    for kind in ("organization_domains", "organization_members", "webhooks", "hooks"):
        assert set(live[kind]) == set(FILE[kind])
    assert live["webhooks"][URL]["org_id"] == "acme"
    assert "whsec_" not in text
    (idp.folder / "live.yaml").write_text(text)
    assert idp.done("plan", str(idp.folder / "live.yaml"), "--check").out == NOTHING


def test_a_live_file_with_a_slash_in_an_address_can_be_planned(idp: CommandLine) -> None:
    """RFC 5322 lets an address have one, so who joins with it would spoil the file of everybody."""
    idp.services().user_service.create("a/b@acme.example", None, scope=DEPLOYMENT)
    idp.done("apply", written(idp, organization_members={"acme/a/b@acme.example": {}}), "--yes")
    text = idp.done("plan", "--from-live").out
    assert set(yaml.safe_load(text)["organization_members"]) == {"acme/a/b@acme.example"}
    (idp.folder / "live.yaml").write_text(text)
    assert idp.done("plan", str(idp.folder / "live.yaml"), "--check").out == NOTHING


WRONG: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("organization_members", {"acme/nobody@acme.example": {}}, "no person with this address"),
    ("organization_members", {"acme": {}}, "slug of the organisation"),
    ("organization_members", {"acme/ada@acme.example": {"roles": "billing"}}, "roles"),
    ("organization_domains", {"/acme.example": {}}, "slug of the organisation"),
    ("organization_domains", {"acme/a/b": {}}, "slug of the organisation"),
    ("webhooks", {URL: {"secret": {"env": "SECRET"}}}, "secret"),
    ("webhooks", {URL: {"url": "https://c.example.com/"}}, "url"),
    ("hooks", {"staff": {"kind": "token"}}, "kind"),
    ("hooks", {"staff": {"cedar": "permit(principal, action, resource);"}}, "kind"),
    ("hooks", {"staff": {"kind": "sign_in", "cedar": {"file": "none.cedar"}}}, "none.cedar"),
)


def test_a_wrong_object_is_refused_before_anything_is_written(idp: CommandLine) -> None:
    for kind, objects, told in WRONG:
        refused = idp("apply", written(idp, **{kind: objects}), "--yes")
        assert refused.status == 2, objects
        assert told in refused.err, (objects, refused.err)
    assert LocalApi(idp.services()).call("GET", "/organizations").body["items"] == []


def test_the_kind_of_a_hook_and_one_of_two_endpoints_with_one_url_are_refused(idp: CommandLine) -> None:
    """The first never changes. The second cannot be told from the other."""
    idp.done("apply", written(idp), "--yes")
    other = {"staff": {"kind": "registration", "cedar": "permit(principal, action, resource);"}}
    assert "never changes" in idp("plan", written(idp, hooks=other)).err
    LocalApi(idp.services()).call("POST", "/webhooks", {"url": URL})
    assert "2 endpoints with this URL" in idp("plan", written(idp)).err
    assert URL not in yaml.safe_load(idp.done("plan", "--from-live").out)["webhooks"]


def test_a_kind_without_its_rules_cannot_be_made() -> None:
    """So a new kind that forgets them fails at once, and not in the middle of a plan."""
    with pytest.raises(TypeError):
        Kind()  # type: ignore[abstract]
    with pytest.raises(TypeError):
        PlainKind()  # type: ignore[abstract]
