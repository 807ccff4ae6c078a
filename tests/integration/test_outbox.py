"""/dev/outbox: mails as text and as HTML, under a policy that runs and loads nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from idp.cli.dev_server.outbox import ROUTES
from idp.http.app import build
from idp.services.mail.outbox import Outbox
from idp.settings import Settings
from idp.wiring import build_services
from idp.wiring.all_services import AllServices
from tests.support.in_process import InProcess

ISSUER = "http://localhost:8000"
CONTEXT = {"name": "Ada", "at": "today", "address": "192.0.2.1", "issuer": ISSUER, "brand": "idp"}


@pytest.fixture
def services(tmp_path: Path) -> AllServices:
    """A development deployment. The outbox needs no store."""
    return build_services(Settings(ISSUER, env="dev", key_file=str(tmp_path / "key")))


@pytest.fixture
def http(services: AllServices) -> Iterator[httpx.Client]:
    with httpx.Client(transport=InProcess(build(services, extra=ROUTES)), base_url=ISSUER) as client:
        yield client


def test_a_mail_is_shown_as_text_and_as_html(services: AllServices, http: httpx.Client) -> None:
    """The links of both can be followed. A discarded mail is not shown."""
    services.mailer.send("ada@example.com", "password_changed", CONTEXT)
    services.mailer.send("unknown@example.com", "factor_added", CONTEXT, discard=True)
    page = http.get("/dev/outbox")
    assert f'<a href="{ISSUER}/account"' in page.text
    assert '<iframe src="/dev/outbox/1"' in page.text
    assert "frame-src 'self'" in page.headers["content-security-policy"]
    assert "unknown@example.com" not in page.text
    html = http.get("/dev/outbox/1")
    assert f'href="{ISSUER}/account" target="_blank"' in html.text
    mailer = services.mailer
    assert isinstance(mailer, Outbox)
    assert [mail.to for mail in mailer.discarded] == ["unknown@example.com"]


def test_the_html_runs_and_loads_nothing(services: AllServices, http: httpx.Client) -> None:
    """Only inline styles; a sandbox without scripts, forms and the origin of the provider; only the outbox may frame it."""
    services.mailer.send("ada@example.com", "password_changed", CONTEXT)
    headers = http.get("/dev/outbox/1").headers
    policy = dict(part.strip().partition(" ")[::2] for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["style-src"] == "'unsafe-inline'"
    assert policy["frame-ancestors"] == "'self'"
    assert policy["form-action"] == "'none'"
    assert set(policy["sandbox"].split()) == {"allow-popups", "allow-popups-to-escape-sandbox"}
    assert headers["x-frame-options"] == "SAMEORIGIN"


@pytest.mark.parametrize("path", ["/dev/outbox/7", "/dev/outbox/0", "/dev/outbox/x", "/dev/outbox/-1", "/dev/outbox/99999999999999999999"])
def test_a_mail_that_is_not_there_is_not_found(http: httpx.Client, path: str) -> None:
    assert http.get(path).status_code == 404


def test_production_has_no_outbox(services: AllServices) -> None:
    """Only `idp dev` adds its routes."""
    with httpx.Client(transport=InProcess(build(services)), base_url=ISSUER) as client:
        assert client.get("/dev/outbox").status_code == 404
