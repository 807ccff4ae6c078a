"""Flows of people and apps: sign-in, codes, refresh, sign-out, sign-up, reset, second factor, device. A `yield` is where a flow may stop.

All before it was done by one version when the other one goes on.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import httpx
import pyotp

from bench.providers import ISSUER
from bench.versions.site import CALLBACK, App, Person, Site, Visit, address, asked, expect
from tests.support.forms import Browser, Page

NEW = "an unguessable sentence of mine"
_DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
_SECRET = re.compile(r'id="secret">([A-Z2-7 ]+)<')
_RECOVERY = re.compile(r"<li><code>([^<]+)</code>")


def refreshed(site: Site) -> Iterator[None]:
    """Sign in, UserInfo, refresh three times, visit again, sign out. A used refresh token ends its family at either version."""
    person, visit = site.person(), site.visit(site.app())
    page = visit.authorize()
    yield
    page = visit.browser.submit(page, {"email": person.email, "password": person.password})
    yield
    tokens = visit.redeem(visit.browser.submit(page, button="approve"))
    yield
    answer = site.http.get("/userinfo", headers={"Authorization": f"Bearer {tokens['access_token']}"})
    expect(answer.status_code == 200 and answer.json()["email"] == person.email, answer.text)
    used = []
    for _ in range(3):
        used.append(tokens["refresh_token"])
        answer = site.refresh(visit.app, used[-1])
        expect(answer.status_code == 200, answer.text)
        tokens = answer.json()
        yield
    visit.redeem(visit.authorize())
    yield
    expect(site.refresh(visit.app, used[0]).status_code == 400, "a used refresh token was taken")
    expect(site.refresh(visit.app, tokens["refresh_token"]).status_code == 400, "the family of a used token goes on")
    yield
    _sign_out(visit.browser)
    yield
    expect(visit.authorize().redirected_to is None, "a session that was ended goes on")
    expect(not site.alive(visit.app, tokens["access_token"]), "a token of an ended grant is active")


def codes_once(site: Site) -> Iterator[None]:
    """A code is redeemed once. The second attempt revokes what the first one got (RFC 6749 §4.1.2)."""
    person, visit = site.person(), site.visit(site.app())
    page = visit.sign_in(person)
    yield
    tokens = visit.redeem(page)
    expect(site.alive(visit.app, tokens["access_token"]), "a new token is not active")
    yield
    answer = visit.try_code(page.answer["code"])
    expect(answer.status_code == 400 and answer.json()["error"] == "invalid_grant", answer.text)
    yield
    expect(not site.alive(visit.app, tokens["access_token"]), "a code that was sent twice did not revoke")
    expect(site.refresh(visit.app, tokens["refresh_token"]).status_code == 400, "the same for the refresh token")


def signed_up(site: Site) -> Iterator[None]:
    """Register with a code from a mail, then sign in elsewhere."""
    email, visit = address(), site.visit(site.app())
    page = visit.browser.submit(visit.authorize(), button="sign-up")
    yield
    page = visit.browser.submit(page, {"email": email}, button="send-code")
    yield
    page = visit.browser.submit(page, {"code": site.pair.code_in_mail(email)})
    yield
    page = visit.browser.submit(page, {"new_password": NEW}, button="create-account")
    yield
    visit.redeem(_approved(visit, page))
    yield
    other = site.visit(visit.app)
    other.redeem(other.sign_in(Person("", email, NEW)))


def reset(site: Site) -> Iterator[None]:
    """Set a new password by a mail: once, and all sessions and refresh tokens end."""
    person, visit = site.person(), site.visit(site.app())
    tokens = visit.redeem(visit.sign_in(person))
    yield
    browser = site.browser()
    browser.submit(browser.open("/forgot"), {"email": person.email})
    link = site.pair.link_in_mail(person.email)
    yield
    page = browser.open(link)
    yield
    page = browser.submit(page, {"new_password": NEW})
    expect("password" in page.fields, page)
    yield
    expect("new_password" not in site.browser().open(link).fields, "a link was taken twice")
    expect(site.refresh(visit.app, tokens["refresh_token"]).status_code == 400, "a refresh token outlived a reset")
    expect(visit.authorize().redirected_to is None, "a session outlived a reset")
    yield
    other = site.visit(visit.app)
    expect(other.sign_in(person).redirected_to is None, "the former password was taken")
    other.redeem(other.sign_in(Person(person.id, person.email, NEW)))


def mail_code(site: Site) -> Iterator[None]:
    """Sign in with a code from a mail, which is taken once."""
    person, visit = site.person(), site.visit(site.app())
    page = visit.browser.submit(visit.authorize(), {"email": person.email}, button="mail-code")
    code = site.pair.code_in_mail(person.email)
    yield
    visit.redeem(_approved(visit, visit.browser.submit(page, {"code": code})))
    yield
    expect(visit.browser.submit(page, {"code": code}).redirected_to is None, "a code of a mail was taken twice")


def second_factor(site: Site) -> Iterator[None]:
    """Add an authenticator, sign in with a code and with a recovery code: each is taken once."""
    person, visit = site.person(), site.visit(site.app(require_mfa=True))
    page = visit.browser.submit(visit.authorize(), {"email": person.email, "password": person.password})
    expect("enrolment" in page.fields, page)
    yield
    found = _SECRET.search(page.text)
    expect(found is not None, page)
    totp, now = pyotp.TOTP((found[1] if found else "").replace(" ", "")), int(time.time())
    page = visit.browser.submit(page, {"code": totp.at(now)})
    codes = _RECOVERY.findall(page.text)
    expect(len(codes) == 10, page)
    yield
    visit.redeem(_approved(visit, visit.browser.submit(page)))
    yield
    later = totp.at(now + 30)
    other = site.visit(visit.app)
    other.redeem(other.sign_in(person, code=later))
    yield
    expect(site.visit(visit.app).sign_in(person, code=later).redirected_to is None, "a code was taken twice")
    third = site.visit(visit.app)
    page = _at_recovery(third, person)
    yield
    third.redeem(_approved(third, third.browser.submit(page, {"code": codes[0]})))
    yield
    fourth = site.visit(visit.app)
    expect(fourth.browser.submit(_at_recovery(fourth, person), {"code": codes[0]}).status == 422, "a recovery code was taken twice")


def device(site: Site) -> Iterator[None]:
    """The device grant (RFC 8628): begin, approve in a browser, poll; a device code is redeemed once."""
    person, visit = site.person(), site.visit(site.app())
    visit.sign_in(person)
    begun = site.http.post("/device_authorization", auth=visit.app.auth, data={"scope": "openid offline_access"}).json()
    yield
    answer = _poll(site, visit.app, begun)
    expect(answer.json()["error"] in {"authorization_pending", "slow_down"}, answer.text)
    page = visit.browser.submit(visit.browser.open("/device"), {"user_code": begun["user_code"]})
    yield
    page = visit.browser.submit(page, button="approve")
    expect(page.status == 200, page)
    yield
    tokens = _poll(site, visit.app, begun)
    expect(tokens.status_code == 200, tokens.text)
    yield
    expect(_poll(site, visit.app, begun).status_code == 400, "a device code was redeemed twice")
    expect(site.refresh(visit.app, tokens.json()["refresh_token"]).status_code in {200, 400}, "no answer")


def machine(site: Site) -> Iterator[None]:
    """Client credentials, introspection, revocation."""
    app = site.app(grant_types=["client_credentials"], redirect_uris=[], scope="jobs:read")
    yield
    answer = site.token(app, grant_type="client_credentials")
    expect(answer.status_code == 200, answer.text)
    token = answer.json()["access_token"]
    yield
    expect(site.alive(app, token), "a token is not active")
    yield
    expect(site.http.post("/revoke", auth=app.auth, data={"token": token}).status_code == 200, "no revocation")
    yield
    site.alive(app, token)
    expect(site.token(App(app.id, "wrong"), grant_type="client_credentials").status_code == 401, "a wrong secret was taken")


def pushed(site: Site) -> Iterator[None]:
    """A pushed authorization request (RFC 9126), which is answered once."""
    person, visit = site.person(), site.visit(site.app())
    visit.verifier = "a-verifier.of_43~characters-at-the-very-least"
    answer = site.http.post("/par", auth=visit.app.auth, data={**asked(visit.app, visit.verifier), "scope": "openid email offline_access"})
    expect(answer.status_code == 201, answer.text)
    name = {"client_id": visit.app.id, "request_uri": answer.json()["request_uri"]}
    yield
    page = visit.browser.open("/authorize", name)
    yield
    page = visit.browser.submit(page, {"email": person.email, "password": person.password})
    yield
    visit.redeem(_approved(visit, page))
    yield
    expect(visit.browser.open("/authorize", name).status == 400, "a pushed request was answered twice")


def consented(site: Site) -> Iterator[None]:
    """A consent is asked for once, and again after the person withdrew it."""
    person, visit = site.person(), site.visit(site.app())
    visit.redeem(visit.sign_in(person))
    yield
    visit.redeem(visit.authorize())
    yield
    (given,) = site.ok("GET", f"/users/{person.id}/grants")["items"][:1]
    expect(given["client_id"] == visit.app.id, given)
    yield
    (session,) = site.ok("GET", f"/users/{person.id}/sessions")["items"]
    site.ok("DELETE", f"/users/{person.id}/sessions/{session['id']}")
    yield
    expect(visit.authorize().redirected_to is None, "a session that an admin ended goes on")


def registered(site: Site) -> Iterator[None]:
    """Dynamic registration (RFC 7591, RFC 7592): register, read, change, use, delete."""
    answer = site.http.post("/register", json={"client_name": "Self", "redirect_uris": [CALLBACK]})
    expect(answer.status_code == 201, answer.text)
    made = answer.json()
    path, headers = made["registration_client_uri"], {"Authorization": f"Bearer {made['registration_access_token']}"}
    yield
    now = site.http.get(path, headers=headers)
    expect(now.status_code == 200 and now.json()["client_name"] == "Self", now.text)
    yield
    person, visit = site.person(), site.visit(App(made["client_id"], made["client_secret"]))
    page = visit.sign_in(person, scope="openid")
    yield
    visit.redeem(page)
    yield
    expect(site.http.delete(path, headers=headers).status_code == 204, "the app was not deleted")
    yield
    expect(site.http.get(path, headers=headers).status_code == 401, "a deleted app answers")
    expect(visit.authorize().status == 400, "a deleted app is served")


def _approved(visit: Visit, page: Page) -> Page:
    return visit.browser.submit(page, button="approve") if page.redirected_to is None and page.has_button("approve") else page


def _at_recovery(visit: Visit, person: Person) -> Page:
    """The page that asks for a recovery code."""
    page = visit.browser.submit(visit.authorize(), {"email": person.email, "password": person.password})
    form = next(each for each in page.forms if each.action.partition("?")[0].endswith("/recovery-code"))
    return Page(visit.browser.http.post(form.action, data={**form.fields, "show": "1"}, headers={"Origin": ISSUER}))


def _poll(site: Site, app: App, begun: dict[str, str]) -> httpx.Response:
    return site.token(app, grant_type=_DEVICE, device_code=begun["device_code"])


def _sign_out(browser: Browser) -> None:
    browser.submit(browser.open("/logout"), button="confirm-logout")


FLOWS = {
    "sign-in, refresh, sign-out": refreshed, "code": codes_once, "sign-up": signed_up, "reset": reset, "code from a mail": mail_code,
    "second factor": second_factor, "device": device, "client credentials": machine, "pushed request": pushed,
    "consent, sessions": consented, "registration of an app": registered,
}  # fmt: skip
