"""`idp plan` and `idp apply` for hooks, webhook endpoints, and members and domains of organisations (threats R-20)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml

from idp.cli.declared.kinds.base import Kind, PlainKind
from idp.cli.declared.local_api import LocalApi
from idp.domain.access.tenancy import DEPLOYMENT
from idp.services.upstream.secret import open_secret
from tests.support.cli import CommandLine

if TYPE_CHECKING:
    from pathlib import Path

URL = "https://crm.example.com/hook"
NOTHING = "Nothing differs.\n"
SECRET = "the-secret-of-okta"
UPSTREAM = "https://acme.okta.example"
OKTA: dict[str, Any] = {
    "preset": "oidc", "name": "Okta", "issuer": UPSTREAM, "client_id": "ours", "secret": {"file": "okta.txt"}, "accounts": "link",
    "authorization_endpoint": UPSTREAM + "/authorize", "token_endpoint": UPSTREAM + "/token", "jwks_uri": UPSTREAM + "/jwks",
    "signing_alg": "ES256",
}  # fmt: skip
SETTINGS = {"IDP_HOOKS": "on", "IDP_ORGANIZATION_CONNECTIONS": "2", "IDP_SCIM": "on", "IDP_ORGANIZATION_SCIM_CLIENTS": "1"}
FILE: dict[str, Any] = {
    "organizations": {"acme": {"name": "Acme Ltd."}},
    "organization_roles": {"acme/billing": {"permissions": ["bills:read"]}},
    "organization_connections": {"acme/okta": OKTA},
    "organization_domains": {"acme/acme.example": {"connection_id": "acme/okta"}},
    "organization_scim_clients": {"acme/entra": {"name": "Entra", "groups": "read"}},
    "organization_members": {"acme/ada@acme.example": {"roles": ["billing"], "admin": True, "admin_scopes": ["organizations:read"]}},
    "webhooks": {URL: {"events": ["client", "user"], "org_id": "acme", "description": "CRM"}, "https://b.example.com/": {"enabled": False}},
    "hooks": {"staff": {"kind": "sign_in", "cedar": {"file": "staff.cedar"}, "enabled": False}},
}


@pytest.fixture
def idp(quick_endpoint: str, table_prefix: str, tmp_path: Path) -> CommandLine:
    """A deployment with hooks, and a person and another one whose address begins so."""
    made = CommandLine(quick_endpoint, table_prefix, tmp_path, SETTINGS)
    services = made.services()
    services.key_rotation.ensure()
    for address in ("ada@acme.example.org", "ada@acme.example"):
        services.user_service.create(address, None, scope=DEPLOYMENT)
    (tmp_path / "okta.txt").write_text(SECRET + "\n")
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
    if kind == "organization_connections":
        return f"{org}/connections/okta"
    if kind == "organization_domains":
        return f"{org}/domains/acme.example"
    if kind == "organization_scim_clients":
        return f"{org}/scim-clients/entra"
    if kind == "organization_members":
        return f"{org}/members/{api.call('GET', f'{org}/members').body['items'][0]['user_id']}"
    if kind == "webhooks":
        return "/webhooks/" + next(str(each["id"]) for each in api.call("GET", "/webhooks").body["items"] if each["url"] == URL)
    return "/hooks/staff"


def test_a_second_run_changes_nothing_and_no_secret_is_printed(idp: CommandLine) -> None:
    file = written(idp)
    first = idp.done("apply", file, "--yes")
    for told in (
        "connection of an organisation acme/okta",
        "domain acme/acme.example",
        "SCIM client of an organisation acme/entra",
        "member acme/ada@acme.example",
        f"webhook endpoint {URL}",
        "hook staff",
    ):
        assert f"{told}: done" in first.out
    assert "whsec_" not in first.out + first.err
    assert SECRET not in first.out + first.err
    assert idp.done("plan", file, "--check").out == NOTHING
    api = LocalApi(idp.services())
    (member,) = api.call("GET", place(api, "organization_members").rpartition("/")[0]).body["items"]
    assert (member["email"], member["roles"], member["admin"], member["owned"]) == ("ada@acme.example", ["billing"], True, False)
    ends = {each["url"]: each for each in api.call("GET", "/webhooks").body["items"]}
    assert (ends[URL]["enabled"], ends["https://b.example.com/"]["enabled"]) == (True, False)


def test_a_change_by_hand_is_found_and_taken_back(idp: CommandLine) -> None:
    """Of each kind, several members at once."""
    changes: dict[str, dict[str, Any]] = {
        "organization_connections": {"name": "By hand", "accounts": "create", "enabled": False},
        "organization_domains": {"connection_id": None},
        "organization_scim_clients": {"name": "By hand", "users": "read", "groups": "write", "reject_unknown": True, "enabled": False},
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
    kinds = tuple(set(FILE) - {"organizations", "organization_roles"})
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
    for kind, objects in FILE.items():
        assert set(live[kind]) == set(objects)
    assert live["webhooks"][URL]["org_id"] == "acme"
    assert live["organization_domains"]["acme/acme.example"] == {"connection_id": "acme/okta"}
    assert "# secret: {env: ORGANIZATION_CONNECTIONS_ACME_OKTA_SECRET}" in text
    assert "whsec_" not in text
    assert not [each for each in (SECRET, "org_") if each in text.replace("org_id", "")]
    (idp.folder / "live.yaml").write_text(text)
    assert idp.done("plan", str(idp.folder / "live.yaml"), "--check").out == NOTHING


def test_a_live_file_makes_the_connections_in_another_deployment(
    idp: CommandLine, table_prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With another id of the organisation, and the secret from the variable that the comment names."""
    idp.done("apply", written(idp), "--yes")
    text = idp.done("plan", "--from-live").out.replace("# secret: ", "secret: ")
    monkeypatch.setenv("ORGANIZATION_CONNECTIONS_ACME_OKTA_SECRET", SECRET)
    other = CommandLine(idp.endpoint, table_prefix + "-b", tmp_path, SETTINGS)
    services = other.services()
    services.key_rotation.ensure()
    services.user_service.create("ada@acme.example", None, scope=DEPLOYMENT)
    (tmp_path / "live.yaml").write_text(text)
    other.done("apply", str(tmp_path / "live.yaml"), "--yes")
    assert other.done("plan", str(tmp_path / "live.yaml"), "--check").out == NOTHING
    org_id = services.organisation_service.find("acme", scope=DEPLOYMENT).id
    assert services.domain_service.get(org_id, "acme.example", scope=DEPLOYMENT).connection_id == f"{org_id}.okta"
    made = services.connections.get(f"{org_id}.okta")
    assert made
    assert open_secret(services.keyring, made) == SECRET


