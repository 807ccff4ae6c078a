"""Domains of organisations: a DNS record proves them, each month again; the resolver's trouble changes nothing (threats O-17, Q-03)."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from idp.domain.access.organisation_scopes import ORGANISATION_SCOPES
from idp.domain.access.tenancy import DEPLOYMENT, Organisation
from idp.domain.errors import Conflict, Forbidden, Unavailable
from idp.domain.organisations.domain_claim import CHECKED_EVERY, CHECKED_WHEN_LOST, KEPT_WHEN_LOST, MOST_DOMAINS
from idp.domain.sessions.request_origin import Origin
from idp.services.audit.recorder import Actor
from tests.integration.admin.connecting import Documents
from tests.support.world import World

DOMAIN = "acme.example"


class Dns:
    """A resolver over HTTPS, at the place of the fetcher."""

    def __init__(self, world: World) -> None:
        self._world, self.documents = world, Documents()
        world.services.outgoing = self.documents

    def publish(self, name: str, *texts: str, **given: Any) -> None:
        """Answer with these TXT records."""
        records = [{"name": name, "type": 16, "TTL": 60, "data": f'"{text}"'} for text in texts]
        answer = {"Status": 0, "TC": False, "Question": [{"name": name, "type": 16}], "Answer": records, **given}
        self.documents.put(answer, f"{self._world.services.settings.dns_resolver}?name={quote(name)}&type=TXT")

    def fail(self) -> None:
        """Answer nothing any more."""
        self.documents.bodies.clear()


@pytest.fixture
def dns(world: World) -> Dns:
    return Dns(world)


def an_organisation(world: World, slug: str = "acme") -> str:
    return world.services.organisation_service.create(slug, slug, scope=DEPLOYMENT).id


def claimed(world: World, org_id: str, domain: str = DOMAIN) -> dict[str, Any]:
    answer = world.call("POST", f"/organizations/{org_id}/domains", json={"domain": domain})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def proved(world: World, dns: Dns, org_id: str, domain: str = DOMAIN) -> dict[str, Any]:
    record = claimed(world, org_id, domain)["record"]
    dns.publish(record["name"], "v=spf1 -all", record["value"])
    answer = world.call("POST", f"/organizations/{org_id}/domains/{domain}/check")
    assert answer.json()["state"] == "proven", answer.text
    found: dict[str, Any] = answer.json()
    return found


def state(world: World, org_id: str, domain: str = DOMAIN) -> str:
    found: str = world.call("GET", f"/organizations/{org_id}/domains/{domain}").json()["state"]
    return found


def test_a_domain_that_changed_since_it_was_read_is_not_removed(world: World, dns: Dns) -> None:
    """It was proven meanwhile. Without If-Match, and with the present ETag, it goes."""
    org_id = an_organisation(world)
    claimed(world, org_id)
    path = f"/organizations/{org_id}/domains/{DOMAIN}"
    old = world.call("GET", path).headers["ETag"]
    dns.publish(f"_idp-challenge.{DOMAIN}", world.call("GET", path).json()["record"]["value"])
    assert world.call("POST", f"{path}/check").json()["state"] == "proven"
    refused = world.call("DELETE", path, headers={"If-Match": old})
    assert refused.status_code == 412
    assert "changed meanwhile" in refused.text
    assert world.call("DELETE", path, headers={"If-Match": "x"}).status_code == 400
    assert state(world, org_id) == "proven"
    assert world.call("DELETE", path, headers={"If-Match": world.call("GET", path).headers["ETag"]}).status_code == 204
    claimed(world, org_id)
    assert world.call("DELETE", path).status_code == 204


def test_a_domain_is_claimed_proved_and_removed(world: World, dns: Dns) -> None:
    org_id = an_organisation(world)
    told = claimed(world, org_id, "ACME.example")
    assert (told["domain"], told["state"], told["record"]["name"]) == (DOMAIN, "pending", "_idp-challenge.acme.example")
    assert told["record"]["value"].startswith("idp-domain-verification=")
    assert len(told["record"]["value"]) > len("idp-domain-verification=") + 20
    assert world.services.organisation_domains.owner(DOMAIN) is None
    dns.publish(told["record"]["name"], "other")
    assert world.call("POST", f"/organizations/{org_id}/domains/{DOMAIN}/check").json()["state"] == "pending"
    dns.publish(told["record"]["name"], "other", told["record"]["value"])
    assert world.call("POST", f"/organizations/{org_id}/domains/{DOMAIN}/check").json()["state"] == "proven"
    owner = world.services.organisation_domains.owner(DOMAIN)
    assert owner
    assert (owner.org_id, owner.counts(world.clock())) == (org_id, True)
    assert world.call("DELETE", f"/organizations/{org_id}/domains/{DOMAIN}").status_code == 204
    assert world.services.organisation_domains.owner(DOMAIN) is None
    assert world.call("GET", f"/organizations/{org_id}/domains").json() == {"items": []}
    types = [event["type"].removeprefix("organization.domain_") for event in reversed(world.events()) if event["target"] == DOMAIN]
    assert types == ["claimed", "checked", "proven", "removed"]


@pytest.mark.parametrize(
    "domain",
    [
        "",
        "example",
        "a b.example",
        "a@b.example",
        "-a.example",
        "a..example",
        ".example",
        "192.0.2.1.",
        "é\u202e.example",
        "x" * 300 + ".example",
        5,
        None,
        "gmail.com",
        "GMAIL.com",
        "yahoo.co.jp",
        "qq.com",
    ],
)
def test_what_is_no_domain_of_one_organisation_is_refused(world: World, dns: Dns, domain: object) -> None:
    org_id = an_organisation(world)
    assert world.call("POST", f"/organizations/{org_id}/domains", json={"domain": domain}).status_code == 400
    assert world.call("GET", f"/organizations/{org_id}/domains").json() == {"items": []}


def test_one_organisation_has_a_domain(world: World, dns: Dns) -> None:
    """Several may claim it. Who controls the DNS decides, and the first proof stays as long as its record is there."""
    first, second = an_organisation(world), an_organisation(world, "other")
    proved(world, dns, first)
    theirs = claimed(world, second)
    dns.publish(theirs["record"]["name"], theirs["record"]["value"])
    assert world.call("POST", f"/organizations/{second}/domains/{DOMAIN}/check").status_code == 409
    owner = world.services.organisation_domains.owner(DOMAIN)
    assert owner
    assert owner.org_id == first
    assert world.services.domain_service.check(first, DOMAIN, scope=DEPLOYMENT).state == "lost"
    assert world.call("POST", f"/organizations/{second}/domains/{DOMAIN}/check").status_code == 409
    world.clock.now += KEPT_WHEN_LOST + 1
    assert world.call("POST", f"/organizations/{second}/domains/{DOMAIN}/check").json()["state"] == "proven"
    with pytest.raises(Conflict):
        world.services.domain_service.check(first, DOMAIN, scope=DEPLOYMENT)
    assert world.call("DELETE", f"/organizations/{first}/domains/{DOMAIN}").status_code == 204
    owner = world.services.organisation_domains.owner(DOMAIN)
    assert owner
    assert owner.org_id == second, "the removal of a claim takes the domain from no other organisation"


def test_a_proved_domain_is_looked_up_after_a_month_and_lost_after_a_week(world: World, dns: Dns) -> None:
    org_id = an_organisation(world)
    proved(world, dns, org_id)
    service, domains = world.services.domain_service, world.services.organisation_domains
    assert service.check_due(scope=DEPLOYMENT) == 0
    world.clock.now += CHECKED_EVERY + 1
    assert service.check_due(scope=DEPLOYMENT) == 1
    assert service.check_due(scope=DEPLOYMENT) == 0
    assert state(world, org_id) == "proven"
    dns.publish("_idp-challenge.acme.example")
    world.clock.now += CHECKED_EVERY + 1
    lost_at = world.clock.now
    assert service.check_due(scope=DEPLOYMENT) == 1
    assert state(world, org_id) == "lost"
    for _ in range(6):
        world.clock.now += CHECKED_WHEN_LOST + 1
        assert service.check_due(scope=DEPLOYMENT) == 1
        owner = domains.owner(DOMAIN)
        assert owner
        assert (owner.lost_since, owner.counts(world.clock.now)) == (lost_at, True)
    world.clock.now += CHECKED_WHEN_LOST
    owner = domains.owner(DOMAIN)
    assert owner
    assert not owner.counts(world.clock.now)
    found = service.get(org_id, DOMAIN, scope=DEPLOYMENT)
    dns.publish(found.record_name, found.record_value)
    world.clock.now += 1
    assert service.check_due(scope=DEPLOYMENT) == 1
    assert (state(world, org_id), service.get(org_id, DOMAIN, scope=DEPLOYMENT).lost_since) == ("proven", 0)


@pytest.mark.parametrize(
    "trouble",
    [
        lambda dns: dns.fail(),
        lambda dns: dns.publish("_idp-challenge.acme.example", Status=2),
        lambda dns: dns.publish("_idp-challenge.acme.example", TC=True),
        lambda dns: dns.publish("_idp-challenge.acme.example", Question=[]),
    ],
    ids=["silence", "SERVFAIL", "truncated", "another question"],
)
def test_a_resolver_in_trouble_changes_nothing(world: World, dns: Dns, trouble: Any) -> None:
    org_id = an_organisation(world)
    proved(world, dns, org_id)
    trouble(dns)
    answer = world.call("POST", f"/organizations/{org_id}/domains/{DOMAIN}/check")
    assert (answer.status_code, state(world, org_id)) == (503, "proven")
    world.clock.now += CHECKED_EVERY + 1
    assert world.services.domain_service.check_due(scope=DEPLOYMENT) == 0
    assert state(world, org_id) == "proven"
    with pytest.raises(Unavailable):
        world.services.domain_service.check(org_id, DOMAIN, scope=DEPLOYMENT)


def test_only_the_deployment_says_where_a_domain_leads(world: World, dns: Dns) -> None:
    """Q-03: an organisation's admin would send people to a connection of another organisation."""
    org_id = an_organisation(world)
    scope, by = Organisation(org_id), Actor("usr_admin", Origin("203.0.113.9"), ORGANISATION_SCOPES)
    service = world.services.domain_service
    with pytest.raises(Forbidden):
        service.claim(org_id, DOMAIN, connection_id="acme", scope=scope, by=by)
    service.claim(org_id, DOMAIN, scope=scope, by=by)
    with pytest.raises(Forbidden):
        service.route(org_id, DOMAIN, "acme", scope=scope, by=by)
    assert world.call("PATCH", f"/organizations/{org_id}/domains/{DOMAIN}", json={"connection_id": "nobody"}).status_code == 400
    assert service.get(org_id, DOMAIN, scope=DEPLOYMENT).connection_id == ""


