"""Every route of the admin API × an admin of one organisation × things of another one, and of the deployment (threats Q-02, P-02).

A route that no table names fails: a new route needs a decision what an organisation's admin gets from it.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
from typing import TYPE_CHECKING, Any

import pytest

import idp.services
from idp.domain.access import admin_scopes
from idp.domain.access.tenancy import DEPLOYMENT
from tests.integration.admin.isolation.tenants import Tenant, tenant
from tests.integration.admin.operations import BODIES, filled, operations
from tests.support.world import World

if TYPE_CHECKING:
    import httpx

    from tests.integration.admin.conftest import Make

REFUSED = frozenset({
    "activate_connection_certificates", "add_member", "cancel_deletion", "cancel_import", "change_client", "change_connection",
    "change_group", "change_hook", "change_provisioning_target", "change_role", "change_scim_client", "change_webhook_endpoint",
    "check_client_secret", "check_connection_secret", "check_provisioning_token", "clear_mail_problem", "compare_provisioning_target",
    "create_client", "create_connection", "create_group", "create_hook", "create_import", "create_initial_access_token",
    "create_invitation", "create_issuer_link", "create_organization", "create_policy_version", "create_provisioning_target",
    "create_role", "create_scim_client", "create_trusted_issuer", "create_webhook_endpoint", "delete_authorization_details_type",
    "delete_client", "delete_connection", "delete_group", "delete_hook", "delete_initial_access_token", "delete_issuer_link",
    "delete_organization", "delete_provisioning_target", "delete_role", "delete_scim_client", "delete_scope_text",
    "delete_signal_stream", "delete_trusted_issuer", "delete_user", "delete_webhook_endpoint", "dry_run_hook", "enable_signal_stream",
    "end_session", "export_user",
    "forget_remembered_device", "forget_remembered_devices", "get_authorization_details_type", "get_client", "get_connection",
    "get_group", "get_hook", "get_import", "get_invitation", "get_live_policies", "get_policy_version", "get_provisioning_target",
    "get_role", "get_scim_client", "get_scope_text", "get_signal_stream", "get_trusted_issuer", "get_webhook_endpoint", "label_object",
    "list_authorization_details_types", "list_clients", "list_connections", "list_grants", "list_groups", "list_hooks", "list_imports",
    "list_initial_access_tokens", "list_invitations", "list_issuer_links", "list_keys", "list_managed_objects",
    "list_organizations_of_user", "list_passkeys", "list_policy_versions", "list_provisioning_failures", "list_provisioning_targets",
    "list_refused_rows", "list_remembered_devices", "list_roles", "list_scim_clients", "list_scope_texts", "list_sealing_keys",
    "list_sessions", "list_signal_streams", "list_trusted_issuers", "list_webhook_attempts", "list_webhook_dead_letters",
    "list_webhook_endpoints",
    "merge_users", "pause_signal_stream", "prepare_connection_certificates", "preview_merge",
    "publish_policies", "put_authorization_details_type", "put_scope_text", "put_trusted_issuer",
    "read_connection_metadata", "read_statistics", "redeliver_webhooks", "remove_passkey", "resend_invitation", "retry_provisioning",
    "revoke_grant", "revoke_key", "revoke_sealing_key", "rotate_keys", "rotate_scim_token", "rotate_sealing_keys", "rotate_secret",
    "rotate_webhook_secret", "send_temporary_code", "set_password", "simulate_policies", "start_import", "test_webhook_endpoint",
    "unlabel_object", "unlock_user", "withdraw_invitation",
})  # fmt: skip
"""Operations that serve no organisation: each answer is 403, whatever the request names."""
LISTS = frozenset({"list_users", "list_events", "list_organizations"})
"""Operations without an id that answer with things of the organisation only."""
EXPORTS = frozenset({"export_events"})
"""The same as JSON lines (`test_audit_of_an_organisation`)."""
PUBLISHED = frozenset({"list_webhook_event_types"})
"""Operations that answer with a document of this release. They need an OAuth scope that no admin of an organisation has."""
CREATES = frozenset({"create_user"})
"""Operations without an id that make something in the organisation."""
NAMED = frozenset({
    "get_user", "change_user", "start_password_reset", "reset_factors", "end_all_sessions",
    "get_organization", "change_organization", "list_members", "get_member", "change_member", "remove_member", "list_organization_roles",
    "create_organization_role", "get_organization_role", "change_organization_role", "delete_organization_role", "list_domains",
    "claim_domain", "get_domain", "change_domain", "check_domain", "remove_domain", "list_organization_invitations",
    "list_organization_clients", "create_organization_client", "get_organization_client", "change_organization_client",
    "rotate_organization_client_secret", "delete_organization_client",
    "list_organization_scim_clients", "create_organization_scim_client", "get_organization_scim_client",
    "change_organization_scim_client", "rotate_organization_scim_token", "delete_organization_scim_client",
    "list_organization_connections", "create_organization_connection", "get_organization_connection", "change_organization_connection",
    "read_organization_connection_metadata", "prepare_organization_connection_certificates",
    "activate_organization_connection_certificates", "delete_organization_connection", "check_organization_connection_secret",
    "create_organization_invitation", "get_organization_invitation", "resend_organization_invitation", "withdraw_organization_invitation",
})  # fmt: skip
"""Operations on an object that the path names. An object of another organisation is answered as one that does not exist."""

NEED_MORE = frozenset({
    "check_domain", "create_organization_connection", "read_organization_connection_metadata",
    "prepare_organization_connection_certificates", "activate_organization_connection_certificates",
})  # fmt: skip
"""Those of them that also need an answer from elsewhere, or a connection of another type."""

MADE_UP = {
    "{user_id}": "usr_nobody-has-this-id", "{org_id}": "org_nobody", "{role_name}": "nobody-made-this", "{domain}": "nobody.example",
    "{invitation_id}": "nobody", "{client_id}": "org_nobody.nobody", "{scim_client_id}": "nobody-made-this",
    "{connection_id}": "nobody-made-this",
}  # fmt: skip
NO_SUCH_ADDRESS = {"There is nothing at this address.", "This does not exist."}
TABLES = ("directory", "state", "keys")
BODY = {**BODIES, "change_user": {"claims": {"name": "Taken over"}}}


def stored(world: World) -> dict[str, list[str]]:
    """All items except the events of refusals."""
    scanned = {table: [json.dumps(item, sort_keys=True, default=repr) for item in world.services.database.scan(table)] for table in TABLES}
    return {table: sorted(item for item in items if "EVENT#" not in item) for table, items in scanned.items()}


def told(answer: httpx.Response) -> tuple[int, dict[str, Any], dict[str, str]]:
    """All of an answer that could tell one thing from another."""
    body = {name: value for name, value in answer.json().items() if name != "request_id"}
    return (
        answer.status_code,
        body,
        {name: answer.headers.get(name, "") for name in ("etag", "location", "www-authenticate", "retry-after")},
    )


def replaced(path: str, ids: dict[str, str]) -> str:
    for name, value in ids.items():
        path = path.replace(name, value)
    return path


@pytest.fixture
def every_scope(monkeypatch: pytest.MonkeyPatch) -> None:
    """The admin of an organisation has every OAuth scope, so that what refuses is the scope of authority alone.

    Modules that are imported while this holds would keep it, so those are imported before which take the name.
    """
    for module in pkgutil.walk_packages(idp.services.__path__, "idp.services."):
        importlib.import_module(module.name)
    monkeypatch.setattr("idp.domain.access.organisation_scopes.ORGANISATION_SCOPES", admin_scopes.ALL)


def test_each_operation_is_classified(world: World) -> None:
    """A new route belongs into one of the tables of this file."""
    tables = (REFUSED, LISTS, EXPORTS, PUBLISHED, CREATES, NAMED)
    assert {name for *_, name in operations(world)} == frozenset().union(*tables)
    assert sum(map(len, tables)) == len(frozenset().union(*tables))


def test_operations_of_the_deployment_refuse_an_organisation(world: World, acme: Tenant, every_scope: None) -> None:
    """403 with one sentence, whether the thing is there or not, and nothing is written."""
    token = acme.token()
    for method, path, _, name in operations(world):
        if name not in REFUSED:
            continue
        target = filled(world, path)
        missing = path
        while "{" in missing:
            missing = missing[: missing.index("{")] + "0" + missing[missing.index("}") + 1 :]
        before = stored(world)
        for each in (target, missing):
            answer = acme.call(method, each, token=token, json=BODY.get(name))
            refused = "This can be done for the whole deployment only, and not by an admin of an organisation."
            if each == missing and answer.status_code == 404 and answer.json()["detail"] in NO_SUCH_ADDRESS:
                continue  # the form of the id fits no route, whatever is stored
            assert (answer.status_code, answer.json().get("detail")) == (403, refused), (method, each, answer.text)
        assert stored(world) == before, (method, path)


def foreign_to(acme: Tenant, other: Tenant, path: str) -> dict[str, list[str]]:
    """Paths to objects of another organisation, by the path to something that is not there."""
    world = acme.world
    people = [other.owned.id, other.guest.id, other.boss.id, world.user().id, world.admin.id]
    if "{org_id}" not in path:
        return {replaced(path, MADE_UP): [path.replace("{user_id}", each) for each in people]}
    within = {"{org_id}": acme.id}
    named = {replaced(path, MADE_UP): [replaced(path, other.ids), replaced(path, {"{org_id}": other.id, **MADE_UP})]}
    if path.count("{") > 1:  # an object of another organisation below the own organisation
        there = [
            replaced(path, within | other.ids | within),
            *(replaced(path, within | {"{user_id}": each}) for each in people if "{user_id}" in path),
        ]
        named[replaced(path, {**MADE_UP, **within})] = there
    return named


def test_a_foreign_thing_is_answered_as_one_that_is_not_there(world: World, acme: Tenant, other: Tenant) -> None:
    """Things of another organisation and of none, also below the path of the own one. And the same request for an own thing is served."""
    token, done = acme.token(), set[str]()
    for number, (method, path, _, name) in enumerate(operations(world)):
        if name not in NAMED:
            continue
        body = BODY.get(name)
        for missing, foreign in foreign_to(acme, other, path).items():
            for headers in ({}, {"If-Match": '"1"'}, {"If-Match": '"999"'}):
                expected = told(acme.call(method, missing, token=token, json=body, headers=headers))
                assert expected[0] == 404, (method, path, expected)
                before = stored(world)
                for each in foreign:
                    assert told(acme.call(method, each, token=token, json=body, headers=headers)) == expected, (method, path, each)
                assert stored(world) == before, (method, path)
        mine = tenant(world, f"own-{number}")
        own = mine.call(method, replaced(path, mine.ids), json=body)
        assert own.status_code in {200, 201, 202, 204} or (name in NEED_MORE and own.status_code not in {401, 403, 404}), own.text
        done.add(name)
    assert done == NAMED


PAGING = {"limit", "cursor"}
REFUSED_FILTERS = {"/users": {"group"}, "/audit": {"email", "address"}}
"""Filters that answer 403 to an organisation's admin (`test_people_of_an_organisation`)."""


