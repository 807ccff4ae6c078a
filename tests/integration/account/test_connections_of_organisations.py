"""People sign in by a connection that their organisation made, and others cannot (threats Q-17)."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.connections.of_organisation import bounded
from idp.domain.connections.pending_link import pending_link
from idp.domain.errors import Conflict
from idp.domain.organisations.profile import OrganisationPolicy
from idp.store.memberships import Memberships
from tests.integration.account.upstreams import (
    UPSTREAM,
    connection,
    go,
    identity,
    leave,
    link,
    link_of,
    put,
    return_as,
    upstream_of,
    with_connections,
)
from tests.support.organising import admin_of, change, domain, join, organisation
from tests.support.organising import leave as leave_organisation
from tests.support.pages import sign_in
from tests.support.stored import change_user
from tests.support.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idp.domain.connections.connection import Connection
    from idp.domain.connections.identity import UpstreamIdentity
    from idp.domain.organisations.profile import OrganisationProfile
    from tests.support.forms import Browser, Page
    from tests.support.people import Person

_numbers = count(1)
JOINS = OrganisationPolicy(joins_by_connection=True)


class Acme:
    """An organisation whose proven domain leads to its own connection."""

    def __init__(self, world: World, *, policy: OrganisationPolicy = JOINS, **changes: Any) -> None:
        self.world = with_connections(world, organization_connections=5)
        upstream_of(self.world).begun.extend(
            [{"connection": ""}] * 100 * next(_numbers)
        )  # no other test of the deployment used these states
        self.profile: OrganisationProfile = organisation(self.world.services, policy=policy)
        self.domain = f"{self.profile.slug}.example"
        self.connection: Connection = bounded(connection(f"{self.profile.id}.okta", **changes))
        put(self.world, self.connection)
        domain(self.world.services, self.profile, self.domain, connection_id=self.connection.id)

    def says(self, name: str = "ada", at: str = "", **changes: Any) -> UpstreamIdentity:
        """An identity of its upstream, with an address in its domain, or in another one."""
        return identity(name, f"{name}@{at or self.domain}", of=self.connection.id, email_authoritative=True, **changes)

    def leave(self, browser: Browser, *, client: Any = None) -> str:
        """Type an address of the domain. Returns the state."""
        page = self.world.authorize(browser, client or self.world.client())
        return go(browser, page, {"email": f"x@{self.domain}"}, button="organisation")

    def arrive(self, who: UpstreamIdentity, browser: Browser | None = None) -> Page:
        """The page for who comes back as this identity."""
        browser = browser or self.world.browser()
        return return_as(self.world, browser, who, self.leave(browser), self.connection.id)

    def person(self, name: str) -> Person:
        """A person with a verified address in the domain."""
        made = self.world.person(f"{name}@{self.domain}")
        return replace(made, user=change_user(self.world.services.users, made.user.id, email_verified=True))

    def member(self, email: str) -> bool:
        """Whether the account with this address is a member."""
        user_id = self.world.services.users.id_of(email)
        return bool(user_id) and Memberships(self.world.services.database).get(user_id or "", self.profile.id) is not None

    def leads_away(self) -> bool:
        """Whether a typed address of the domain leads to the upstream."""
        browser = self.world.browser()
        browser.stop = UPSTREAM
        page = browser.submit(self.world.authorize(browser, self.world.client()), {"email": f"x@{self.domain}"}, button="organisation")
        return page.redirected_to is not None


@pytest.fixture
def acme(world: World) -> Acme:
    return Acme(world)


def test_a_new_person_of_the_domain_gets_an_account_and_a_membership(acme: Acme) -> None:
    assert "code" in acme.arrive(acme.says()).answer
    assert acme.member(f"ada@{acme.domain}")
    assert "code" in acme.arrive(acme.says()).answer


def test_a_person_of_another_domain_gets_nothing(acme: Acme) -> None:
    """Not one that another organisation has proven, and not with sign-up open to all."""
    other = organisation(acme.world.services)
    domain(acme.world.services, other, f"{other.slug}.example", connection_id=acme.connection.id)
    for at in ("stranger.example", f"{other.slug}.example"):
        page = acme.arrive(acme.says(at=at))
        assert (page.status, "gave no address" in page.text) == (403, True)
        assert acme.world.services.users.id_of(f"ada@{at}") is None


def test_an_account_of_another_person_is_neither_opened_nor_linked(acme: Acme) -> None:
    """The upstream names the address of a stranger, whom a password of their own does not link either."""
    stranger = acme.world.person()
    browser = acme.world.browser()
    page = acme.arrive(identity("1", stranger.email, of=acme.connection.id, email_authoritative=True), browser)
    assert page.status == 403
    assert not link_of(acme.world, stranger)
    victim = acme.person("eve")
    page = acme.arrive(acme.says("eve"), browser)  # a question: she is no member, so she signs in first
    page = browser.submit(page, {"email": stranger.email, "password": stranger.password})
    page = browser.submit(page, button="connect")
    assert (page.status, "cannot open this account" in page.text) == (422, True), page.text
    assert not link_of(acme.world, stranger)
    assert not link_of(acme.world, victim)


def test_a_link_opens_nothing_once_the_account_is_no_longer_the_organisations(acme: Acme) -> None:
    """An admin of the deployment, an address elsewhere, a lost domain."""
    users = acme.world.services.users
    person = acme.person("bo")
    join(acme.world.services, person.user, acme.profile)
    who = acme.says("bo")
    put(acme.world, replace(acme.connection, domains=(acme.domain,)))
    link(acme.world, person, who)
    assert "code" in acme.arrive(who).answer
    for changes in ({"admin": True}, {"email_verified": False}):
        change_user(users, person.user.id, **changes)
        assert acme.arrive(who).status == 403
        change_user(users, person.user.id, admin=False, email_verified=True)
    assert "code" in acme.arrive(who).answer


@pytest.fixture
def of_deployment(acme: Acme) -> Iterator[Connection]:
    """A connection of the deployment, which is gone after the test."""
    made, store = connection(), acme.world.services.connections
    put(acme.world, made)
    yield made
    found = store.get(made.id)
    assert found
    assert store.delete(found)


@pytest.mark.usefixtures("of_deployment")
@pytest.mark.parametrize("ends", ["", "membership", "address", "domain", "organisation", "issuer", "setting"])
def test_a_connection_that_cannot_open_the_account_is_no_other_way_in(acme: Acme, ends: str) -> None:
    """O-18: a person without a password removes the link of the deployment's connection only while the organisation's lets them in."""
    world, email = acme.world, f"only-{ends or 'both'}@{acme.domain}"
    browser, who = world.browser(), identity(f"only-{ends}", email)
    state = leave(browser, world.authorize(browser, world.client()))
    assert "code" in return_as(world, browser, who, state).answer
    user = world.services.users.get(world.services.users.id_of(email) or "")
    assert user
    theirs = pending_link(acme.connection, acme.says(f"only-{ends}")).link(user.id, how="test", browser_known_since=None, now=world.clock())
    assert world.services.issuer_links.create(theirs, user)
    membership = join(world.services, user, acme.profile)
    if ends == "membership":
        leave_organisation(world.services, membership)
    elif ends == "address":
        change_user(world.services.users, user.id, email_verified=False)
    elif ends == "domain":
        [claim] = world.services.organisation_domains.of_organisation(acme.profile.id)
        assert world.services.organisation_domains.delete(claim)
    elif ends == "organisation":
        change(world.services, acme.profile, disabled=True)
    elif ends == "issuer":
        put(world, replace(acme.connection, issuer="https://other.example"))
    elif ends == "setting":
        put(world, replace(acme.connection, enabled=False))
    [mine] = [one for one in world.services.issuer_links.of(user.id) if one.connection_id == "corp"]
    refused = browser.submit(browser.open("/account"), button=mine.id)
    assert (refused.status, len(world.services.issuer_links.of(user.id))) == ((403, 2) if ends else (200, 1))


def test_without_joining_only_members_come_in(world: World) -> None:
    acme = Acme(world, policy=OrganisationPolicy(), link_verified=True)
    assert acme.arrive(acme.says("new")).status == 403
    outsider = acme.person("out")
    assert acme.arrive(acme.says("out")).status == 403
    assert not link_of(acme.world, outsider)
    person = acme.person("in")
    join(acme.world.services, person.user, acme.profile, owned=True)
    assert "code" in acme.arrive(acme.says("in")).answer
    assert len(link_of(acme.world, person)) == 1


def test_a_member_who_is_not_the_organisations_alone_is_asked(world: World) -> None:
    acme = Acme(world, link_verified=True)
    person = acme.person("two")
    join(acme.world.services, person.user, acme.profile, owned=True)
    join(acme.world.services, person.user, organisation(acme.world.services))
    page = acme.arrive(acme.says("two"))
    assert (page.status, page.redirected_to) == (200, None)
    assert not link_of(acme.world, person)


def test_a_person_who_is_no_member_by_now_links_nothing(world: World) -> None:
    """The membership ended between the question and the answer. Once the policy makes members by a sign-in, the answer counts."""
    acme = Acme(world, policy=OrganisationPolicy())
    person, browser = acme.person("fay"), acme.world.browser()
    membership = join(acme.world.services, person.user, acme.profile)
    page = acme.arrive(acme.says("fay"), browser)
    page = browser.submit(page, {"password": person.password})
    leave_organisation(acme.world.services, membership)
    refused = browser.submit(page, button="connect")
    assert (refused.status, "are not a member" in refused.text) == (422, True), refused.text
    assert not link_of(acme.world, person)
    change(acme.world.services, acme.profile, policy=JOINS)
    assert "code" in browser.submit(refused, button="connect").answer
    assert len(link_of(acme.world, person)) == 1
    assert acme.member(person.email)


def test_a_disabled_organisation_and_the_setting_switch_it_off(acme: Acme) -> None:
    """Also for an answer that is on its way."""
    browser = acme.world.browser()
    state = acme.leave(browser)
    change(acme.world.services, acme.profile, disabled=True)
    assert return_as(acme.world, browser, acme.says(), state, acme.connection.id).status == 400
    assert not acme.leads_away()
    change(acme.world.services, acme.profile, disabled=False)
    assert acme.leads_away()
    off = with_connections(acme.world, organization_connections=0)
    assert off.services.sign_in_connections.get(acme.connection.id) is None
    assert acme.world.services.sign_in_connections.get(acme.connection.id) is not None


def test_it_has_no_button_and_no_request_leads_to_it(acme: Acme) -> None:
    """An app of another organisation could send strangers to its sign-in page. The form refuses its id, as a request does."""
    browser, client = acme.world.browser(), acme.world.client()
    page = acme.world.authorize(browser, client, connection=acme.connection.id)
    assert (page.redirected_to, page.status) == (None, 200)
    assert acme.connection.id not in page.text
    assert acme.connection.name not in page.text
    begun = len(upstream_of(acme.world).begun)
    form = page.form({"email": ""}, "organisation")
    form.fields["connection"] = acme.connection.id
    button = form.button("organisation")
    refused = browser.http.post(
        (button and button.action) or form.action, data=form.fields, headers={"Origin": "http://localhost:8000"}, follow_redirects=False
    )
    assert (refused.status_code, len(upstream_of(acme.world).begun)) == (422, begun)


def test_its_session_does_not_count_at_an_app_for_other_connections(acme: Acme) -> None:
    """The people of such an app are those of the connections that the deployment chose."""
    browser = acme.world.browser()
    assert "code" in acme.arrive(acme.says(), browser).answer
    closed = acme.world.client(connections_only=True)
    assert acme.world.authorize(browser, closed, prompt="none").answer["error"] == "login_required"
    back = return_as(acme.world, browser, acme.says(), acme.leave(browser, client=closed), acme.connection.id)
    assert (back.status, "does not accept a sign-in" in back.text) == (403, True)


def test_at_an_app_for_connections_only_it_signs_in_for_its_own_organisation(acme: Acme) -> None:
    """The people of another organisation are those of the connections that the deployment chose, also at a sign-in that went on for it."""
    other, browser = organisation(acme.world.services), acme.world.browser()
    client = acme.world.client(connections_only=True, organization="required")
    assert "code" in acme.arrive(acme.says("cy"), browser).answer
    user_id = acme.world.services.users.id_of(f"cy@{acme.domain}")
    user = acme.world.services.users.get(user_id or "")
    assert user
    join(acme.world.services, user, other)
    assert acme.world.authorize(browser, client, organization=other.id, prompt="none").answer["error"] == "login_required"
    page = acme.world.authorize(browser, client, organization=other.id)
    state = go(browser, page, {"email": f"x@{acme.domain}"}, button="organisation")
    page = return_as(acme.world, browser, acme.says("cy"), state, acme.connection.id)
    assert (page.redirected_to, page.status) == (None, 200)
    assert acme.world.authorize(browser, client, organization=other.id, prompt="none").answer["error"] == "login_required"
    assert "code" in acme.world.authorize(browser, client, organization=acme.profile.id, prompt="none").answer


def test_without_the_setting_its_sessions_count_nowhere_that_accepts_connections_only(world: World) -> None:
    """Neither at an app nor for the organisation, which its connection is no way into then."""
    acme = Acme(world, policy=OrganisationPolicy(joins_by_connection=True, connections_only=True))
    assert "code" in acme.arrive(acme.says("di")).answer
    off = with_connections(acme.world, organization_connections=0)
    user = acme.world.services.users.get(acme.world.services.users.id_of(f"di@{acme.domain}") or "")
    assert user
    [session] = acme.world.services.sessions.of(user.id)
    app = replace(acme.world.client(), connections_only=True, organization="required")
    for at, counts in ((acme.world.services, True), (off.services, False)):
        assert at.session_service.is_accepted(session, user, app) is counts
        assert at.standings.of(user, acme.profile.id).connections == ((acme.connection.id,) if counts else ())
        assert bool(at.ways_in._on(acme.profile.id)) is counts  # noqa: SLF001  # what each of its checks begins with


def test_two_factors_there_are_none_here(world: World) -> None:
    acme = Acme(world)
    put(acme.world, replace(acme.connection, trusts_factors=True))  # as an import could write it
    browser = acme.world.browser()
    assert "code" in acme.arrive(acme.says(amr=("mfa",)), browser).answer
    page = acme.world.authorize(browser, acme.world.client(require_mfa=True), prompt="none")
    assert page.answer["error"] in {"interaction_required", "login_required"}


def test_a_person_signs_in_with_a_password_as_before(acme: Acme) -> None:
    person, browser = acme.person("pw"), acme.world.browser()
    assert "code" in sign_in(acme.world, browser, acme.world.client(), person).answer


def test_a_second_domain_leads_to_a_new_connection_before_the_first_one_does(acme: Acme) -> None:
    """So its admin signs in by it while the connection of before is still a way in (Q-15)."""
    services = acme.world.services
    assert "code" in acme.arrive(acme.says()).answer
    new = bounded(connection(f"{acme.profile.id}.new", link_verified=True))
    put(acme.world, new)
    domain(services, acme.profile, f"try.{acme.domain}", connection_id=new.id)
    services.organisation_service.patch(acme.profile.id, {"policy": {"connections_only": True}}, scope=DEPLOYMENT)
    scope, by = admin_of(acme.profile.id, services.users.id_of(f"ada@{acme.domain}") or "")
    services.domain_service.route(acme.profile.id, f"try.{acme.domain}", None, scope=DEPLOYMENT)
    with pytest.raises(Conflict):
        services.domain_service.route(acme.profile.id, acme.domain, new.id, scope=scope, by=by)
    services.domain_service.route(acme.profile.id, f"try.{acme.domain}", new.id, scope=scope, by=by)
    browser = acme.world.browser()
    state = go(browser, acme.world.authorize(browser, acme.world.client()), {"email": f"x@try.{acme.domain}"}, button="organisation")
    who = identity("ada", f"ada@{acme.domain}", of=new.id, email_authoritative=True)
    assert "code" in return_as(acme.world, browser, who, state, new.id).answer
    services.domain_service.remove(acme.profile.id, f"try.{acme.domain}", scope=scope, by=by)
    assert services.domain_service.route(acme.profile.id, acme.domain, new.id, scope=scope, by=by).connection_id == new.id
