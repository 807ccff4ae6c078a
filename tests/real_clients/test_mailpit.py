"""Every mail in every language through a mail server by another author, which judges its HTML and opens its links (mailpit)."""

from __future__ import annotations

import contextlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import httpx
import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.languages import SHIPPED
from tests.integration.account.resetting import newest, set_password
from tests.support.forms import Browser
from tests.support.mailpit import Mailpit, mailpit
from tests.support.mails import ISSUER, MAILS, SAMPLE, mail
from tests.support.served_provider import ServedProvider, served_provider

if TYPE_CHECKING:
    from collections.abc import Iterator

SUPPORTED, UNSUPPORTED = 83, 2.5
"""The least and the most per cent of what mailpit judges. The worst of today's mails has 83.8 and 2.1."""


@pytest.fixture(scope="module")
def server() -> Iterator[Mailpit]:
    """The mail server."""
    with mailpit() as running:
        yield running


@pytest.fixture(scope="module")
def running(quick_endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedProvider]:
    """A provider that invites people."""
    with served_provider(quick_endpoint, folder=tmp_path_factory.mktemp("mailpit"), sign_up="invited") as running:
        yield running


class Page(BaseHTTPRequestHandler):
    """A page for each address that links of SAMPLE have, and no other."""

    def do_HEAD(self) -> None:
        known = self.path in {"/account", "/console", "/forgot", "/link/a-sealed_handle"}
        self.send_response(200 if known else 404)
        self.end_headers()

    do_GET = do_HEAD  # noqa: N815  # the standard library's name

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.fixture(scope="module")
def pages() -> Iterator[str]:
    """A site of this machine in place of the issuer of SAMPLE."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as site:
        thread = threading.Thread(target=site.serve_forever, args=(0.02,))
        thread.start()
        with contextlib.ExitStack() as stack:
            stack.callback(thread.join)
            stack.callback(site.shutdown)
            yield f"http://127.0.0.1:{site.server_port}"


@pytest.mark.parametrize("name", MAILS)
@pytest.mark.parametrize("language", SHIPPED)
def test_mail_programs_show_every_mail_and_its_links_work(server: Mailpit, pages: str, name: str, language: str) -> None:
    """It arrives with the same subject and text, its HTML is of the kind that mail programs support, and each link has a page."""
    here = {key: value.replace(ISSUER, pages) for key, value in SAMPLE.items()}
    sent = mail(name, **here, lang=language)
    arrived = server.receive("ada@example.com", sent.subject, sent.text, sent.html)
    message = arrived.message()
    text = message.get_body(("plain",))
    assert text is not None
    assert (message["Subject"], text.get_content().split()) == (sent.subject, sent.text.split())
    judged = arrived.judged_html()
    assert judged["Supported"] >= SUPPORTED, judged
    assert judged["Unsupported"] <= UNSUPPORTED, judged
    opened = arrived.opened_links()
    assert set(opened.values()) <= {200}, opened
    assert bool(opened) == (pages in sent.html)


def test_html_that_mail_programs_do_not_show_would_be_refused(server: Mailpit) -> None:
    """Otherwise the limits above could be met by anything."""
    html = "<!doctype html><form><input><button>Go</button></form><svg></svg><p style='display:grid;position:fixed;filter:blur(1px)'>x</p>"
    judged = server.receive("ada@example.com", "Ugly", "x", html).judged_html()
    assert judged["Unsupported"] > UNSUPPORTED
    assert judged["Supported"] < SUPPORTED


def test_a_link_without_a_page_would_be_refused(server: Mailpit, pages: str) -> None:
    arrived = server.receive("ada@example.com", "Gone", f"{pages}/gone", f"<a href='{pages}/gone'>Go</a>")
    assert arrived.opened_links() == {f"{pages}/gone": 404}


def test_a_program_that_opens_the_links_of_mails_uses_none_up(server: Mailpit, idp: ServedProvider) -> None:
    """M-03: the links for a new password and of an invitation still work after mailpit opened them."""
    ada, made = idp.person(), idp.services.invitation_service.create("dorothy@example.com", scope=DEPLOYMENT)
    with httpx.Client(base_url=idp.issuer) as http:
        browser = Browser(http, stop="https://app.example/")
        browser.submit(browser.open("/forgot"), {"email": ada.email})
        for address in (ada.email, made.email):
            sent = idp.mail_to(address)
            opened = server.receive(address, sent.subject, sent.text, sent.html).opened_links()
            assert opened == {idp.link_in_mail(address): 200}
        set_password(browser, browser.open(newest(idp, ada.email).path))
        assert idp.mail_to(ada.email).subject == "Your password was changed"
        http.cookies.clear()
        assert "new_password" in browser.open(idp.link_in_mail(made.email)).fields