def lists_of(world: World, own: Tenant) -> dict[str, set[str]]:
    """The lists that serve an organisation, by the path for this one, with the names of their query parameters."""
    document = world.http.get("/admin/v1/openapi.json").json()
    return {
        replaced(path.removeprefix("/admin/v1"), own.ids): {each["name"] for each in told.get("parameters", []) if each["in"] == "query"}
        for path, methods in document["paths"].items()
        for method, told in methods.items()
        if method == "get" and told["operationId"].startswith("list_") and told["operationId"] in LISTS | NAMED
    }


@pytest.mark.parametrize("limit", [1, 2, 100])
def test_no_list_has_a_foreign_thing(world: World, acme: Tenant, other: Tenant, limit: int) -> None:
    """Whatever it is filtered by, on every page."""
    for who in (acme, other):
        assert who.call("PATCH", f"/users/{who.owned.id}", json={"claims": {"name": f"Secret of {who.id}"}}).status_code == 200
    plain = world.user(email="plain@example.com", claims={"name": "Plain Person"})
    foreign = {
        *(getattr(each, name) for each in (other.owned, other.guest, other.boss, plain, world.admin) for name in ("id", "email")),
        other.id, other.role.name, other.client_id, other.scim_client_id, other.connection_id, f"Secret of {other.id}", "root-service",
    }  # fmt: skip
    own = f"/organizations/{acme.id}"
    asked: dict[str, list[dict[str, str]]] = {
        "/users": [
            {}, {"email": "owned@other"}, {"email": "p"}, {"search": "other"}, {"search": "plain"}, {"search": "secret"},
            {"role": other.role.name},
        ],
        "/organizations": [{}, {"slug": "o"}, {"slug": "other"}, {"search": "other"}, {"search": other.id}],
        f"{own}/members": [{}], f"{own}/roles": [{}], f"{own}/invitations": [{}], f"{own}/clients": [{}], f"{own}/domains": [{}],
        f"{own}/scim-clients": [{}], f"{own}/connections": [{}],
        "/audit": [
            {}, {"user_id": other.owned.id}, {"user_id": plain.id}, {"client_id": other.boss.id}, {"client_id": "root-service"},
            {"type": "user"}, {"type": "admin.refused"}, {"outcome": "failure"}, {"actor": other.boss.id}, {"request_id": "x"},
            {"since": "1"}, {"until": str(world.clock() + 60)},
        ],
    }  # fmt: skip
    declared = lists_of(world, acme)
    assert set(asked) == set(declared)
    for path, names in declared.items():
        assert names - PAGING - REFUSED_FILTERS.get(path, set()) <= {name for each in asked[path] for name in each}, path
    for path, filters in asked.items():
        for each in filters:
            cursor: dict[str, str] = {}
            for _ in range(50):
                paging = {"limit": str(limit)} if "limit" in declared[path] else {}
                page = acme.call("GET", path, params={**paging, **each, **cursor})
                assert page.status_code == 200, page.text
                assert [secret for secret in foreign if json.dumps(secret)[1:-1] in page.text] == [], (path, each)
                if page.json().get("next_cursor") is None:
                    break
                cursor = {"cursor": page.json()["next_cursor"]}
            else:
                raise AssertionError("the pages do not end")


