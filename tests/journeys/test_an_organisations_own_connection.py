"""A company's admin sets its own sign-in up, in Chromium: from the invitation to a person whom the domain leads to the connection.

The company's provider is oidc-provider of npm, under a public name. Its DNS is a site that answers as a resolver over HTTPS.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

import pytest
from playwright.sync_api import expect

from idp.adapters.outgoing import Outgoing
from tests.journeys.screenshots_of_console import open_console
from tests.journeys.steps import allow, confirm, heading, leave, press, refused, saved, scanned, sign_in_there
from tests.support.named_hosts import NamedHosts
from tests.support.oidc_provider import oidc_provider
from tests.support.relying_party import relying_parties
from tests.support.served_provider import ServedProvider, served_provider
from tests.support.tls import Authority
from tests.support.upstream_site import Asked, UpstreamSite, json_answer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.journeys.conftest import Browse

DOMAIN, UPSTREAM, RESOLVER = "acme.example", "login.acme.example", "dns.example"
CHIEF, MEMBER = f"mary@{DOMAIN}", f"christine@{DOMAIN}"
SECRET = "only for this test"
PASSWORD = "nine wet walruses at noon"


class Dns(UpstreamSite):
    """A resolver over HTTPS. `records`: the TXT records, by name."""

    def __init__(self, authority: Authority) -> None:
        super().__init__(authority, RESOLVER)
        self.records: dict[str, str] = {}
        self.answers["/resolve"] = self._resolve

    def _resolve(self, asked: Asked) -> bytes:
        name = dict(parse_qsl(asked.query))["name"]
        found = [{"name": name, "type": 16, "TTL": 60, "data": f'"{self.records[name]}"'}] if name in self.records else []
        return json_answer({"Status": 0 if found else 3, "TC": False, "Question": [{"name": name, "type": 16}], "Answer": found})


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def running(quick_endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedProvider]:
    """A provider with the console, where organisations may have connections of their own."""
    with served_provider(
        quick_endpoint, folder=tmp_path_factory.mktemp("idp"), console="on", sign_up="invited", organization_connections=2,
        dns_resolver=f"https://{RESOLVER}/resolve",
    ) as running:  # fmt: skip
        yield running


@pytest.fixture
def dns(authority: Authority) -> Iterator[Dns]:
    with Dns(authority) as site:
        yield site


@pytest.fixture
def hosts(idp: ServedProvider, dns: Dns, authority: Authority) -> Iterator[NamedHosts]:
    """The public names of the resolver and, later, of the company's provider. Our provider resolves and connects by them."""
    with NamedHosts() as hosts:
        hosts.add(RESOLVER, dns.port)
        outgoing = Outgoing(frozenset({RESOLVER, UPSTREAM}), str(authority.file), resolve=hosts.resolve, connect=hosts.connect)
        vars(idp.services)["outgoing"] = outgoing
        yield hosts


def told(page: Page, words: str) -> None:
    """Wait for the notice of the page."""
    expect(page.get_by_role("status")).to_have_text(words)


def tab(page: Page, name: str) -> None:
    """Open a tab of the organisation."""
    page.get_by_role("navigation", name="About this organisation").get_by_role("link", name=name, exact=True).click()


def test_a_companys_admin_connects_its_provider(
    browse: Browse, idp: ServedProvider, hosts: NamedHosts, dns: Dns, authority: Authority, tmp_path: Path, node_clients: Path
) -> None:  # fmt: skip
    """Each address is found by the links and mails that the person sees."""
    root = browse()
    open_console(root, idp, idp.person("Dorothy Vaughan", totp=True, admin=True))
    root.get_by_role("link", name="Organisations").click()
    root.get_by_role("link", name="Create an organisation").click()
    root.get_by_label("Name", exact=True).fill("Acme Aircraft")
    root.get_by_label("Short name").fill("acme")
    press(root, "Create the organisation")
    tab(root, "Invitations")
    root.get_by_label("Email").fill(CHIEF)
    press(root, "Invite as an administrator")
    told(root, "The invitation was sent.")
    page = browse(proxy=hosts.proxy, any_certificate=True)
    accept(page, idp)
    prove_the_domain(page, dns)
    connect(page, idp, hosts, authority, tmp_path, node_clients, browse)


