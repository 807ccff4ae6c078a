"""The invitations of the admin API: scopes, lists, and no answer that contains a link."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from idp.domain.access.tenancy import DEPLOYMENT

if TYPE_CHECKING:
    from tests.support.world import World


def test_an_invitation_is_made_read_sent_again_and_withdrawn(world: World) -> None:
    """Its answers have the members of the document, and never a link, a code or the id of the ticket."""
    world.services.role_service.create("editor", scope=DEPLOYMENT)
    made = world.call("POST", "/invitations", json={"email": "Ada@Example.com", "roles": ["editor"]})
    assert made.status_code == 201
    told = made.json()
    assert made.headers["location"] == f"/admin/v1/invitations/{told['id']}"
    assert (told["email"], told["roles"], told["groups"], told["client_id"]) == ("ada@example.com", ["editor"], [], None)
    assert told["invited_by"] == "root-service"
    again = world.call("POST", f"/invitations/{told['id']}/resend")
    assert world.call("GET", f"/invitations/{told['id']}").json() == again.json()
    assert world.call("GET", "/invitations").json()["items"] == [again.json()]
    ticket = world.services.tickets
    stored = world.services.database.batch_get(ticket.place(ticket.address_owner("ada@example.com"), "invite"))[0]
    for answer in (made, again):
        assert "link" not in answer.text
        assert stored.ticket_id not in answer.text
    assert world.call("DELETE", f"/invitations/{told['id']}").status_code == 204
    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/resend")):
        assert world.call(method, f"/invitations/{told['id']}{path}").status_code == 404
    assert world.call("GET", "/invitations").json()["items"] == []


@pytest.mark.parametrize("given", [{"roles": ["editor"]}, {"groups": ["staff"]}])
def test_roles_and_groups_need_their_scope(world: World, given: dict[str, list[str]]) -> None:
    """J-05: a caller that may only create users cannot give a role."""
    world.services.role_service.create("editor", scope=DEPLOYMENT)
    world.services.group_service.create("staff", scope=DEPLOYMENT)
    body = {"email": "ada@example.com", **given}
    token = world.service_token(world.root, "users:write")
    assert world.call("POST", "/invitations", token=token, json=body).status_code == 403
    assert world.call("GET", "/invitations").json()["items"] == []
    token = world.service_token(world.root, "users:write", "roles:write")
    assert world.call("POST", "/invitations", token=token, json=body).status_code == 201


def test_one_idempotency_key_sends_one_mail(world: World) -> None:
    """A POST that is sent twice has one effect."""
    answers = [
        world.call("POST", "/invitations", json={"email": "ada@example.com"}, headers={"Idempotency-Key": "k" * 20}) for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert len(world.call("GET", "/invitations").json()["items"]) == 1


def test_a_second_invitation_of_an_address_is_a_conflict(world: World) -> None:
    """409 as long as the first is valid, and for an address with an account."""
    world.user(email="grace@example.com")
    assert world.call("POST", "/invitations", json={"email": "ada@example.com"}).status_code == 201
    for email in ("ada@example.com", "ADA@example.com", "grace@example.com"):
        assert world.call("POST", "/invitations", json={"email": email}).status_code == 409


def test_pages_list_each_invitation_once(world: World) -> None:
    """Three invitations on pages of two."""
    for number in range(3):
        assert world.call("POST", "/invitations", json={"email": f"a{number}@example.com"}).status_code == 201
    first = world.call("GET", "/invitations?limit=2").json()
    second = world.call("GET", f"/invitations?limit=2&cursor={first['next_cursor']}").json()
    assert sorted(each["email"] for each in first["items"] + second["items"]) == [f"a{number}@example.com" for number in range(3)]


def test_no_event_repeats_the_address(world: World) -> None:
    """An address is personal data. An event has the id of the invitation."""
    made = world.call("POST", "/invitations", json={"email": "ada@example.com"}).json()
    world.call("DELETE", f"/invitations/{made['id']}")
    events = [event for event in world.events() if event["type"].startswith("invitation.")]
    assert {event["target"] for event in events} == {made["id"]}
    assert "ada@example.com" not in str(events)