def test_a_cursor_of_another_organisation_or_of_the_deployment_opens_nothing(world: World, acme: Tenant, other: Tenant) -> None:
    """Also one of the same person, who administers both."""
    for path in ("/users", "/audit"):
        for who in (acme, other):
            for _ in range(2):
                assert (
                    who.call("PATCH", f"/users/{who.owned.id}", json={"claims": {"nickname": world.services.new_id()}}).status_code == 200
                )
        cursors = [
            world.call("GET", path, params={"limit": "1"}).json()["next_cursor"],
            world.call("GET", path, params={"limit": "1"}, token=world.token(world.admin, world.console)).json()["next_cursor"],
            other.call("GET", path, params={"limit": "1"}).json()["next_cursor"],
        ]
        for cursor in cursors:
            assert cursor
            assert acme.call("GET", path, params={"limit": "1", "cursor": cursor}).status_code == 400
        mine = acme.call("GET", path, params={"limit": "1"}).json()["next_cursor"]
        assert acme.call("GET", path, params={"limit": "1", "cursor": mine}).status_code == 200
        assert other.call("GET", path, params={"limit": "1", "cursor": mine}).status_code == 400
        assert world.call("GET", path, params={"limit": "1", "cursor": mine}).status_code == 400


def test_a_cursor_of_another_organisation_opens_no_list_of_the_own_one(world: World, acme: Tenant, other: Tenant) -> None:
    """Each list that the path of an organisation has, with cursors that the other organisation and the deployment were given."""
    for who in (acme, other):
        add_second_things(who)
    theirs = list(lists_of(world, other).items())
    paged = [
        (path, mine) for (path, names), mine in zip(theirs, lists_of(world, acme), strict=True) if "cursor" in names and other.id in path
    ]
    assert len(paged) >= 4
    for path, mine in paged:
        own = acme.call("GET", mine, params={"limit": "1"}).json()["next_cursor"]
        foreign = [
            other.call("GET", path, params={"limit": "1"}).json()["next_cursor"],
            world.call("GET", path, params={"limit": "1"}).json()["next_cursor"],
        ]
        for cursor in foreign:
            assert cursor, path
            assert acme.call("GET", mine, params={"limit": "1", "cursor": cursor}).status_code == 400, path
        assert acme.call("GET", mine, params={"limit": "1", "cursor": own}).status_code == 200, path


