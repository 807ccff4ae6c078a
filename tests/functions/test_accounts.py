"""Accounts that people own, through the deployed functions: `api` and `mail` under Lambda's runtime client, and a real SMTP server."""

from __future__ import annotations

import re
import secrets
import time
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pyotp
import pytest

from tests.engines.lossy_proxy import LossyProxy
from tests.functions.conftest import ISSUER, ROOT, Deployed, HttpApi, environment, idp, idp_json
from tests.functions.roles import allowed, used
from tests.integration.account.passkeys import answered, options, use
from tests.support.authenticator import Authenticator
from tests.support.forms import Browser, Page
from tests.support.lambda_host import LambdaHost
from tests.support.lambda_invoke import Invoking, invoking
from tests.support.smtp_server import SmtpSink

pytestmark = pytest.mark.functions
PASSWORD, OTHER_PASSWORD = "an unguessable sentence of mine", "another long sentence that is new"
ACCEPTED = 202


@dataclass
class Site:
    """The deployment: `api`, its queue of mails, `mail`, and the mailbox."""

    deployed: Deployed
    queue: Invoking
    mail: LambdaHost
    mailbox: SmtpSink
    operator: dict[str, str]
    """The environment of the command line and the daily job: they do not go through the counting proxy."""
    _sent: int = field(default=0)

    def browser(self) -> Browser:
        return Browser(self.deployed.http(), stop="https://nowhere.example")

    def mails(self, address: str) -> list[str]:
        """Let `mail` work off the queue. Returns the texts of the mails to this address, the newest first."""
        for _, _, event in self.queue.asked[self._sent :]:
            self.mail.invoke(event)
        self._sent = len(self.queue.asked)
        found = [mail.message for mail in self.mailbox.mails if mail.recipients == [address]]
        return [part.get_content() for message in reversed(found) if (part := message.get_body(("plain",)))]

    def code(self, address: str) -> str:
        """The code in the newest mail to this address."""
        return _found(r"\b\d{4} \d{4}\b", self.mails(address)[0])

    def link(self, address: str, number: int = 0) -> str:
        """The path of the link in a mail to this address; 0 is the newest mail."""
        return _found(r"/link/\S+", self.mails(address)[number])

    def admin(self, method: str, path: str, body: dict[str, Any] | None = None) -> httpx.Response:
        """Send a request to the admin API, with every scope."""
        client, http = self.deployed.made["admin_client"], self.deployed.http()
        form = {"grant_type": "client_credentials", "scope": " ".join(client["scopes"])}
        token = http.post("/token", data=form, auth=(client["client_id"], client["client_secret"])).json()["access_token"]
        return http.request(method, f"/admin/v1{path}", json=body, headers={"Authorization": f"Bearer {token}"})


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    assert match, text
    return match[0]


