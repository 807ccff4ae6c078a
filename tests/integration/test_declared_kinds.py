"""`idp plan` and `idp apply` for every kind of objects (threats R-20): idempotent, with drift, labels and another deployment."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from idp.cli.declared.apply import apply
from idp.cli.declared.file import Declared
from idp.cli.declared.kinds import KINDS, ORDER
from idp.cli.declared.local_api import LocalApi
from idp.cli.declared.plan import Planned, plan
from idp.cli.declared.printable import plain
from idp.cli.declared.problems import ApiRefusedError
from idp.cli.declared.wanted import wanted_of
from idp.domain.access.roles import Role
from idp.domain.access.tenancy import DEPLOYMENT
from idp.services.apps.client_secrets import digest
from idp.services.provisioning.token import open_token
from tests.integration.declared_whole import APP_SECRET, NEW_SECRET, SCHEMA, TOKEN, WHOLE
from tests.support.cli import CommandLine

OWN_ADDRESSES = {"organizations", "organization_roles"}
"""Kinds whose addresses have an id that differs between deployments."""
ELSEWHERE = {"organization_connections", "organization_domains", "organization_scim_clients", "organization_members", "webhooks"}
"""Kinds of `test_declared_parts`: what they have differs between deployments, also if their files are the same."""
DRIFT: dict[str, tuple[str, str, dict[str, Any]]] = {
    "roles": ("editor", "/roles/editor", {"permissions": ["orders:read"]}),
    "groups": ("sales", "/groups/sales", {"description": "by hand"}),
    "apps": ("shop", "/clients/shop", {"first_party": True, "claim_mappings": {"teams": {"source": "groups", "in": ["id_token"]}}}),
    "connections": ("github", "/connections/github", {"trusts_factors": True}),
    "scim_clients": ("acme-okta", "/scim-clients/acme-okta", {"sets_passwords": True}),
    "provisioning_targets": ("crm", "/provisioning-targets/crm", {"leavers": "delete"}),
    "authorization_details_types": ("payment", "/authorization-details-types/payment", {"title": "By hand"}),
    "scopes": ("orders:read", "/scopes/orders:read", {"name": "By hand"}),
    "hooks": ("staff", "/hooks/staff", {"on_failure": "allow"}),
}
"""By kind, a change by hand: the object, its address and the body."""


@pytest.fixture
def idp(quick_endpoint: str, table_prefix: str, tmp_path: Path) -> CommandLine:
    return _deployment(quick_endpoint, table_prefix, tmp_path)


def _deployment(endpoint: str, prefix: str, folder: Path) -> CommandLine:
    made = CommandLine(endpoint, prefix, folder, {"IDP_SCIM": "on", "IDP_HOOKS": "on"})
    made.services().key_rotation.ensure()
    for name, text in (("secret.txt", "the-secret-of-github"), ("app.txt", APP_SECRET), ("token.txt", TOKEN)):
        (folder / name).write_text(text + "\n")
    return made


def written(idp: CommandLine, content: dict[str, Any], name: str = "wanted.yaml") -> str:
    file = idp.folder / name
    file.write_text(yaml.safe_dump({"managed": "main", **content}))
    return str(file)


def compared(idp: CommandLine, content: dict[str, Any], *, manager: str = "main", prune: bool = False) -> tuple[LocalApi, list[Planned]]:
    api = LocalApi(idp.services())
    return api, plan(api, wanted_of(Declared(manager, content), idp.folder), manager=manager, prune=prune)


def export(idp: CommandLine) -> list[Any]:
    """All lines of an export, without times, marks of one deployment, and lines about the export itself.

    Each deployment makes its own ids of organisations, so their slugs stand in place of them.
    """
    file = idp.folder / f"export-{idp.prefix}.ndjson"
    file.unlink(missing_ok=True)
    idp.done("export", str(file), "--everything")
    own = {"created_at", "updated_at", "at", "published_at", "secret", "written_at"}
    found = [json.loads(line) for line in file.read_text().splitlines()]
    slugs = {line["id"]: line["slug"] for line in found if line["type"] == "organisation"}

    def stripped(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: stripped(each) for name, each in value.items() if name not in own}
        if isinstance(value, list):
            return [stripped(each) for each in value]
        return slugs.get(value, value) if isinstance(value, str) else value

    return sorted((stripped(each) for each in found if each["type"] not in {"export", "end", "signing_key", "unreadable"}), key=json.dumps)


def test_every_kind_is_in_the_file_of_these_tests() -> None:
    assert set(WHOLE) | ELSEWHERE == set(KINDS)
    assert {kind.name for kind in ORDER if kind.prunable} - set(DRIFT) == {"trusted_issuers", *OWN_ADDRESSES, *ELSEWHERE}


def test_apply_makes_all_kinds_and_a_second_run_changes_nothing(idp: CommandLine) -> None:
    file = written(idp, WHOLE)
    first = idp.done("apply", file, "--yes")
    assert "app shop: done" in first.out
    assert idp.done("plan", file, "--check").out == "Nothing differs.\n"
    before = export(idp)
    assert idp.done("apply", file).out == "Nothing differs.\n"
    assert export(idp) == before


def test_no_output_has_a_secret(idp: CommandLine) -> None:
    file = written(idp, WHOLE)
    told = idp.done("plan", file)
    done = idp.done("apply", file, "--yes")
    (idp.folder / "app.txt").write_text(NEW_SECRET)
    (idp.folder / "token.txt").write_text("other-token-of-the-crm")
    again = idp.done("apply", file, "--yes")
    live = idp.done("plan", "--from-live")
    said = "".join(each.out + each.err for each in (told, done, again, live))
    for secret in (APP_SECRET, NEW_SECRET, TOKEN, "other-token", "the-secret-of-github", digest(APP_SECRET)):
        assert secret not in said


@pytest.mark.parametrize("kind", sorted(DRIFT))
def test_a_change_by_hand_is_found_and_taken_back(idp: CommandLine, kind: str) -> None:
    file = written(idp, WHOLE)
    idp.done("apply", file, "--yes")
    object_id, path, body = DRIFT[kind]
    api = LocalApi(idp.services())
    api.call("PUT" if kind in {"authorization_details_types", "scopes"} else "PATCH", path, body)
    shown = idp("plan", file, "--check")
    assert shown.status == 1
    assert f"~ {KINDS[kind].title} {object_id}\n" in shown.out
    assert shown.out.count("\n~ ") == 0
    idp.done("apply", file, "--yes")
    assert idp.done("plan", file).out == "Nothing differs.\n"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("", {"policy": {"mfa_required": False, "connections_only": True}}),
        ("", {"metadata": {"crm": {"id": 6, "more": [1]}, "x": 1}, "name": "By hand"}),
        ("", {"branding": {"radius": 3, "colours": {"light": {"accent": "#0f766e", "surface": "#ffffff"}}}}),
        ("", {"branding": None, "metadata": None, "policy": None, "disabled": True}),
        ("/roles/billing", {"permissions": ["bills:read", "bills:write"]}),
    ],
)
def test_a_change_of_an_organisation_by_hand_is_taken_back(idp: CommandLine, path: str, body: dict[str, Any]) -> None:
    file = written(idp, WHOLE)
    idp.done("apply", file, "--yes")
    api = LocalApi(idp.services())
    before = api.call("GET", "/organizations?slug=acme").body["items"][0]
    api.call("PATCH", f"/organizations/{before['id']}{path}", body)
    assert idp("plan", file, "--check").status == 1
    idp.done("apply", file, "--yes")
    assert idp.done("plan", file).out == "Nothing differs.\n"
    after = LocalApi(idp.services()).call("GET", "/organizations?slug=acme").body["items"][0]
    assert {**after, "updated_at": ""} == {**before, "updated_at": ""}


def test_other_policies_by_hand_are_found_and_taken_back(idp: CommandLine) -> None:
    file = written(idp, WHOLE)
    idp.done("apply", file, "--yes")
    api = LocalApi(idp.services())
    made = api.call("POST", "/policies", {"policies": "forbid(principal, action, resource);", "schema": SCHEMA}).body["version"]
    api.call("PUT", "/policies/live", {"version": made})
    shown = idp.done("plan", file).out
    assert "-forbid(principal, action, resource);" in shown
    assert "+permit(principal, action, resource);" in shown
    idp.done("apply", file, "--yes")
    assert idp.done("plan", file).out == "Nothing differs.\n"


def test_the_secret_of_an_app_and_the_token_of_a_target_are_compared(idp: CommandLine) -> None:
    """An admin rotated them by hand: the difference shows, without the value, and apply brings them back."""
    file = written(idp, WHOLE)
    idp.done("apply", file, "--yes")
    services = idp.services()
    services.client_service.rotate_secret("shop", scope=DEPLOYMENT)
    LocalApi(services).call("PATCH", "/provisioning-targets/crm", {"token": "rotated-by-hand"})
    assert idp.done("plan", file).out == "~ app shop\n    secret\n~ provisioning target crm\n    token\n"
    idp.done("apply", file, "--yes")
    services = idp.services()
    assert [each.digest for each in services.client_service.get("shop", scope=DEPLOYMENT).secrets] == [digest(APP_SECRET)]
    assert open_token(services.keyring, services.provisioning_target_service.get("crm", scope=DEPLOYMENT)) == TOKEN


def test_a_missing_secret_is_refused_before_anything_is_written(idp: CommandLine) -> None:
    """Roles stand before connections, and the secret that is missing is the last one."""
    (idp.folder / "token.txt").unlink()
    refused = idp("apply", written(idp, WHOLE), "--yes")
    assert refused.status == 2
    assert "provisioning_targets.crm.token" in refused.err
    assert list(idp.services().role_service.model(scope=DEPLOYMENT).roles) == []


def test_a_live_file_has_an_empty_plan(idp: CommandLine) -> None:
    idp.done("apply", written(idp, WHOLE), "--yes")
    file = idp.folder / "live.yaml"
    file.write_text(idp.done("plan", "--from-live").out)
    assert idp.done("plan", str(file), "--check").out == "Nothing differs.\n"
    assert yaml.safe_load(file.read_text())["apps"]["bank"]["profile"] == "fapi2"


def test_a_live_file_brings_an_empty_deployment_to_the_same_state(
    idp: CommandLine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The two exports are equal, but for times. The secrets come from the variables that the comments of the file name."""
    idp.done("apply", written(idp, WHOLE), "--yes")
    text = idp.done("plan", "--from-live").out
    secrets = {"APPS_SHOP_SECRET": APP_SECRET, "PROVISIONING_TARGETS_CRM_TOKEN": TOKEN}
    for name in re.findall(r"# \w+: {env: (\w+)}", text):
        monkeypatch.setenv(name, secrets.get(name, NEW_SECRET if name.startswith("APPS") else "the-secret-of-github"))
    other = _deployment(idp.endpoint, idp.prefix + "-b", tmp_path)
    file = tmp_path / "live.yaml"
    file.write_text(re.sub(r"# (secret|token): ", r"\1: ", text))
    other.done("apply", str(file), "--yes")
    assert export(other) == export(idp)
    assert other.done("plan", "--from-live").out == text
    assert other.done("plan", str(file), "--check").out == "Nothing differs.\n"