def add_second_things(who: Tenant) -> None:
    """Make the lists of the organisation longer than one row."""
    services, by = who.world.services, who.world.by
    services.organisation_role_service.create(who.id, "second", by=by, scope=DEPLOYMENT)
    services.organisation_invitations.create(who.id, "second@example.com", by=by, scope=DEPLOYMENT)
    services.machine_clients.create(who.id, {"client_name": "Second", "scope": "orders"}, by=by, scope=DEPLOYMENT)


def test_a_foreign_idempotency_key_answers_nothing(world: World, acme: Tenant, other: Tenant) -> None:
    """Neither another admin's nor the same person's for another organisation or for the deployment."""
    other.prove()
    request: dict[str, Any] = {"headers": {"Idempotency-Key": "one"}, "json": {"email": "first@other.example"}}
    made = other.call("POST", "/users", **request)
    assert made.status_code == 201
    again = other.call("POST", "/users", **request)
    assert (again.headers["idempotency-replayed"], again.json()) == ("true", made.json())
    refused = acme.call("POST", "/users", **request)
    assert (refused.status_code, "idempotency-replayed" in refused.headers) == (403, False)
    assert made.json()["id"] not in refused.text
    world.services.user_service.patch(other.boss.id, {"admin": True}, scope=DEPLOYMENT)
    everywhere = world.token(world.services.users.get(other.boss.id) or other.boss, world.console)
    assert "idempotency-replayed" not in world.call("POST", "/users", token=everywhere, **request).headers