def accept(page: Page, idp: ServedProvider) -> None:
    """Make the account of the invitation. It needs a second step, and leads to the console."""
    assert f"{idp.issuer}/console" in idp.mail_to(CHIEF).text
    page.goto(idp.link_in_mail(CHIEF))
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    press(page, "Create account")
    phone = scanned(page, idp, CHIEF)
    confirm(page, phone.code())
    saved(page)
    press(page, "I have saved them")
    heading(page, "Overview")
    expect(page.get_by_role("link", name="Apps", exact=True)).to_have_count(0)
    page.get_by_role("link", name="Organisations").click()
    heading(page, "Acme Aircraft")


def prove_the_domain(page: Page, dns: Dns) -> None:
    """Add it, publish the record that the page shows, and let it be looked up."""
    tab(page, "Domains")
    page.get_by_label("Domain", exact=True).fill(DOMAIN)
    press(page, "Add the domain")
    check = page.get_by_role("button", name="Check now")
    check.click()
    told(page, "The record was not found. It can take a while until a new record is seen everywhere.")
    value = page.locator("code", has_text="idp-domain-verification=").inner_text()
    dns.records = {f"_idp-challenge.{DOMAIN}": value}
    check.click()
    told(page, "The record was found. The domain is proven.")


def connect(
    page: Page, idp: ServedProvider, hosts: NamedHosts, authority: Authority, tmp_path: Path, node_clients: Path, browse: Browse
) -> None:  # fmt: skip
    """Register at the company's provider, create the connection, lead the domain there, and let a person sign in."""
    tab(page, "Connections")
    page.get_by_role("link", name="Create a connection").click()
    page.get_by_role("link", name="OpenID Connect").click()
    client = {
        "client_id": "idp", "client_secret": SECRET, "redirect_uris": [page.locator("code", has_text="/callback").inner_text()],
        "token_endpoint_auth_method": "client_secret_basic",
    }  # fmt: skip
    people = {"christine": {"email": MEMBER, "email_verified": True, "name": "Christine Darden"}}
    with (
        oidc_provider(tmp_path, node_clients, clients=[client], people=people, host=UPSTREAM, authority=authority) as upstream,
        relying_parties(idp) as apps,
    ):
        hosts.add(UPSTREAM, upstream.port)
        for label, value in {"Id": "oidc", "Name": "Acme", "Client ID": "idp", "Issuer": upstream.issuer, "Client secret": SECRET}.items():
            page.get_by_label(label, exact=True).fill(value)
        press(page, "Create the connection")
        told(page, "The connection was created. Register what is below at the other side.")
        press(page, "Switch it on")
        tab(page, "Domains")
        page.get_by_label("Connection").select_option(index=1)
        page.get_by_role("button", name="Lead people there").click()
        told(page, "The changes were saved.")
        shop, christine = apps.register("Corner shop"), browse(proxy=hosts.proxy, any_certificate=True)
        leave(christine, shop)
        press(christine, "Sign in with your organisation")
        refused(christine, "Enter your email address first. Its domain leads to your organisation.")
        christine.get_by_label("Email").fill(MEMBER)
        press(christine, "Sign in with your organisation")
        sign_in_there(christine, "christine")
        expect(christine.get_by_role("alert")).to_contain_text("Your account at Acme is not connected to an account here.")
        let_all_people_in(page)
        leave(christine, shop)
        christine.get_by_label("Email").fill(MEMBER)
        press(christine, "Sign in with your organisation")
        allow(christine, shop)
        assert shop.redeem(shop.answer(christine)).claims["sub"] == idp.services.users.id_of(MEMBER)
        tab(page, "Members")
        expect(page.get_by_role("link", name="Christine Darden")).to_be_visible()


def let_all_people_in(page: Page) -> None:
    """The page of the connection says why new people are refused, and leads to the setting."""
    tab(page, "Connections")
    page.get_by_role("link", name="Acme", exact=True).click()
    expect(page.get_by_text("Only members sign in by it.")).to_be_visible()
    page.locator("main").get_by_role("link", name="Settings", exact=True).click()
    page.get_by_label("Who signs in by the connection of a proven domain becomes a member").check()
    press(page, "Save")
    told(page, "The changes were saved.")
