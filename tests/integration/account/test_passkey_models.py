"""IDP_PASSKEY_ATTESTATION, IDP_PASSKEY_MDS_FILE and IDP_PASSKEY_AAGUIDS on each page that makes a passkey (threat N-17)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.integration.account.passkeys import answered, options
from tests.integration.account.passwordless import new_device, stored
from tests.integration.account.people import signed_in
from tests.integration.account.resetting import asked, newest
from tests.integration.account.signing_up import begin, opened, prove
from tests.support.metadata_service import blob, ec_issuer, entry, packed, root, uuid
from tests.support.pages import error, press

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.authenticator import Authenticator
    from tests.support.forms import Browser, Page
    from tests.support.world import World

AAGUID, OTHER = b"a" * 16, b"b" * 16
MAKER = ec_issuer("Maker", ca=True)
BATCH, OTHER_BATCH = ec_issuer("Batch", MAKER, aaguid=AAGUID), ec_issuer("Other batch", MAKER, aaguid=OTHER)
KEY = "Example Key 5"
ENTRIES = entry(AAGUID, MAKER, KEY), entry(OTHER, MAKER, "Other Key")


def site(world: World, folder: Path, *, until: str = "2089-01-01", aaguids: str = uuid(AAGUID)) -> World:
    """The same deployment, which accepts the models of a list."""
    (folder / "blob").write_bytes(blob(*ENTRIES, until=until))
    (folder / "root").write_bytes(root().der)
    return opened(
        world, passkey_offer="on", passkey_attestation="direct", passkey_mds_file=str(folder / "blob"),
        passkey_mds_root=str(folder / "root"), passkey_aaguids=aaguids,
    )  # fmt: skip


Way = tuple["Browser", "Page", str, str]
"""A browser at a page that asks for a new passkey, the path of its form, and the address of the account."""


def by_account(site: World) -> Way:
    person = site.person()
    browser = signed_in(site, person)
    return browser, press(browser, browser.open("/account"), "/account/passkeys/add"), "/account/passkeys/confirm", person.email


def by_enrolment(site: World) -> Way:
    person, browser = site.person(mfa_required=True), site.browser()
    page = browser.submit(site.authorize(browser, site.client()), {"email": person.email, "password": person.password})
    return browser, press(browser, page, "/enrol-passkey"), "/enrol-passkey", person.email


def by_offer(site: World) -> Way:
    person, browser = site.person(), site.browser()
    page = browser.submit(
        site.authorize(browser, site.client()), {"email": person.email, "password": person.password, "offer": "1"}
    )  # fmt: skip
    return browser, page, "/offer-passkey", person.email


def by_sign_up(site: World) -> Way:
    began = begin(site)
    return began.browser, prove(site, began), "/sign-up/finish", began.email


def by_reset(site: World) -> Way:
    person, browser = site.person(), site.browser()
    asked(site, browser, person.email)
    page = browser.submit(browser.open(newest(site, person.email).path), button="new-passkey")
    return browser, page, "/reset", person.email


WAYS = (by_account, by_enrolment, by_offer, by_sign_up, by_reset)
DEVICES: dict[str, dict[str, object]] = {
    "another model": {"aaguid": OTHER, "attests": packed(OTHER_BATCH)},
    "no attestation": {"aaguid": AAGUID},
}


def made(page: Page, **given: object) -> tuple[Authenticator, str]:
    device = new_device(page, **given)
    return device, device.registration(options(page)["challenge"])


@pytest.mark.parametrize("device", DEVICES.values(), ids=DEVICES)
@pytest.mark.parametrize("way", WAYS)
def test_every_page_refuses_another_model_and_accepts_one_of_the_list(
    world: World, tmp_path: Path, way: Callable[[World], Way], device: dict[str, object]
) -> None:
    """The page names the models, stays, and takes the right one."""
    at = site(world, tmp_path)
    browser, page, path, email = way(at)
    assert options(page)["attestation"] == "direct"
    page = answered(browser, page, path, made(page, **device)[1])
    assert page.status == 422
    assert f"Accepted are: {KEY}." in error(page)
    user_id = at.services.users.id_of(email)
    assert not user_id or at.services.passkeys.of(user_id) == []
    page = answered(browser, page, path, made(page, aaguid=AAGUID, attests=packed(BATCH))[1])
    assert error(page) == ""
    [passkey] = at.services.passkeys.of(stored(at, email).id)
    assert passkey.aaguid == uuid(AAGUID)


def test_a_refusal_is_an_event_with_its_reason(world: World, tmp_path: Path) -> None:
    at = site(world, tmp_path)
    person = at.person()
    browser = signed_in(at, person)
    page = press(browser, browser.open("/account"), "/account/passkeys/add")
    answered(browser, page, "/account/passkeys/confirm", made(page, aaguid=OTHER, attests=packed(OTHER_BATCH))[1])
    assert [event.reason for event in at.audited("passkey.refused", person)] == ["model_not_listed"]


def test_without_a_list_each_model_of_the_metadata_is_accepted_and_others_are_not(world: World, tmp_path: Path) -> None:
    at = site(world, tmp_path, aaguids="")
    browser, page, path, email = by_account(at)
    page = answered(browser, page, path, made(page)[1])
    assert "registered with the FIDO Alliance" in error(page)
    answered(browser, page, path, made(page, aaguid=OTHER, attests=packed(OTHER_BATCH))[1])
    assert [each.aaguid for each in at.services.passkeys.of(stored(at, email).id)] == [uuid(OTHER)]


def test_metadata_that_are_out_of_date_accept_no_device(world: World, tmp_path: Path) -> None:
    """The page says that it is not the device. Passkeys that exist are not concerned."""
    at = site(world, tmp_path, until="2020-01-01")
    browser, page, path, email = by_account(at)
    page = answered(browser, page, path, made(page, aaguid=AAGUID, attests=packed(BATCH))[1])
    assert page.status == 422
    assert "cannot check devices" in error(page)
    assert at.services.passkeys.of(stored(at, email).id) == []


@pytest.mark.parametrize("asks", ["none", "direct"])
def test_without_metadata_every_model_is_accepted(world: World, asks: str) -> None:
    """What the attestation says is not looked at."""
    at = opened(world, passkey_attestation=asks)
    browser, page, path, email = by_account(at)
    assert options(page)["attestation"] == asks
    answered(browser, page, path, made(page, aaguid=OTHER, attests=lambda _: {"sig": b"wrong"})[1])
    assert [each.aaguid for each in at.services.passkeys.of(stored(at, email).id)] == [uuid(OTHER)]
