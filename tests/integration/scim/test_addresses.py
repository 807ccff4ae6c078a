"""Whose addresses a SCIM client may use, which are verified, and who may change them later (threats P-01, P-12)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.connections.connection import Connection
from tests.integration.scim.provisioning import USER

if TYPE_CHECKING:
    from idp.domain.people.user import User
    from tests.integration.scim.provisioning import Directory, Provisioning

WORK = 'emails[type eq "work"].value'


def stored(scim: Provisioning, id_: str) -> User:
    found = scim.services.users.get(id_)
    assert found
    return found


def proved(scim: Provisioning, id_: str, **changes: Any) -> User:
    """The person proved their address by a mail."""
    written = scim.services.users.replace(replace(stored(scim, id_), email_verified=True, **changes))
    assert written
    return written


def refusals(directory: Directory, email: str, existing: str) -> set[tuple[int, str]]:
    """What the client gets for this address: at a creation, a PUT, a PATCH with and without a path, and in a bulk request."""
    body = {"schemas": [USER], "userName": "somebody", "emails": [{"value": email.upper(), "primary": True}]}
    bulk = {"Operations": [{"method": "POST", "path": "/Users", "bulkId": "1", "data": body}]}
    answers = [
        directory.call("POST", "/Users", body),
        directory.call("POST", "/Users", {"userName": email}),
        directory.call("PUT", f"/Users/{existing}", body),
        directory.patch(f"/Users/{existing}", {"op": "replace", "path": WORK, "value": email}),
        directory.patch(f"/Users/{existing}", {"op": "add", "value": {"emails": body["emails"]}}),
    ]
    inner = directory.ok("POST", "/Bulk", bulk)["Operations"][0]
    found = {(answer.status_code, answer.json()["scimType"]) for answer in answers}
    return found | {(int(inner["status"]), inner["response"]["scimType"])}


def test_a_client_with_domains_uses_these_only(scim: Provisioning) -> None:
    """An address of another domain is refused, also of a subdomain and of one that nobody has. Nothing is written."""
    directory = scim.directory(domains=["corp.example", "two.example"])
    made = directory.person("ada@corp.example")["id"]
    for email in ("x@elsewhere.example", "x@sub.corp.example", "x@corp.example.org", "x@gmail.com"):
        assert refusals(directory, email, made) == {(400, "invalidValue")}, email
    assert (stored(scim, made).email, stored(scim, made).email_verified) == ("ada@corp.example", True)
    assert directory.ok("GET", "/Users")["totalResults"] == 1
    directory.patch(f"/Users/{made}", {"op": "replace", "path": WORK, "value": "ada@two.example"})
    assert (stored(scim, made).email, stored(scim, made).email_verified) == ("ada@two.example", True)


def test_only_the_primary_or_work_address_counts(scim: Provisioning) -> None:
    """Others are kept, whatever their domain, and never used (threats P-01)."""
    directory = scim.directory(domains=["corp.example"])
    made = directory.person("ada@corp.example", emails=[{"type": "home", "value": "victim@gmail.com"}])["id"]
    assert (stored(scim, made).email, stored(scim, made).email_verified) == ("ada@corp.example", True)
    directory.patch(f"/Users/{made}", {"op": "add", "path": "emails", "value": [{"type": "other", "value": "ceo@corp.example"}]})
    assert (stored(scim, made).email, stored(scim, made).email_verified) == ("ada@corp.example", True)


def test_without_domains_nothing_is_ever_verified(scim: Provisioning) -> None:
    """Neither at the creation nor by a change. A person without an address gets one that takes no mail."""
    directory = scim.directory()
    made = directory.person("ada@free.example")["id"]
    assert (stored(scim, made).email, stored(scim, made).email_verified) == ("ada@free.example", False)
    directory.patch(f"/Users/{made}", {"op": "replace", "path": WORK, "value": "ada@other-free.example"})
    assert (stored(scim, made).email, stored(scim, made).email_verified) == ("ada@other-free.example", False)
    nowhere = stored(scim, directory.person("no address")["id"])
    assert nowhere.email.endswith("@no-address.invalid")
    assert not nowhere.email_verified


@pytest.mark.parametrize("enabled", [True, False])
def test_a_domain_of_a_connection_needs_a_client_that_lists_it(scim: Provisioning, enabled: bool) -> None:
    """Whatever the connection trusts, and while it is off: an admin gave the domain to it."""
    connection = Connection("corp-login", "oidc", name="Corp", domains=("corp.example",), enabled=enabled)
    assert scim.services.connections.create(connection)
    plain, other = scim.directory(), scim.directory(domains=["other.example"])
    assert refusals(plain, "ceo@corp.example", plain.person("a@free.example")["id"]) == {(400, "invalidValue")}
    assert refusals(other, "ceo@corp.example", other.person("a@other.example")["id"]) == {(400, "invalidValue")}
    own = scim.directory(domains=["corp.example"])
    assert stored(scim, own.person("ceo@corp.example")["id"]).email_verified
    assert plain.person("no address")["id"]


def test_no_client_takes_an_address_in_the_domain_of_another_one(scim: Provisioning) -> None:
    """A disabled client keeps its domains. Clients that have the domain both may use it."""
    other, both, third = scim.directory(domains=["other.example"]), scim.directory(domains=["other.example"]), scim.directory()
    made = third.person("ada@free.example")["id"]
    for enabled in (True, False):
        scim.services.scim_client_service.patch(other.id, {"enabled": enabled}, scope=DEPLOYMENT, by=scim.by)
        assert refusals(third, "ceo@other.example", made) == {(400, "invalidValue")}
    assert stored(scim, made).email == "ada@free.example"
    assert both.person("cfo@other.example")["id"]
    assert third.person("eve@sub.other.example")["id"]


def test_an_address_that_the_person_proved_is_theirs(scim: Provisioning) -> None:
    """A client without domains makes an account, and its owner gets it by mail. Then the client cannot move it or set a password.

    Everything else of the request counts, so that a deactivation is never lost.
    """
    directory = scim.directory(sets_passwords=True)
    made = directory.person("victim@free.example")["id"]
    before = proved(scim, made)
    secret = "correct horse battery staple 27"
    body = {"userName": "thief@free.example", "password": secret, "title": "Dr", "active": False}
    for told in (
        directory.patch(f"/Users/{made}", {"op": "replace", "path": WORK, "value": "thief@free.example"}),
        directory.patch(f"/Users/{made}", {"op": "replace", "value": {"password": secret}}),
        directory.call("PUT", f"/Users/{made}", body),
    ):
        assert told.status_code == 200
    now = stored(scim, made)
    assert (now.email, now.email_verified, now.password_hash) == (before.email, True, None)
    assert (now.disabled, directory.ok("GET", f"/Users/{made}")["title"]) == (True, "Dr")


def test_before_it_is_proved_the_client_may_change_it(scim: Provisioning) -> None:
    directory = scim.directory(sets_passwords=True)
    made = directory.person("typo@free.example")["id"]
    body = {"userName": "right@free.example", "password": "correct horse battery staple 27"}
    directory.ok("PUT", f"/Users/{made}", body)
    now = stored(scim, made)
    assert (now.email, bool(now.password_hash)) == ("right@free.example", True)


def test_a_client_that_lost_a_domain_keeps_its_people_and_their_addresses(scim: Provisioning) -> None:
    """Other changes go on, with the address of before in them. The address itself stays as it is."""
    directory = scim.directory(domains=["corp.example"])
    made = directory.person("ada@corp.example")["id"]
    scim.services.scim_client_service.patch(directory.id, {"domains": ["new.example"]}, scope=DEPLOYMENT, by=scim.by)
    assert directory.ok("PUT", f"/Users/{made}", {"userName": "ada@corp.example", "title": "Dr"})["title"] == "Dr"
    assert directory.ok("PUT", f"/Users/{made}", {"userName": "ada@new.example", "title": "Dr"})
    assert (stored(scim, made).email, stored(scim, made).email_verified) == ("ada@corp.example", True)
    assert refusals(directory, "new@corp.example", directory.person("x@new.example")["id"]) == {(400, "invalidValue")}


def test_the_address_of_another_account_is_a_conflict_also_in_an_allowed_domain(scim: Provisioning) -> None:
    directory = scim.directory(domains=["corp.example"])
    scim.user(email="there@corp.example")
    refused = directory.call("POST", "/Users", {"userName": "there@corp.example"})
    assert (refused.status_code, refused.json()["scimType"]) == (409, "uniqueness")
