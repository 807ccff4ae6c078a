"""POSTs from pages of other sites work, although browsers send no SameSite=Lax cookies with them (RFC 6265bis §5.6.7.1)."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

import pytest

from idp.http import account, oidc
from idp.http.by_get import MOST
from tests.support.calling import Answer, PlainBrowser
from tests.support.deployment import BROWSER, ISSUER, SESSION, WEB, Deployment, asked_by

EVIL = "https://evil.example"
SHOP = "https://web.example"
BYE = WEB.client.post_logout_redirect_uris[0]
STATE = "__Host-idp_state"
LONG = "o" * 40_000


def posted(browser: PlainBrowser, path: str, form: dict[str, str], origin: str = SHOP) -> Answer:
    """Post a form of another site as a browser does, without cookies. A redirect to the provider is followed with the browser's cookies."""
    bare = PlainBrowser(browser.caller)
    answer = bare.post(path, form, headers=[("origin", origin), ("sec-fetch-site", "cross-site"), ("sec-fetch-dest", "document")])
    assert not answer.headers("set-cookie"), "an answer to a POST without cookies says nothing about cookies"
    if answer.status == 303 and (answer.location or "").startswith("/"):
        to, _, query = (answer.location or "").partition("?")
        return browser.get(to, query)
    return answer


def signed_in(idp: Deployment, browser: PlainBrowser) -> bool:
    """Return whether the browser's session is live."""
    return "code" in idp.authorize(browser, WEB, prompt="none").answered


# --- the end session endpoint ---------------------------------------------------------------------------------------------


def test_sign_out_with_a_hint(idp: Deployment) -> None:
    """RP-Initiated Logout 1.0 §2: GET and POST do the same. The session and its tokens end before the redirect to the app."""
    browser = idp.browser(idp.person())
    tokens = idp.tokens(WEB, browser, scope="openid")
    asked = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": BYE, "state": "s"}
    session = browser.cookies[SESSION]
    assert posted(browser, "/logout", asked).location == f"{BYE}?state=s"
    assert SESSION not in browser.cookies
    assert idp.userinfo(tokens["access_token"]).status == 401
    browser.cookies[SESSION] = session
    assert not signed_in(idp, browser)


def test_the_hint_is_in_no_address(idp: Deployment) -> None:
    """An app posts to keep the ID Token and the email address out of URLs. The provider keeps them out, too."""
    browser = idp.browser(idp.person())
    hint = idp.tokens(WEB, browser)["id_token"]
    for path in ("/logout", "/authorize"):
        answer = PlainBrowser(idp).post(
            path, {"client_id": WEB.id, "id_token_hint": hint, "login_hint": "ada@example.com"}, headers=[("origin", SHOP)]
        )
        assert answer.status == 303
        query = dict(parse_qsl(urlsplit(answer.location or "").query))
        assert list(query) == ["posted"]
        assert not any(part in query["posted"] for part in ("example", *hint.split(".")))


@pytest.mark.parametrize("origin", [EVIL, "null", SHOP])
def test_an_empty_form_asks(idp: Deployment, origin: str) -> None:
    """C-13: without a hint the person is asked. Until they confirm, the session and its cookie stay."""
    browser = idp.browser(idp.person())
    answer = posted(browser, "/logout", {}, origin)
    assert 'id="confirm-logout"' in answer.text
    assert signed_in(idp, browser)


def test_a_forged_hint_asks(idp: Deployment) -> None:
    """A request that GET refuses is refused as a POST, too."""
    browser = idp.browser(idp.person())
    answer = posted(browser, "/logout", {"id_token_hint": "a.b.c", "post_logout_redirect_uri": BYE}, EVIL)
    assert 'id="confirm-logout"' in answer.text
    assert signed_in(idp, browser)


def test_a_browser_without_a_session(idp: Deployment) -> None:
    """Without a session the browser returns to the app, and no answer sets or clears a cookie."""
    browser = idp.browser()
    hint = idp.tokens(WEB, idp.person())["id_token"]
    assert posted(browser, "/logout", {"id_token_hint": hint, "post_logout_redirect_uri": BYE}).location == BYE
    assert not posted(browser, "/logout", {}).headers("set-cookie")


