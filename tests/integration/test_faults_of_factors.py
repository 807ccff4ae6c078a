"""Passkeys, remembered devices, verified addresses and one's own data on a DynamoDB that fails at each call in turn (threats FI-1 to FI-4).

As in `test_faults_of_accounts`: the person sends a form again that was answered with 503. If the answer is over by then, the person begins
anew, and this works. Nothing is half written.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.factors import recovery_codes
from idp.store.trail import Trail
from idp.verify import base64url
from tests.engines.lossy_proxy import LossyProxy
from tests.integration.account.passkeys import options
from tests.integration.account.passwordless import codes_of
from tests.integration.faults import FAULTS, Fault, PatientBrowser, each_call
from tests.integration.whole import whole
from tests.support.authenticator import Authenticator
from tests.support.forms import Page
from tests.support.people import Person
from tests.support.served_provider import ServedProvider, served_provider

if TYPE_CHECKING:
    from idp.domain.people.user import User

Open = Callable[[], PatientBrowser]
APP = "https://nowhere.example/cb"
"""The address of the app. A browser of this module stops there."""
SETTINGS: dict[str, Any] = {
    "sign_up": "open", "verify_email": "before", "remember_device_days": 30, "tickets_hourly_per_network": 100_000,
    "tickets_hourly": 100_000,
}  # fmt: skip


@pytest.fixture(scope="module")
def proxy(quick_endpoint: str) -> Iterator[LossyProxy]:
    with LossyProxy(quick_endpoint) as running:
        yield running


@pytest.fixture(scope="module")
def idp(proxy: LossyProxy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedProvider]:
    """A provider with everything of this module switched on. Its DynamoDB fails when a test wants it."""
    with served_provider(proxy.url, prefix=f"f{uuid.uuid4().hex[:8]}", folder=tmp_path_factory.mktemp("faults"), **SETTINGS) as running:
        yield running


@pytest.fixture
def browser(idp: ServedProvider, proxy: LossyProxy) -> Iterator[Open]:
    """Opens new browsers."""
    with ExitStack() as stack:
        yield lambda: PatientBrowser(stack.enter_context(httpx.Client(base_url=idp.issuer)), proxy, idp.clock)
    proxy.heal()


every_fault = pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
_ALONE = {name: fault for name, fault in FAULTS.items() if "FI-2" not in name}
every_fault_of_single_writes = pytest.mark.parametrize("fault", _ALONE.values(), ids=_ALONE)
"""For flows without a transaction."""


def signed_in(there: PatientBrowser, person: Person) -> Page:
    """The account page, after the password and a code if the person has an authenticator."""
    page = there.submit(there.open("/account"), {"email": person.email, "password": person.password})
    if "code" in page.fields:
        page = there.submit(page, {"code": person.codes.code()})
    assert on_account(page), page
    return page


def on_account(page: Page) -> bool:
    """Whether this is the account page of a person who is signed in."""
    return page.has_button("change-email")


def at_app(there: PatientBrowser, client_id: str) -> Page:
    """What an app that asks for the address gets, or the page that comes first."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(b"v" * 43).digest()).decode().rstrip("=")
    return there.open("/authorize", {
        "response_type": "code", "client_id": client_id, "redirect_uri": APP, "scope": "openid email", "state": secrets.token_hex(4),
        "code_challenge": challenge, "code_challenge_method": "S256",
    })  # fmt: skip


def device_for(idp: ServedProvider, page: Page) -> Authenticator:
    """An authenticator that makes the passkey for which the page asks."""
    asked = options(page)
    return Authenticator(
        origin=idp.issuer, rp_id=urlsplit(idp.issuer).hostname or "", user_handle=base64url.decode(asked["user"]["id"])
    )  # fmt: skip


def answer(there: PatientBrowser, page: Page, path: str, device: Authenticator, **more: str) -> Page:
    """Send the form of a passkey, as the script does. It is sent again after a 503."""
    asked = options(page)["challenge"]
    made = device.registration(asked) if "pubKeyCredParams" in options(page) else device.assertion(asked)
    form = next(form for form in page.forms if "credential" in form.fields and urlsplit(form.action).path == path)
    return there.post(path, {**form.fields, "credential": made, **more})


