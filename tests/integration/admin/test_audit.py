"""Each act and each refusal is an event that admins can read (threats J-15)."""

from __future__ import annotations

from typing import Any

import pytest

from idp.domain.errors import Unavailable
from idp.domain.sessions.request_origin import Origin
from tests.integration.admin.operations import BODIES, filled, operations
from tests.support.pages import recorded
from tests.support.people import PASSWORD
from tests.support.world import World

ACTS = {
    "create_user": "user.created", "change_user": "user.disabled", "delete_user": "user.deleted", "set_password": "user.password_set",
    "cancel_deletion": "user.deletion_cancelled", "merge_users": "user.merged",
    "reset_factors": "user.factors_reset", "unlock_user": "user.unlocked", "clear_mail_problem": "user.mail_allowed",
    "start_password_reset": "user.password_reset_started", "send_temporary_code": "user.temporary_code_sent",
    "end_all_sessions": "user.signed_out_everywhere", "end_session": "session.ended",
    "revoke_grant": "grant.revoked", "create_client": "client.created", "change_client": "client.updated",
    "delete_client": "client.deleted", "put_authorization_details_type": "authorization_details_type.updated",
    "delete_authorization_details_type": "authorization_details_type.deleted",
    "put_scope_text": "scope_text.updated", "delete_scope_text": "scope_text.deleted",
    "create_initial_access_token": "initial_access_token.created", "delete_initial_access_token": "initial_access_token.deleted",
    "create_invitation": "invitation.created", "resend_invitation": "invitation.resent", "withdraw_invitation": "invitation.withdrawn",
    "rotate_secret": "client.secret_rotated", "rotate_keys": "key.rotated", "revoke_key": "key.revoked",
    "label_object": "managed_object.labelled", "unlabel_object": "managed_object.unlabelled", "check_client_secret": "secret.compared",
    "check_connection_secret": "secret.compared", "check_provisioning_token": "secret.compared",
    "create_role": "role.created", "change_role": "role.updated", "delete_role": "role.deleted",
    "create_trusted_issuer": "trusted_issuer.created", "put_trusted_issuer": "trusted_issuer.updated",
    "create_connection": "connection.created", "change_connection": "connection.updated",
    "delete_connection": "connection.deleted", "read_connection_metadata": "connection.discovered",
    "prepare_connection_certificates": "connection.updated", "activate_connection_certificates": "connection.updated",
    "create_scim_client": "scim_client.created", "change_scim_client": "scim_client.updated",
    "rotate_scim_token": "scim_client.token_rotated", "delete_scim_client": "scim_client.deleted",
    "create_provisioning_target": "provisioning_target.created", "change_provisioning_target": "provisioning_target.updated",
    "delete_provisioning_target": "provisioning_target.deleted", "retry_provisioning": "provisioning.redelivered",
    "compare_provisioning_target": "provisioning.compared",
    "create_webhook_endpoint": "webhook.created", "change_webhook_endpoint": "webhook.updated",
    "delete_webhook_endpoint": "webhook.deleted", "rotate_webhook_secret": "webhook.secret_rotated",
    "pause_signal_stream": "signal_stream.paused", "enable_signal_stream": "signal_stream.updated",
    "delete_signal_stream": "signal_stream.deleted",
    "redeliver_webhooks": "webhook.redelivered", "test_webhook_endpoint": "webhook.tested",
    "create_hook": "hook.created", "change_hook": "hook.updated", "delete_hook": "hook.deleted", "dry_run_hook": "hook.tested",
    "delete_trusted_issuer": "trusted_issuer.deleted", "create_issuer_link": "issuer_link.created",
    "delete_issuer_link": "issuer_link.deleted", "remove_passkey": "user.passkey_removed",
    "forget_remembered_devices": "remembered_device.removed", "forget_remembered_device": "remembered_device.removed",
    "create_organization": "organization.created", "change_organization": "organization.updated",
    "delete_organization": "organization.deleted", "add_member": "membership.added", "change_member": "membership.changed",
    "remove_member": "membership.removed", "create_organization_role": "organization.role_created",
    "change_organization_role": "organization.role_updated", "delete_organization_role": "organization.role_deleted",
    "create_organization_client": "client.created", "change_organization_client": "client.updated",
    "delete_organization_client": "client.deleted", "rotate_organization_client_secret": "client.secret_rotated",
    "create_organization_scim_client": "scim_client.created", "change_organization_scim_client": "scim_client.updated",
    "rotate_organization_scim_token": "scim_client.token_rotated", "delete_organization_scim_client": "scim_client.deleted",
    "create_organization_connection": "connection.created", "change_organization_connection": "connection.updated",
    "delete_organization_connection": "connection.deleted", "read_organization_connection_metadata": "connection.discovered",
    "prepare_organization_connection_certificates": "connection.updated",
    "activate_organization_connection_certificates": "connection.updated", "check_organization_connection_secret": "secret.compared",
    "claim_domain": "organization.domain_claimed", "change_domain": "organization.domain_routed",
    "check_domain": "organization.domain_proven", "remove_domain": "organization.domain_removed",
    "create_organization_invitation": "invitation.created", "resend_organization_invitation": "invitation.resent",
    "withdraw_organization_invitation": "invitation.withdrawn",
    "create_policy_version": "policies.saved", "publish_policies": "policies.published",
    "create_group": "group.created", "change_group": "group.updated", "delete_group": "group.deleted",
    "create_import": "import.created", "start_import": "import.started", "cancel_import": "import.cancelled",
    "rotate_sealing_keys": "sealing_key.rotated", "revoke_sealing_key": "sealing_key.revoked",
}  # fmt: skip
CHANGES = {
    "change_user": {"disabled": True}, "change_client": {"client_name": "New"}, "change_role": {"description": "New"},
    "change_group": {"description": "New"}, "change_organization": {"name": "New"}, "change_member": {"admin": True},
    "change_organization_client": {"client_name": "New"},
    "change_organization_role": {"description": "New"}, "change_domain": {"connection_id": "acme"},
}  # fmt: skip


