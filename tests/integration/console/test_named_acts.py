"""The page for a confirmation names the act that follows, by words of a fixed list (threats Q-10)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from idp.http.account import factors
from idp.http.account.act_words import WORDS
from idp.http.console.act_words import ACTS
from idp.http.console.app import all_pages
from tests.integration.console.markup import HOSTILE, check
from tests.support.pages import ISSUER, hidden

if TYPE_CHECKING:
    from tests.integration.console.admins import Admin


def asked(admin: Admin, path: str, **values: str) -> str:
    """The text of the page that asks again, before the act at this address."""
    token = hidden(admin.open("/console/people/new"), "csrf")
    admin.later()
    answer = admin.browser.http.post(path, data={"csrf": token, **values}, headers={"Origin": ISSUER})
    assert "Confirm that it is you" in answer.text
    return answer.text


def test_each_dangerous_act_has_words() -> None:
    """And no other page has. A new act needs a line in the list."""
    assert {page.path for page in all_pages() if page.method == "POST" and (page.fresh or page.fresh_with)} == ACTS.keys()
    assert WORDS.keys() == factors.ACTS.keys()


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/console/people/usr_x/delete", "People: Delete the account"),
        ("/console/people/usr_x/disable", "People: Disable the account"),
        ("/console/organizations/org_x/connections/x/delete", "Organisations: Delete the connection"),
        ("/console/apps/x/secrets", "Apps: Make a new secret"),
        ("/console/webhooks/wh_x/off", "Webhooks (tell): Switch the endpoint off"),
        ("/console/signals/ssf_x/pause", "Shared signals: Pause the stream"),
        ("/console/keys/rotate", "Keys: Replace the signing keys"),
    ],
)
def test_the_console_names_the_act(admin: Admin, path: str, words: str) -> None:
    assert f"<strong>{words}</strong>" in asked(admin, path)


def test_an_act_is_named_by_no_text_of_the_request(admin: Admin) -> None:
    """Neither by the address, nor by a field of its name."""
    text = asked(
        admin, f"/console/people/{quote(HOSTILE.replace('/', '|'), safe='')}/delete", act=HOSTILE, view="Settings", words="Do nothing"
    )
    assert "<strong>People: Delete the account</strong>" in text
    check(text)


def test_the_account_page_names_the_act(admin: Admin) -> None:
    """An unknown one leads back to the account, and a word of the request is not shown."""
    admin.later()
    page = admin.press(admin.open("/account"), "/account/totp/remove", {"act": "Do nothing"})
    assert "<strong>Remove the authenticator app</strong>" in page.text
    assert "Do nothing" not in page.text
    assert "changes how your account is protected" not in admin.press(admin.open("/account"), "/account/totp/remove").text
    unknown = admin.press(page, "/account/confirm", {"next": "/account/unknown"})
    assert str(unknown.response.url).partition("?")[0] == f"{ISSUER}/account"
