"""A person of several organisations signs in to an app for one of them, and goes on to another, with a browser and a relying party."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from tests.journeys.steps import give_password, heading, leave, press
from tests.support.organising import join, organisation

if TYPE_CHECKING:
    from tests.journeys.conftest import Browse
    from tests.journeys.gallery import Gallery
    from tests.support.relying_party import App, RelyingParties
    from tests.support.served_provider import ServedProvider

SCOPE = "openid profile email organization"


def _shop(apps: RelyingParties) -> App:
    made = apps.register("Corner shop", scope=SCOPE)
    changes = {"organization": "allowed", "scope": f"{SCOPE} offline_access"}
    apps.idp.services.client_service.patch(made.client_id, changes, scope=DEPLOYMENT)
    return made


@pytest.mark.parametrize("javascript", [True, False])
def test_the_choice_of_an_organisation(
    browse: Browse, idp: ServedProvider, apps: RelyingParties, gallery: Gallery, *, javascript: bool
) -> None:
    """With JavaScript and without: choose, allow, and switch without a new sign-in.

    Without JavaScript there are no pictures: axe-core would wait for ever.
    """
    page, ada, shop = browse(javascript=javascript), idp.person(), _shop(apps)
    acme, bakers = (organisation(idp.services, name=name) for name in ("Acme Ltd", "Bakers of Leeds <b>& Söhne</b>"))
    for it in (acme, bakers):
        join(idp.services, ada.user, it)
    leave(page, shop)
    give_password(page, ada)
    heading(page, "Choose an organisation")
    if javascript:
        gallery.show(page, "choose-organization")
    press(page, "Acme Ltd")
    heading(page, "Allow")
    if javascript:
        gallery.show(page, "consent-organization")
    press(page, "Allow")
    claims = shop.redeem(shop.answer(page)).claims
    assert (claims["org_id"], claims["org_name"]) == (acme.id, acme.slug)
    leave(page, shop, scope=f"openid profile email organization:{bakers.slug}")
    heading(page, "Allow")
    press(page, "Allow")
    assert shop.redeem(shop.answer(page)).claims["org_id"] == bakers.id
    leave(page, shop, scope=f"openid organization:{acme.slug}", prompt="none")
    assert shop.redeem(shop.answer(page)).claims["org_id"] == acme.id


def test_thirty_organisations_fit_on_a_phone(browse: Browse, idp: ServedProvider, apps: RelyingParties, gallery: Gallery) -> None:
    """Long names, in either direction."""
    page, ada, shop = browse(phone=True), idp.person(), _shop(apps)
    for number in range(30):
        name = ("A" * 100, "مخبز المدينة الكبير", "Acme")[number % 3] + f" {number}"
        join(idp.services, ada.user, organisation(idp.services, name=name))
    leave(page, shop)
    give_password(page, ada)
    heading(page, "Choose an organisation")
    gallery.show(page, "choose-organization-many")
    page.get_by_role("button", name="Acme 29").press("Enter")
    heading(page, "Allow")
