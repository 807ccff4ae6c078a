"""The flows of accounts on a DynamoDB that fails at each call in turn (threats FI-1 to FI-4).

The person sends a form again that was answered with 503. The flow ends as without the fault, and nothing is half written. An answer that is
not a 503 is the page of success.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import httpx
import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from tests.engines.lossy_proxy import LossyProxy
from tests.integration.faults import FAULTS, Fault, PatientBrowser, each_call
from tests.integration.whole import whole
from tests.support.forms import Page
from tests.support.served_provider import ServedProvider, served_provider

NEW = "an unguessable sentence of mine"
Open = Callable[[], PatientBrowser]


@pytest.fixture(scope="module")
def proxy(quick_endpoint: str) -> Iterator[LossyProxy]:
    with LossyProxy(quick_endpoint) as running:
        yield running


@pytest.fixture(scope="module")
def idp(proxy: LossyProxy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedProvider]:
    """A provider where people may create accounts. Its DynamoDB fails when a test wants it."""
    settings = {"sign_up": "open", "mail_code": "on", "tickets_hourly_per_network": 100_000, "tickets_hourly": 100_000}
    with served_provider(proxy.url, prefix=f"f{uuid.uuid4().hex[:8]}", folder=tmp_path_factory.mktemp("faults"), **settings) as running:
        yield running


@pytest.fixture
def browser(idp: ServedProvider, proxy: LossyProxy) -> Iterator[Open]:
    """Opens new browsers."""
    with ExitStack() as stack:
        yield lambda: PatientBrowser(stack.enter_context(httpx.Client(base_url=idp.issuer)), proxy, idp.clock)
    proxy.heal()


def code(idp: ServedProvider, email: str) -> str:
    """The code in the newest mail to this address."""
    found = re.search(r"\b\d{4} \d{4}\b", idp.mail_to(email).text)
    assert found
    return found[0]


def signs_in(idp: ServedProvider, browser: Open, email: str, password: str) -> bool:
    """Whether a new browser comes to the account page with this password."""
    there = browser()
    page = there.submit(there.open("/account"), {"email": email, "password": password})
    return page.has_button("change-email")


def signed_in(browser: PatientBrowser, email: str, password: str) -> Page:
    """The account page."""
    page = browser.submit(browser.open("/account"), {"email": email, "password": password})
    assert page.has_button("change-email"), page
    return page


every_fault = pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)


@every_fault
def test_an_account_is_created_once(idp: ServedProvider, proxy: LossyProxy, browser: Open, fault: Fault) -> None:
    """FI-5 beside it: the address belongs to one user, and the password that was chosen signs in."""
    for begin in each_call(proxy, fault):
        there, email = browser(), f"{uuid.uuid4().hex}@example.com"
        begin()
        page = there.submit(there.open("/sign-up"), {"email": email}, button="send-code")
        page = there.submit(page, {"code": code(idp, email)})
        page = there.submit(page, {"new_password": NEW}, button="create-account")
        assert there.unavailable or page.has_button("change-email"), page
        proxy.heal()
        assert signs_in(idp, browser, email, NEW)
        assert [user["email"]["S"] for user in whole(idp)["user"]].count(email) == 1


@every_fault
def test_a_password_is_reset_once(idp: ServedProvider, proxy: LossyProxy, browser: Open, fault: Fault) -> None:
    """The new password signs in, and the former one does not."""
    for begin in each_call(proxy, fault):
        there, person = browser(), idp.person()
        begin()
        there.submit(there.open("/forgot"), {"email": person.email})
        page = there.submit(there.open(idp.link_in_mail(person.email)), {"new_password": NEW})
        assert there.unavailable or "password" in page.fields, page
        proxy.heal()
        assert signs_in(idp, browser, person.email, NEW)
        assert not signs_in(idp, browser, person.email, person.password)


@every_fault
def test_an_address_is_changed_whole(idp: ServedProvider, proxy: LossyProxy, browser: Open, fault: Fault) -> None:
    """The new address signs in, and each address belongs to the user who has it."""
    for begin in each_call(proxy, fault):
        there, person, new = browser(), idp.person(), f"{uuid.uuid4().hex}@example.com"
        page = signed_in(there, person.email, person.password)
        begin()
        page = there.submit(page, button="change-email")
        page = there.submit(page, {"email": new}, button="send-code")
        page = there.submit(page, {"code": code(idp, new)}, button="use-code")
        assert there.unavailable or page.has_button("change-email"), page
        proxy.heal()
        assert signs_in(idp, browser, new, person.password)
        assert idp.stored(person).email == new
        whole(idp)


@every_fault
def test_a_change_is_undone_whole(idp: ServedProvider, proxy: LossyProxy, browser: Open, fault: Fault) -> None:
    """The former address is back, the password is gone, and no session is left."""
    for begin in each_call(proxy, fault):
        there, person, new = browser(), idp.person(), f"{uuid.uuid4().hex}@example.com"
        page = there.submit(signed_in(there, person.email, person.password), button="change-email")
        page = there.submit(page, {"email": new}, button="send-code")
        there.submit(page, {"code": code(idp, new)}, button="use-code")
        begin()
        elsewhere = browser()
        page = elsewhere.submit(elsewhere.open(idp.link_in_mail(person.email)), button="undo")
        assert elsewhere.unavailable or "Your address is back" in page.text, page
        proxy.heal()
        now = idp.stored(person)
        assert (now.email, now.password_hash) == (person.email, None)
        assert not idp.services.access.sessions(now, scope=DEPLOYMENT)
        whole(idp)


@every_fault
def test_an_invitation_is_accepted_once(idp: ServedProvider, proxy: LossyProxy, browser: Open, fault: Fault) -> None:
    """The account exists once, and the password signs in."""
    for begin in each_call(proxy, fault):
        there, email = browser(), f"{uuid.uuid4().hex}@example.com"
        idp.services.invitation_service.create(email, scope=DEPLOYMENT)
        begin()
        page = there.submit(there.open(idp.link_in_mail(email)), {"new_password": NEW}, button="create-account")
        assert there.unavailable or page.has_button("change-email"), page
        proxy.heal()
        assert signs_in(idp, browser, email, NEW)
        assert [user["email"]["S"] for user in whole(idp)["user"]].count(email) == 1


@every_fault
def test_a_code_from_a_mail_signs_in(idp: ServedProvider, proxy: LossyProxy, browser: Open, fault: Fault) -> None:
    """A person whose try failed asks for another code."""
    for begin in each_call(proxy, fault):
        there, person = browser(), idp.person()
        begin()
        page = there.submit(there.open("/account"), {"email": person.email}, button="mail-code")
        page = there.submit(page, {"code": code(idp, person.email)})
        assert there.unavailable or page.has_button("change-email"), page
        proxy.heal()
        whole(idp)


@every_fault
def test_a_deletion_is_asked_for_and_undone_whole(idp: ServedProvider, proxy: LossyProxy, browser: Open, fault: Fault) -> None:
    """The mail with the link is sent, and afterwards the password signs in."""
    for begin in each_call(proxy, fault):
        there, person = browser(), idp.person()
        page = there.submit(signed_in(there, person.email, person.password), button="delete")
        begin()
        page = there.submit(page, button="delete-account")
        assert there.unavailable or idp.mail_to(person.email).subject == "Your account will be deleted", page
        elsewhere = browser()
        page = elsewhere.submit(elsewhere.open(idp.link_in_mail(person.email)), button="undo")
        assert elsewhere.unavailable or "Your account stays" in page.text, page
        proxy.heal()
        assert signs_in(idp, browser, person.email, person.password)
        whole(idp)
