"""The connections of an organisation in the console, for its own admin (threats Q-02, Q-17, J-05)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.organisations.profile import OrganisationPolicy
from tests.integration.admin.connecting import ISSUER as UPSTREAM
from tests.integration.admin.connecting import Documents, metadata
from tests.integration.console.markup import HOSTILE, check
from tests.integration.console.organisations import Company, company
from tests.support.pages import ISSUER, error, hidden
from tests.support.saml_idp import metadata as saml_metadata

if TYPE_CHECKING:
    from idp.domain.connections.connection import Connection
    from tests.integration.console.admins import Admin
    from tests.support.world import World

SECRET = "the-secret-of-okta"
OKTA = {"id": "okta", "name": "Okta", "issuer": UPSTREAM, "client_id": "ours", "secret": SECRET, "enabled": "1"}
FORMS = (
    "_new", "{it}/enable", "{it}/disable", "{it}/check", "{it}/certificate", "{it}/certificate-use", "{it}/secret", "{it}/edit",
    "{it}/delete",
)  # fmt: skip


@pytest.fixture
def acme(world: World) -> Company:
    """An organisation with a connection, `corp-of-…`. The network has the metadata of one upstream."""
    upstreams = Documents()
    upstreams.put(metadata())
    world.services.outgoing = upstreams
    return company(world)


def at(it: Company, end: str = "") -> str:
    return f"/console/organizations/{it.id}/connections{end}"


def stored(it: Company, own_id: str = "") -> Connection | None:
    """As stored now. `own_id`: the one that the tenant has, if none is named."""
    return it.world.services.connections.get(f"{it.id}.{own_id or it.tenant.connection_id}")


def changed(it: Company, **members: object) -> Connection:
    """Change it as another admin does meanwhile."""
    service = it.world.services.organisation_connections
    return service.patch(it.id, it.tenant.connection_id, members, scope=DEPLOYMENT, by=it.world.by)


def created(it: Company) -> Admin:
    """The admin, who made `okta`."""
    admin = it.come()
    page = admin.press(admin.open(at(it, "/_new?kind=oidc")), "/_new", OKTA)
    assert "The connection was created." in page.text, error(page)
    return admin


def test_one_is_created_once_and_no_page_shows_its_secret(acme: Company) -> None:
    admin = acme.come()
    assert f'href="{at(acme, "/_new")}"' in admin.open(at(acme)).text
    kinds = admin.open(at(acme, "/_new"))
    assert "?kind=saml" in kinds.text
    assert "?kind=github" not in kinds.text
    form = admin.open(at(acme, "/_new?kind=oidc"))
    assert f"{ISSUER}/upstream/{acme.id}.oidc/callback" in form.text
    page = admin.press(form, "/_new", OKTA)
    assert "The connection was created." in page.text
    assert f"{ISSUER}/upstream/{acme.id}.okta/callback" in page.text
    assert str(admin.press(form, "/_new", OKTA).response.url) == str(page.response.url)
    made = stored(acme, "okta")
    assert made
    assert (made.enabled, made.shown, made.email_trust, made.domains) == (True, False, "domains", ())
    assert made.token_endpoint == UPSTREAM + "/token"
    (event,) = [each for each in acme.world.audited("connection.created") if each.target == made.id]
    assert event.actor == acme.chief.user.id
    assert made.id in admin.open("/console/audit").text
    for end in ("", "/okta", "/okta/edit", "/okta/secret", "/okta/delete"):
        text = admin.open(at(acme, end)).text
        assert SECRET not in text
        assert made.secret not in text


def test_saml_is_created_from_a_document_and_takes_a_new_one(acme: Company) -> None:
    admin = acme.come()
    values = {"id": "adfs", "name": "AD FS", "metadata": saml_metadata()}
    page = admin.press(admin.open(at(acme, "/_new?kind=saml")), "/_new", values)
    assert "The connection was created." in page.text, error(page)
    assert f"/{acme.id}.adfs/" in page.text
    made = stored(acme, "adfs")
    assert made
    assert not made.enabled
    broken = admin.press(admin.open(at(acme, "/adfs/edit")), "/edit", {"metadata": "<broken"})
    assert broken.status == 422
    page = admin.press(admin.open(at(acme, "/adfs/edit")), "/edit", {"metadata": saml_metadata(), "name": "AD FS 2"})
    assert "The changes were saved." in page.text, error(page)
    page = admin.press(admin.open(at(acme, "/adfs")), "/certificate")
    assert "The next certificate is in our metadata." in page.text
    assert "The next certificate is in use." in admin.press(page, "/certificate-use").text


def test_it_is_changed_switched_off_and_on_checked_and_deleted(acme: Company) -> None:
    admin = created(acme)
    page = admin.press(admin.open(at(acme, "/okta/edit")), "/edit", {"name": "Okta of Acme", "accounts": "known"})
    assert "The changes were saved." in page.text
    page = admin.press(page, "/okta/disable")
    assert "The connection was switched off." in page.text
    page = admin.press(page, "/okta/enable")
    assert "The connection was switched on." in page.text
    assert "The metadata was read, and it fits." in admin.press(page, "/okta/check").text
    before = stored(acme, "okta")
    page = admin.press(admin.open(at(acme, "/okta/secret")), "/secret", {"secret": "the-next-secret"})
    assert "The secret was saved." in page.text
    assert "the-next-secret" not in page.text
    after = stored(acme, "okta")
    assert before
    assert after
    assert (after.name, after.accounts, after.enabled) == ("Okta of Acme", "known", True)
    assert after.secret not in {"", before.secret}
    page = admin.press(admin.open(at(acme, "/okta/delete")), "/okta/delete")
    assert "The connection was deleted." in page.text
    assert stored(acme, "okta") is None


@pytest.mark.parametrize(
    ("values", "status", "field"),
    [
        ({"id": ""}, 422, "id"), ({"id": "a.b"}, 422, "id"), ({"id": "_new"}, 422, "id"), ({"issuer": "https://localhost"}, 422, "issuer"),
        ({"issuer": "https://nothing.example"}, 422, "issuer"), ({"secret": ""}, 422, "secret"), ({"client_id": ""}, 422, "client_id"),
        ({"name": "\u202e"}, 422, "name"), ({"id": "taken"}, 409, "id"),
    ],
)  # fmt: skip
def test_one_that_cannot_be_is_named_at_its_field_and_kept(acme: Company, values: dict[str, str], status: int, field: str) -> None:
    admin, typed = acme.come(), {**OKTA, "client_id": "kept-client", **values}
    typed |= {"id": acme.tenant.connection_id} if typed["id"] == "taken" else {}
    page = admin.press(admin.open(at(acme, "/_new?kind=oidc")), "/_new", typed)
    assert page.status == status
    assert f'id="{field}"' in page.text.partition("aria-invalid")[0].rpartition("<")[2]
    assert typed["client_id"] in page.text
    assert SECRET not in page.text
    assert stored(acme, "okta") is None


@pytest.mark.parametrize("kind", ["github", "oauth2", "password", "apple", "", "nothing"])
def test_a_kind_that_organisations_do_not_have_is_not_made(acme: Company, kind: str) -> None:
    admin = acme.come()
    assert "?kind=saml" in admin.open(at(acme, f"/_new?kind={kind}")).text
    assert admin.press(admin.open(at(acme, "/_new?kind=oidc")), "/_new", {**OKTA, "kind": kind}).status == 404
    assert stored(acme, "okta") is None


def test_a_member_of_the_deployment_in_a_form_has_no_effect(acme: Company) -> None:
    """Q-17: the fields of the deployment's connections."""
    admin = created(acme)
    foreign = {
        "domains": "gmail.com", "email_trust": "verified", "shown": "1", "trusts_factors": "1", "apps": "x", "hook": "https://x.example",
        "org_id": "org_other", "team_id": "x",
    }  # fmt: skip
    form = admin.open(at(acme, "/okta/edit"))
    assert not [name for name in foreign if f'name="{name}"' in form.text]
    admin.press(form, "/edit", {**foreign, "name": "Renamed"})
    after = stored(acme, "okta")
    assert after
    assert (after.name, after.shown, after.email_trust, after.domains) == ("Renamed", False, "domains", ())
    assert (after.trusts_factors, after.apps, after.hook) == (False, (), "")


