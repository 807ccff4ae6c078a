"""Connections that an organisation makes for itself: what its admins may set, and what they never may (threats Q-17, J-05)."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from idp.domain.access.organisation_scopes import ORGANISATION_SCOPES
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Conflict, Forbidden, Invalid, NotFound, PreconditionFailed, Throttled
from idp.domain.organisations.profile import OrganisationPolicy, OrganisationProfile
from idp.services.connections.organisation_connections import HOURLY, OrganisationConnections
from idp.services.organisations.domains import DomainService
from tests.integration.admin.connecting import ISSUER, METADATA, OIDC, Documents, metadata
from tests.support.organising import admin_of, domain, organisation, signed_in_by
from tests.support.world import World

GIVEN = {name: value for name, value in OIDC.items() if name != "id"}


@pytest.fixture
def org(shared: World) -> OrganisationProfile:
    upstreams = Documents()
    upstreams.put(metadata())
    _read_from(shared, upstreams)
    return organisation(shared.services)


def _read_from(world: World, upstreams: Documents) -> None:
    """Metadata comes from here. Services that another test made have the fetcher of that test."""
    world.services.outgoing = upstreams
    for made_before in ("organisation_connections", "connection_service"):
        vars(world.services).pop(made_before, None)


def service_of(world: World, **settings: Any) -> OrganisationConnections:
    """The service of a deployment with these settings."""
    s = world.services
    return OrganisationConnections(
        replace(s.settings, **settings), s.connection_service, s.organisations, s.ways_in, s.database, s.throttles, s.keyring, s.clock
    )


def made(world: World, org: OrganisationProfile, own_id: str = "acme", **given: Any) -> Any:
    scope, by = admin_of(org.id)
    return world.services.organisation_connections.create(org.id, own_id, {**GIVEN, **given}, scope=scope, by=by)


def test_it_is_made_bounded_and_without_a_button(shared: World, org: OrganisationProfile) -> None:
    answer = shared.call("POST", f"/organizations/{org.id}/connections", json=OIDC)
    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert (told["id"], told["connection_id"], told["secret_set"]) == ("acme", f"{org.id}.acme", True)
    assert told["redirect_uri"].endswith(f"/upstream/{org.id}.acme/callback")
    assert "the-secret-of-acme" not in answer.text
    stored = shared.services.connections.get(f"{org.id}.acme")
    assert stored
    assert (stored.email_trust, stored.domains, stored.shown) == ("domains", (), False)
    assert f"{org.id}.acme" not in {one.id for one in shared.services.connections.all()}
    assert f"{org.id}.acme" not in shared.call("GET", "/connections").text
    assert shared.call("GET", f"/connections/{org.id}.acme").status_code in {400, 404}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("domains", ["gmail.com"]), ("email_trust", "verified"), ("shown", True), ("trusts_factors", True), ("keeps_tokens", True),
        ("token_apps", ["app"]), ("apps", ["app"]), ("hook", "https://evil.example"), ("who", "all"), ("logo_uri", "https://evil.example/a"),
        ("org_id", "org_other"), ("type", "password"), ("token_incarnations", {}), ("team_id", "x"), ("position", 1),
    ],
)  # fmt: skip
def test_a_member_of_the_deployment_is_refused(shared: World, org: OrganisationProfile, name: str, value: Any) -> None:
    """By the API and by the service, in a new connection and in a change."""
    scope, by = admin_of(org.id)
    service = shared.services.organisation_connections
    assert shared.call("POST", f"/organizations/{org.id}/connections", json={**OIDC, name: value}).status_code == 400
    with pytest.raises(Invalid) as refused:
        made(shared, org, **{name: value})
    assert refused.value.message.id == "member.unknown"
    it = made(shared, org)
    with pytest.raises(Invalid) as refused:
        service.patch(org.id, "acme", {name: value}, scope=scope, by=by)
    assert refused.value.message.id == "member.unknown"
    assert shared.services.connections.get(it.id) == it


@pytest.mark.parametrize("preset", ["password", "oauth2", "github", "facebook", "discord", "linkedin", "apple", "", "nothing"])
def test_another_kind_is_refused(shared: World, org: OrganisationProfile, preset: str) -> None:
    """Above all the one that is told passwords."""
    with pytest.raises(Invalid) as refused:
        made(shared, org, preset=preset)
    assert refused.value.field == "preset"


@pytest.mark.parametrize(
    "issuer", ["https://localhost", "https://127.0.0.1", "http://acme.example", "https://169.254.169.254", "file:///etc"]
)
def test_an_address_inside_is_not_fetched(shared: World, org: OrganisationProfile, issuer: str) -> None:
    with pytest.raises(Invalid) as refused:
        made(shared, org, issuer=issuer)
    assert refused.value.field == "issuer"
    assert not shared.services.connections.of_organisation(org.id)


@pytest.mark.parametrize("own_id", ["", "Acme", "a.b", "org_x.acme", "../x", "a" * 41, "a/b"])
def test_an_id_stays_within_the_organisation(shared: World, org: OrganisationProfile, own_id: str) -> None:
    with pytest.raises(Invalid) as refused:
        made(shared, org, own_id)
    assert refused.value.field == "id"


def test_two_organisations_have_the_same_own_id(shared: World, org: OrganisationProfile) -> None:
    other = organisation(shared.services)
    assert made(shared, org).id != made(shared, other).id
    scope, by = admin_of(other.id)
    shared.services.organisation_connections.delete(other.id, "acme", scope=scope, by=by)
    assert [one.own_id for one in shared.services.connections.of_organisation(org.id)] == ["acme"]
    with pytest.raises(Conflict):
        made(shared, org)


def test_each_right_is_needed_except_to_switch_off_and_delete(shared: World, org: OrganisationProfile) -> None:
    """Who decides what the upstream says could sign in as another admin of the organisation."""
    made(shared, org)
    service = shared.services.organisation_connections
    scope, by = admin_of(org.id)
    for missing in ORGANISATION_SCOPES - {"organizations:write"}:
        weak = replace(by, held=ORGANISATION_SCOPES - {missing})
        for act in (
            partial(service.create, org.id, "more", GIVEN),
            partial(service.patch, org.id, "acme", {"enabled": True}),
            partial(service.patch, org.id, "acme", {"enabled": False, "name": "X"}),
            partial(service.discover, org.id, "acme"),
            partial(service.rotate_certificate, org.id, "acme", activate=False),
        ):
            with pytest.raises(Forbidden):
                act(scope=scope, by=weak)
    weak = replace(by, held=frozenset({"organizations:write"}))
    assert not service.patch(org.id, "acme", {"enabled": False}, scope=scope, by=weak).enabled
    service.delete(org.id, "acme", scope=scope, by=weak)
    with pytest.raises(NotFound):
        service.get(org.id, "acme", scope=scope)


def test_the_deployment_says_how_many(shared: World, org: OrganisationProfile) -> None:
    """None unless the setting says so; deleting works anyway."""
    scope, by = admin_of(org.id)
    made(shared, org)
    for offered in (0, 1):
        service = service_of(shared, organization_connections=offered)
        with pytest.raises(Conflict):
            service.create(org.id, "more", GIVEN, scope=scope, by=by)
    off = service_of(shared, organization_connections=0)
    with pytest.raises(Conflict):
        off.patch(org.id, "acme", {"enabled": True}, scope=scope, by=by)
    off.delete(org.id, "acme", scope=scope, by=by)


def test_changes_are_limited_in_an_hour(shared: World, org: OrganisationProfile) -> None:
    """Each may fetch a document from a URL of the admin's choice. The counter is the organisation's."""
    scope, by = admin_of(org.id)
    made(shared, org)
    service = shared.services.organisation_connections
    for _ in range(HOURLY - 1):
        service._require_room(org.id, scope)  # noqa: SLF001  # as a change does it first
    with pytest.raises(Throttled):
        service.discover(org.id, "acme", scope=scope, by=by)
    assert made(shared, organisation(shared.services)).own_id == "acme"
    shared.clock.advance(3600)
    assert service.discover(org.id, "acme", scope=scope, by=by).version == 2


def test_a_stored_secret_goes_to_no_other_host(shared: World, org: OrganisationProfile) -> None:
    made(shared, org)
    scope, by = admin_of(org.id)
    with pytest.raises(Invalid) as refused:
        shared.services.organisation_connections.patch(org.id, "acme", {"token_endpoint": "https://evil.example/token"}, scope=scope, by=by)
    assert refused.value.field == "secret"


def test_its_domain_leads_to_its_own_connection_only(shared: World, org: OrganisationProfile) -> None:
    """Not to one of the deployment or of another organisation, and not away from one of the deployment."""
    made(shared, org)
    other = organisation(shared.services)
    foreign = made(shared, other).id
    if not shared.services.connections.get("corp"):
        shared.services.connection_service.create("corp", GIVEN, by=shared.by, scope=DEPLOYMENT)
    domain(shared.services, org, f"{org.slug}.example")
    domain(shared.services, org, f"more-{org.slug}.example", connection_id="corp")
    service, (scope, by) = shared.services.domain_service, admin_of(org.id)
    for wrong in ("corp", foreign):
        with pytest.raises(Forbidden):
            service.route(org.id, f"{org.slug}.example", wrong, scope=scope, by=by)
    with pytest.raises(Invalid):
        service.route(org.id, f"{org.slug}.example", foreign, scope=DEPLOYMENT, by=shared.by)
    for taken in (f"{org.id}.acme", None):
        with pytest.raises(Forbidden):
            service.route(org.id, f"more-{org.slug}.example", taken, scope=scope, by=by)
    with pytest.raises(Invalid):
        service.route(org.id, f"{org.slug}.example", f"{org.id}.nothing", scope=scope, by=by)
    assert service.route(org.id, f"{org.slug}.example", f"{org.id}.acme", scope=scope, by=by).connection_id == f"{org.id}.acme"
    assert service.route(org.id, f"{org.slug}.example", None, scope=scope, by=by).connection_id == ""
    s = shared.services
    off = DomainService(
        s.organisations, s.organisation_domains, s.connections, service._lookup, s.audit, s.clock, s.new_id, s.ways_in  # noqa: SLF001  # the same DNS as the service has
    )  # fmt: skip
    with pytest.raises(Forbidden):
        off.route(org.id, f"{org.slug}.example", f"{org.id}.acme", scope=scope, by=by)


def test_the_last_way_in_stays_for_its_own_admin(shared: World, org: OrganisationProfile) -> None:
    """An organisation that accepts no other sign-in. The deployment's admin can take it."""
    del org
    it = organisation(shared.services, policy=OrganisationPolicy(connections_only=True))
    connection = made(shared, it)
    domain(shared.services, it, f"{it.slug}.example", connection_id=connection.id)
    scope, by = admin_of(it.id)
    service = shared.services.organisation_connections
    with pytest.raises(Conflict):
        service.patch(it.id, "acme", {"enabled": False}, scope=scope, by=by)
    with pytest.raises(Conflict):
        service.delete(it.id, "acme", scope=scope, by=by)
    with pytest.raises(Conflict):
        shared.services.domain_service.route(it.id, f"{it.slug}.example", None, scope=scope, by=by)
    service.delete(it.id, "acme", scope=DEPLOYMENT, by=shared.by)


