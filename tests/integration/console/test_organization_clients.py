"""The machine clients of an organisation in the console, for its own admin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.integration.console.organisations import Company, company

if TYPE_CHECKING:
    from tests.support.world import World


@pytest.fixture
def acme(world: World) -> Company:
    return company(world)


def test_a_client_is_made_gets_a_new_secret_and_is_deleted(world: World, acme: Company) -> None:
    """Each secret is shown once: the form that is sent again makes nothing."""
    admin = acme.come()
    path = f"/console/organizations/{acme.id}/clients"
    form = admin.open(path)
    shown = admin.press(form, "/clients", {"name": "Nightly sync", "scopes": "orders"})
    assert "no page shows it again" in shown.text
    (made,) = [each for each in world.services.clients.listing(prefix=f"{acme.id}.")[0] if each.name == "Nightly sync"]
    assert (made.org_id, made.scopes) == (acme.id, ("orders",))
    again = admin.press(form, "/clients", {"name": "Nightly sync", "scopes": "orders"})
    assert "no page shows it again" not in again.text
    assert len(world.services.clients.listing(prefix=f"{acme.id}.")[0]) == 2  # with that of the tenant
    rotated = admin.press(admin.open(path), f"/{made.id}/rotate", {})
    assert "no page shows it again" in rotated.text
    after = world.services.clients.get(made.id)
    assert after
    assert len(after.secrets) == 2
    assert "Its access and its tokens have ended" in admin.press(admin.open(path), f"/clients/{made.id}", {}).text
    assert "The app was deleted" in admin.press(admin.open(path), f"/{made.id}/delete").text
    assert world.services.clients.get(made.id) is None


def test_what_is_not_offered_is_refused_on_the_page(world: World, acme: Company) -> None:
    """With what was typed."""
    admin = acme.come()
    before = world.services.clients.listing(prefix=f"{acme.id}.")[0]
    page = admin.press(admin.open(f"/console/organizations/{acme.id}/clients"), "/clients", {"name": "Sync", "scopes": "orders invoices"})
    assert page.status == 422
    assert "offers organisations only this here" in page.text
    assert "orders invoices" in page.text
    assert world.services.clients.listing(prefix=f"{acme.id}.")[0] == before