def test_two_admins_see_each_others_values_and_lose_none(acme: Company) -> None:
    admin, it = acme.come(), acme.tenant.connection_id
    form = admin.open(at(acme, f"/{it}/edit"))
    changed(acme, name="Theirs")
    page = admin.press(form, "/edit", {"name": "Mine"})
    assert page.status == 412
    assert "Theirs" in page.text
    assert 'value="Mine"' in page.text
    assert (found := stored(acme)) is not None
    assert found.name == "Theirs"
    assert "The changes were saved." in admin.press(page, "/edit").text
    assert (found := stored(acme)) is not None
    assert found.name == "Mine"


def test_one_that_was_changed_meanwhile_is_not_switched_or_deleted(acme: Company) -> None:
    admin, it = acme.come(), acme.tenant.connection_id
    opened = {end: admin.open(at(acme, f"/{it}{end}")) for end in ("", "/secret", "/delete")}
    now = changed(acme, name="Theirs")
    for end, act in (("", "/disable"), ("", "/check"), ("/secret", "/secret"), ("/delete", "/delete")):
        assert admin.press(opened[end], f"/{it}{act}", {"secret": "x"}).status == 412, act
    assert stored(acme) == now


def test_its_forms_need_the_token_of_the_session(acme: Company) -> None:
    admin, it, before = acme.come(), acme.tenant.connection_id, stored(acme)
    token = hidden(admin.open(at(acme, "/_new?kind=oidc")), "csrf")
    for sent, origin in (({"csrf": "x"}, ISSUER), ({}, ISSUER), ({"csrf": token}, "https://evil.example")):
        for form in FORMS:
            values = {**OKTA, "kind": "oidc", "version": "1", "once": "x" * 12, **sent}
            answer = admin.browser.http.post(at(acme, "/" + form.format(it=it)), data=values, headers={"Origin": origin})
            assert (form, answer.status_code) == (form, 403)
    assert (stored(acme), stored(acme, "okta")) == (before, None)