def test_only_labelled_objects_are_pruned(idp: CommandLine) -> None:
    """A role that a person made stays, and so does an object of another file."""
    idp.done("apply", written(idp, WHOLE), "--yes")
    idp.done("roles", "create", "by-hand")
    idp.done("apply", written(idp, {"managed": "other", "roles": {"theirs": {}}}, "other.yaml"), "--yes")
    file = written(idp, {"roles": {"viewer": {}}})
    planned = idp.done("plan", file, "--prune").out
    assert "- group sales\n" in planned
    assert planned.index("- group sales") < planned.index("- role editor")
    assert "by-hand" not in planned
    assert "theirs" not in planned
    idp.done("apply", file, "--prune", "--yes")
    services = idp.services()
    assert set(services.role_service.model(scope=DEPLOYMENT).roles) == {"viewer", "by-hand", "theirs"}
    assert [each.id for each in services.client_service.search(scope=DEPLOYMENT, limit=10).items] == []
    assert idp.done("plan", file, "--prune").out == "Nothing differs.\n"


def test_a_file_without_a_name_labels_nothing_and_prunes_nothing(idp: CommandLine) -> None:
    """Objects of another file that are as it says are no difference. To change them is refused."""
    file = idp.folder / "nameless.yaml"
    file.write_text("roles: {editor: {}, viewer: {}}")
    idp.done("apply", str(file), "--yes")
    assert list(LocalApi(idp.services()).labels()) == []
    assert idp.done("plan", str(file)).out == "Nothing differs.\n"
    refused = idp("plan", str(file), "--prune")
    assert refused.status == 2
    assert "managed" in refused.err
    idp.done("apply", written(idp, {"roles": {"editor": {}}}), "--yes")
    assert idp.done("plan", str(file)).out == "Nothing differs.\n"
    file.write_text("roles: {editor: {description: other}}")
    assert "The file 'main' manages this object" in idp("plan", str(file)).err


