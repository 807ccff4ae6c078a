"""An organisation's own admin locks no person out: `connections_only` needs a connection by which this admin signed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.connections.connection import Connection
from idp.domain.errors import Conflict
from idp.domain.organisations.profile import OrganisationPolicy, OrganisationProfile
from tests.support.organising import admin_of, domain, organisation, signed_in_by
from tests.support.world import World

CORP = Connection(id="corp", type="oidc", name="Corp", issuer="https://corp.example")
ONLY = {"policy": {"connections_only": True}}


def acme(world: World, **facts: Any) -> OrganisationProfile:
    """An organisation whose proven domain leads to a connection that is on."""
    it = organisation(world.services)
    assert world.services.connections.create(replace(CORP, **facts.pop("connection", {})))
    domain(world.services, it, "acme.example", **{"connection_id": "corp", **facts})
    return it


def patch(world: World, it: OrganisationProfile, user_id: str, changes: dict[str, Any]) -> OrganisationPolicy:
    scope, by = admin_of(it.id, user_id)
    return world.services.organisation_service.patch(it.id, changes, scope=scope, by=by).policy


def test_an_admin_who_signed_in_by_the_connection_accepts_nothing_else(world: World) -> None:
    it = acme(world)
    assert patch(world, it, signed_in_by(world, CORP), ONLY).connections_only


@pytest.mark.parametrize(
    "facts",
    [{"state": "lost", "lost_since": 1}, {"connection_id": ""}, {"connection_id": "gone"}, {"connection": {"enabled": False}}],
)
def test_without_a_connection_that_is_on_nothing_is_changed(world: World, facts: dict[str, Any]) -> None:
    """The domain has to be proven, and to lead to a connection that signs people in."""
    it = acme(world, **facts)
    with pytest.raises(Conflict) as refused:
        patch(world, it, signed_in_by(world, CORP), ONLY)
    assert refused.value.message.id == "organisation.no_way_in"
    assert not world.services.organisation_service.get(it.id, scope=DEPLOYMENT).policy.connections_only


def test_a_connection_by_which_this_admin_never_signed_in_is_not_enough(world: World) -> None:
    """Nor a link of another connection, one of the issuer that the connection had before, or a client's word."""
    it = acme(world)
    for user_id in (
        world.user().id, signed_in_by(world, CORP, connection_id="other"), signed_in_by(world, CORP, issuer="https://old.example"),
        "some-client",
    ):  # fmt: skip
        with pytest.raises(Conflict):
            patch(world, it, user_id, ONLY)


@pytest.mark.parametrize(("tenants", "refused"), [(("mine",), False), (("mine", "other"), False), (("other",), True), ((), True)])
def test_a_link_of_a_tenant_that_is_not_listed_any_more_is_not_enough(world: World, tenants: tuple[str, ...], *, refused: bool) -> None:
    """Of an upstream with several tenants a link has the issuer of one."""
    template = "https://login.example/{tenantid}/v2.0"
    it = acme(world, connection={"issuer": template, "tenants": tenants})
    user_id = signed_in_by(world, CORP, issuer=template.replace("{tenantid}", "mine"))
    if refused:
        with pytest.raises(Conflict):
            patch(world, it, user_id, ONLY)
    else:
        assert patch(world, it, user_id, ONLY).connections_only


def test_the_deployment_and_a_policy_that_has_it_already_are_not_asked(world: World) -> None:
    it = acme(world, connection_id="")
    service = world.services.organisation_service
    assert service.patch(it.id, ONLY, scope=DEPLOYMENT).policy.connections_only
    assert patch(world, it, world.user().id, {"policy": {"mfa_required": True}}).mfa_required


def test_the_last_domain_that_leads_to_a_connection_stays(world: World) -> None:
    """While nothing else is accepted. A domain that leads nowhere, or one of several, can go."""
    it = acme(world)
    scope, by = admin_of(it.id)
    world.services.organisation_service.patch(it.id, ONLY, scope=DEPLOYMENT)
    domain(world.services, it, "b.example")
    service = world.services.domain_service
    with pytest.raises(Conflict) as refused:
        service.remove(it.id, "acme.example", scope=scope, by=by)
    assert refused.value.message.id == "organisation.last_way_in"
    service.remove(it.id, "b.example", scope=scope, by=by)
    domain(world.services, it, "c.example", connection_id="corp")
    service.remove(it.id, "acme.example", scope=scope, by=by)
    service.remove(it.id, "c.example", scope=DEPLOYMENT, by=by)


