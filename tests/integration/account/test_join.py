"""Invitations into an organisation: who joins, by which link, and what is checked again when it is accepted (threats Q-04, J-05, M-04)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from idp.cli.leftovers import find_leftovers
from idp.domain.access.organisation_scopes import ORGANISATION_SCOPES
from idp.domain.access.tenancy import DEPLOYMENT, Organisation
from idp.domain.errors import Conflict, Forbidden, Invalid, NotFound
from idp.domain.organisations.membership import MOST_MEMBERSHIPS, Membership
from idp.domain.sessions.request_origin import Origin
from idp.services.audit.recorder import SYSTEM, Actor
from tests.integration.account.people import signed_in
from tests.integration.account.signing_up import NEW_PASSWORD, link_in, mails, opened
from tests.support import organising
from tests.support.stored import change_user

if TYPE_CHECKING:
    from idp.domain.organisations.profile import OrganisationProfile
    from idp.domain.people.invitation import Invitation
    from idp.domain.people.user import User
    from tests.support.forms import Page
    from tests.support.world import World

WEEK = 7 * 86400


@pytest.fixture(name="site")
def _site(world: World) -> World:
    """A provider where only invited people get an account."""
    return opened(world, sign_up="invited")


@pytest.fixture(name="acme")
def _acme(site: World) -> OrganisationProfile:
    """An organisation with a role."""
    org = an_organisation(site, "Acme <b>Ltd.</b>")
    site.services.organisation_role_service.create(org.id, "buyer", scope=DEPLOYMENT)
    return org


def an_organisation(site: World, name: str = "Other") -> OrganisationProfile:
    """An organisation with a new slug."""
    slug = "o" + site.services.new_id().lower().replace("_", "").replace("-", "")
    return site.services.organisation_service.create(slug, name, scope=DEPLOYMENT)


def invite(site: World, org: OrganisationProfile, email: str = "", *, by: Actor = SYSTEM, **what: Any) -> Invitation:
    return site.services.organisation_invitations.create(org.id, email or site.unused_email(), by=by, scope=DEPLOYMENT, **what)


def link(site: World, invitation: Invitation) -> str:
    """The link of the newest mail."""
    return link_in(mails(site, invitation.email)[0])


def accept(site: World, invitation: Invitation, address: str = "") -> Page:
    """Open the link and press the button."""
    browser = site.browser()
    page = browser.open(address or link(site, invitation))
    return browser.submit(page, {}, button="join") if 'id="join"' in page.text else page


def membership(site: World, org: OrganisationProfile, user: User) -> Membership | None:
    return site.services.memberships.get(user.id, org.id)


def test_a_person_with_an_account_joins_by_one_button(site: World, acme: OrganisationProfile) -> None:
    user = site.user(email_verified=True)
    made = invite(site, acme, user.email, roles=["buyer"])
    page = site.browser().open(link(site, made))
    assert page.status == 200
    assert "Acme &lt;b&gt;Ltd.&lt;/b&gt; invites you" in page.text
    assert membership(site, acme, user) is None, "opening the link uses nothing up (M-03)"
    done = accept(site, made)
    assert done.status == 200
    assert "You belong to Acme" in done.text
    found = membership(site, acme, user)
    assert found
    assert (set(found.roles), found.admin, found.owned, found.source) == ({"buyer"}, False, False, "invitation")
    (event,) = [each for each in site.audited("membership.added") if each.subject == user.id]
    assert (event.actor, event.details["invitation"]) == (user.id, made.id)
    copies = site.services.database.query_all("state", f"ORG#{acme.id}", sk_begins="EVENT#")
    assert [copy["type"]["S"] for copy in copies][-1] == "membership.added"
    with pytest.raises(NotFound):
        site.services.organisation_invitations.get(acme.id, made.id, scope=DEPLOYMENT)
    org = site.services.organisations.get(acme.id)
    assert org
    assert org.members == 1


def test_a_person_without_an_account_gets_one_as_a_member(site: World, acme: OrganisationProfile) -> None:
    made = invite(site, acme, roles=["buyer"], admin=True)
    browser = site.browser()
    page = browser.submit(browser.open(link(site, made)), {"new_password": NEW_PASSWORD}, button="create-account")
    assert str(page.response.url).endswith("/account")
    user = site.services.users.get(site.services.users.id_of(made.email) or "")
    assert user
    assert (user.email_verified, user.memberships, dict(user.roles)) == (True, 1, {})
    found = membership(site, acme, user)
    assert found
    assert (set(found.roles), found.admin) == ({"buyer"}, True)
    assert accept(site, made, link(site, made)).status == 400


def test_an_invited_admin_is_led_to_the_console(site: World, acme: OrganisationProfile) -> None:
    """By the mail, after the account is made, after joining with an account, and later by the account page. Members are not."""
    site = opened(site, sign_up="invited", console="linked")
    made, browser = invite(site, acme, admin=True), site.browser()
    assert "/console" in mails(site, made.email)[0].text
    page = browser.submit(browser.open(link(site, made)), {"new_password": NEW_PASSWORD}, button="create-account")
    assert "Set up two-step sign-in" in page.text, "the console needs two factors"
    for admin in (True, False):
        person = site.person(totp=True)
        change_user(site.services.users, person.user.id, email_verified=True)
        again = invite(site, acme, person.email, admin=admin)
        assert ("/console" in mails(site, person.email)[0].text) is admin
        assert ('href="/console"' in accept(site, again).text) is admin
        assert ('href="/console"' in signed_in(site, person).open("/account").text) is admin


@pytest.mark.parametrize("console", ["off", "linked"])
def test_an_admin_of_the_deployment_finds_the_console_by_the_account_page(site: World, console: str) -> None:
    site = opened(site, console=console)
    assert ('href="/console"' in signed_in(site, site.person(totp=True, admin=True)).open("/account").text) is (console == "linked")


def test_the_mail_names_the_organisation_and_no_answer_has_the_link(site: World, acme: OrganisationProfile) -> None:
    made = invite(site, acme)
    (mail,) = mails(site, made.email)
    assert mail.subject == "You are invited to an organisation"
    handle = link(site, made).rpartition("/")[2]
    shown = site.services.organisation_invitations.get(acme.id, made.id, scope=DEPLOYMENT)
    assert handle not in repr(shown)
    assert handle not in str([each.details for each in site.audited("invitation.created")])


def test_the_account_of_the_address_joins_also_in_the_session_of_another(site: World, acme: OrganisationProfile) -> None:
    """A browser with another session: the invitation is for the address of the mail."""
    invited, person = site.user(email_verified=True), site.person()
    other = person.user
    made = invite(site, acme, invited.email)
    browser = site.browser()
    browser.submit(browser.open("/account"), {"email": person.email, "password": person.password})
    page = browser.open(link(site, made))
    assert invited.email in page.text
    browser.submit(page, {}, button="join")
    assert membership(site, acme, invited)
    assert membership(site, acme, other) is None


def test_an_account_that_never_proved_the_address_does_not_join(site: World, acme: OrganisationProfile) -> None:
    """A stranger may have made it, and would get what the owner of the address is invited to."""
    user = site.user(email_verified=False)
    made = invite(site, acme, user.email)
    assert accept(site, made).status == 400
    assert membership(site, acme, user) is None
    change_user(site.services.users, user.id, email_verified=True)
    assert accept(site, made).status == 200


ENDS = {
    "withdrawn": lambda site, org, made: site.services.organisation_invitations.withdraw(org.id, made.id, scope=DEPLOYMENT),
    "sent again": lambda site, org, made: site.services.organisation_invitations.resend(org.id, made.id, scope=DEPLOYMENT),
    "a week": lambda site, org, made: site.clock.advance(WEEK),
    "disabled": lambda site, org, made: site.services.organisation_service.patch(org.id, {"disabled": True}, scope=DEPLOYMENT),
    "deleted": lambda site, org, made: site.services.organisation_service.delete(org.id, scope=DEPLOYMENT),
}


@pytest.mark.parametrize("what", ENDS)
def test_a_link_that_is_over_makes_no_member(site: World, acme: OrganisationProfile, what: str) -> None:
    user = site.user(email_verified=True)
    made = invite(site, acme, user.email)
    address = link(site, made)
    ENDS[what](site, acme, made)
    assert accept(site, made, address).status == 400
    assert membership(site, acme, user) is None


def test_a_link_works_once(site: World, acme: OrganisationProfile) -> None:
    user = site.user(email_verified=True)
    made = invite(site, acme, user.email)
    address = link(site, made)
    assert accept(site, made, address).status == 200
    site.services.memberships.leave(user.id, acme.id)
    assert accept(site, made, address).status == 400
    assert membership(site, acme, user) is None


def test_the_link_of_another_mail_makes_no_member(site: World, acme: OrganisationProfile) -> None:
    """M-04: the form takes the link of an invitation into an organisation only."""
    user = site.user(email_verified=True)
    made = invite(site, acme, user.email)
    page = site.browser().open(link(site, made))
    other = site.services.invitation_service.create(site.unused_email(), scope=DEPLOYMENT)
    handle = link_in(mails(site, other.email)[0]).rpartition("/")[2]
    browser = site.browser()
    for wrong in (handle, "", "x", page.text[:10]):
        answer = browser.http.post("/join", data={"ticket": wrong}, headers={"Origin": site.services.settings.issuer})
        assert answer.status_code == 400
    assert membership(site, acme, user) is None


def test_a_role_that_is_gone_is_left_out(site: World, acme: OrganisationProfile) -> None:
    """Also if another role has its name by now."""
    user = site.user(email_verified=True)
    made = invite(site, acme, user.email, roles=["buyer"])
    site.services.organisation_role_service.delete(acme.id, "buyer", scope=DEPLOYMENT)
    site.services.organisation_role_service.create(acme.id, "buyer", scope=DEPLOYMENT)
    assert accept(site, made).status == 200
    found = membership(site, acme, user)
    assert found
    assert found.roles == {}


def an_admin(site: World, org: OrganisationProfile, **given: Any) -> Actor:
    """An admin of the organisation."""
    user = site.user()
    site.services.memberships.add(Membership(site.services.new_id(), org.id, user.id, admin=True, **given))
    return Actor(user.id, Origin("203.0.113.9"), given.get("admin_scopes") or ORGANISATION_SCOPES)


@pytest.mark.parametrize("what", ["left", "demoted", "narrowed", "disabled"])
def test_an_inviter_who_lost_the_right_lets_no_person_in(site: World, acme: OrganisationProfile, what: str) -> None:
    by, user = an_admin(site, acme), site.user(email_verified=True)
    made = site.services.organisation_invitations.create(acme.id, user.email, scope=Organisation(acme.id), by=by, admin=True)
    found = site.services.memberships.get(by.id, acme.id)
    assert found
    if what == "left":
        site.services.memberships.leave(by.id, acme.id)
    elif what == "disabled":
        change_user(site.services.users, by.id, disabled=True)
    else:
        changed = replace(found, admin=what != "demoted", admin_scopes=frozenset({"organizations:write"}))
        assert site.services.memberships.replace(changed, was=found)
    assert accept(site, made).status == 400
    assert membership(site, acme, user) is None


@pytest.mark.parametrize(
    ("scopes", "joins"), [(None, True), (frozenset({"organizations:write"}), True), (frozenset({"users:write"}), False)]
)
def test_an_admin_of_the_deployment_invites_within_their_scopes(
    site: World, acme: OrganisationProfile, scopes: frozenset[str] | None, *, joins: bool
) -> None:
    """They may have lost `organizations:write` since the invitation was made."""
    admin, user = site.user(admin=True), site.user(email_verified=True)
    made = invite(site, acme, user.email, by=Actor(admin.id, Origin("203.0.113.9")))
    change_user(site.services.users, admin.id, admin_scopes=scopes)
    assert (accept(site, made).status == 200) == joins
    assert (membership(site, acme, user) is not None) == joins


def test_an_invitation_of_a_machine_client_ends_when_it_belongs_to_another_organisation(site: World, acme: OrganisationProfile) -> None:
    other, user, clients = organising.organisation(site.services, "other"), site.user(email_verified=True), site.services.client_service
    machine = {
        "grant_types": ["client_credentials"], "scope": "organizations:write", "resources": [site.services.settings.admin_resource],
        "org_id": acme.id,
    }  # fmt: skip
    client, _ = clients.create(machine, scope=DEPLOYMENT)
    by = Actor(client.id, Origin("203.0.113.9"), frozenset({"organizations:write"}))
    made = site.services.organisation_invitations.create(acme.id, user.email, scope=Organisation(acme.id), by=by)
    address = link(site, made)
    clients.patch(client.id, {"org_id": other.id}, scope=DEPLOYMENT)
    assert accept(site, made, address).status == 400
    clients.patch(client.id, {"org_id": acme.id}, scope=DEPLOYMENT)
    assert accept(site, made, address).status == 200
    assert membership(site, acme, user)


def test_an_admin_with_few_scopes_invites_no_admin(site: World, acme: OrganisationProfile) -> None:
    by = an_admin(site, acme, admin_scopes=frozenset({"organizations:read", "organizations:write"}))
    with pytest.raises(Forbidden):
        site.services.organisation_invitations.create(acme.id, site.unused_email(), scope=Organisation(acme.id), by=by, admin=True)
    made = site.services.organisation_invitations.create(acme.id, site.unused_email(), scope=Organisation(acme.id), by=by)
    assert not made.admin


def test_the_inviter_does_not_learn_whether_there_is_an_account(site: World, acme: OrganisationProfile) -> None:
    """Nor whether another organisation, or the deployment, invited the address."""
    user, guest = site.user(email_verified=True), site.unused_email()
    other = an_organisation(site)
    site.services.invitation_service.create(guest, scope=DEPLOYMENT)
    for email in (user.email, guest):
        invite(site, other, email)
        first = invite(site, acme, email)
        assert (first.email, first.roles, first.admin) == (email, {}, False)
        assert link(site, first)
        with pytest.raises(Conflict):
            invite(site, acme, email)
    assert len(mails(site, guest)) == 3


def test_each_organisation_has_its_own_link_to_an_address(site: World, acme: OrganisationProfile) -> None:
    user = site.user(email_verified=True)
    other = an_organisation(site)
    first = link(site, invite(site, acme, user.email))
    made = invite(site, other, user.email)
    site.services.organisation_invitations.withdraw(other.id, made.id, scope=DEPLOYMENT)
    browser = site.browser()
    browser.submit(browser.open(first), {}, button="join")
    assert membership(site, acme, user)
    assert membership(site, other, user) is None


def test_a_member_is_not_invited(site: World, acme: OrganisationProfile) -> None:
    user = site.user(email_verified=True)
    site.services.member_service.add(acme.id, user.id, scope=DEPLOYMENT)
    with pytest.raises(Conflict):
        invite(site, acme, user.email)


@pytest.mark.parametrize("email", ["", "x", "a@b@c", "a b@example.com", "x" * 300 + "@example.com"])
def test_a_text_that_is_no_address_is_refused(site: World, acme: OrganisationProfile, email: str) -> None:
    with pytest.raises(Invalid):
        site.services.organisation_invitations.create(acme.id, email, scope=DEPLOYMENT)


def test_a_person_in_fifty_organisations_reads_why_not(site: World, acme: OrganisationProfile) -> None:
    user = site.user(email_verified=True)
    change_user(site.services.users, user.id, memberships=MOST_MEMBERSHIPS)
    page = accept(site, invite(site, acme, user.email))
    assert page.status == 409
    assert "50 organisations" in page.text


def test_closed_sign_up_lets_existing_accounts_join_only(world: World) -> None:
    site = opened(world, sign_up="closed")
    org = an_organisation(site)
    user = site.user(email_verified=True)
    assert accept(site, invite(site, org, user.email)).status == 200
    assert accept(site, invite(site, org)).status == 400


def test_an_erasure_removes_the_invitations_to_the_address(site: World, acme: OrganisationProfile) -> None:
    user = site.user(email_verified=True)
    made = invite(site, acme, user.email)
    assert site.services.person_export.read(user.id, scope=DEPLOYMENT)["invitations"][0]["organization"] == acme.id
    site.services.user_service.delete(user.id, scope=DEPLOYMENT)
    with pytest.raises(NotFound):
        site.services.organisation_invitations.get(acme.id, made.id, scope=DEPLOYMENT)
    assert user.email not in str(list(site.services.database.query_all("state", f"ORG#{acme.id}")))


def test_nothing_of_an_erased_admin_is_left_in_the_organisation(site: World, acme: OrganisationProfile) -> None:
    """Events keep the id alone, without the network address of the person's acts."""
    by = an_admin(site, acme)
    guest = site.user(email_verified=True)
    site.services.organisation_invitations.create(acme.id, guest.email, scope=Organisation(acme.id), by=by)
    other = site.services.organisation_invitations.create(acme.id, site.unused_email(), scope=DEPLOYMENT)
    user = site.services.users.get(by.id)
    assert user
    site.services.user_service.delete(by.id, scope=DEPLOYMENT)
    found = find_leftovers(site.services, by.id, [user.email], strip_events=True, seen=lambda: None)
    assert found.places == {}
    assert find_leftovers(site.services, by.id, [user.email], strip_events=False, seen=lambda: None).places == {}
    assert by.origin.address not in str(list(site.services.database.query_all("state", f"ORG#{acme.id}")))
    (left,), _ = site.services.organisation_invitations.listing(acme.id, scope=DEPLOYMENT, limit=9)
    assert left.id == other.id


def test_one_of_concurrent_uses_of_a_link_makes_a_member(racing: World) -> None:
    """All others get the page that says that the link is over. The count is right."""
    site = opened(racing, sign_up="invited")
    org = an_organisation(site)
    user = site.user(email_verified=True)
    made = invite(site, org, user.email)
    address = link(site, made)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: accept(site, made, address).status, range(8)))
    assert answers.count(200) >= 1
    assert set(answers) <= {200, 400, 503}
    found = site.services.organisations.get(org.id)
    assert found
    assert found.members == 1
    assert len([each for each in site.audited("membership.added") if each.subject == user.id]) == 1
