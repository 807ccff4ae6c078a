"""The hooks, the audit chain and the machine clients of an organisation in the console, in Chromium."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.services.audit.recorder import SYSTEM
from tests.journeys.screenshots_of_console import open_console
from tests.journeys.screenshots_of_views import verify_chain
from tests.journeys.steps import heading, press
from tests.support.hooking import ARN, EVERYBODY, ON, hook
from tests.support.served_provider import ServedProvider, served_provider

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.journeys.gallery import Gallery

RULE = f"""{EVERYBODY}
forbid(principal, action == Action::"sign_in", resource) unless {{ principal.email like "*@staff.example" }};"""


@pytest.fixture(scope="module")
def running(quick_endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedProvider]:
    """A provider with the console, hooks and the audit chain."""
    folder: Path = tmp_path_factory.mktemp("idp")
    with served_provider(
        quick_endpoint, folder=folder, console="on", organization_client_scopes="orders", audit_chain="on", **ON
    ) as running:  # fmt: skip
        yield running


def test_a_hook_is_asked_about_a_sample(page: Page, idp: ServedProvider, gallery: Gallery) -> None:
    """The page says what would count, and what the hook was told."""
    made = hook(idp.services, "sign_in", cedar=RULE, apps=["payroll"], description="Staff only")
    hook(idp.services, "claims", function=ARN, enabled=False)
    idp.services.audit.record("hook.rests", origin=SYSTEM.origin, outcome="failure", target=made.name, reason="function 503")
    open_console(page, idp, idp.person("Dorothy Vaughan", totp=True, admin=True), "/console/hooks")
    heading(page, "Hooks")
    page.get_by_role("link", name=made.name).click()
    page.get_by_label("Email address").fill("ada@other.example")
    press(page, "Ask the hook")
    page.get_by_text("deny", exact=True).wait_for()
    page.get_by_text("What it was told").first.click()
    gallery.show(page, "console-hook")


def test_the_audit_chain_and_the_machine_clients_are_accessible(page: Page, idp: ServedProvider, gallery: Gallery) -> None:
    verify_chain(idp)
    made = idp.services.organisation_service.create("acme", "Acme Aircraft", scope=DEPLOYMENT)
    open_console(page, idp, idp.person("Dorothy Vaughan", totp=True, admin=True), "/console/audit/chain")
    heading(page, "Audit chain")
    gallery.show(page, "console-audit-chain")
    page.goto(f"{idp.issuer}/console/organizations/{made.id}/clients")
    page.get_by_label("Name", exact=True).fill("Nightly sync")
    page.get_by_label("Scopes").fill("orders")
    press(page, "Make the machine client")
    page.goto(f"{idp.issuer}/console/organizations/{made.id}/clients")
    gallery.show(page, "console-organization-clients")
