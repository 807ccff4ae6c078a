"""How many mails the admins of an organisation can have sent to strangers (threats Q-04)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.access.tenancy import DEPLOYMENT
from idp.services.tickets import limits

if TYPE_CHECKING:
    import pytest

    from tests.integration.admin.isolation.tenants import Tenant

HOUR = 3600


def invite(tenant: Tenant, email: str) -> tuple[int, str]:
    """The status, and the id of the invitation that the organisation's admin made."""
    answer = tenant.call("POST", f"/organizations/{tenant.id}/invitations", json={"email": email})
    return answer.status_code, answer.json().get("id", "")


def test_an_organisation_sends_an_address_five_mails_in_an_hour(acme: Tenant, other: Tenant) -> None:
    """Sent again, or withdrawn and made again. Another organisation, and the deployment, have their own limits."""
    status, made = invite(acme, "ada@elsewhere.example")
    assert status == 201
    for _ in range(2):
        assert acme.call("POST", f"/organizations/{acme.id}/invitations/{made}/resend").status_code == 200
    for _ in range(2):
        assert acme.call("DELETE", f"/organizations/{acme.id}/invitations/{made}").status_code == 204
        status, made = invite(acme, "ada@elsewhere.example")
        assert status == 201
    refused = acme.call("POST", f"/organizations/{acme.id}/invitations/{made}/resend")
    assert (refused.status_code, int(refused.headers["retry-after"]) <= HOUR) == (429, True)
    assert invite(acme, "bob@elsewhere.example")[0] == 201
    assert invite(other, "ada@elsewhere.example")[0] == 201
    acme.world.services.organisation_invitations.resend(acme.id, made, scope=DEPLOYMENT)
    acme.world.clock.advance(HOUR)
    assert acme.call("POST", f"/organizations/{acme.id}/invitations/{made}/resend").status_code == 200


def test_an_organisation_sends_a_number_of_invitations_in_an_hour(acme: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "HOURLY_OF_ORGANISATION", 3)
    assert [invite(acme, f"p{number}@elsewhere.example")[0] for number in range(5)] == [201, 201, 201, 429, 429]
    listed = acme.call("GET", f"/organizations/{acme.id}/invitations").json()["items"]
    assert sum(each["email"].endswith("@elsewhere.example") for each in listed) == 3
