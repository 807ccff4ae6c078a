"""Creating one account at the same moment, on real engines: one account, and everything of it or nothing (threats G-12, FI-5)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from idp.store import keys
from idp.store.user_items import UserItem
from tests.integration.account.signing_up import begin, code_in, finish, mails, opened, prove
from tests.support.pages import session_cookie

if TYPE_CHECKING:
    from tests.support.world import World

pytestmark = pytest.mark.engines


def users_with(world: World, email: str) -> list[str]:
    """The ids of all users with this address, from the whole table."""
    found = [raw for raw in world.services.database.scan("directory") if raw.get("email", {}).get("S") == email]
    return [
        raw["user_id"]["S"]
        for raw in found
        if raw["pk"]["S"] == keys.user(raw["user_id"]["S"]).pk and raw["kind"]["S"] == UserItem.kind_name
    ]


def test_twenty_last_pages_at_once_make_one_account(racing: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """One person is signed in; the others are told to sign in. There is one user, one address, one event."""
    site = opened(racing)
    monkeypatch.setattr(site.services.passwords, "_patience", 60.0)  # the machine may be busy
    began = begin(site)
    page = prove(site, began)

    def one(number: int) -> int:
        browser = site.browser()
        browser.http.cookies.update(began.browser.http.cookies)
        return finish(began._replace(browser=browser), page, password=f"an unguessable sentence {number}").status

    with ThreadPoolExecutor(20) as pool:
        statuses = list(pool.map(one, range(20)))
    assert sorted(statuses) == [200] + [422] * 19
    (user_id,) = users_with(site, began.email)
    assert site.services.users.id_of(began.email) == user_id
    assert len([event for event in site.audited("user.signed_up") if event.subject == user_id]) == 1
    user = site.services.users.get(user_id)
    assert user
    assert user.email_verified


def test_link_and_code_at_once_make_one_account(racing: World) -> None:
    """Two tabs of one browser: one by the code, one by the link."""
    site = opened(racing)
    began = begin(site)
    mail = mails(site, began.email)[0]
    by_code = began.browser.submit(began.page, {"code": code_in(mail)})
    link = next(word for word in mail.text.split() if "/link/" in word)
    by_link = began.browser.open(link)
    with ThreadPoolExecutor(2) as pool:
        statuses = sorted(pool.map(lambda page: finish(began, page).status, (by_code, by_link)))
    assert statuses == [200, 422]
    assert len(users_with(site, began.email)) == 1


def test_twenty_requests_for_a_mail_at_once_send_one(racing: World) -> None:
    """M-07, M-13: one browser has one ticket, and causes one mail."""
    site = opened(racing)
    email, browser = site.unused_email(), site.browser()
    form = browser.open("/sign-up")
    with ThreadPoolExecutor(10) as pool:
        pages = pool.map(lambda _: browser.submit(form, {"email": email}, button="send-code"), range(20))
        statuses = {page.status for page in pages}
    assert statuses <= {200, 503}  # an engine may say that a transaction holds the item
    assert len(mails(site, email)) == 1


def test_twenty_browsers_of_a_network_at_once_send_five_mails_at_most(racing: World) -> None:
    """M-07: the count of the address for this network is in the write of each ticket."""
    site = opened(racing)
    email = site.unused_email()
    with ThreadPoolExecutor(10) as pool:
        statuses = {began.page.status for began in pool.map(lambda _: begin(site, email=email), range(20))}
    assert statuses <= {200, 503}
    assert 1 <= len(mails(site, email)) <= 5


def test_fifty_codes_at_once_are_five_tries(racing: World) -> None:
    """M-02: a burst gets no more guesses, and the right code is refused after it."""
    site = opened(racing)
    began = begin(site)
    right = code_in(mails(site, began.email)[0])
    wrong = "0000 0000" if right != "0000 0000" else "1111 1111"
    with ThreadPoolExecutor(10) as pool:
        pages = list(pool.map(lambda _: began.browser.submit(began.page, {"code": wrong}), range(50)))
    assert sum("The code is wrong" in page.text for page in pages) <= 5
    assert began.browser.submit(began.page, {"code": right}).status == 422
    assert session_cookie(began.browser) is None