def test_a_change_needs_a_recent_sign_in_and_a_check_does_not(acme: Company) -> None:
    admin, it, before = acme.come(), acme.tenant.connection_id, stored(acme)
    pages = {end: admin.open(at(acme, end)) for end in (f"/{it}", f"/{it}/secret", f"/{it}/delete", f"/{it}/edit", "/_new?kind=oidc")}
    admin.later(3600)
    for end, act in (
        (f"/{it}", "/disable"), (f"/{it}/secret", "/secret"), (f"/{it}/delete", "/delete"), (f"/{it}/edit", "/edit"),
        ("/_new?kind=oidc", "/_new"),
    ):  # fmt: skip
        asked = admin.press(pages[end], act, OKTA)
        assert 'name="password"' in asked.text, act
    assert (stored(acme), stored(acme, "okta")) == (before, None)


def test_without_every_right_one_only_switches_off_and_deletes(world: World, acme: Company) -> None:
    """J-05: who decides what the upstream says decides who signs in as whom."""
    weak = company(world, admin_scopes=frozenset({"organizations:read", "organizations:write"}))
    admin, it = weak.come(), weak.tenant.connection_id
    page = admin.open(at(weak))
    assert "/_new" not in page.text
    csrf = hidden(admin.open(at(weak, f"/{it}")), "csrf")
    for form in FORMS:
        if form in {"{it}/disable", "{it}/delete"}:
            continue
        values = {**OKTA, "kind": "oidc", "version": "1", "once": "x" * 12, "csrf": csrf}
        answer = admin.browser.http.post(at(weak, "/" + form.format(it=it)), data=values, headers={"Origin": ISSUER})
        assert (form, answer.status_code) == (form, 403)
    before = stored(weak)
    assert before
    assert before.version == 1
    page = admin.press(admin.open(at(weak, f"/{it}")), "/disable")
    assert "The connection was switched off." in page.text
    assert f"/{it}/enable" not in page.text
    assert f"/{it}/edit" not in page.text
    assert "The connection was deleted." in admin.press(admin.open(at(weak, f"/{it}/delete")), f"/{it}/delete").text
    del acme