def test_the_last_domain_leads_to_no_connection_by_which_this_admin_never_signed_in(world: World) -> None:
    """All sessions for the organisation would end with the change, and nothing shows that the other connection signs anybody in."""
    it = acme(world)
    made = [replace(CORP, id=f"{it.id}.{name}", issuer=f"https://{name}.example") for name in ("one", "two")]
    assert all(world.services.connections.create_in_organisation(each) for each in made)
    one, two = made
    service = world.services.domain_service
    service.route(it.id, "acme.example", one.id, scope=DEPLOYMENT)
    world.services.organisation_service.patch(it.id, ONLY, scope=DEPLOYMENT)
    scope, by = admin_of(it.id, world.user().id)
    for user_id in (by.id, signed_in_by(world, one), signed_in_by(world, two, issuer="https://old.example"), "some-client"):
        scope, by = admin_of(it.id, user_id)
        with pytest.raises(Conflict) as refused:
            service.route(it.id, "acme.example", two.id, scope=scope, by=by)
        told = "organisation.no_way_in" if user_id.startswith("usr_") else "organisation.no_way_in_of_client"
        assert refused.value.message.id == told
    domain(world.services, it, "b.example", connection_id=one.id)
    assert service.route(it.id, "b.example", two.id, scope=scope, by=by).connection_id == two.id, "another domain leads to the first one"
    scope, by = admin_of(it.id, signed_in_by(world, one))
    for act in (lambda: service.remove(it.id, "acme.example", scope=scope, by=by),
                lambda: service.route(it.id, "acme.example", two.id, scope=scope, by=by)):  # fmt: skip
        with pytest.raises(Conflict) as refused:
            act()
        assert refused.value.message.id == "organisation.no_way_in", "this admin has not signed in by the connection that stays"
    service.route(it.id, "b.example", one.id, scope=scope, by=by)
    service.remove(it.id, "b.example", scope=scope, by=by)
    scope, by = admin_of(it.id, signed_in_by(world, two))
    assert service.route(it.id, "acme.example", two.id, scope=scope, by=by).connection_id == two.id


def during_the_check(world: World, monkeypatch: pytest.MonkeyPatch, what: Callable[[], object]) -> None:
    """Have this happen once, after a removal has found another way in, and before it is written."""
    ways, left = world.services.domain_service._ways_in, [what]  # noqa: SLF001  # its check is replaced
    real = ways.require_other_than

    def check(*args: Any, **kwargs: Any) -> Any:
        found = real(*args, **kwargs)
        if left:
            left.pop()()
        return found

    monkeypatch.setattr(ways, "require_other_than", check)


def test_of_two_removals_at_once_one_domain_stays(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of them found the other domain."""
    it = acme(world)
    domain(world.services, it, "b.example", connection_id="corp")
    world.services.organisation_service.patch(it.id, ONLY, scope=DEPLOYMENT)
    scope, by = admin_of(it.id)
    service = world.services.domain_service
    during_the_check(world, monkeypatch, lambda: service.remove(it.id, "b.example", scope=scope, by=by))
    with pytest.raises(Conflict):
        service.remove(it.id, "acme.example", scope=scope, by=by)
    assert [each.domain for each in world.services.organisation_domains.of_organisation(it.id)] == ["acme.example"]


def test_a_removal_while_the_policy_is_changed_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """It found a policy that accepts any sign-in."""
    it = acme(world)
    user_id = signed_in_by(world, CORP)
    scope, by = admin_of(it.id)
    service = world.services.domain_service
    during_the_check(world, monkeypatch, lambda: patch(world, it, user_id, ONLY))
    with pytest.raises(Conflict):
        service.remove(it.id, "acme.example", scope=scope, by=by)
    assert len(world.services.organisation_domains.of_organisation(it.id)) == 1


def test_a_policy_that_was_judged_before_a_removal_is_judged_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The domain was there when the admin asked for `connections_only`."""
    it = acme(world)
    user_id = signed_in_by(world, CORP)
    scope, by = admin_of(it.id)
    ways, left = world.services.organisation_service._ways_in, [1]  # noqa: SLF001  # its check is replaced
    real = ways.require_used_by

    def check(*args: Any, **kwargs: Any) -> None:
        real(*args, **kwargs)
        if left:
            left.pop()
            world.services.domain_service.remove(it.id, "acme.example", scope=scope, by=by)

    monkeypatch.setattr(ways, "require_used_by", check)
    with pytest.raises(Conflict):
        patch(world, it, user_id, ONLY)
    assert not world.services.organisation_service.get(it.id, scope=DEPLOYMENT).policy.connections_only
