"""The SCIM clients of an organisation in the console, for its own admin (threats Q-02, J-05)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from tests.integration.console.organisations import Company, company
from tests.support.pages import hidden

if TYPE_CHECKING:
    from idp.domain.scim.client import ScimClient
    from tests.support.world import World

ONCE = "no page shows it again"
TAKEN = {"id": "okta", "name": "Okta"}


@pytest.fixture
def acme(world: World) -> Company:
    return company(world)


def path_of(it: Company) -> str:
    return f"/console/organizations/{it.id}/scim-clients"


def stored(it: Company) -> list[ScimClient]:
    """Those that were made here, beside the one of the tenant."""
    found = it.world.services.organisation_scim_clients.listing(it.id, scope=DEPLOYMENT)
    return [each for each in found if each.own_id != it.tenant.scim_client_id]


def test_a_client_is_made_gets_a_new_token_and_is_deleted(acme: Company) -> None:
    """Each token is shown once: the form that is sent again makes nothing, and no later page has it."""
    admin = acme.come()
    form = admin.open(path_of(acme))
    shown = admin.press(form, "/scim-clients", TAKEN)
    assert ONCE in shown.text
    (made,) = stored(acme)
    assert (made.own_id, made.name, made.org_id) == ("okta", "Okta", acme.id)
    assert f"{made.id}.{made.tokens[0].id}." in shown.text
    assert shown.response.headers["cache-control"] == "no-store"
    again = admin.press(form, "/scim-clients", TAKEN)
    assert ONCE not in again.text
    assert f"{made.id}.{made.tokens[0].id}." not in again.text
    rotate = admin.open(path_of(acme))
    assert made.tokens[0].digest not in rotate.text
    assert ONCE in admin.press(rotate, "/okta/rotate").text
    assert ONCE not in admin.press(rotate, "/okta/rotate").text
    (after,) = stored(acme)
    assert len(after.tokens) == 2
    assert ONCE in admin.press(admin.open(path_of(acme)), "/okta/rotate", {"overlap": ""}).text
    assert [len(each.tokens) for each in stored(acme)] == [1]
    assert "Its tokens do not work" in admin.press(admin.open(path_of(acme)), "/scim-clients/okta").text
    assert [each.enabled for each in stored(acme)] == [False]
    assert "The SCIM client was enabled" in admin.press(admin.open(path_of(acme)), "/scim-clients/okta").text
    assert "The SCIM client was deleted" in admin.press(admin.open(path_of(acme)), "/okta/delete").text
    assert stored(acme) == []


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"id": "Not An Id", "name": "Okta"}, 422), ({"id": "", "name": "Okta"}, 422), ({"id": "okta", "name": ""}, 422),
        ({"id": "a.b", "name": "Okta"}, 422), ({"id": "okta", "name": "\u0000"}, 422), ({"id": "x" * 3000, "name": "Okta"}, 422),
    ],
)  # fmt: skip
def test_a_malformed_client_is_not_made(acme: Company, sent: dict[str, str], status: int) -> None:
    """What was typed is in the form again."""
    admin = acme.come()
    page = admin.press(admin.open(path_of(acme)), "/scim-clients", sent)
    assert page.status == status
    assert stored(acme) == []


def test_no_more_are_made_than_the_deployment_says(acme: Company) -> None:
    """One is there. A taken id is a conflict, with what was typed."""
    admin = acme.come()
    page = admin.press(admin.open(path_of(acme)), "/scim-clients", {"id": acme.tenant.scim_client_id, "name": "Mine"})
    assert (page.status, 'value="Mine"' in page.text) == (409, True)
    assert ONCE in admin.press(admin.open(path_of(acme)), "/scim-clients", TAKEN).text
    full = admin.press(admin.open(path_of(acme)), "/scim-clients", {"id": "entra", "name": "Entra"})
    assert full.status == 422
    assert [each.own_id for each in stored(acme)] == ["okta"]


def test_an_admin_without_power_over_people_gets_no_token(world: World) -> None:
    """J-05. Disabling and deleting need no more than `organizations:write`; a reader has no form at all."""
    acme = company(world, admin_scopes=frozenset({"organizations:read", "organizations:write"}))
    admin, own = acme.come(), acme.tenant.scim_client_id
    csrf = hidden(admin.open(path_of(acme)), "csrf")
    assert admin.press(admin.open(path_of(acme)), "/scim-clients", TAKEN).status == 403
    assert admin.press(admin.open(path_of(acme)), f"/{own}/rotate").status == 403
    assert "Its tokens do not work" in admin.press(admin.open(path_of(acme)), f"/scim-clients/{own}").text
    assert admin.press(admin.open(path_of(acme)), f"/scim-clients/{own}").status == 403  # to enable it
    acme.change_chief(admin_scopes=frozenset({"organizations:read"}))
    page = admin.open(path_of(acme))
    assert [form.action for form in page.forms if "/scim-clients" in form.action] == []
    sent = {"csrf": csrf, "once": "x" * 10, "version": "1", **TAKEN}
    for end in ("", f"/{own}", f"/{own}/rotate", f"/{own}/delete"):
        answer = admin.browser.http.post(path_of(acme) + end, data=sent, headers={"Origin": world.settings.issuer})
        assert answer.status_code == 403, end
    assert [len(each.tokens) for each in world.services.organisation_scim_clients.listing(acme.id, scope=DEPLOYMENT)] == [1]


def test_a_client_that_was_changed_meanwhile_is_not_changed(acme: Company) -> None:
    admin, own = acme.come(), acme.tenant.scim_client_id
    page = admin.open(path_of(acme))
    service = acme.world.services.organisation_scim_clients
    service.patch(acme.id, own, {"name": "Renamed"}, scope=DEPLOYMENT, by=acme.world.by)
    before = service.get(acme.id, own, scope=DEPLOYMENT)
    for end in (f"/scim-clients/{own}", f"/{own}/rotate", f"/{own}/delete"):
        assert admin.press(page, end).status in {409, 412}, end
    assert service.get(acme.id, own, scope=DEPLOYMENT) == before


def test_a_change_needs_a_recent_sign_in(acme: Company) -> None:
    """Nothing is done before the admin confirms."""
    admin, own = acme.come(), acme.tenant.scim_client_id
    page = admin.open(path_of(acme))
    admin.later(3600)
    asked = admin.press(page, f"/{own}/delete")
    assert 'name="password"' in asked.text or 'name="code"' in asked.text
    assert [each.own_id for each in acme.world.services.organisation_scim_clients.listing(acme.id, scope=DEPLOYMENT)] == [own]