NEW = "https://new.idp.example"


def locked(world: World, **given: Any) -> tuple[OrganisationProfile, Any]:
    """An organisation that accepts no other sign-in than by this connection."""
    it = organisation(world.services, policy=OrganisationPolicy(connections_only=True))
    connection = made(world, it, **given)
    domain(world.services, it, f"{it.slug}.example", connection_id=connection.id)
    upstreams = Documents()
    upstreams.put(metadata())
    upstreams.put(metadata(NEW), NEW + METADATA)
    _read_from(world, upstreams)
    return it, connection


def test_the_last_way_in_keeps_its_issuer_for_its_own_admin(shared: World, org: OrganisationProfile) -> None:
    """The links of its people have the issuer. The other changes are made, and the deployment's admin can make this one."""
    del org
    it, acme = locked(shared)
    scope, by = admin_of(it.id, signed_in_by(shared, acme))
    service = shared.services.organisation_connections
    with pytest.raises(Conflict) as refused:
        service.patch(it.id, "acme", {"issuer": NEW, "secret": "another"}, scope=scope, by=by)
    assert refused.value.message.id == "connection.last_way_in"
    assert service.get(it.id, "acme", scope=scope).issuer == ISSUER
    assert service.patch(it.id, "acme", {"issuer": ISSUER, "name": "Other"}, scope=scope, by=by).name == "Other"
    domain(shared.services, it, f"b-{it.slug}.example", connection_id=made(shared, it, "two").id)
    assert service.patch(it.id, "two", {"issuer": NEW, "secret": "another"}, scope=scope, by=by).issuer == NEW
    shared.services.domain_service.route(it.id, f"b-{it.slug}.example", None, scope=scope, by=by)
    assert service.patch(it.id, "acme", {"issuer": NEW, "secret": "another"}, scope=DEPLOYMENT, by=shared.by).issuer == NEW


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "other"}, {"secret": "another"}, {"client_auth": "client_secret_post"}, {"scopes": ["openid"]},
        {"token_endpoint": f"{ISSUER}/other"}, {"authorization_endpoint": f"{ISSUER}/other"}, {"jwks_uri": f"{ISSUER}/other"},
        {"userinfo_endpoint": f"{ISSUER}/other"}, {"signing_alg": "ES256"}, {"response_mode": "form_post"}, {"iss_parameter": False},
        {"claims": {"email": "mail"}}, {"name": "Renamed", "client_id": "other"},
    ],
)  # fmt: skip
def test_what_could_stop_each_sign_in_by_the_last_way_in_is_refused(
    shared: World, org: OrganisationProfile, changes: dict[str, Any]
) -> None:
    """Its own admin could not correct it any more. The deployment's admin can change it, and anybody where it is not the last one."""
    del org
    it, acme = locked(shared)
    two = made(shared, it, "two")
    service = shared.services.organisation_connections
    scope, by = admin_of(it.id, signed_in_by(shared, acme, two))
    with pytest.raises(Conflict) as refused:
        service.patch(it.id, "acme", changes, scope=scope, by=by)
    assert refused.value.message.id == "connection.last_way_in_untried"
    assert shared.services.connections.get(acme.id) == acme
    assert service.patch(it.id, "two", changes, scope=scope, by=by).version == 2, "no domain leads to it"
    assert service.patch(it.id, "acme", changes, scope=DEPLOYMENT, by=shared.by).version == 2
    domain(shared.services, it, f"b-{it.slug}.example", connection_id=two.id)
    assert service.patch(it.id, "acme", {"client_id": "third"}, scope=scope, by=by).client_id == "third"


