"""Organisations in the console: as an admin of the deployment and as one of the organisation itself (threats Q-01 to Q-04, Q-10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.connections.connection import Connection
from idp.domain.errors import NotFound
from idp.domain.organisations.profile import OrganisationPolicy
from tests.integration.admin.connecting import Documents
from tests.integration.console.markup import HOSTILE, check
from tests.integration.console.organisations import Company, company
from tests.support.pages import ISSUER, hidden

if TYPE_CHECKING:
    from idp.domain.organisations.membership import Membership
    from idp.domain.organisations.profile import OrganisationProfile
    from tests.integration.console.admins import Admin
    from tests.support.forms import Page
    from tests.support.people import Person
    from tests.support.world import World


@pytest.fixture
def acme(world: World) -> Company:
    return company(world)


def at(it: Company, tab: str = "") -> str:
    return f"/console/organizations/{it.id}{tab}"


def tabs(it: Company, user_id: str) -> list[str]:
    """The addresses of all pages that a reader may open."""
    ends = ("", "/members", f"/members/{user_id}", "/roles", f"/roles/{it.tenant.role.name}", "/invitations", "/domains")
    return [at(it, end) for end in ends]


def now(it: Company) -> OrganisationProfile:
    return it.world.services.organisation_service.get(it.id, scope=DEPLOYMENT)


def membership(it: Company, user_id: str) -> Membership:
    return it.world.services.member_service.get(it.id, user_id, scope=DEPLOYMENT).membership


def test_an_organisation_is_created_found_disabled_and_deleted(admin: Admin, world: World) -> None:
    slug = f"n{world.services.new_id()[:12].lower()}".replace("_", "0").replace("-", "0")
    form = admin.open("/console/organizations/new")
    sent = {"name": "Nimbus & Co", "slug": slug}
    page, again = admin.press(form, "/new", sent), admin.press(form, "/new", sent)  # a double click makes one
    assert "The organisation was created." in page.text
    assert again.response.url == page.response.url
    assert "Nimbus &amp; Co" in page.text
    org_id = str(page.response.url).partition("?")[0].rpartition("/")[2]
    assert slug in admin.open(f"/console/organizations?q={slug[:8]}").text
    assert slug in admin.open("/console/organizations?q=Nimb%20co").text
    assert slug not in admin.open("/console/organizations?q=imbus").text
    assert str(admin.open(f"/console/organizations?q={org_id}").response.url).endswith(org_id)
    page = admin.press(page, "/disable")
    assert "The organisation was disabled." in page.text
    page = admin.press(page, "/enable")
    ask = admin.open(f"/console/organizations/{org_id}/delete")
    wrong = admin.press(ask, "/delete", {"slug": "another"})
    assert wrong.status == 422
    assert world.services.organisation_service.get(org_id, scope=DEPLOYMENT).name == "Nimbus & Co"
    assert "The organisation was deleted." in admin.press(wrong, "/delete", {"slug": slug}).text
    with pytest.raises(NotFound):
        world.services.organisation_service.get(org_id, scope=DEPLOYMENT)


@pytest.mark.parametrize("sent", [{"name": "", "slug": "ok-slug"}, {"name": "Ok", "slug": "Not A Slug"}, {"name": "Ok", "slug": ""}])
def test_a_malformed_organisation_is_not_created(admin: Admin, sent: dict[str, str]) -> None:
    page = admin.press(admin.open("/console/organizations/new"), "/new", sent)
    assert page.status == 422
    assert f'value="{sent["name"] or sent["slug"]}"' in page.text


def test_a_taken_slug_is_said_beside_the_form(admin: Admin, acme: Company) -> None:
    page = admin.press(admin.open("/console/organizations/new"), "/new", {"name": "Again", "slug": acme.tenant.profile.slug})
    assert page.status == 409
    assert "Another organisation has this slug." in page.text


def test_lists_go_on_with_a_cursor(admin: Admin, acme: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("idp.http.console.organizations._ON_A_PAGE", 1)
    monkeypatch.setattr("idp.http.console.organization_members._ON_A_PAGE", 2)
    company(acme.world)
    page = admin.open("/console/organizations")
    assert "cursor=" in page.text
    seen: set[str] = set()
    path = at(acme, "/members")
    for _ in range(5):
        text = admin.open(path).text
        seen |= {each for each in (acme.tenant.owned.id, acme.tenant.guest.id, acme.tenant.boss.id, acme.chief.user.id) if each in text}
        if 'rel="next" href="' not in text:
            break
        path = text.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert len(seen) == 4
    for wrong in ("x", "x" * 5000):
        assert admin.browser.http.get("/console/organizations", params={"cursor": wrong}).status_code == 400


def test_a_member_is_added_by_address_gets_a_role_and_rights_and_leaves(admin: Admin, acme: Company, ada: Person) -> None:
    page = admin.press(admin.open(at(acme, "/members")), "/members", {"who": ada.email})
    assert "The person is a member now." in page.text
    role = acme.tenant.role.name
    page = admin.press(page, ada.user.id, {f"role:{role}": "1", "level": "some", "users:read": "1"})
    assert "The changes were saved." in page.text
    found = membership(acme, ada.user.id)
    assert (list(found.roles), found.admin, found.admin_scopes) == ([role], True, frozenset({"users:read"}))
    assert "The membership was ended." in admin.press(page, "/remove").text
    with pytest.raises(NotFound):
        membership(acme, ada.user.id)
    assert {event.actor for event in acme.world.audited("membership.changed", ada)} == {admin.person.user.id}


@pytest.mark.parametrize("who", ["", "nobody@example.com", "usr_nobody", "x", "a@", "\x00@x"])
def test_no_stranger_is_added(admin: Admin, acme: Company, who: str) -> None:
    before = now(acme).members
    page = admin.press(admin.open(at(acme, "/members")), "/members", {"who": who})
    assert page.status in {404, 422}
    assert now(acme).members == before


def test_two_admins_change_a_membership_and_lose_nothing(admin: Admin, acme: Company) -> None:
    user_id, chief = acme.tenant.guest.id, acme.come()
    page = admin.open(at(acme, f"/members/{user_id}"))
    chief.press(chief.open(at(acme, f"/members/{user_id}")), user_id, {f"role:{acme.tenant.role.name}": "1", "level": "none"})
    conflict = admin.press(page, user_id, {"level": "all"})
    assert conflict.status == 412
    assert "Saved meanwhile" in conflict.text
    assert not membership(acme, user_id).admin
    assert "The changes were saved." in admin.press(conflict, user_id).text
    assert membership(acme, user_id).admin


def test_settings_are_changed_and_show_what_was_saved_meanwhile(admin: Admin, acme: Company) -> None:
    page = admin.open(at(acme, "/settings"))
    acme.change(name="Acme Works")
    changes = {"name": "Acme Labs", "session_hours": "8", "mfa_required": "1", "accent": "#0d6b4f", "help": "https://help.example/"}
    conflict = admin.press(page, "/settings", changes)
    assert conflict.status == 412
    assert "Acme Works" in conflict.text
    assert "The changes were saved." in admin.press(conflict, "/settings").text
    after = now(acme)
    assert (after.name, after.policy) == ("Acme Labs", OrganisationPolicy(mfa_required=True, session_hours=8))
    assert (after.branding["colours"], after.branding["links"]) == ({"light": {"accent": "#0d6b4f"}}, {"help": "https://help.example/"})
    admin.press(admin.open(at(acme, "/settings")), "/settings", {"session_hours": "", "accent": "", "help": ""})
    after = now(acme)
    assert (after.policy.session_hours, after.branding) == (None, {})


def test_colours_that_the_form_does_not_have_stay(admin: Admin, acme: Company) -> None:
    others = {"colours": {"light": {"background": "#ffffff"}, "dark": {"accent": "#7fd1b9"}}}
    given = {"colours": {"light": {"accent": "#0d6b4f", **others["colours"]["light"]}, "dark": others["colours"]["dark"]}}
    acme.world.services.organisation_service.patch(acme.id, {"branding": given}, by=acme.world.by, scope=DEPLOYMENT)
    assert "The changes were saved." in admin.press(admin.open(at(acme, "/settings")), "/settings", {"accent": ""}).text
    assert now(acme).branding == others


@pytest.mark.parametrize(
    "sent",
    [
        {"session_hours": "0"}, {"session_hours": "9" * 5000}, {"session_hours": "1.5"}, {"session_hours": "٣"}, {"accent": "red"},
        {"accent": "#ffffff"},
        {"help": "javascript:x"}, {"name": ""},
    ],
)  # fmt: skip
def test_wrong_settings_are_kept_in_the_form(admin: Admin, acme: Company, sent: dict[str, str]) -> None:
    before = now(acme)
    page = admin.press(admin.open(at(acme, "/settings")), "/settings", sent)
    assert page.status == 422
    name, value = next(iter(sent.items()))
    form = next(form for form in page.forms if form.action.endswith("/settings"))
    assert form.fields[name] == value
    assert now(acme) == before


def test_an_organisations_admin_demands_more_and_never_less(acme: Company) -> None:
    chief = acme.come()
    page = chief.press(chief.open(at(acme, "/settings")), "/settings", {"name": "Renamed", "mfa_required": "1", "slug": "mine-now"})
    assert "The changes were saved." in page.text
    assert (now(acme).name, now(acme).slug, now(acme).policy.mfa_required) == ("Renamed", acme.tenant.profile.slug, True)
    assert chief.press(page, "/settings", {"mfa_required": ""}).status == 403
    assert now(acme).policy.mfa_required


def test_roles_are_created_changed_and_deleted(acme: Company) -> None:
    chief = acme.come()
    page = chief.press(chief.open(at(acme, "/roles")), "/roles", {"name": "clerk", "permissions": "orders:read\norders:write\norders:read"})
    assert "The role was created." in page.text
    page = chief.press(chief.open(at(acme, "/roles/clerk")), "/roles/clerk", {"description": "Works", "permissions": "orders:read"})
    assert "The changes were saved." in page.text
    role = acme.world.services.organisation_role_service.get(acme.id, "clerk", scope=DEPLOYMENT)
    assert (role.description, tuple(role.permissions)) == ("Works", ("orders:read",))
    wrong = chief.press(page, "/roles/clerk", {"permissions": "not\x00allowed"})
    assert wrong.status in {400, 422}
    assert "The role was deleted." in chief.press(page, "/delete").text


def test_a_role_that_was_changed_meanwhile_is_not_overwritten(admin: Admin, acme: Company) -> None:
    name, roles = acme.tenant.role.name, acme.world.services.organisation_role_service
    page = admin.open(at(acme, f"/roles/{name}"))
    roles.patch(acme.id, name, {"description": "Theirs"}, scope=DEPLOYMENT)
    conflict = admin.press(page, name, {"description": "Mine"})
    assert conflict.status == 412
    assert "Theirs" in conflict.text
    assert roles.get(acme.id, name, scope=DEPLOYMENT).description == "Theirs"


def mails_to(world: World, email: str) -> list[str]:
    return [mail.text for mail in world.mails if mail.to == email]


def test_an_invitation_is_sent_again_and_withdrawn(acme: Company) -> None:
    world, email = acme.world, acme.world.unused_email()
    chief = acme.come()
    page = chief.press(chief.open(at(acme, "/invitations")), "/invitations", {"email": email, "role": acme.tenant.role.name})
    assert "The invitation was sent." in page.text
    assert "/link/" not in page.text
    service = world.services.organisation_invitations
    made = next(one for one in service.listing(acme.id, limit=50, scope=DEPLOYMENT)[0] if one.email == email)
    assert (list(made.roles), made.admin) == ([acme.tenant.role.name], False)
    chief.later()
    again = chief.press(page, "/resend", {"invitation": made.id})
    assert "Confirm that it is you" in again.text
    assert len(mails_to(world, email)) == 1
    again = chief.confirm(again)
    assert "A new invitation was sent." in again.text
    assert len(mails_to(world, email)) == 2
    assert "The invitation was withdrawn." in chief.press(again, "/withdraw", {"invitation": made.id}).text


def test_inviting_an_administrator_asks_for_a_confirmation(acme: Company) -> None:
    email, chief = acme.world.unused_email(), acme.come()
    page = chief.open(at(acme, "/invitations"))
    chief.later()
    sent = {"csrf": hidden(page, "csrf"), "once": hidden(page, "once"), "email": email, "admin": "1"}
    asked = chief.browser.http.post(at(acme, "/invitations/admin"), data=sent, headers={"Origin": ISSUER})
    assert "Confirm that it is you" in asked.text
    assert mails_to(acme.world, email) == []


def test_giving_a_role_by_an_invitation_or_changing_one_asks_for_a_confirmation(acme: Company) -> None:
    """Q-10: an address of another person would get the role. An invitation without a role gives nothing."""
    email, name, chief = acme.world.unused_email(), acme.tenant.role.name, acme.come()
    page, role = chief.open(at(acme, "/invitations")), chief.open(at(acme, f"/roles/{name}"))
    chief.later()
    asked = [chief.press(page, "/invitations", {"email": email, "role": name}), chief.press(role, name, {"permissions": "everything"})]
    assert ["Confirm that it is you" in each.text for each in asked] == [True, True]
    assert mails_to(acme.world, email) == []
    assert acme.world.services.organisation_role_service.get(acme.id, name, scope=DEPLOYMENT).permissions == acme.tenant.role.permissions
    page = chief.press(chief.open(at(acme, "/invitations")), "/invitations", {"email": acme.world.unused_email(), "role": ""})
    assert "The invitation was sent." in page.text
    assert "The invitation was sent." in chief.confirm(asked[0]).text
    assert len(mails_to(acme.world, email)) == 1


def test_a_role_of_another_organisation_or_an_address_that_is_none_is_not_invited(acme: Company) -> None:
    chief, foreign = acme.come(), company(acme.world)
    for sent in ({"email": "x", "role": ""}, {"email": acme.world.unused_email(), "role": foreign.tenant.role.name}):
        page = chief.press(chief.open(at(acme, "/invitations")), "/invitations", sent)
        assert page.status in {400, 422}


def test_a_domain_is_added_shown_with_its_record_and_removed(acme: Company) -> None:
    chief, domain = acme.come(), f"{acme.tenant.profile.slug}-two.example"

    def remove(shown: Page) -> Page:
        """Press the button of this domain."""
        form = next(each for each in shown.forms if each.action.endswith("/remove") and each.buttons[0].value == domain)
        sent, headers = {**form.fields, "domain": domain}, {"Origin": ISSUER}
        return chief.browser._follow(chief.browser.http.post(form.action, data=sent, headers=headers))  # noqa: SLF001  # a browser's own way

    page = chief.press(chief.open(at(acme, "/domains")), "/domains", {"domain": domain})
    claim = acme.world.services.domain_service.get(acme.id, domain, scope=DEPLOYMENT)
    assert claim.record_name in page.text
    assert claim.record_value in page.text
    assert page.text.count("<option") == 4  # for both domains: no connection, and its own one
    assert chief.press(page, "/domains", {"domain": "gmail.com"}).status == 422
    (own,) = acme.world.services.connections.of_organisation(acme.id)
    acme.world.services.domain_service.route(acme.id, domain, own.id, by=acme.world.by, scope=DEPLOYMENT)
    page, old = chief.open(at(acme, "/domains")), page
    assert remove(old).status == 412, "another admin has changed it since this page was made"
    assert acme.world.services.domain_service.get(acme.id, domain, scope=DEPLOYMENT).connection_id
    assert "The domain was removed." in remove(page).text


def test_a_silent_resolver_is_an_error_on_the_page_of_the_domains(acme: Company) -> None:
    """The claim stays as it is, and the admin can check it again."""
    outgoing = acme.world.services.outgoing
    acme.world.services.outgoing = Documents()
    try:
        chief, domain = acme.come(), f"{acme.tenant.profile.slug}-three.example"
        page = chief.press(chief.open(at(acme, "/domains")), "/domains", {"domain": domain})
        page = chief.press(page, "/domains/check", {"domain": domain})
    finally:
        acme.world.services.outgoing = outgoing
    assert page.status == 503
    assert "The DNS resolver did not answer, so nothing was changed." in page.text
    assert "Check now" in page.text
    assert acme.world.services.domain_service.get(acme.id, domain, scope=DEPLOYMENT).state == "pending"
    assert "The domain was removed." in chief.press(page, "/remove", {"domain": domain}).text


def test_an_admin_of_the_deployment_leads_a_domain_to_a_connection(acme: Company, admin: Admin) -> None:
    given, domain = {"preset": "github", "client_id": "our-app", "secret": "kept"}, acme.ids["{domain}"]
    id_ = f"gh-{acme.tenant.profile.slug}"
    acme.world.services.connection_service.create(id_, given, by=acme.world.by, scope=DEPLOYMENT)
    page = admin.open(at(acme, "/domains"))
    assert f'<option value="{id_}">' in page.text
    assert "The changes were saved." in admin.press(page, "/domains/route", {"domain": domain, "connection": id_}).text
    assert acme.world.services.domain_service.get(acme.id, domain, scope=DEPLOYMENT).connection_id == id_
    own = f"{acme.id}.okta"  # one that the organisation made is shown as chosen, and can be kept
    assert acme.world.services.connections.create(Connection(id=own, type="oidc", name="Okta"))
    acme.world.services.domain_service.route(acme.id, domain, own, by=acme.world.by, scope=DEPLOYMENT)
    page = admin.open(at(acme, "/domains"))
    assert f'<option value="{own}" selected>' in page.text
    assert "The changes were saved." in admin.press(page, "/domains/route", {"domain": domain, "connection": own}).text
    assert admin.press(page, "/domains/route", {"domain": domain, "connection": "org_other.okta"}).status in {400, 422}
    acme.world.services.domain_service.route(acme.id, domain, None, by=acme.world.by, scope=DEPLOYMENT)
    acme.world.services.connection_service.delete("okta", by=acme.world.by, scope=DEPLOYMENT, org_id=acme.id)
    acme.world.services.connection_service.delete(id_, by=acme.world.by, scope=DEPLOYMENT)


@pytest.mark.parametrize(
    ("tab", "fields"),
    [
        ("/invitations/resend", {"invitation": "{invitation_id}"}), ("/invitations/withdraw", {"invitation": "{invitation_id}"}),
        ("/domains/check", {"domain": "{domain}"}), ("/domains/remove", {"domain": "{domain}", "version": "1"}),
    ],
)  # fmt: skip
def test_a_form_for_the_own_organisation_reaches_no_thing_of_another(acme: Company, tab: str, fields: dict[str, str]) -> None:
    """Q-02: the address is the own one, the field names an object of another organisation."""
    chief, foreign = acme.come(), company(acme.world)
    token, answers = hidden(chief.open("/console/people/new"), "csrf"), []
    for ids in (foreign.ids, {"{invitation_id}": "nobody", "{domain}": "nobody.example"}):
        sent = {name: ids.get(value, value) for name, value in fields.items()} | {"csrf": token, "once": acme.world.services.new_id()}
        answers.append(chief.browser.http.post(at(acme, tab), data=sent, headers={"Origin": ISSUER}))
    assert [each.status_code for each in answers] == [404, 404]
    acme.world.services.organisation_invitations.get(foreign.id, foreign.tenant.invitation_id, scope=DEPLOYMENT)
    acme.world.services.domain_service.get(foreign.id, foreign.ids["{domain}"], scope=DEPLOYMENT)


def test_the_last_admin_stays_and_own_rights_are_not_changed(world: World) -> None:
    acme = company(world)
    chief, boss = acme.come(), acme.tenant.boss.id
    chief.press(chief.open(at(acme, f"/members/{boss}")), boss, {"level": "none"})
    own = chief.open(at(acme, f"/members/{acme.chief.user.id}"))
    assert "This is you." in own.text
    version, token = str(membership(acme, acme.chief.user.id).version), hidden(chief.open("/console/people/new"), "csrf")
    sent = {"csrf": token, "version": version, "level": "none"}
    refused = [
        chief.browser.http.post(at(acme, f"/members/{acme.chief.user.id}{end}"), data=sent, headers={"Origin": ISSUER}).status_code
        for end in ("", "/remove")
    ]
    assert refused == [403, 409]
    assert now(acme).admins == 1


def test_an_admin_with_some_rights_gives_no_others(world: World) -> None:
    acme = company(world, admin_scopes=frozenset({"users:read", "organizations:read", "organizations:write"}))
    chief, guest = acme.come(), acme.tenant.guest.id
    page = chief.open(at(acme, f"/members/{guest}"))
    for sent in ({"level": "all"}, {"level": "some", "audit:read": "1"}):
        assert chief.press(page, guest, sent).status == 403
    assert not membership(acme, guest).admin
    assert "The changes were saved." in chief.press(page, guest, {"level": "some", "users:read": "1"}).text


def test_a_reader_sees_no_form(world: World) -> None:
    acme = company(world, admin_scopes=frozenset({"users:read", "organizations:read"}))
    chief = acme.come()
    for tab in (
        "",
        "/members",
        f"/members/{acme.tenant.guest.id}",
        "/roles",
        f"/roles/{acme.tenant.role.name}",
        "/invitations",
        "/domains",
    ):
        page = chief.open(at(acme, tab))
        assert (tab, page.status, [form.action for form in page.forms if form.method == "post"]) == (tab, 200, [])
    assert chief.open(at(acme, "/settings")).status == 403


def test_hostile_names_are_text_on_every_page(admin: Admin, world: World) -> None:
    """Q-01: of the organisation, of a role's description, of a member."""
    acme = company(world)
    acme.change(name=HOSTILE)
    service = world.services.organisation_role_service
    service.patch(acme.id, acme.tenant.role.name, {"description": HOSTILE}, scope=DEPLOYMENT)
    mallory = world.person(claims={"name": HOSTILE})
    world.services.member_service.add(acme.id, mallory.user.id, scope=DEPLOYMENT)
    pages: list[Page] = [admin.open("/console/organizations")]
    for who in (admin, acme.come()):
        pages += [who.open(tab) for tab in tabs(acme, mallory.user.id)]
        pages += [who.open(at(acme, "/settings")), who.open("/console/people"), who.open(f"/console/people/{mallory.user.id}")]
    for page in pages:
        assert page.status == 200
        check(page.text)


@pytest.mark.parametrize("name", ["%00", "%F0%9F%98%80", "org_%0d%0aX", "..%5C..", "a%3Fb"])
def test_an_address_with_any_characters_is_answered(admin: Admin, name: str) -> None:
    for path in (
        f"/console/organizations/{name}",
        f"/console/organizations/{name}/members/{name}",
        f"/console/organizations/{name}/roles/{name}",
    ):
        assert admin.browser.http.get(path).status_code in {303, 400, 404}