def test_without_prune_nothing_is_deleted(idp: CommandLine) -> None:
    idp.done("apply", written(idp, WHOLE), "--yes")
    assert idp.done("apply", written(idp, {"roles": {"viewer": {}}}), "--yes").out == "Nothing differs.\n"


def test_prune_without_a_terminal_and_without_yes_deletes_nothing(idp: CommandLine) -> None:
    idp.done("apply", written(idp, {"roles": {"editor": {}}}), "--yes")
    refused = idp("apply", written(idp, {"roles": {}}), "--prune")
    assert refused.status == 2
    assert "1 of them delete" in refused.err
    assert set(idp.services().role_service.model(scope=DEPLOYMENT).roles) == {"editor"}


@pytest.mark.parametrize(("kind", "path"), [("roles", "/roles/editor"), ("scopes", "/scopes/editor")])
def test_an_object_that_a_person_made_again_is_not_pruned(idp: CommandLine, kind: str, path: str) -> None:
    """The label of a deleted object is not about the next one with its id."""
    members = {"roles": {"description": "one"}, "scopes": {"name": "one"}}[kind]
    idp.done("apply", written(idp, {kind: {"editor": members}}), "--yes")
    changed = written(idp, {kind: {"editor": {**members, next(iter(members)): "two"}}})
    idp.done("apply", changed, "--yes")
    services = idp.services()
    api = LocalApi(services)
    api.call("DELETE", path)
    if kind == "roles":  # they have the time of their creation
        services.roles.create(Role("editor", "another-id", created_at=4_000_000_000))
    else:  # these have only what they say
        api.call("PUT", path, {"name": "by hand"})
    assert "- " not in idp.done("plan", written(idp, {kind: {}}), "--prune").out