def with_passkey(idp: ServedProvider, there: PatientBrowser) -> tuple[Person, Authenticator]:
    """A person with a passkey, which was added on the account page."""
    person = idp.person()
    page = there.submit(signed_in(there, person), button="add-passkey")
    device = device_for(idp, page)
    assert codes_of(answer(there, page, "/account/passkeys/confirm", device, name="Phone"))
    return person, device


def by_passkey(there: PatientBrowser, device: Authenticator) -> Page:
    """Sign in by the passkey alone."""
    return answer(there, there.open("/account"), "/passkey-sign-in", device)


def events(idp: ServedProvider, user_id: str, type_: str) -> int:
    """How many audit events of this type there are about the user."""
    now = idp.clock() * 1000
    trail = Trail(idp.services.database).of_user(user_id, since=f"{0:013d}", before=f"{now + 86_400_000:013d}", limit=1000)
    return len([each for each in trail.events if each.type == type_])


def passkeys_are_whole(idp: ServedProvider, user: User) -> int:
    """The number of the user's passkeys, after a check: summaries, items and finders are the same set."""
    found = whole(idp)
    mine = {item["pk"]["S"].rpartition("#")[2] for item in found.get("credential", []) if item["user_id"]["S"] == user.id}
    items = {one.id for one in idp.services.passkeys.of(user.id)}
    assert set(user.passkeys) == items == mine, (set(user.passkeys), items, mine)
    return len(items)


@every_fault
def test_an_address_is_verified_once(idp: ServedProvider, proxy: LossyProxy, browser: Open, fault: Fault) -> None:
    """The step before an app gets the address. There is one event, and the app gets its answer."""
    app, _ = idp.client(client_name="Shop", redirect_uris=[APP], scope="openid email", first_party=True)
    for begin in each_call(proxy, fault):
        there, email, password = browser(), f"{uuid.uuid4().hex}@example.com", "nine wet walruses here"
        user = idp.services.user_service.create(email, password, scope=DEPLOYMENT)
        page = there.submit(at_app(there, app.id), {"email": email, "password": password})
        begin()
        page = there.submit(page, button="send-code")
        code = re.search(r"\b\d{4} \d{4}\b", idp.mail_to(email).text)
        assert code
        page = there.submit(page, {"code": code[0]})
        assert there.unavailable or page.redirected_to, page
        proxy.heal()
        assert idp.services.user_service.get(user.id, scope=DEPLOYMENT).email_verified
        assert events(idp, user.id, "email.verified") == 1
        assert at_app(there, app.id).redirected_to


@every_fault
def test_a_passkey_is_added_whole(idp: ServedProvider, proxy: LossyProxy, browser: Open, fault: Fault) -> None:
    """The passkey, its finder and its summary in the user are there, or none of them; and what is stored signs in."""
    for begin in each_call(proxy, fault):
        there, person = browser(), idp.person()
        page = signed_in(there, person)
        begin()
        page = there.submit(page, button="add-passkey")
        device = device_for(idp, page)
        page = answer(there, page, "/account/passkeys/confirm", device, name="Phone")
        assert there.unavailable or codes_of(page), page
        proxy.heal()
        assert passkeys_are_whole(idp, idp.stored(person)) == 1
        assert events(idp, person.user.id, "passkey.added") == 1
        assert [mail.subject for mail in idp.mails if mail.to == person.email].count("A passkey was added to your account") == 1
        assert on_account(by_passkey(browser(), device))


@every_fault_of_single_writes
def test_a_passkey_signs_in(idp: ServedProvider, proxy: LossyProxy, browser: Open, fault: Fault) -> None:
    """A person whose answer was over by the second try uses the passkey again."""
    there = browser()
    _, device = with_passkey(idp, there)
    for begin in each_call(proxy, fault):
        there = browser()
        begin()
        page = by_passkey(there, device)
        assert there.unavailable or on_account(page), page
        proxy.heal()
        assert on_account(by_passkey(browser(), device))