def test_each_act_is_an_event(world: World) -> None:
    """Each operation that changes something writes an event with actor, act, subject, address and request id."""
    for method, path, _, name in operations(world):
        if method == "GET" or name == "simulate_policies":
            continue
        target = filled(world, path)
        body = CHANGES.get(name, BODIES.get(name))
        answer = world.call(method, target, json=body)
        assert answer.is_success, answer.text
        mine = [event for event in world.events() if event["request_id"] == answer.headers["x-request-id"]]
        told = next((event for event in mine if event["type"] == ACTS[name]), mine[0])  # a merge also writes that an account was deleted
        assert (told["type"], told["outcome"], told["actor"], told["address"]) == (ACTS[name], "success", "root-service", "198.51.100.7")
        about = told["subject"] or told["target"]
        # a SCIM client or a connection of an organisation has the organisation's id before its own
        assert about in target.replace("/scim-clients/", ".").replace("/connections/", ".") or about in target or about in answer.text
        world.clock.now += 1


def test_a_refusal_is_an_event(world: World) -> None:
    """A missing scope, a user who is not an admin, and a missing second factor: the event has the actor and the reason."""
    user = world.user()
    for token, actor, reason in (
        (world.service_token(world.root, "users:read"), "root-service", "insufficient_scope"),
        (world.token(user, world.console), user.id, "insufficient_scope"),
        (world.token(world.admin, world.console, second_factor=False), world.admin.id, "insufficient_user_authentication"),
    ):
        answer = world.call("POST", "/keys/rotate", token=token)
        assert answer.status_code in {401, 403}
        told = world.events()[0]
        assert (told["type"], told["outcome"], told["actor"], told["reason"]) == ("admin.refused", "failure", actor, reason)
        assert (told["target"], told["request_id"]) == ("POST /admin/v1/keys/rotate", answer.headers["x-request-id"])


def test_a_refusal_keeps_the_beginning_of_a_long_path(world: World) -> None:
    """The caller chooses the path, and the event is stored for more than a year."""
    token = world.token(world.user(), world.console)
    assert world.call("GET", "/users/" + "a" * 5000, token=token).status_code == 403
    assert world.events()[0]["target"] == "GET " + ("/admin/v1/users/" + "a" * 5000)[:200] + "…"


def test_a_request_without_a_token_writes_no_event(world: World) -> None:
    """A caller without a valid token cannot make the provider pay for writes."""
    before = len(list(world.services.database.scan("state")))
    for token in ("", "x", "a.b.c", world.service_token(world.root)[:-4]):
        assert world.call("POST", "/users", token=token, json={"email": "a@example.com"}).status_code == 401
    assert len(list(world.services.database.scan("state"))) == before