def test_an_object_of_another_file_is_refused(idp: CommandLine) -> None:
    idp.done("apply", written(idp, {"managed": "one", "roles": {"editor": {}}}), "--yes")
    refused = idp("apply", written(idp, {"managed": "two", "roles": {"editor": {"description": "x"}}}), "--yes")
    assert refused.status == 2
    assert "roles.editor: The file 'one' manages this object" in refused.err


def test_an_object_that_exists_is_taken_over_and_the_plan_says_so(idp: CommandLine) -> None:
    idp.done("roles", "create", "editor")
    file = written(idp, {"roles": {"editor": {}}})
    assert idp.done("plan", file).out == '~ role editor\n    managed: – → "main"\n'
    idp.done("apply", file, "--yes")
    assert idp.done("plan", file).out == "Nothing differs.\n"


@pytest.mark.parametrize("kind", sorted({*DRIFT} - {"connections"}))
def test_a_newer_version_is_not_overwritten(idp: CommandLine, kind: str) -> None:
    """Another admin changes the object between the plan and the write, twice: the write is refused, and that change stays."""
    idp.done("apply", written(idp, WHOLE), "--yes")
    object_id, path, body = DRIFT[kind]
    api, _ = compared(idp, WHOLE)
    put = kind in {"authorization_details_types", "scopes"}
    api.call("PUT" if put else "PATCH", path, body)
    _, planned = compared(idp, WHOLE)
    other = {**body, "description": "newer"} if kind in {"roles", "groups", *(("authorization_details_types", "scopes"))} else None
    api.call(
        "PUT" if put else "PATCH",
        path,
        other
        or {"apps": {"client_name": "newer"}, "scim_clients": {"name": "newer"}, "hooks": {"timeout_ms": 900}}.get(kind, {"paused": True}),
    )
    stored = api.call("GET", path)
    (mine,) = [each for each in planned if each.action != "same"]
    assert mine.id == object_id
    with pytest.raises(ApiRefusedError) as refused:
        apply(api, mine, manager="main")
    assert refused.value.is_conflict
    assert api.call("GET", path).body == stored.body


@pytest.mark.parametrize("kind", ["roles", "scopes", "authorization_details_types", "apps", "scim_clients"])
def test_an_object_that_appeared_meanwhile_is_not_overwritten(idp: CommandLine, kind: str) -> None:
    """The plan says "create", and another admin made it before the write."""
    one = {name: WHOLE[kind][name] for name in [next(iter(WHOLE[kind]))]}
    content = {
        kind: {name: {k: v for k, v in members.items() if k not in {"roles", "secret", "fills_groups"}} for name, members in one.items()}
    }
    api, planned = compared(idp, content)
    (mine,) = planned
    apply(api, mine, manager="")
    if kind in {"scopes", "authorization_details_types"}:
        api.call("PUT", f"{KINDS[kind].path}/{mine.id}", {"name": "Theirs"} if kind == "scopes" else {"title": "Theirs"})
    before = api.call("GET", f"{KINDS[kind].path}/{KINDS[kind].path_id(mine.id)}").body
    with pytest.raises(ApiRefusedError) as refused:
        apply(api, mine, manager="")
    assert refused.value.is_conflict
    assert api.call("GET", f"{KINDS[kind].path}/{KINDS[kind].path_id(mine.id)}").body == before