def test_an_account_with_a_verified_address_in_the_domain_is_owned(world: World, dns: Dns) -> None:
    """An address that is not verified makes no account the organisation's, and neither does a domain that was lost for a week."""
    org_id, members = an_organisation(world), world.services.member_service
    proved(world, dns, org_id)
    people = [
        world.user(email="ada@acme.example", email_verified=True),
        world.user(email="bob@acme.example"),
        world.user(email="eve@sub.acme.example", email_verified=True),
        world.user(email="max@example.com", email_verified=True),
    ]
    assert [members.add(org_id, user.id, scope=DEPLOYMENT).owned for user in people] == [True, False, False, False]
    dns.publish("_idp-challenge.acme.example")
    world.services.domain_service.check(org_id, DOMAIN, scope=DEPLOYMENT)
    late = [world.user(email=f"late{number}@acme.example", email_verified=True) for number in range(2)]
    assert members.add(org_id, late[0].id, scope=DEPLOYMENT).owned
    world.clock.now += KEPT_WHEN_LOST
    assert not members.add(org_id, late[1].id, scope=DEPLOYMENT).owned


def test_an_organisation_claims_a_limited_number_of_domains(world: World, dns: Dns) -> None:
    org_id = an_organisation(world)
    for number in range(MOST_DOMAINS):
        world.services.domain_service.claim(org_id, f"d{number}.example", scope=DEPLOYMENT)
    assert world.call("POST", f"/organizations/{org_id}/domains", json={"domain": "more.example"}).status_code == 409


def test_without_a_resolver_no_domain_is_claimed(world: World, dns: Dns, monkeypatch: pytest.MonkeyPatch) -> None:
    org_id = an_organisation(world)
    monkeypatch.setattr(world.services.domain_service._lookup, "_resolver", "")  # noqa: SLF001  # as of IDP_DNS_RESOLVER=off
    assert world.call("POST", f"/organizations/{org_id}/domains", json={"domain": DOMAIN}).status_code == 403
    assert world.call("GET", f"/organizations/{org_id}/domains").json() == {"items": []}