@pytest.fixture(scope="module")
def site(quick_endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One environment of both functions for all tests of this module."""
    with SmtpSink() as mailbox, invoking(ACCEPTED) as queue, LossyProxy(quick_endpoint) as proxy:
        env = environment(tmp_path_factory.mktemp("accounts"), quick_endpoint) | {"IDP_MAIL_FROM": "id@example.com"}
        made = idp_json(env, "bootstrap", "--json", "--demo")
        seen = {**env, "AWS_ENDPOINT_URL_DYNAMODB": proxy.url}
        asking = {
            "IDP_SIGN_UP": "open",
            "IDP_MAIL_CODE": "on",
            "IDP_REMEMBER_DEVICE_DAYS": "30",
            "IDP_MAIL_FUNCTION": "mail",
            "AWS_ENDPOINT_URL_LAMBDA": queue.url,
        }
        with (
            LambdaHost("idp.functions.api.handler", cwd=ROOT, env=seen | asking) as api,
            LambdaHost("idp.functions.mail_smtp.handler", cwd=ROOT, env=env | {"IDP_SMTP_URL": f"smtp://127.0.0.1:{mailbox.port}"}) as mail,
        ):
            yield Site(Deployed(api, proxy, seen | asking, made), queue, mail, mailbox, env | asking)


@pytest.fixture(autouse=True)
def _within_the_role(site: Site, resources: dict[str, dict[str, Any]]) -> Iterator[None]:
    """Every call of every test of this module is one that ApiRole allows."""
    site.deployed.proxy.take()
    yield
    assert {use for call in site.deployed.proxy.calls for use in used(call)} <= allowed(resources["ApiRole"])


def address() -> str:
    return f"{secrets.token_hex(6)}@example.com"


def signed_up(site: Site, browser: Browser, email: str) -> Page:
    """The account page of a new account."""
    page = browser.submit(browser.open("/sign-up"), {"email": email}, button="send-code")
    page = browser.submit(page, {"code": site.code(email)})
    return browser.submit(page, {"new_password": PASSWORD}, button="create-account")


def signed_in(site: Site, email: str, password: str) -> Page:
    """The page after the password, in a new browser."""
    browser = site.browser()
    return browser.submit(browser.open("/account"), {"email": email, "password": password})


def at_account(page: Page) -> bool:
    return page.status == 200 and page.has_button("change-email")


def test_a_person_creates_an_account_and_signs_in(site: Site) -> None:
    """The password counts from then on, and a wrong one does not."""
    email = address()
    assert at_account(signed_up(site, site.browser(), email))
    assert at_account(signed_in(site, email, PASSWORD))
    assert not at_account(signed_in(site, email, OTHER_PASSWORD))


def test_an_address_that_has_an_account_is_told_by_mail_only(site: Site) -> None:
    """The pages are the same; the mail has no code."""
    email, unknown = site.deployed.made["users"][0]["email"], address()
    pages = []
    for typed in (email, unknown):
        browser = site.browser()
        page = browser.submit(browser.open("/sign-up"), {"email": typed}, button="send-code")
        pages.append((page.status, re.sub(r'value="[^"]*"|request=[^"]*', "", page.text.replace(typed, "ADDRESS"))))
    assert pages[0] == pages[1]
    assert re.search(r"\b\d{4} \d{4}\b", site.mails(unknown)[0])
    assert not re.search(r"\b\d{4} \d{4}\b", site.mails(email)[0])


def test_a_forgotten_password_is_reset_by_the_link_of_a_mail(site: Site) -> None:
    """Opening the link uses nothing up; the new password counts, the old one and the link do not."""
    email, browser = address(), site.browser()
    signed_up(site, site.browser(), email)
    browser.submit(browser.open("/forgot"), {"email": email})
    link = site.link(email)
    browser.open(link)
    page = browser.open(link)
    assert not at_account(browser.submit(page, {"new_password": PASSWORD[:5]}))
    browser.submit(browser.open(link), {"new_password": OTHER_PASSWORD})
    assert "new_password" not in browser.open(link).fields
    assert at_account(signed_in(site, email, OTHER_PASSWORD))
    assert not at_account(signed_in(site, email, PASSWORD))


def test_a_reset_of_an_unknown_address_queues_a_mail_that_is_not_sent(site: Site) -> None:
    """The function `api` works as for a known one."""
    email, browser, before = address(), site.browser(), len(site.queue.asked)
    browser.submit(browser.open("/forgot"), {"email": email})
    assert [event["to"] for _, _, event in site.queue.asked[before:]] == [email]
    assert site.mails(email) == []


def test_an_address_is_changed_and_the_former_one_undoes_it(site: Site) -> None:
    """The code proves the new address. The undo brings the former one back, and its password is gone."""
    email, new, browser = address(), address(), site.browser()
    page = signed_up(site, browser, email)
    page = browser.submit(page, button="change-email")
    page = browser.submit(page, {"email": new}, button="send-code")
    assert at_account(browser.submit(page, {"code": site.code(new)}, button="use-code"))
    assert at_account(signed_in(site, new, PASSWORD))
    elsewhere = site.browser()
    assert elsewhere.submit(elsewhere.open(site.link(email))).status == 200
    assert not at_account(signed_in(site, new, PASSWORD))
    elsewhere.submit(elsewhere.open(site.link(email)), {"new_password": OTHER_PASSWORD})
    assert at_account(signed_in(site, email, OTHER_PASSWORD))


def test_an_invited_person_gets_the_account(site: Site) -> None:
    """The link of the mail leads to the page for the password. A withdrawn invitation leads nowhere."""
    email, browser = address(), site.browser()
    assert site.admin("POST", "/invitations", {"email": email}).status_code == 201
    link = site.link(email)
    assert at_account(browser.submit(browser.open(link), {"new_password": PASSWORD}, button="create-account"))
    withdrawn = address()
    made = site.admin("POST", "/invitations", {"email": withdrawn}).json()
    assert site.admin("DELETE", f"/invitations/{made['id']}").status_code == 204
    assert "new_password" not in site.browser().open(site.link(withdrawn)).fields


def test_a_passkey_is_added_and_signs_in_alone(site: Site) -> None:
    """Without the password. The same answer of the authenticator does not count twice."""
    email, browser = address(), site.browser()
    page = browser.submit(signed_up(site, browser, email), button="add-passkey")
    device = Authenticator(origin=ISSUER, rp_id=httpx.URL(ISSUER).host, user_handle=b"")
    asked = options(page)
    device.user_handle = _decoded(asked["user"]["id"])
    added = answered(browser, page, "/account/passkeys/confirm", device.registration(asked["challenge"]), name="Phone")
    assert "Phone" in browser.open("/account").text, added

    other = site.browser()
    page = other.open("/account")
    answer = device.assertion(options(page)["challenge"])
    assert at_account(answered(other, page, "/passkey-sign-in", answer))
    again = site.browser()
    again.open("/account")
    assert not at_account(answered(again, page, "/passkey-sign-in", answer))
    asked_for = signed_in(site, email, PASSWORD)
    assert not at_account(asked_for), "a passkey is a second factor too"
    third = site.browser()
    page = third.submit(third.open("/account"), {"email": email, "password": PASSWORD})
    assert at_account(use(third, page, device))


def _decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_a_deleted_account_comes_back_by_the_link(site: Site) -> None:
    """Until then the password does not sign in."""
    email, browser = address(), site.browser()
    page = browser.submit(signed_up(site, browser, email), button="delete")
    browser.submit(page, button="delete-account")
    assert not at_account(signed_in(site, email, PASSWORD))
    elsewhere = site.browser()
    assert elsewhere.submit(elsewhere.open(site.link(email)), button="undo").status == 200
    assert at_account(signed_in(site, email, PASSWORD))


def test_a_person_changes_the_profile_downloads_everything_and_is_erased(site: Site) -> None:
    """Without days of grace nothing of them is left. The file has the new name, and neither the password nor its hash."""
    email, env = address(), {**site.deployed.env, "IDP_DELETION_GRACE_DAYS": "0"}
    with LambdaHost("idp.functions.api.handler", cwd=ROOT, env=env) as host:
        browser = Browser(httpx.Client(transport=HttpApi(host), base_url=ISSUER), stop="https://nowhere.example")
        signed_up(site, browser, email)
        browser.submit(browser.open("/account/profile"), {"claim_given_name": "Zoë"})
        file = browser.submit(browser.open("/account/data"), button="download")
        page = browser.submit(browser.open("/account"), button="delete")
        assert browser.submit(page, button="delete-account").status == 200
    kept = file.response.json()
    assert kept["account"]["profile"]["given_name"] == "Zoë"
    assert PASSWORD not in file.text
    assert "argon2" not in file.text
    assert idp(site.operator, "users", "verify-erased", kept["account"]["id"], "--email", email).startswith("0")


def test_the_daily_function_erases_those_who_are_due(site: Site) -> None:
    """Today there is no such person."""
    with LambdaHost("idp.functions.erase.handler", cwd=ROOT, env=site.operator) as job:
        assert job.invoke({}) == {"erased": 0, "organizations_ended": 0, "domains_checked": 0}


def test_a_code_from_a_mail_signs_in_and_a_wrong_one_does_not(site: Site) -> None:
    """The link opened elsewhere uses nothing up."""
    email, browser = address(), site.browser()
    signed_up(site, site.browser(), email)
    page = browser.submit(browser.open("/account"), {"email": email}, button="mail-code")
    assert not at_account(browser.submit(page, {"code": "0000 0000"}))
    site.browser().open(site.link(email))
    assert at_account(browser.submit(page, {"code": site.code(email)}))


def test_a_remembered_device_skips_the_second_step_until_the_password_changes(site: Site) -> None:
    """In a browser that was not remembered it is asked for."""
    person = next(user for user in site.deployed.made["users"] if user.get("totp_secret"))
    browser, typed = site.browser(), {"email": person["email"], "password": person["password"]}
    page = browser.submit(browser.open("/account"), typed)
    code = pyotp.TOTP(person["totp_secret"]).at(int(time.time()))
    page = browser.submit(page, {"code": code, "remember": "1"})
    assert at_account(page)
    browser.http.cookies.delete("__Host-idp_session")
    assert at_account(browser.submit(browser.open("/account"), typed))
    assert not at_account(signed_in(site, person["email"], person["password"]))

    page = browser.open("/account/password")
    proof = {"code": pyotp.TOTP(person["totp_secret"]).at(int(time.time()) + 30)} if "code" in page.fields else {}
    page = browser.submit(page, {"current_password": person["password"], "new_password": OTHER_PASSWORD, **proof})
    assert page.status == 200
    browser.http.cookies.delete("__Host-idp_session")
    assert not at_account(browser.submit(browser.open("/account"), {**typed, "password": OTHER_PASSWORD}))


def test_nothing_secret_of_the_mails_is_in_the_logs(site: Site) -> None:
    """K-03: no code, link, password or address that was typed."""
    email, browser = address(), site.browser()
    page = browser.submit(browser.open("/sign-up"), {"email": email}, button="send-code")
    code, link = site.code(email), site.link(email)
    browser.open(link)
    browser.submit(page, {"code": code})
    logs = site.deployed.host.output + site.mail.output
    for secret in (code, code.replace(" ", ""), link.removeprefix("/link/"), email):
        assert secret not in logs