def test_a_run_that_was_refused_in_the_middle_is_taken_up_again(idp: CommandLine) -> None:
    """The command says what was done. After the file is corrected, the next run does the rest."""
    broken = {**WHOLE, "connections": {"google": {"preset": "github", "client_id": "", "secret": {"file": "secret.txt"}}}}
    refused = idp("apply", written(idp, broken), "--yes")
    assert refused.status == 2
    assert "connection google" in refused.err
    assert re.search(r"9 of \d+ changes are made", refused.err) or re.search(r"\d+ of \d+ changes are made", refused.err)
    assert "role editor: done" in refused.out
    file = written(idp, WHOLE)
    rest = idp.done("apply", file, "--yes").out
    assert "role editor" not in rest
    assert idp.done("plan", file).out == "Nothing differs.\n"


def test_a_crash_between_an_object_and_its_label_is_taken_up_again(idp: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The object is there without a label: it is never pruned, and the next run labels it."""
    monkeypatch.setattr(LocalApi, "label", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    api, (mine,) = compared(idp, {"roles": {"editor": {}}})
    with pytest.raises(KeyboardInterrupt):
        apply(api, mine, manager="main")
    monkeypatch.undo()
    assert idp.done("plan", written(idp, {"roles": {}}), "--prune").out == "Nothing differs.\n"
    idp.done("apply", written(idp, {"roles": {"editor": {}}}), "--yes")
    assert "- role editor\n" in idp.done("plan", written(idp, {"roles": {}}), "--prune").out


def test_a_crash_between_a_label_and_its_object_leaves_the_object(idp: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The label goes first, so no label is left that could be taken for another object's."""
    idp.done("apply", written(idp, {"roles": {"editor": {}}}), "--yes")
    api, (gone,) = compared(idp, {}, prune=True)
    monkeypatch.setattr(type(KINDS["roles"]), "delete", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        apply(api, gone, manager="main")
    monkeypatch.undo()
    assert list(api.labels()) == []
    assert set(idp.services().role_service.model(scope=DEPLOYMENT).roles) == {"editor"}


def test_an_app_that_registered_itself_is_not_in_a_live_file(idp: CommandLine) -> None:
    services = idp.services()
    made = services.client_service.preview({"client_id": "own", "redirect_uris": ["https://own.example/cb"]}, scope=DEPLOYMENT)
    services.clients.create(replace(made, registered_by="dynamic"))
    assert "own" not in idp.done("plan", "--from-live").out


def test_a_deployment_with_nothing_gives_a_file_with_nothing(idp: CommandLine) -> None:
    assert idp.done("plan", "--from-live").out == "# yaml-language-server: $schema=docs/schemas/declared-1.json\n"


def test_hostile_names_neither_move_the_cursor_nor_hide(idp: CommandLine) -> None:
    assert plain("a\x1b[2J\u202eb\x9bc\n") == "a\\u001b[2J\\u202eb\\u009bc\\u000a"
    services = idp.services()
    made = services.client_service.preview({"client_id": "evil", "redirect_uris": ["https://e.example/"]}, scope=DEPLOYMENT)
    services.clients.create(replace(made, name="a\u202eb"))  # as it might be in an older item
    shown = idp.done("plan", written(idp, {"apps": {"evil": {"redirect_uris": ["https://e.example/"]}}})).out
    assert "\u202e" not in shown
    assert "\\u202e" in shown


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("roles: {Editor!: {}}", "role Editor!", id="a malformed name"),
        pytest.param("roles: {editor: {permissions: [orders:read, 5]}}", "roles.editor.permissions.1", id="a number among texts"),
        pytest.param("roles: {editor: {colour: red}}", "roles.editor.colour", id="an unknown member"),
        pytest.param("roles: {editor: {name: other}}", "roles.editor.name", id="another name inside"),
        pytest.param("groups: {sales: {roles: [nobody]}}", "roles", id="an unknown role"),
        pytest.param("apps: {shop: {redirect_uris: [shop.example/cb]}}", "apps.shop.redirect_uris", id="a redirect URI without a scheme"),
        pytest.param("apps: {shop: {secret: {env: X_NOT_SET}}}", "X_NOT_SET", id="an app's secret that is not set"),
        pytest.param("apps: {shop: {jwks: {keys: [.nan]}, redirect_uris: ['https://a.example/']}}", "apps.shop.jwks", id="not a number"),
        pytest.param('scopes: {"": {name: x}}', "id", id="an empty id"),
        pytest.param("organizations: {acme: {}}", "organizations.acme.name", id="an organisation without a name"),
        pytest.param("organizations: {acme: {name: A, slug: b}}", "organizations.acme.slug", id="another slug inside"),
        pytest.param("organizations: {acme: {name: A, policy: {mfa_required: 1}}}", "policy.mfa_required", id="a number for yes"),
        pytest.param("organizations: {acme: {name: A, branding: {colours: {light: {accent: red}}}}}", "branding", id="no colour"),
        pytest.param("organization_roles: {billing: {}}", "organization_roles.billing", id="a role without its organisation"),
        pytest.param("organization_roles: {nobody/billing: {}}", "nobody", id="a role of an unknown organisation"),
        pytest.param(
            "apps: {a: {grant_types: [client_credentials], org_id: nobody}}", "nobody", id="an app of an unknown organisation"
        ),
        pytest.param("policies: {draft: {policies: ''}}", "policies.draft", id="policies that are not live"),
        pytest.param("policies: {live: {policies: {file: nothing.cedar}}}", "nothing.cedar", id="no such file of policies"),
        pytest.param("policies: {live: {policies: 'permit('}}", "policies live", id="faulty policies"),
        pytest.param("scim_clients: {okta: {users: admin, name: x}}", "scim_clients.okta.users", id="an unknown right"),
        pytest.param("provisioning_targets: {crm: {base_url: 'https://crm.example/scim'}}", "token", id="a target without a token"),
        pytest.param("trusted_issuers: {'https://a.example': {}}", "jwks_uri", id="an issuer without keys"),
        pytest.param("trusted_issuers: {'https://a.example': {issuer: 'https://b.example', jwks_uri: x}}", "issuer", id="two issuers"),
    ],
)  # fmt: skip
def test_a_wrong_object_is_refused_with_its_place(idp: CommandLine, text: str, said: str) -> None:
    file = idp.folder / "wanted.yaml"
    file.write_text(text)
    refused = idp("apply", str(file), "--yes")
    assert refused.status == 2, refused.out + refused.err
    assert said in refused.err
    assert "Traceback" not in refused.err


