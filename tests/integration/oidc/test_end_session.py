"""RP-initiated logout: OpenID Connect RP-Initiated Logout 1.0 (threats C-12, C-13; the conformance suite's rp-initiated-logout plan)."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from idp.domain.people.user import User
from tests.integration.oidc import forgeries
from tests.integration.oidc.forging import claims_of, header_of, own_key, rs256
from tests.support.calling import Answer, PlainBrowser
from tests.support.deployment import ISSUER, OTHER, SESSION, WEB, Deployment

BYE = WEB.client.post_logout_redirect_uris[0]


@pytest.fixture
def ada(idp: Deployment) -> User:
    """Return a new user."""
    return idp.person()


@pytest.fixture
def browser(idp: Deployment, ada: User) -> PlainBrowser:
    """Return a browser in which the user is signed in."""
    return idp.browser(ada)


@pytest.fixture
def hint(idp: Deployment, browser: PlainBrowser) -> str:
    """Return the ID Token that WEB got in this browser."""
    return str(idp.tokens(WEB, browser)["id_token"])


def signed_in(idp: Deployment, browser: PlainBrowser) -> bool:
    """Return whether prompt=none gets a code. Conformance: "then prompt=none must fail" after the session ended."""
    return "code" in idp.authorize(browser, WEB, prompt="none").answered


def asks(answer: Answer) -> bool:
    """Return whether the page asks the person to confirm the logout. Until then the session continues."""
    return answer.is_page and answer.status == 200 and 'id="confirm-logout"' in answer.text


def says_so(answer: Answer) -> bool:
    """Return whether the page reports the logout without a redirect."""
    return answer.is_page and answer.status == 200 and 'id="confirm-logout"' not in answer.text


def confirm(browser: PlainBrowser, page: Answer, **headers: str) -> Answer:
    """Submit the form that confirms the logout."""
    return browser.post("/logout/confirm", page.fields, headers=list({"origin": ISSUER, **headers}.items()))


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_logout_ends_the_session_and_returns_to_the_app(idp: Deployment, browser: PlainBrowser, hint: str, method: str) -> None:
    """§2 and §3: GET and POST end the session, delete the cookie and redirect to the app with its state."""
    session = browser.cookies[SESSION]
    asked = {
        "id_token_hint": hint,
        "post_logout_redirect_uri": BYE,
        "state": "x" * 128,
        "client_id": WEB.id,
        "ui_locales": "fr",
        "logout_hint": "ada",
    }
    answer = browser.get("/logout", asked) if method == "GET" else browser.post("/logout", asked)
    assert answer.location == f"{BYE}?state={'x' * 128}"
    assert answer.status == 303
    assert SESSION not in browser.cookies
    browser.cookies[SESSION] = session
    assert not signed_in(idp, browser), "the session ended, not only its cookie"


def test_no_state_is_returned_where_none_was_sent(browser: PlainBrowser, hint: str) -> None:
    """§3: state comes back "if included"; conformance: -no-state."""
    assert browser.get("/logout", {"id_token_hint": hint, "post_logout_redirect_uri": BYE}).location == BYE


@pytest.mark.parametrize("state", ["a b&c=d#e", "ü\"'<>", "https://evil.example"])
def test_state_comes_back_as_it_went(browser: PlainBrowser, hint: str, state: str) -> None:
    """F-12: state comes back unchanged, in encoded form."""
    answer = browser.get("/logout", {"id_token_hint": hint, "post_logout_redirect_uri": BYE, "state": state})
    assert answer.answered == {"state": state}


@pytest.mark.parametrize("state", ["x" * 5000, "a\r\nSet-Cookie: evil=1", "\x00"])
def test_a_state_that_cannot_be_carried(idp: Deployment, browser: PlainBrowser, hint: str, state: str) -> None:
    """An invalid state is refused as at /authorize, and the session continues."""
    answer = browser.post("/logout", {"id_token_hint": hint, "post_logout_redirect_uri": BYE, "state": state})
    assert answer.is_page
    assert answer.status == 400
    assert signed_in(idp, browser)


def test_a_registered_query_is_kept(idp: Deployment, ada: User) -> None:
    """The query of a registered URI is kept, as with redirect URIs."""
    app = idp.app(post_logout_redirect_uris=("https://app.example/bye?tenant=a",))
    browser = idp.browser(ada)
    hint = idp.tokens(app, browser)["id_token"]
    asked = {"id_token_hint": hint, "post_logout_redirect_uri": app.client.post_logout_redirect_uris[0], "state": "s"}
    assert browser.get("/logout", asked).location == "https://app.example/bye?tenant=a&state=s"


def test_an_expired_hint(browser: PlainBrowser, idp: Deployment, hint: str) -> None:
    """§2: "The OP SHOULD accept ID Tokens when the RP identified by the ID Token's aud claim and/or sid claim has a current session"."""
    idp.clock.advance(5000)
    assert browser.get("/logout", {"id_token_hint": hint, "post_logout_redirect_uri": BYE}).location == BYE


def test_a_hint_alone(idp: Deployment, browser: PlainBrowser, hint: str) -> None:
    """Conformance: -no-post-logout-redirect-uri: the session ends, and a page says so."""
    assert says_so(browser.get("/logout", {"id_token_hint": hint, "state": "x"}))
    assert not signed_in(idp, browser)


def test_a_logout_without_a_session_returns_to_the_app(idp: Deployment, hint: str) -> None:
    """Without a session the hint still allows the redirect to the app."""
    stranger = idp.browser()
    assert stranger.get("/logout", {"id_token_hint": hint, "post_logout_redirect_uri": BYE}).location == BYE
    assert says_so(stranger.get("/logout"))


# --- without a valid hint the person is asked --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"state": "x"},
        {"client_id": WEB.id},
        {"post_logout_redirect_uri": BYE},
        {"post_logout_redirect_uri": BYE, "state": "x", "client_id": WEB.id},
    ],
)
def test_without_a_hint(idp: Deployment, browser: PlainBrowser, asked: dict[str, str]) -> None:
    """C-13, ASVS 10.6.2: conformance -no-params, -only-state, -no-id-token-hint: a page asks first, so a link alone ends no session."""
    assert asks(browser.get("/logout", asked))
    assert signed_in(idp, browser)


@pytest.mark.parametrize("hint_of", ["x", "..", "a.b.c", "x" * 30_000, "\x00"])
def test_a_bad_hint(idp: Deployment, browser: PlainBrowser, hint_of: str) -> None:
    """Conformance: -bad-id-token-hint."""
    answer = browser.post("/logout", {"id_token_hint": hint_of, "post_logout_redirect_uri": BYE, "state": "x"})
    assert asks(answer)
    assert signed_in(idp, browser)


def test_a_forged_hint_is_refused(idp: Deployment, ada: User, hint: str) -> None:
    """D-01 … D-14, conformance -modified-id-token-hint (alg none), -bad-id-token-hint (the key of another issuer)."""
    browser = idp.browser(ada)

    def refuses(forged: str) -> bool:
        answer = browser.post("/logout", {"id_token_hint": forged, "post_logout_redirect_uri": BYE, "state": "x"})
        return asks(answer)

    for forged in (
        forgeries.forged_without_our_key(idp, hint),
        forgeries.forged_with_our_key(idp, hint),
        forgeries.missing_claims(idp, hint, "sub", "aud"),
    ):
        forgeries.all_refused(forged, refuses)
    assert signed_in(idp, browser)


def test_other_tokens_are_no_hints(idp: Deployment, ada: User) -> None:
    """D-09: access tokens, refresh tokens, codes and other JWTs of the provider are refused as id_token_hint."""
    browser = idp.browser(ada)
    tokens = idp.tokens(WEB, browser)
    claims = claims_of(tokens["id_token"])
    answer_jwt = rs256(
        own_key(idp.services), header_of(tokens["id_token"]), {"iss": ISSUER, "aud": WEB.id, "exp": claims["exp"], "sub": ada.id}
    )
    for other in (tokens["access_token"], tokens["refresh_token"], idp.code(WEB, browser), answer_jwt):
        assert asks(browser.get("/logout", {"id_token_hint": other, "post_logout_redirect_uri": BYE}))


def test_a_hint_of_another_person_asks(idp: Deployment, browser: PlainBrowser) -> None:
    """§2: a hint about a person who is not signed in here makes the page ask first."""
    theirs = idp.tokens(WEB, idp.person())["id_token"]
    assert asks(browser.get("/logout", {"id_token_hint": theirs, "post_logout_redirect_uri": BYE}))
    assert signed_in(idp, browser)


def test_a_client_id_that_is_not_the_hints(idp: Deployment, browser: PlainBrowser, hint: str) -> None:
    """§2: "the OP MUST verify that the Client Identifier matches the one used when issuing the ID Token"."""
    asked = {"id_token_hint": hint, "client_id": OTHER.id, "post_logout_redirect_uri": OTHER.client.post_logout_redirect_uris[0]}
    answer = browser.get("/logout", asked)
    assert asks(answer)
    assert says_so(confirm(browser, answer)), "nor is anybody sent there after it"


BAD_URIS = [
    f"{BYE}/", f"{BYE}?x=1", f"{BYE}#x", "https://WEB.example/bye", "https://web.example/bye2", "https://web.example@evil.example/bye",
    "https://evil.example/bye", "//evil.example", "/\\evil.example", "javascript:alert(1)", "data:text/html,x", "https://web.example/bye/../x",
    OTHER.client.post_logout_redirect_uris[0], WEB.redirect_uri, "", "x", "\r\nSet-Cookie: evil=1", f"{BYE}\x00", f" {BYE}", "https://web.example:443/bye",
]  # fmt: skip


@pytest.mark.parametrize("uri", BAD_URIS)
def test_an_unregistered_uri_gets_no_redirect(idp: Deployment, browser: PlainBrowser, hint: str, uri: str) -> None:
    """C-13, §3: "must have been previously registered [...] exactly match"; conformance -bad-…, -query-added-…: there is no redirect."""
    answer = browser.get("/logout", {"id_token_hint": hint, "post_logout_redirect_uri": uri, "state": "x"})
    assert answer.location is None
    if asks(answer):
        answer = confirm(browser, answer)
        assert answer.location is None
    assert not signed_in(idp, browser)
    assert idp.browser().get("/logout", {"id_token_hint": hint, "post_logout_redirect_uri": uri}).location is None


def test_a_disabled_or_deleted_client(idp: Deployment, ada: User) -> None:
    """E-07: no redirect goes to a disabled or deleted client."""
    app = idp.app()
    browser = idp.browser(ada)
    asked = {"id_token_hint": idp.tokens(app, browser)["id_token"], "post_logout_redirect_uri": app.client.post_logout_redirect_uris[0]}
    page = browser.get("/logout", {"client_id": app.id, "post_logout_redirect_uri": asked["post_logout_redirect_uri"]})
    idp.change(app, disabled=True)
    assert browser.get("/logout", asked).location is None
    assert confirm(browser, page).location is None, "not even by a page from before"
    assert idp.services.clients.delete(app.id)
    assert idp.browser(ada).get("/logout", asked).location is None


@pytest.mark.parametrize("query", ["client_id=a&client_id=b", "id_token_hint=%ff", "post_logout_redirect_uri=a&post_logout_redirect_uri=b"])
def test_a_malformed_request_is_refused(idp: Deployment, browser: PlainBrowser, query: str) -> None:
    """The answer is an error page, and the session continues."""
    answer = browser.get("/logout", query)
    assert answer.is_page
    assert answer.status == 400
    assert signed_in(idp, browser)


# --- the page that asks -------------------------------------------------------------------------------------------------


def test_a_confirmed_logout_returns_to_the_registered_uri(idp: Deployment, browser: PlainBrowser) -> None:
    """§3: after confirmation the browser is redirected to the registered URI."""
    page = browser.get("/logout", {"client_id": WEB.id, "post_logout_redirect_uri": BYE, "state": "s"})
    assert confirm(browser, page).location == f"{BYE}?state=s"
    assert SESSION not in browser.cookies
    assert not signed_in(idp, browser)


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"}, {"origin": "null"}, {"origin": "https://idp.example.evil.example"}, {"origin": "http://idp.example"},
        {"origin": "https://idp.example:444"}, {"origin": ""},
    ],
)  # fmt: skip
def test_another_sites_form(idp: Deployment, browser: PlainBrowser, headers: dict[str, str]) -> None:
    """F-02: the form is accepted only from the provider's own origin."""
    page = browser.get("/logout")
    assert confirm(browser, page, **headers).status == 403
    assert signed_in(idp, browser)