def test_what_others_have_makes_no_difference_to_what_an_organisation_makes(world: World, acme: Tenant, other: Tenant) -> None:
    """A domain that another organisation claims, and an address with an account there."""
    for path, member, theirs, nobodys in (
        ("domains", "domain", "other.example", "nobody.example"), ("invitations", "email", other.guest.email, "nobody@example.com"),
        ("roles", "name", other.role.name, "nobodys-role"),
    ):  # fmt: skip
        made = [acme.call("POST", f"/organizations/{acme.id}/{path}", json={member: value}) for value in (theirs, nobodys)]
        assert [each.status_code for each in made] == [201, 201], made[0].text
        assert {name: type(value) for name, value in made[0].json().items()} == {
            name: type(value) for name, value in made[1].json().items()
        }


def test_where_a_domain_leads_belongs_to_the_deployment(acme: Tenant, other: Tenant) -> None:
    """Whether the domain, the organisation or the connection exists or not (threats Q-03)."""
    paths = [f"{acme.id}/domains/acme.example", f"{acme.id}/domains/nobody.example"]
    paths += [f"{org_id}/domains/other.example" for org_id in (other.id, "org_nobody")]
    for connection in ("acme", "nobody-made-this"):
        answers = [acme.call("PATCH", f"/organizations/{path}", json={"connection_id": connection}) for path in paths]
        assert [told(each) for each in answers[2:]] == [told(answers[3])] * 2
        assert [each.status_code for each in answers[:2]] == [403, 403]
        assert answers[2].status_code in {403, 404}


def test_the_version_of_a_foreign_thing_is_not_told(acme: Tenant, other: Tenant) -> None:
    """412 would say that there is such a user, and 304 or an ETag which version they have."""
    for tag in ('"1"', '"2"', "*"):
        answer = acme.call("PATCH", f"/users/{other.owned.id}", json={"claims": {}}, headers={"If-Match": tag})
        assert (answer.status_code, "etag" in answer.headers) == (404, False)


def test_what_an_organisation_makes_is_seen_by_it_alone(world: World, acme: Tenant, other: Tenant) -> None:
    acme.prove()
    made = acme.call("POST", "/users", json={"email": "made@acme.example"}).json()
    assert acme.call("GET", f"/users/{made['id']}").status_code == 200
    assert other.call("GET", f"/users/{made['id']}").status_code == 404
    assert world.call("GET", f"/users/{made['id']}").status_code == 200


def test_an_organisation_does_as_much_with_very_many_others(make_world: Make, quick_endpoint: str) -> None:
    """The calls of a list depend on the organisation alone."""
    from tests.support.pages import recorded

    def calls(others: int) -> list[str]:
        world = make_world(quick_endpoint)
        mine = tenant(world, "mine")
        for number in range(others):
            tenant(world, f"tenant-{number}")
        token = mine.token()
        with recorded(world) as made:
            assert mine.call("GET", "/users", token=token).status_code == 200
        return list(made)

    assert calls(0) == calls(15)