def test_all_problems_of_a_file_are_told_at_once(idp: CommandLine) -> None:
    refused = idp("plan", written(idp, {"roles": {"a": {"colour": "red"}, "b": {"permissions": 5}}}))
    assert "roles.a.colour" in refused.err
    assert "roles.b.permissions" in refused.err


@pytest.mark.parametrize("arguments", [("plan",), ("plan", "--schema", "--from-live"), ("plan", "x.yaml", "--schema"), ("apply",)])
def test_contradicting_arguments_are_refused(idp: CommandLine, arguments: tuple[str, ...]) -> None:
    assert idp(*arguments).status == 2


def test_a_file_in_which_text_looks_like_a_date_keeps_the_text(idp: CommandLine) -> None:
    file = idp.folder / "wanted.yaml"
    file.write_text("roles: {editor: {description: 2026-11-29}}")
    idp.done("apply", str(file), "--yes")
    assert idp.services().role_service.model(scope=DEPLOYMENT).roles["editor"].description == "2026-11-29"


def test_acts_of_a_file_are_in_the_audit_trail(idp: CommandLine) -> None:
    idp.done("apply", written(idp, {"roles": {"editor": {}}}), "--yes")
    found = LocalApi(idp.services()).call("GET", "/audit?limit=10").body["items"]
    assert {each["type"] for each in found} >= {"role.created", "managed_object.labelled"}


def test_no_function_and_no_server_lets_requests_in_without_a_token() -> None:
    """Only the command line's own calls build the admin app with an operator."""
    root = Path(__file__).resolve().parents[2] / "idp"
    named = re.compile(r"\bOPERATOR\b|\bOperatorGate\b|\boperator=")
    naming = {str(path.relative_to(root)) for path in root.rglob("*.py") if named.search(path.read_text())}
    assert naming == {"cli/declared/local_api.py", "http/admin/app.py", "http/admin/gate.py"}