def test_another_sessions_form(idp: Deployment, ada: User, browser: PlainBrowser) -> None:
    """B-17: the form is bound to one session, and ends no other."""
    page = idp.browser(ada).get("/logout")
    confirm(browser, page)
    assert signed_in(idp, browser)


@pytest.mark.parametrize("field", ["", "x", "{code}", "{session}"])
def test_a_forged_form(idp: Deployment, browser: PlainBrowser, field: str) -> None:
    """B-11: a value that is not sealed for this form is refused."""
    known = {"code": idp.code(WEB, browser), "session": browser.cookies[SESSION]}
    answer = browser.post("/logout/confirm", {"request": field.format(**known)}, headers=[("origin", ISSUER)])
    assert answer.location == "/logout"
    assert signed_in(idp, browser)


def test_saying_yes_twice(idp: Deployment, browser: PlainBrowser) -> None:
    """Submitting the form again, by the back button, shows the same page."""
    cookies = dict(browser.cookies)
    page = browser.get("/logout")
    assert says_so(confirm(browser, page))
    browser.cookies.update(cookies)
    assert says_so(confirm(browser, page))


def test_the_pages_say_what_happens_to_apps_without_a_logout_address(browser: PlainBrowser) -> None:
    """Apps without a logout URI get no logout message and may keep the person signed in. Both pages say this."""
    question = browser.get("/logout")
    assert "Other apps that are open now may stay signed in until you sign out there." in question.text
    assert "was not told and may still be signed in" in confirm(browser, question).text