@pytest.mark.parametrize("changes", [{"name": "Renamed"}, {"accounts": "known"}, {"link_verified": True}, {"end_session_endpoint": None}])
def test_what_stops_no_sign_in_is_changed_by_its_own_admin(shared: World, org: OrganisationProfile, changes: dict[str, Any]) -> None:
    del org
    it, acme = locked(shared)
    scope, by = admin_of(it.id, signed_in_by(shared, acme))
    assert shared.services.organisation_connections.patch(it.id, "acme", changes, scope=scope, by=by).client_id == acme.client_id


def test_an_organisation_that_accepts_other_sign_ins_changes_its_only_connection(shared: World, org: OrganisationProfile) -> None:
    """People sign in by other means, so its own admin can correct it."""
    connection = made(shared, org)
    domain(shared.services, org, f"{org.slug}.example", connection_id=connection.id)
    scope, by = admin_of(org.id)
    assert shared.services.organisation_connections.patch(org.id, "acme", {"client_id": "other"}, scope=scope, by=by).client_id == "other"


@pytest.mark.parametrize("changes", [None, {"enabled": False}, {"issuer": NEW, "secret": "another"}])
def test_the_one_that_signed_this_admin_in_stays(shared: World, org: OrganisationProfile, changes: dict[str, Any] | None) -> None:
    """Nothing shows that another connection signs anybody in. A link that it does not open any more shows nothing either."""
    del org
    it, acme = locked(shared)
    two = made(shared, it, "two")
    domain(shared.services, it, f"b-{it.slug}.example", connection_id=two.id)
    service = shared.services.organisation_connections

    def take(name: str, user_id: str) -> None:
        scope, by = admin_of(it.id, user_id)
        if changes is None:
            service.delete(it.id, name, scope=scope, by=by)
        else:
            service.patch(it.id, name, changes, scope=scope, by=by)

    for user_id in (signed_in_by(shared, acme), signed_in_by(shared, two, issuer="https://old.example"), shared.user().id, "some-client"):
        with pytest.raises(Conflict) as refused:
            take("acme", user_id)
        told = "organisation.no_way_in" if user_id.startswith("usr_") else "organisation.no_way_in_of_client"
        assert refused.value.message.id == told
    assert {one.version for one in shared.services.connections.of_organisation(it.id)} == {1}
    with pytest.raises(Conflict):
        take("two", signed_in_by(shared, two))
    take("two", signed_in_by(shared, acme))
    assert shared.services.connections.get(acme.id) == acme


