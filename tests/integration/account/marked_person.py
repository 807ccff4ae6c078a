"""A person with a canary in every field, who has used everything that there is. For the tests of erasure."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.mail.mail_problem import BOUNCE, MailProblem
from idp.domain.sessions.request_origin import Origin
from idp.services.audit.recorder import Actor
from idp.telemetry.journal import Journal
from tests.integration.account.email_changing import changed
from tests.integration.account.passkeys import add, authenticator, use
from tests.integration.account.people import granted
from tests.integration.account.signing_up import NEW_PASSWORD, begin, finish, opened, prove
from tests.support.people import Person

if TYPE_CHECKING:
    from tests.support.authenticator import Authenticator
    from tests.support.forms import Browser
    from tests.support.world import World

NETWORK = "192.0.2.77"
"""The person's network address. No other test uses it."""
ADMIN = Actor("system", Origin("198.51.100.200", "admin's browser", "r"))


@dataclass
class Marked:
    """The person. `emails`: the present address, then the former one. `lines`: the log of the provider."""

    site: World
    person: Person
    canary: str
    device: Authenticator
    emails: tuple[str, str]
    lines: list[str] = field(default_factory=list)

    @property
    def id(self) -> str:
        return self.person.user.id

    def browser(self) -> Browser:
        """A browser in which the person is signed in with password and passkey."""
        return signed_in(self.site, self.person, self.device, self.canary)


def open_site(world: World) -> tuple[World, list[str]]:
    """A provider where people create accounts, and what it logs."""
    site, lines = opened(world, sign_up_claims="name! nickname website"), list[str]()
    vars(site.services)["journal"] = Journal(deployment="d", metrics=True, least="DEBUG", for_people=False, write=lines.append)
    return site, lines


def lived(world: World) -> Marked:
    """The person, after a life with the account."""
    (site, lines), canary = open_site(world), f"cnry{secrets.token_hex(6)}"
    s, first, second = site.services, f"{canary}@example.com", f"{canary}.new@example.org"
    app = site.client(first_party=False, scopes=("openid", "email", "offline_access"))
    s.invitation_service.create(first, scope=DEPLOYMENT)  # before there is an account
    visit = _browser(site, canary)
    began = begin(site, email=first, page=site.authorize(visit, app), browser=visit)
    page = prove(site, began)
    finish(began, page, **{name: f"https://{canary}.example/" for name in page.fields if "website" in name or "name" in name})
    user_id = s.users.id_of(first)
    assert user_id
    claims = {"name": f"Ada {canary}", "address": {"locality": canary}, "website": f"https://{canary}.example/"}
    user = s.user_service.patch(user_id, {"claims": claims, "attributes": {"desk": canary}}, by=ADMIN, scope=DEPLOYMENT)
    device = authenticator(user)
    person = Person(add(site, user, device, name=f"Phone {canary}").user, NEW_PASSWORD)
    _used(site, person, canary)
    changed(site, signed_in(site, person, device, canary), second)
    after = s.users.get(user_id)
    assert after
    assert (after.email, set(after.former_emails)) == (second, {first})
    person = Person(after, NEW_PASSWORD)
    granted(site, person, app.id)
    other = _browser(site, canary)
    other.submit(other.open("/sign-up"), {"email": second}, button="send-code")
    s.mail_problems.put(first, MailProblem(BOUNCE, canary, site.clock()))
    return Marked(site, person, canary, device, (second, first), lines)


def signed_in(site: World, person: Person, device: Authenticator, canary: str) -> Browser:
    """A browser of the person, signed in. Its name has the canary."""
    visit = _browser(site, canary)
    page = visit.submit(visit.open("/account"), {"email": person.email, "password": person.password})
    page = use(visit, page, device)
    assert str(page.response.url).endswith("/account"), page
    return visit


def _browser(site: World, canary: str) -> Browser:
    made = site.browser(NETWORK)
    made.http.headers["user-agent"] = f"Mozilla/5.0 (X11; Linux) Firefox/{canary}"
    return made


def _used(site: World, person: Person, canary: str) -> None:
    """Attempts with the address, from before and with the account; a wrong password; a reset; a temporary code; a notice."""
    visit = _browser(site, canary)
    visit.submit(visit.open("/account"), {"email": f"{canary}.new@example.org", "password": "wrong"})
    visit.submit(visit.open("/account"), {"email": person.email, "password": "wrong"})
    visit.submit(visit.open("/forgot"), {"email": person.email})
    site.services.temporary_codes.send(person.user.id, scope=DEPLOYMENT)
    site.services.seen_places.add(person.user.id, canary, attempt=canary, now=site.clock(), parts=[])
    site.services.notices.tell(person.user, "password_changed", origin=Origin(NETWORK, canary), now=site.clock())