# --- what ends with a session -------------------------------------------------------------------------------------------


def test_other_sessions_go_on(idp: Deployment, ada: User, browser: PlainBrowser, hint: str) -> None:
    """Logout ends only this browser's session."""
    elsewhere = idp.browser(ada)
    browser.get("/logout", {"id_token_hint": hint})
    assert signed_in(idp, elsewhere)


def test_tokens_of_the_session_end_with_it(idp: Deployment, ada: User) -> None:
    """C-12, documented: tokens without offline_access end for every app at once. Tokens of another session stay valid."""
    browser, elsewhere = idp.browser(ada), idp.browser(ada)
    here = [idp.tokens(app, browser, scope="openid") for app in (WEB, OTHER)]
    offline = idp.tokens(WEB, browser)
    there = idp.tokens(WEB, elsewhere, scope="openid")
    browser.get("/logout", {"id_token_hint": here[0]["id_token"]})
    assert [idp.userinfo(tokens["access_token"]).status for tokens in here] == [401, 401]
    assert idp.userinfo(offline["access_token"]).status == 200
    assert idp.userinfo(there["access_token"]).status == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_methods_other_than_get_and_post_are_refused(idp: Deployment, method: str) -> None:
    """§2: "MUST support the use of the HTTP GET and POST methods". Other methods get 405."""
    assert idp.send(method, "/logout").status == 405
    assert idp.send(method, "/logout/confirm").status == 405


def test_the_address_of_the_answer_opened_again(idp: Deployment, browser: PlainBrowser) -> None:
    """GET of /logout/confirm ends no session and redirects to the question."""
    answer = browser.get("/logout/confirm")
    assert (answer.status, answer.header("location")) == (303, "/logout")
    assert answer.headers("set-cookie") == []


def test_head_ends_nothing(idp: Deployment, browser: PlainBrowser, hint: str) -> None:
    """RFC 9110 §9.2.1."""
    idp.send("HEAD", "/logout", query=urlencode({"id_token_hint": hint}), headers=[("cookie", f"{SESSION}={browser.cookies[SESSION]}")])
    assert signed_in(idp, browser)