@pytest.mark.parametrize("changes", [None, {"enabled": False}, {"issuer": NEW, "secret": "another"}])
def test_one_of_two_that_signed_this_admin_in_can_go(
    shared: World, org: OrganisationProfile, changes: dict[str, Any] | None
) -> None:  # fmt: skip
    del org
    it, acme = locked(shared)
    two = made(shared, it, "two")
    domain(shared.services, it, f"b-{it.slug}.example", connection_id=two.id)
    scope, by = admin_of(it.id, signed_in_by(shared, acme, two))
    service = shared.services.organisation_connections
    if changes is None:
        service.delete(it.id, "acme", scope=scope, by=by)
    else:
        service.patch(it.id, "acme", changes, scope=scope, by=by)
    assert shared.services.connections.get(acme.id) != acme


def test_one_that_is_no_way_in_is_corrected_by_its_own_admin(shared: World, org: OrganisationProfile) -> None:
    """No domain leads to it yet, or it is off. Then each sign-in by it is refused."""
    del org
    it, _ = locked(shared)
    scope, by = admin_of(it.id)
    service = shared.services.organisation_connections
    shared.services.domain_service.route(it.id, f"{it.slug}.example", None, scope=DEPLOYMENT, by=shared.by)
    assert service.patch(it.id, "acme", {"issuer": NEW, "secret": "another"}, scope=scope, by=by).issuer == NEW
    assert not service.patch(it.id, "acme", {"enabled": False}, scope=scope, by=by).enabled
    assert service.patch(it.id, "acme", {"issuer": ISSUER, "secret": "another"}, scope=scope, by=by).issuer == ISSUER
    service.delete(it.id, "acme", scope=scope, by=by)