def test_another_secret_is_found_and_taken_back_without_being_shown(idp: CommandLine) -> None:
    """By hand, and in the file. A comparison here writes no event, and one that the deployment does not offer is refused."""
    file = written(idp)
    idp.done("apply", file, "--yes")
    services = idp.services()
    api = LocalApi(services)
    api.call("PATCH", place(api, "organization_connections"), {"secret": "by-hand"})
    shown = idp.done("plan", file).out
    assert "~ connection of an organisation acme/okta\n    secret\n" in shown
    done = idp.done("apply", file, "--yes")
    assert idp.done("plan", file).out == NOTHING
    stored = services.connections.get(api.call("GET", place(api, "organization_connections")).body["connection_id"])
    assert stored
    assert open_secret(services.keyring, stored) == SECRET
    assert not [each for each in (SECRET, "by-hand", stored.secret) if each in shown + done.out + done.err]
    assert not [each for each in api.call("GET", "/audit?limit=100").body["items"] if each["type"] == "secret.compared"]
    off = idp.other(extra={"IDP_HOOKS": "on", "IDP_ORGANIZATION_CONNECTIONS": "0"})
    refused = off("plan", file)
    assert (refused.status, "IDP_ORGANIZATION_CONNECTIONS" in refused.err) == (1, True), refused.err


def test_a_live_file_with_a_slash_in_an_address_can_be_planned(idp: CommandLine) -> None:
    """RFC 5322 allows one in an address, so a member with such an address would make the whole file invalid."""
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
    ("organization_connections", {"acme": OKTA}, "slug of the organisation"),
    ("organization_connections", {"acme/a/b": OKTA}, "slug of the organisation"),
    ("organization_connections", {"acme/okta": {**OKTA, "secret": SECRET}}, "secret"),
    ("organization_connections", {"acme/okta": {**OKTA, "preset": "github"}}, "preset"),
    ("organization_connections", {"acme/okta": {**OKTA, "id": "other"}}, "id"),
    ("organization_connections", {"acme/okta": {**OKTA, "domains": ["gmail.com"]}}, "domains"),
    ("organization_connections", {"acme/okta": {**OKTA, "email_trust": "verified"}}, "email_trust"),
    ("organization_domains", {"acme/acme.example": {"connection_id": "other/okta"}}, "another organisation"),
    ("organization_scim_clients", {"acme": {}}, "slug of the organisation"),
    ("organization_scim_clients", {"acme/entra": {"domains": ["acme.example"]}}, "domains"),
    ("organization_scim_clients", {"acme/entra": {"users": "all"}}, "users"),
    ("organization_scim_clients", {"acme/entra": {"id": "okta"}}, "id"),
    ("organization_scim_clients", {"acme/entra": {"token": {"env": "TOKEN"}}}, "token"),
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


@pytest.mark.parametrize(("object_id", "told"), [("acme/Entra!", "0-9"), ("none/entra", "no organisation none")])
def test_a_directory_that_the_api_refuses_is_not_made(idp: CommandLine, object_id: str, told: str) -> None:
    refused = idp("apply", written(idp, organization_scim_clients={object_id: {"name": "Entra"}}), "--yes")
    assert refused.status != 0
    assert told in refused.err
    api = LocalApi(idp.services())
    assert api.call("GET", place(api, "organization_scim_clients").rpartition("/")[0]).body["items"] == []


def test_no_directory_is_made_where_the_deployment_offers_none(idp: CommandLine) -> None:
    off = idp.other(extra={**SETTINGS, "IDP_ORGANIZATION_SCIM_CLIENTS": "0"})
    refused = off("apply", written(idp), "--yes")
    assert (refused.status, "IDP_ORGANIZATION_SCIM_CLIENTS" in refused.err) == (1, True), refused.err


def test_a_kind_without_its_rules_cannot_be_made() -> None:
    """So a new kind that forgets them fails at once, and not in the middle of a plan."""
    with pytest.raises(TypeError):
        Kind()  # type: ignore[abstract]  # that it fails is the case
    with pytest.raises(TypeError):
        PlainKind()  # type: ignore[abstract]  # that it fails is the case