@pytest.mark.parametrize("goes_to", ["iframe", "empty", "image", "object"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_in_a_frame_or_by_a_script(idp: Deployment, goes_to: str, method: str) -> None:
    """The browser sends no cookie there, by GET or POST. The answer is an error page, not a redirect, and clears no cookie."""
    browser = idp.browser(idp.person())
    asked = {"id_token_hint": idp.tokens(WEB, browser)["id_token"], "post_logout_redirect_uri": BYE}
    says = [("sec-fetch-dest", goes_to), ("sec-fetch-site", "cross-site")]
    frame = PlainBrowser(idp)
    answer = frame.get("/logout", asked, says) if method == "GET" else frame.post("/logout", asked, [*says, ("origin", SHOP)])
    if method == "POST":
        to, _, query = (answer.location or "").partition("?")
        answer = frame.get(to, query, says)
    assert answer.is_page
    assert answer.status == 400
    assert not answer.headers("set-cookie")
    assert signed_in(idp, browser)


# --- the authorization endpoint -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("prompt", [None, "none"])
def test_a_signed_in_person(idp: Deployment, prompt: str | None) -> None:
    """OIDC Core §3.1.2.1: "Authorization Servers MUST support the use of the HTTP GET and POST methods"; SSO works by both."""
    browser = idp.browser(idp.person())
    assert "code" in posted(browser, "/authorize", asked_by(WEB, prompt=prompt)).answered


def test_without_a_session_a_post_is_answered_like_a_get(idp: Deployment) -> None:
    """A POST gets the same answers as a GET."""
    browser = idp.browser()
    assert 'name="password"' in posted(browser, "/authorize", asked_by(WEB)).text
    assert posted(browser, "/authorize", asked_by(WEB, prompt="none")).answered["error"] == "login_required"


def test_open_tabs_go_on(idp: Deployment) -> None:
    """A sign-in page that is open in another tab still works after the POST."""
    ada = idp.person(password="a good enough password")
    browser = idp.browser()
    tab = idp.authorize(browser, WEB)
    before = browser.cookies[BROWSER]
    posted(browser, "/authorize", asked_by(WEB))
    assert browser.cookies[BROWSER] == before
    assert "code" in idp.log_in(browser, tab, ada, "a good enough password").answered


def test_repeated_parameters_travel(idp: Deployment) -> None:
    """RFC 8707 §2: resource may be repeated. Other repeated parameters are refused, as in a GET."""
    browser = idp.browser()
    twice = PlainBrowser(idp).post("/authorize", {**asked_by(WEB), "client_id": "x"}, headers=[("origin", SHOP)])
    assert twice.status == 303
    body = "client_id=web&resource=https://a.example&resource=https://b.example"
    answer = idp.post("/authorize", body, headers=[("origin", SHOP)])
    opened = idp.services.keyring.sealer().open("posted", (answer.location or "").partition("=")[2])
    assert opened is not None
    assert opened[2] == [["client_id", "web"], ["resource", "https://a.example"], ["resource", "https://b.example"]]
    assert idp.post("/authorize", "client_id=web&client_id=web", headers=[("origin", SHOP)]).status == 400
    assert browser.cookies == {}


# --- requests that are too long for a URL ---------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/authorize", "/logout"])
def test_a_long_request_is_sent_again_by_our_own_page(idp: Deployment, path: str) -> None:
    """The provider's own page posts the form again, so the browser adds the cookies."""
    browser = idp.browser(idp.person())
    asked = {**asked_by(WEB), "prompt": "none", "ui_locales": LONG} if path == "/authorize" else {"ui_locales": LONG}
    page = posted(browser, path, asked)
    assert page.is_page
    fields = {html.unescape(name): html.unescape(value) for name, value in re.findall(r'name="([^"]*)" value="([^"]*)"', page.text)}
    assert fields == asked
    (action,) = page.actions
    to, _, query = action.partition("?")
    cookie = f"{SESSION}={browser.cookies[SESSION]}"
    headers = [("origin", ISSUER), ("content-type", "application/x-www-form-urlencoded"), ("cookie", cookie)]
    answer = idp.send("POST", to, query=query, headers=headers, body="&".join(f"{n}={v}" for n, v in fields.items()).encode())
    assert "code" in answer.answered if path == "/authorize" else 'id="confirm-logout"' in answer.text


@pytest.mark.parametrize("origin", [EVIL, "null", None])
def test_a_long_request_is_never_sent_again_twice(idp: Deployment, origin: str | None) -> None:
    """The second POST is handled even without cookies, so a page does not submit itself in a loop."""
    headers = [("content-type", "application/x-www-form-urlencoded"), *([("origin", origin)] if origin else [])]
    answer = idp.send("POST", "/logout", query="posted=again", headers=headers, body=f"ui_locales={LONG}".encode())
    assert "data-autosubmit" not in answer.text
    assert not answer.headers("set-cookie")


@pytest.mark.parametrize("length", [1, 1000, 4000, 4400, 5000, 20_000, 60_000])
def test_no_address_is_longer_than_gateways_take(idp: Deployment, length: int) -> None:
    """Amazon API Gateway takes 10,240 bytes for the request line and all headers, CloudFront 8,192 for a URL."""
    answer = idp.post("/logout", {"state": "x" * length}, headers=[("origin", SHOP)])
    assert answer.status in {200, 303}
    assert len(answer.location or "") <= MOST + 100


# --- the parameter `posted` -----------------------------------------------------------------------------------------------


def addresses(idp: Deployment) -> Iterator[str]:
    """Yield URLs whose value is not the result of a recent POST to that endpoint."""
    made = idp.post("/logout", {"client_id": WEB.id}, headers=[("origin", SHOP)]).location or ""
    sealed = made.partition("=")[2]
    yield "/logout?posted=x"
    yield f"/logout?posted={sealed[:-2]}"
    yield f"/logout?posted={idp.code(WEB, idp.person())}"
    yield f"/authorize?posted={sealed}"
    idp.clock.advance(idp.services.settings.sign_in_lifetime)
    yield made


def test_no_other_address_counts(idp: Deployment) -> None:
    """B-11: the value must be sealed for this purpose and endpoint and be recent. Else the answer is an error page and no session ends."""
    for address in addresses(idp):
        browser = idp.browser(idp.person())
        to, _, query = address.partition("?")
        answer = browser.get(to, query)
        assert (answer.status, answer.is_page) == (400, True), address
        assert signed_in(idp, browser)


def test_sealed_parameters_beat_the_others(idp: Deployment) -> None:
    """Other parameters in the URL do not override or extend them."""
    made = idp.post("/authorize", {**asked_by(WEB), "prompt": "none"}, headers=[("origin", SHOP)]).location or ""
    answer = idp.get("/authorize", made.partition("?")[2] + "&redirect_uri=https://evil.example/&client_id=other")
    assert answer.sent_to == WEB.redirect_uri


# --- every route ----------------------------------------------------------------------------------------------------------

ROUTES = sorted(
    {
        (route.path, method)
        for route in (*oidc.routes(in_place=False), *account.routes())
        for method in route.methods or ()
        if method != "HEAD"
    }
)


def filled_in(idp: Deployment, browser: PlainBrowser) -> list[dict[str, str]]:
    """Return forms that other sites can fill in, and forms with fields of the provider's own pages."""
    tokens = idp.tokens(WEB, browser)
    stolen = idp.authorize(PlainBrowser(idp), WEB).fields
    own = {**browser.get("/account").fields, **browser.get("/logout").fields}
    return [
        {},
        {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": BYE, "client_id": WEB.id},
        {"id_token_hint": tokens["id_token"]},
        asked_by(WEB),
        asked_by(WEB, prompt="none"),
        {**stolen, "email": "ada@example.com", "password": "x", "decision": "approve", "code": "123456"},
        {**own, "others": "1", "user_code": "BCDF-GHJK", "next": "/account/totp/enrol", "current_password": "x", "new_password": "y"},
    ]


@pytest.mark.parametrize(("path", "method"), ROUTES)
def test_no_answer_touches_cookies_that_did_not_come(idp: Deployment, path: str, method: str) -> None:
    """An answer to a request without the session cookie neither sets nor clears this cookie, nor the state cookie.

    A POST of another site does not replace the cookie that binds open sign-in pages to the browser. Only a password that was proved on
    the provider's own page begins a session.
    """
    browser = idp.browser(idp.person())
    path = path.replace("{client_id}", WEB.id)
    for form in filled_in(idp, browser):
        for origin in (EVIL, "null", None, ISSUER):
            headers = [("origin", origin)] if origin else []
            answer = (
                PlainBrowser(idp).post(path, form, headers) if method == "POST" else idp.send(method, path, query=form, headers=headers)
            )
            touched = {line.partition("=")[0] for line in answer.headers("set-cookie")}
            assert not touched & {SESSION, STATE}, (form, origin)
            assert method != "POST" or origin == ISSUER or BROWSER not in touched, (form, origin)
    assert signed_in(idp, browser)


@pytest.mark.parametrize(("path", "method"), [route for route in ROUTES if route[1] in {"GET", "POST"}])
def test_only_a_sign_out_clears_the_session_cookie(idp: Deployment, path: str, method: str) -> None:
    """A request of another site with the session cookie clears it only if the session ends."""
    browser = idp.browser(idp.person())
    for form in filled_in(idp, browser):
        before = browser.cookies[SESSION]
        send = browser.post if method == "POST" else browser.get
        send(path.replace("{client_id}", WEB.id), form, [("origin", EVIL)])
        ended = browser.cookies.get(SESSION) != before
        assert not ended or (path == "/logout" and "id_token_hint" in form)
        browser.cookies[SESSION] = before
        assert signed_in(idp, browser) is not ended
        if ended:
            idp.sign_in(browser, idp.person())
