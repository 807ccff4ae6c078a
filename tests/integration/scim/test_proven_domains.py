"""A domain that an organisation has proven: which SCIM clients of the deployment may use it (threats P-12)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from idp.domain.organisations.domain_claim import KEPT_WHEN_LOST, LOST, PENDING
from tests.integration.admin.isolation.tenants import tenant
from tests.integration.scim.provisioning import PATCH, USER

if TYPE_CHECKING:
    from tests.integration.scim.provisioning import Directory, Provisioning

WORK = 'emails[type eq "work"].value'


def refusals(directory: Directory, email: str, existing: str) -> set[tuple[int, str]]:
    """The answers to this address: in a creation, a PUT, a PATCH, and a creation and a PATCH in a bulk request."""
    body = {"schemas": [USER], "userName": "somebody", "emails": [{"value": email, "primary": True}]}
    change = {"schemas": [PATCH], "Operations": [{"op": "replace", "path": WORK, "value": email}]}
    answers = [
        directory.call("POST", "/Users", body),
        directory.call("POST", "/Users", {"schemas": [USER], "userName": email}),
        directory.call("PUT", f"/Users/{existing}", body),
        directory.call("PATCH", f"/Users/{existing}", change),
    ]
    operations = [
        {"method": "POST", "path": "/Users", "bulkId": "1", "data": body},
        {"method": "PATCH", "path": f"/Users/{existing}", "data": change},
    ]
    inner = directory.ok("POST", "/Bulk", {"Operations": operations})["Operations"]
    found = {(answer.status_code, answer.json()["scimType"]) for answer in answers}
    return found | {(int(each["status"]), each["response"]["scimType"]) for each in inner}


def address(scim: Provisioning, user_id: str) -> tuple[str, bool]:
    found = scim.services.users.get(user_id)
    assert found
    return found.email, found.email_verified


@pytest.mark.parametrize("spelling", ["ceo@acme.example", "CEO@Acme.EXAMPLE"])
def test_a_client_without_domains_uses_no_domain_that_an_organisation_has_proven(scim: Provisioning, spelling: str) -> None:
    """Nothing is written, and the person of before keeps the address. A subdomain is another domain."""
    tenant(scim, "acme").prove()
    plain = scim.directory()
    made = plain.person("ada@free.example")["id"]
    assert refusals(plain, spelling, made) == {(400, "invalidValue")}
    assert address(scim, made) == ("ada@free.example", False)
    assert scim.services.users.id_of("ceo@acme.example") is None
    assert plain.ok("GET", "/Users")["totalResults"] == 1
    assert plain.person("eve@sub.acme.example")["id"]


def test_a_client_with_other_domains_is_refused_too(scim: Provisioning) -> None:
    tenant(scim, "acme").prove()
    other = scim.directory(domains=["corp.example"])
    assert refusals(other, "ceo@acme.example", other.person("ada@corp.example")["id"]) == {(400, "invalidValue")}


def test_a_client_of_the_deployment_that_names_the_domain_uses_it(scim: Provisioning) -> None:
    """An admin of the deployment decided so. The account is the deployment's: the organisation has no new member."""
    it = tenant(scim, "acme")
    it.prove()
    made = scim.directory(domains=["acme.example"]).person("ceo@acme.example")["id"]
    assert address(scim, made) == ("ceo@acme.example", True)
    found = scim.services.users.get(made)
    assert found
    assert found.memberships == 0


@pytest.mark.parametrize(
    ("state", "refused"),
    [
        ({"state": PENDING, "proven_at": 0}, False),
        ({"state": LOST, "lost_since": -KEPT_WHEN_LOST}, False),
        ({"state": LOST, "lost_since": 1 - KEPT_WHEN_LOST}, True),
    ],
    ids=["pending", "lost for seven days", "lost for less"],
)
def test_only_a_domain_that_is_proven_now_is_kept_from_others(
    scim: Provisioning, state: dict[str, Any], refused: bool
) -> None:  # fmt: skip
    if "lost_since" in state:
        state = {**state, "lost_since": scim.clock() + state["lost_since"]}
    tenant(scim, "acme").prove(**state)
    answer = scim.directory().call("POST", "/Users", {"schemas": [USER], "userName": "ada@acme.example"})
    assert answer.status_code == (400 if refused else 201)


def test_people_of_before_the_proof_keep_their_addresses(scim: Provisioning) -> None:
    """Other changes go on, with the address in them. Nobody else gets an address of the domain."""
    plain = scim.directory()
    made = plain.person("ada@acme.example")["id"]
    tenant(scim, "acme").prove()
    body = {"schemas": [USER], "userName": "ada@acme.example", "title": "Dr", "active": False}
    assert plain.ok("PUT", f"/Users/{made}", body)["title"] == "Dr"
    assert address(scim, made) == ("ada@acme.example", False)
    assert refusals(plain, "eve@acme.example", made) == {(400, "invalidValue")}