def test_an_act_whose_event_cannot_be_written_answers_503(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same holds for a refusal whose event cannot be written."""

    def broken(*_: Any, **__: Any) -> None:
        raise Unavailable

    monkeypatch.setattr(world.services.audit, "record", broken)
    assert world.call("POST", "/users", json={"email": "a@example.com"}).status_code == 503
    refused = world.call("POST", "/users", token=world.service_token(world.root, "users:read"), json={"email": "a@example.com"})
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "2")


def test_events_of_a_user_are_listed_newest_first(world: World) -> None:
    """Sign-ins of the user and acts of admins are in one list, and the pages give the same order."""
    user = world.user()
    for day in range(1, 5):
        world.clock.now += 86400 * day
        world.granted(user, world.console)
        world.clock.now += 5
        world.call("PATCH", f"/users/{user.id}", json={"mfa_required": day % 2 == 1})
    whole = world.events(user_id=user.id)
    assert [event["type"] for event in whole] == ["user.updated", "sign_in.succeeded"] * 4 + ["user.created"]
    assert whole[1]["client_id"] == "console"
    assert whole[1]["address"] == "203.0.113.9"
    paged, cursor = list[dict[str, Any]](), None
    while cursor or not paged:
        told = world.call("GET", "/audit", params={"user_id": user.id, "limit": "2", **({"cursor": cursor} if cursor else {})}).json()
        paged, cursor = paged + told["items"], told["next_cursor"]
    assert paged == whole


def test_events_of_a_deleted_user_stay(world: World) -> None:
    """Events remain after the user is deleted."""
    user = world.user()
    world.call("DELETE", f"/users/{user.id}")
    assert [event["type"] for event in world.events(user_id=user.id)] == ["user.deleted", "user.created"]


def test_events_of_a_period_are_listed(world: World) -> None:
    """From `since` on, before `until`, across days. Months without events cost a limited number of calls per page."""
    start = world.clock.now
    for _ in range(3):
        world.clock.now += 86400 * 60
        world.call("POST", "/users", json={"email": f"u{world.clock.now}@example.com"})
    seen, cursor, pages = list[dict[str, Any]](), None, 0
    while cursor or not pages:
        told = world.call("GET", "/audit", params={"since": str(start + 1), **({"cursor": cursor} if cursor else {})}).json()
        seen, cursor, pages = seen + told["items"], told["next_cursor"], pages + 1
    assert [event["type"] for event in seen] == ["user.created"] * 3
    assert 2 < pages < 20
    times = [event["at"] for event in seen]
    assert times == sorted(times, reverse=True)
    one = world.events(since=times[1], until=times[1].replace(":00Z", ":01Z"))
    assert [event["at"] for event in one] == [times[1]]
    assert world.events(since=times[1], until=times[1]) == []


def test_a_page_of_all_events_makes_few_calls_and_its_cursor_goes_on(world: World) -> None:
    """A call for each day: 4 of the first page without filters, 16 of others. No event is left out, and none comes twice."""
    for days in (35, 19, 4, 3, 1):
        world.services.audit.record("test.spread", origin=Origin(), target=f"spread{days}")
        world.clock.now += 86400 * days
    world.services.audit.record("test.spread", origin=Origin(), target="spread0")
    world.call("GET", "/audit")  # the token and the keys are read now
    filtered: list[tuple[dict[str, str], int]] = [({}, 4), ({"type": "test"}, 16), ({"since": "0"}, 16)]
    for filters, first in filtered:
        seen, cursor, queries = list[str](), None, list[int]()
        while cursor or not queries:
            with recorded(world) as calls:
                told = world.call("GET", "/audit", params={**filters, **({"cursor": cursor} if cursor else {})}).json()
            queries.append(len(calls))
            seen += [event["target"] for event in told["items"] if event["type"] == "test.spread"]
            cursor = told["next_cursor"] if len(seen) < 6 else None
        assert seen == [f"spread{each}" for each in (0, 1, 3, 4, 19, 35)]
        assert all(made <= most + 4 for made, most in zip(queries, (first, *[16] * 9), strict=False)), (filters, queries)


def test_values_in_events_are_cut_and_have_no_control_characters(world: World) -> None:
    """J-15: no line breaks, no other controls, limited length."""
    origin = Origin("203.0.113.1\r\nx", "agent", "id\x1b[31m")
    world.services.audit.record("test.told", origin=origin, actor="a\nb", reason="x" * 5000, detail="\u2028\u202e")
    told = world.events()[0]
    assert told["type"] == "test.told"
    assert all(
        value.isprintable() and len(value) <= 512 for value in [*told["details"].values(), told["actor"], told["reason"], told["address"]]
    )


def test_events_contain_no_secret(world: World) -> None:
    """Neither passwords nor client secrets, nor the values of changed members."""
    user = world.call("POST", "/users", json={"email": "ada@example.com", "password": PASSWORD}).json()
    world.call("PATCH", f"/users/{user['id']}", json={"email": "countess@example.com", "claims": {"nickname": "Enchantress"}})
    client = world.call("POST", "/clients", json={"redirect_uris": ["https://a.example/cb"]}).json()
    rotated = world.call("POST", f"/clients/{client['client_id']}/rotate-secret").json()
    told = str(world.events())
    for secret in (PASSWORD, client["client_secret"], rotated["client_secret"], "ada@example.com", "countess@example.com", "Enchantress"):
        assert secret not in told
    assert "email email_verified claims" in told or "email claims" in told