def test_a_reader_changes_nothing(world: World) -> None:
    acme = company(world, admin_scopes=frozenset({"organizations:read"}))
    admin, it = acme.come(), acme.tenant.connection_id
    before = stored(acme)
    for end in ("", f"/{it}"):
        page = admin.open(at(acme, end))
        assert page.status == 200
        assert [form.action for form in page.forms if "/connections" in form.action] == []
    for end in ("/_new", f"/{it}/edit", f"/{it}/secret", f"/{it}/delete"):
        assert admin.open(at(acme, end)).status == 403, end
    for form in FORMS:
        answer = admin.browser.http.post(at(acme, "/" + form.format(it=it)), data=OKTA, headers={"Origin": ISSUER})
        assert answer.status_code == 403, form
    assert stored(acme) == before


def test_one_of_another_organisation_is_as_one_that_is_not_there(acme: Company, world: World) -> None:
    """Below the own address and below theirs."""
    other, admin = company(world), acme.come()
    csrf, theirs = hidden(admin.open(at(acme, "/_new?kind=oidc")), "csrf"), other.tenant.connection_id
    assert theirs not in admin.open(at(acme)).text
    before, answers = stored(other), []
    for of, it in ((acme, theirs), (acme, "nothing"), (other, theirs), (other, "nothing"), (acme, f"{other.id}.{theirs}")):
        pages = ["", "/edit", "/secret", "/delete"]
        answers += [admin.browser.http.get(at(of, f"/{it}{end}")) for end in pages]
        values = {**OKTA, "kind": "oidc", "version": "1", "once": "x" * 12, "csrf": csrf}
        answers += [
            admin.browser.http.post(at(of, "/" + form.format(it=it)), data=values, headers={"Origin": ISSUER})
            for form in FORMS
            if form != "_new" or of is other
        ]
    assert {each.status_code for each in answers} == {404}
    assert len({each.text.partition("<h1>")[2].partition("</h1>")[0] for each in answers}) == 1
    assert (stored(other), stored(other, "okta")) == (before, None)