def test_the_last_domain_leads_to_no_connection_that_is_off(shared: World, org: OrganisationProfile) -> None:
    """Its own admin would lock all people out."""
    del org
    it = organisation(shared.services, policy=OrganisationPolicy(connections_only=True))
    on, off = made(shared, it), made(shared, it, "off", enabled=False)
    domain(shared.services, it, f"{it.slug}.example", connection_id=on.id)
    scope, by = admin_of(it.id)
    service = shared.services.domain_service
    with pytest.raises(Conflict) as refused:
        service.route(it.id, f"{it.slug}.example", off.id, scope=scope, by=by)
    assert refused.value.message.id == "organisation.last_way_in"
    shared.services.organisation_connections.patch(it.id, "off", {"enabled": True}, scope=scope, by=by)
    with pytest.raises(Conflict) as refused:
        service.route(it.id, f"{it.slug}.example", off.id, scope=scope, by=by)
    assert refused.value.message.id == "organisation.no_way_in", "this admin never signed in by it"
    assert service.route(it.id, f"{it.slug}.example", off.id, scope=DEPLOYMENT, by=shared.by).connection_id == off.id


@pytest.mark.parametrize("act", ["delete", "patch"])
def test_of_two_connections_that_are_taken_at_once_one_stays(
    shared: World, org: OrganisationProfile, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    """Each request found the other connection on."""
    del org
    it = organisation(shared.services, policy=OrganisationPolicy(connections_only=True))
    connections = [made(shared, it, name) for name in ("one", "two")]
    for one in connections:
        domain(shared.services, it, f"{one.own_id}-{it.slug}.example", connection_id=one.id)
    scope, by = admin_of(it.id, signed_in_by(shared, *connections))
    service, ways, left = shared.services.organisation_connections, shared.services.ways_in, [1]
    real = ways.require_other_connection_than

    def check(*args: Any, **kwargs: Any) -> Any:
        found = real(*args, **kwargs)
        if left:
            left.pop()
            take("two")
        return found

    def take(name: str) -> None:
        if act == "delete":
            service.delete(it.id, name, scope=scope, by=by)
        else:
            service.patch(it.id, name, {"enabled": False}, scope=scope, by=by)

    monkeypatch.setattr(ways, "require_other_connection_than", check)
    with pytest.raises(PreconditionFailed):
        take("one")
    assert [one.own_id for one in shared.services.connections.of_organisation(it.id) if one.enabled] == ["one"]


def test_tenants_of_another_kind_are_refused(shared: World, org: OrganisationProfile) -> None:
    """Only the preset of Microsoft has an issuer that follows from them."""
    it = made(shared, org)
    (scope, by), tenants = admin_of(org.id), ("6babcaad-604b-40ac-a9d7-9fd97c0b779f",)
    with pytest.raises(Invalid) as refused:
        shared.services.organisation_connections.patch(org.id, "acme", {"tenants": tenants}, scope=scope, by=by)
    assert refused.value.field == "tenants"
    assert shared.services.connections.get(it.id) == it


def test_it_goes_with_the_organisation(shared: World, org: OrganisationProfile) -> None:
    made(shared, org)
    assert shared.call("DELETE", f"/organizations/{org.id}").status_code == 204
    assert shared.services.connections.get(f"{org.id}.acme") is None
    scope, by = admin_of(org.id)
    with pytest.raises(NotFound):
        shared.services.organisation_connections.create(org.id, "acme", GIVEN, scope=scope, by=by)


def test_the_metadata_of_another_issuer_changes_nothing(shared: World, org: OrganisationProfile) -> None:
    it = made(shared, org)
    upstreams = Documents()
    upstreams.put(metadata("https://evil.example"), ISSUER + METADATA)
    _read_from(shared, upstreams)
    assert shared.call("POST", f"/organizations/{org.id}/connections/acme/metadata").status_code == 400
    assert shared.services.connections.get(it.id) == it


def test_an_admin_with_every_right_compares_the_secret(shared: World, org: OrganisationProfile) -> None:
    """Not who lacks a right of the organisation's admins, nor for another organisation, nor while none are offered; each is counted."""
    it = made(shared, org)
    path = f"/organizations/{org.id}/connections/acme/secret-check"
    for secret, same in (("the-secret-of-acme", True), ("the-secret-of-acm", False), ("x", False)):
        answer = shared.call("POST", path, json={"secret": secret})
        assert (answer.status_code, answer.json()) == (200, {"same": same})
    [event] = [each for each in shared.audited("secret.compared") if each.target == it.id and each.details["same"] == "true"]
    assert event.details["kind"] == "organization_connection"
    compare, (scope, by) = shared.services.secret_comparison.organisation_connection_has, admin_of(org.id)
    assert compare(it.id, "the-secret-of-acme", scope=scope, by=by)
    for missing in sorted(ORGANISATION_SCOPES):
        with pytest.raises(Forbidden):
            compare(it.id, "the-secret-of-acme", scope=scope, by=replace(by, held=ORGANISATION_SCOPES - {missing}))
    foreign, _ = admin_of(organisation(shared.services).id)
    for name in (it.id, f"{org.id}.nothing", f"{foreign.organisation}.acme", "acme", ""):
        with pytest.raises(NotFound):
            compare(name, "the-secret-of-acme", scope=foreign, by=by)
    with pytest.raises(Conflict):
        service_of(shared, organization_connections=0).to_compare(org.id, "acme", scope=scope, by=by)
    for _ in range(HOURLY - 2):
        shared.services.organisation_connections._require_room(org.id, scope)  # noqa: SLF001  # as a comparison and the creation did it
    with pytest.raises(Throttled):
        compare(it.id, "the-secret-of-acme", scope=scope, by=by)
