"""Webhooks, the audit trail, keys and settings in the console, in Chromium."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.signals.stream import PAUSED, PUSH, SignalStream
from idp.services.audit.recorder import SYSTEM
from idp.store.webhook_items import WebhookAttemptItem, WebhookDeadItem
from idp.store.webhook_keys import webhook_attempt, webhook_dead
from tests.journeys.screenshots_of_console import open_console
from tests.journeys.steps import heading, press
from tests.support.served_provider import ServedProvider, served_provider

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.journeys.gallery import Gallery
    from tests.support.people import Person

URL = "https://crm.example.com/webhooks"


@pytest.fixture(scope="module")
def running(quick_endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedProvider]:
    """A provider with the console."""
    folder: Path = tmp_path_factory.mktemp("idp")
    with served_provider(quick_endpoint, folder=folder, console="on") as running:
        yield running


@pytest.fixture
def admin(idp: ServedProvider) -> Person:
    """An admin with an authenticator."""
    return idp.person("Dorothy Vaughan", totp=True, admin=True)


def test_a_webhook_endpoint_is_made_and_tested_and_gets_a_new_secret(any_page: Page, idp: ServedProvider, admin: Person) -> None:
    page = any_page
    open_console(page, idp, admin, "/console/webhooks")
    page.get_by_role("link", name="Create an endpoint").click()
    page.get_by_label("Address").fill(URL)
    page.get_by_label("People: created, changed, deleted").check()
    press(page, "Create the endpoint")
    heading(page, "The secret of the endpoint")
    first = page.locator("#secret").inner_text()
    assert first.startswith("whsec_")
    page.get_by_role("link", name="I have entered it").click()
    press(page, "Send a test event")
    expect(page.get_by_role("status")).to_contain_text("A test event was sent.")
    press(page, "Make a new secret")
    heading(page, "The secret of the endpoint")
    assert page.locator("#secret").inner_text() != first
    page.get_by_role("link", name="I have entered it").click()
    expect(page.get_by_text("Earlier secret", exact=True)).to_be_visible()


def test_the_audit_trail_is_filtered_followed_and_exported(any_page: Page, idp: ServedProvider, admin: Person) -> None:
    page = any_page
    open_console(page, idp, admin, "/console/audit")
    page.get_by_label("Type").fill("sign_in")
    press(page, "Find")
    expect(page.get_by_text("Signed in").first).to_be_visible()
    page.get_by_text("As JSON").first.click()
    expect(page.get_by_text('"type": "sign_in.succeeded"').first).to_be_visible()
    page.get_by_role("link", name="Follow live").click()
    page.get_by_role("link", name="Pause").click()
    page.get_by_role("link", name="Export").click()
    idp.clock.advance(120)
    press(page, "Show the first part")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename == "audit-00001.ndjson"


def test_the_pages_are_accessible_and_fit_a_phone(page: Page, idp: ServedProvider, admin: Person, gallery: Gallery) -> None:
    now = idp.clock()
    made, _ = idp.services.webhook_endpoint_service.create(
        {"url": URL, "events": ["user", "sign_in.failed"], "description": "CRM"}, by=SYSTEM, scope=DEPLOYMENT
    )
    for number in range(3):
        letter = WebhookDeadItem.new(
            webhook_dead(made.id, f"evt_{number}"), event_id=f"evt_5c1f0e3b7d9a4e6f8a2b4c{number}", type="user.updated",
            subject="user:usr_1", order="1", body='{"data": {}}',
            happened_at=now, attempts=8, problem="status 500", failed_at=now, ttl=now + 1000,
        )  # fmt: skip
        tried = WebhookAttemptItem.new(
            webhook_attempt(made.id, now * 1000 + number, f"evt_{number}"), event_id=f"evt_{number}", type="user.updated", attempt=1,
            status=500 if number else 204, problem="status 500" if number else "", at_ms=now * 1000 + number, took_ms=41, ttl=now + 1000,
        )  # fmt: skip
        idp.services.database.put(letter)
        idp.services.database.put(tried)
    stream = SignalStream(
        "ssf_1", "crm", method=PUSH, endpoint_url="https://crm.example.com/events", status=PAUSED, reason="Moving", created_at=now
    )  # fmt: skip
    idp.services.signal_streams.create(stream, idp.services.audit.once_part("signal_stream.created", origin=SYSTEM.origin))
    open_console(page, idp, admin)
    heading(page, "Overview")
    for name, path in (
        ("webhooks", "/webhooks"), ("webhook", f"/webhooks/{made.id}"), ("webhook-edit", f"/webhooks/{made.id}/edit"),
        ("webhook-new", "/webhooks/new"), ("webhook-delete", f"/webhooks/{made.id}/delete"),
        ("signals", "/signals"), ("signal", "/signals/ssf_1"), ("signal-delete", "/signals/ssf_1/delete"), ("audit", "/audit"),
        ("audit-export", "/audit/export?part=1&format=ocsf"), ("keys", "/keys"), ("mails", "/mails?mail=password_reset"),
        ("settings", "/settings"),
    ):  # fmt: skip
        page.goto(f"{idp.issuer}/console{path}")
        gallery.show(page, f"console-{name}")