def test_while_the_deployment_offers_none_one_is_seen_switched_off_and_deleted(acme: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    admin, it = acme.come(), acme.tenant.connection_id
    form = admin.open(at(acme, "/_new?kind=oidc"))
    service = acme.world.services.organisation_connections
    monkeypatch.setattr(service, "_settings", replace(acme.world.settings, organization_connections=0))
    page = admin.open(at(acme))
    assert "IDP_ORGANIZATION_CONNECTIONS is 0" in page.text
    assert "/_new" not in page.text
    assert admin.press(form, "/_new", OKTA).status == 409
    page = admin.open(at(acme, f"/{it}"))
    assert "Nobody signs in by it" in page.text
    page = admin.press(page, f"/{it}/disable")
    assert "The connection was switched off." in page.text
    assert f"/{it}/enable" not in page.text
    assert "/domains/route" not in admin.open(f"/console/organizations/{acme.id}/domains").text
    assert "The connection was deleted." in admin.press(admin.open(at(acme, f"/{it}/delete")), "/delete").text


def test_no_more_are_offered_than_the_deployment_says(acme: Company) -> None:
    admin = created(acme)
    form = admin.open(at(acme, "/_new?kind=oidc"))
    admin.press(form, "/_new", {**OKTA, "id": "second"})
    page = admin.open(at(acme))
    assert "as many as an organisation may have" in page.text
    assert "/_new" not in page.text
    full = admin.press(admin.open(at(acme, "/_new?kind=oidc")), "/_new", {**OKTA, "id": "third"})
    assert full.status == 409
    assert stored(acme, "third") is None


def test_a_domain_is_led_to_it_and_both_pages_say_so(acme: Company) -> None:
    admin, it, domain = acme.come(), acme.tenant.connection_id, acme.ids["{domain}"]
    id_, domains = f"{acme.id}.{it}", f"/console/organizations/{acme.id}/domains"
    acme.tenant.prove()
    assert "No connection" in admin.open(domains).text
    page = admin.press(admin.open(domains), "/domains/route", {"domain": domain, "connection": id_})
    assert "The changes were saved." in page.text
    assert f'<a href="{at(acme)}/{it}"><bdi>Corp</bdi></a>' in page.text
    assert domain in admin.open(at(acme)).text
    assert domain in admin.open(at(acme, f"/{it}")).text
    changed(acme, enabled=False)
    assert '<span class="badge warn">Off</span>' in admin.open(domains).text.partition("Leads to")[2].partition("</dd>")[0]


def test_an_admin_of_the_organisation_leads_no_domain_elsewhere(acme: Company, world: World) -> None:
    """Not to a connection of another organisation or of the deployment, and not away from one of the deployment."""
    other, admin, domain = company(world), acme.come(), acme.ids["{domain}"]
    corp = f"gh-{acme.tenant.profile.slug}"
    world.services.connection_service.create(corp, {"preset": "github", "client_id": "x", "secret": "y"}, by=world.by, scope=DEPLOYMENT)
    service, domains = world.services.domain_service, f"/console/organizations/{acme.id}/domains"
    page = admin.open(domains)
    assert corp not in page.text
    for wrong in (corp, f"{other.id}.{other.tenant.connection_id}", f"{acme.id}.nothing", HOSTILE):
        answer = admin.press(page, "/domains/route", {"domain": domain, "connection": wrong})
        assert answer.status in {400, 422}, wrong
        check(answer.text)
    service.route(acme.id, domain, corp, by=world.by, scope=DEPLOYMENT)
    assert "/domains/route" not in admin.open(domains).text
    version = str(service.get(acme.id, domain, scope=DEPLOYMENT).version)
    for to in ("", f"{acme.id}.{acme.tenant.connection_id}"):
        assert admin.press(page, "/domains/route", {"domain": domain, "connection": to, "version": version}).status == 403
    assert service.get(acme.id, domain, scope=DEPLOYMENT).connection_id == corp
    service.route(acme.id, domain, None, by=world.by, scope=DEPLOYMENT)
    world.services.connection_service.delete(corp, by=world.by, scope=DEPLOYMENT)


def test_the_last_way_in_stays(acme: Company) -> None:
    """The refusal is on the page, and nothing is changed."""
    admin, it = acme.come(), acme.tenant.connection_id
    acme.tenant.prove(connection_id=f"{acme.id}.{it}")
    page, ask = admin.open(at(acme, f"/{it}")), admin.open(at(acme, f"/{it}/delete"))
    world, by = acme.world, acme.world.by
    before = stored(acme)
    world.services.organisation_service.patch(acme.id, {"policy": {"connections_only": True}}, scope=DEPLOYMENT, by=by)
    assert world.services.organisation_service.get(acme.id, scope=DEPLOYMENT).policy == OrganisationPolicy(connections_only=True)
    for form in (page, ask):
        answer = admin.press(form, "/disable" if form is page else "/delete")
        assert answer.status in {403, 409}
    assert stored(acme) == before


def test_an_admin_of_the_deployment_does_the_same_and_a_hostile_name_is_text(acme: Company, admin: Admin) -> None:
    it = acme.tenant.connection_id
    page = admin.press(admin.open(at(acme, f"/{it}/edit")), "/edit", {"name": "<script>alert(1)</script>"})
    if page.status != 422:
        assert (found := stored(acme)) is not None
    store = acme.world.services.connections
    found = stored(acme)
    assert found
    assert store.replace(replace(found, name=HOSTILE, client_id=HOSTILE, scopes=(HOSTILE,)))
    acme.tenant.prove(connection_id=found.id)
    for who in (admin, acme.come()):
        for end in ("", f"/{it}", f"/{it}/edit", f"/{it}/secret", f"/{it}/delete"):
            answer = who.open(at(acme, end))
            assert answer.status == 200
            check(answer.text)
        check(who.open(f"/console/organizations/{acme.id}/domains").text)


@pytest.mark.parametrize("name", ["%00", "%F0%9F%98%80", "org_%0d%0aX", "..%5C..", "a%3Fb", "a" * 300])
def test_an_address_with_any_characters_is_answered(acme: Company, name: str) -> None:
    admin = acme.come()
    for end in ("", "/edit", "/secret", "/delete"):
        assert admin.browser.http.get(at(acme, f"/{name}{end}")).status_code in {303, 400, 404}
