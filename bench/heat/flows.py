"""The flows whose keys are measured: each runs for two people of two apps and two networks, so that common keys show.

The provider listens in this process, on an engine behind the meter. Of each person the second run of a flow is counted, so that what an
environment keeps in memory is there. Mails come into the outbox.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass

import httpx

from bench.flows import Relying
from tests.integration.account.upstreams import CALLBACK, identity, leave
from tests.support.forms import Browser, Page
from tests.support.people import Person
from tests.support.served_provider import ServedProvider

NEW = "an unguessable sentence of mine"  # a password of this measurement
_CODE = re.compile(r"\b\d{4} \d{4}\b", re.ASCII)


@dataclass
class Visitor:
    """One person in one network, before one app."""

    idp: ServedProvider
    http: httpx.Client
    app: Relying
    person: Person

    def browser(self) -> Browser:
        """A browser without cookies."""
        self.http.cookies.clear()
        return Browser(self.http, stop=self.app.account.redirect_uri)

    def authorize(self) -> tuple[Browser, Page]:
        """The sign-in page of the app, in a new browser."""
        account, browser = self.app.account, self.browser()
        asked = {
            "response_type": "code", "client_id": account.client_id, "redirect_uri": account.redirect_uri,
            "scope": "openid email", "state": "s", "nonce": "n", "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
            "code_challenge_method": "S256",
        }  # fmt: skip
        return browser, browser.open("/authorize", asked)

    def code(self) -> str:
        """The code of the newest mail."""
        found = _CODE.search(self.idp.mails[0].text)
        if found is None:
            raise SystemExit("the newest mail has no code")
        return found[0]


@dataclass(frozen=True)
class Flow:
    """`run` is counted, `before` is not. `totp`: its person has an authenticator."""

    run: Callable[[Visitor], None]
    before: Callable[[Visitor], None] = lambda _: None
    totp: bool = False


def _login(visitor: Visitor) -> None:
    visitor.app.login()


def _fail(visitor: Visitor) -> None:
    _send_wrong(visitor, visitor.person.email)


def _fail_as_a_stranger(visitor: Visitor) -> None:
    _send_wrong(visitor, _address())


def _send_wrong(visitor: Visitor, email: str) -> None:
    browser, page = visitor.authorize()
    page = browser.submit(page, {"email": email, "password": secrets.token_urlsafe(12)})
    _expect(page.redirected_to is None, "a wrong password was taken")


def _sign_up(visitor: Visitor) -> None:
    browser, page = visitor.authorize()
    page = browser.submit(browser.submit(page, button="sign-up"), {"email": _address()}, button="send-code")
    page = browser.submit(browser.submit(page, {"code": visitor.code()}), {"new_password": NEW}, button="create-account")
    _expect(page.redirected_to is not None, "no account was made")


def _reset(visitor: Visitor) -> None:
    browser, person = visitor.browser(), visitor.person
    browser.submit(browser.open("/forgot"), {"email": person.email})
    page = browser.submit(browser.open(visitor.idp.link_in_mail(person.email)), {"new_password": person.password})
    _expect("password" in page.fields, "the password was not reset")


def _sign_in_by_mail(visitor: Visitor) -> None:
    browser, page = visitor.authorize()
    page = browser.submit(page, {"email": visitor.person.email}, button="mail-code")
    page = browser.submit(page, {"code": visitor.code()})
    _expect(page.redirected_to is not None, "the code of the mail was not taken")


def _sign_in_elsewhere(visitor: Visitor) -> None:
    """By a connection. What the upstream answers is made up; everything before and after is real."""
    browser, page = visitor.authorize()
    state = leave(browser, page)
    upstream, person = vars(visitor.idp.services)["upstream_sign_in"], visitor.person.user.id
    upstream.who = identity(person, f"{person.lower()}@up.example")
    page = browser.open(CALLBACK.format("corp"), {"state": state, "code": "c"})
    _expect(page.redirected_to is not None, "the answer of the upstream was not taken")


def _sign_out(visitor: Visitor) -> None:
    browser = Browser(visitor.http, stop=visitor.app.account.redirect_uri)
    browser.submit(browser.open("/logout"), button="confirm-logout")


def _userinfo(visitor: Visitor) -> None:
    token = visitor.app.access_token
    visitor.http.get(visitor.app.paths["userinfo_endpoint"], headers={"Authorization": f"Bearer {token}"}).raise_for_status()


def _introspect(visitor: Visitor) -> None:
    _post(visitor, "introspection_endpoint", token=visitor.app.access_token)


def _revoke(visitor: Visitor) -> None:
    _post(visitor, "revocation_endpoint", token=visitor.app.access_token)


def _post(visitor: Visitor, endpoint: str, **form: str) -> None:
    account = visitor.app.account
    visitor.http.post(visitor.app.paths[endpoint], auth=(account.client_id, account.client_secret), data=form).raise_for_status()


def _address() -> str:
    return f"{secrets.token_hex(8)}@example.com"


def _expect(reached: bool, problem: str) -> None:  # noqa: FBT001  # the outcome of a flow
    if not reached:
        raise SystemExit(problem)


FLOWS = {
    "sign-in with a password": Flow(_login),
    "sign-in with a password and TOTP": Flow(_login, totp=True),
    "sign-in with a code from a mail": Flow(_sign_in_by_mail),
    "sign-in with another provider": Flow(_sign_in_elsewhere),
    "SSO visit": Flow(lambda visitor: visitor.app.sso_visit(), _login),
    "refresh": Flow(lambda visitor: visitor.app.refresh(), _login),
    "client credentials": Flow(lambda visitor: visitor.app.client_credentials()),
    "UserInfo": Flow(_userinfo, _login),
    "introspection": Flow(_introspect, _login),
    "revocation": Flow(_revoke, _login),
    "sign-up": Flow(_sign_up),
    "reset of a password": Flow(_reset),
    "sign-out": Flow(_sign_out, _login),
    "failed sign-in": Flow(_fail),
    "failed sign-in without an account": Flow(_fail_as_a_stranger),
}