@every_fault
def test_an_account_without_a_password_is_created_once(idp: ServedProvider, proxy: LossyProxy, browser: Open, fault: Fault) -> None:
    """The codes that a page showed are the stored ones. The address belongs to one user, and the passkey signs in."""
    for begin in each_call(proxy, fault):
        there, email = browser(), f"{uuid.uuid4().hex}@example.com"
        begin()
        page = there.submit(there.open("/sign-up"), {"email": email}, button="send-code")
        code = re.search(r"\b\d{4} \d{4}\b", idp.mail_to(email).text)
        assert code
        page = there.submit(page, {"code": code[0]})
        device = device_for(idp, page)
        page = answer(there, page, "/sign-up/finish", device, passkey_name="Phone")
        assert there.unavailable or codes_of(page), page
        proxy.heal()
        assert on_account(by_passkey(browser(), device))
        found = [user for user in whole(idp)["user"] if user["email"]["S"] == email]
        assert len(found) == 1
        user = idp.services.user_service.get(found[0]["user_id"]["S"], scope=DEPLOYMENT)
        assert passkeys_are_whole(idp, user) == 1
        if shown := codes_of(page):
            digest = recovery_codes.digest(
                idp.services.keyring.derive(recovery_codes.PURPOSE), user.id, recovery_codes.canonical(shown[0]) or ""
            )
            assert idp.services.factors.use_recovery_code(user.id, digest, attempt="a")


@every_fault
def test_a_profile_is_saved_once(idp: ServedProvider, proxy: LossyProxy, browser: Open, fault: Fault) -> None:
    """The change is stored, and the trail has it once."""
    for begin in each_call(proxy, fault):
        there, person, nickname = browser(), idp.person(), f"n{secrets.token_hex(4)}"
        signed_in(there, person)
        begin()
        page = there.submit(there.open("/account/profile"), {"claim_nickname": nickname}, button="save-profile")
        assert "Your profile is saved" in page.text or there.unavailable, page
        proxy.heal()
        assert idp.stored(person).claims["nickname"] == nickname
        assert events(idp, person.user.id, "user.profile_changed") == 1


@every_fault_of_single_writes
def test_no_file_of_ones_data_leaves_without_its_event(idp: ServedProvider, proxy: LossyProxy, browser: Open, fault: Fault) -> None:
    """The person gets the whole file, at the second try if need be."""
    for begin in each_call(proxy, fault):
        there, person = browser(), idp.person()
        signed_in(there, person)
        begin()
        page = there.submit(there.open("/account/data"), button="download")
        proxy.heal()
        assert page.response.json()["account"]["email"] == person.email
        assert page.response.json()["complete"] is True
        assert events(idp, person.user.id, "user.exported") >= 1


@every_fault_of_single_writes
def test_a_device_is_remembered_whole(idp: ServedProvider, proxy: LossyProxy, browser: Open, fault: Fault) -> None:
    """A browser with the cookie is not asked again, and one that got an error is asked. Then the box works."""
    for begin in each_call(proxy, fault):
        there, person = browser(), idp.person(totp=True)
        begin()
        page = there.submit(there.open("/account"), {"email": person.email, "password": person.password})
        page = there.submit(page, {"code": person.codes.code(), "remember": "1"})
        assert there.unavailable or on_account(page), page
        proxy.heal()
        cookie = there.http.cookies.get("idp_remembered")
        assert bool(cookie) == on_account(page)
        if there.http.cookies.get("idp_session"):
            there.http.cookies.delete("idp_session")
        page = there.submit(there.open("/account"), {"email": person.email, "password": person.password})
        assert on_account(page) == bool(cookie), page
        if not cookie:
            page = there.submit(page, {"code": person.codes.code(), "remember": "1"})
            assert on_account(page), page
            assert there.http.cookies.get("idp_remembered")
