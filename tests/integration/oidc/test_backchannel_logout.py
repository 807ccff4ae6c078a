"""Back-channel logout (OpenID Connect Back-Channel Logout 1.0): apps hear of the end of a session, once each, until they heard it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from idp.adapters.outgoing import Fetched, FetchRefused
from idp.services import jose
from idp.services.audit import SYSTEM
from idp.services.backchannel_logout import EVENT, WAITS
from idp.services.sessions import COOKIE
from tests.integration.oidc.calling import Browser
from tests.integration.oidc.deployment import ISSUER, SESSION, WEB, App, Deployment

if TYPE_CHECKING:
    from collections.abc import Mapping


class Apps:
    """What apps were sent, at the network's edge: their answers are what the test says."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, dict[str, str]]] = []
        self.answers: dict[str, int] = {}

    def get(self, url: str, *, accept: str = "", limit: int = 0, timeout: float = 0) -> Fetched:
        del url, accept, limit, timeout
        raise FetchRefused("not asked")

    def post(self, url: str, form: Mapping[str, str], *, timeout: float = 0) -> int:
        del timeout
        answer = self.answers.get(url, 200)
        if not answer:
            raise FetchRefused("down")
        if answer == 200:
            self.heard.append((url, dict(form)))
        return answer


@pytest.fixture
def apps(idp: Deployment) -> Apps:
    """The apps of this deployment."""
    made = Apps()
    vars(idp.services)["outgoing"] = made
    return made


def listening(idp: Deployment, **metadata: Any) -> App:
    """An app that wants to hear."""
    name = f"https://rp{id(metadata)}.example/backchannel"
    return idp.app(backchannel_logout_uri=name, **metadata)


def sign_out(browser: Browser, id_token: str) -> None:
    """RP-initiated logout."""
    assert browser.get("/logout", {"id_token_hint": id_token}).status == 200


def claims(idp: Deployment, token: str) -> dict[str, Any]:
    """The logout token's claims, verified with the published keys."""
    header = jose.unverified_header(token)
    assert header
    assert header["typ"] == "logout+jwt"
    key = next(key for key in idp.get("/jwks").json["keys"] if key["kid"] == header["kid"])
    found = jose.verify(token, key, alg="RS256")
    assert found
    return found


def test_an_app_hears_of_the_sign_out(idp: Deployment, apps: Apps) -> None:
    """§2.4, §2.5: one form field, a signed logout token with iss, aud, iat, exp, jti, events, sub and sid, and no nonce."""
    app, user = listening(idp), idp.person()
    browser = idp.browser(user)
    id_token = idp.tokens(app, browser)["id_token"]
    sign_out(browser, id_token)
    ((url, form),) = apps.heard
    assert url == app.client.backchannel_logout_uri
    assert set(form) == {"logout_token"}
    told = claims(idp, form["logout_token"])
    assert (told["iss"], told["aud"], told["sub"]) == (ISSUER, app.id, user.id)
    assert told["events"] == {EVENT: {}}
    assert told["sid"]
    assert idp.clock() < told["exp"] <= idp.clock() + 120
    assert "nonce" not in told


def test_every_app_of_the_session_hears_and_no_other(idp: Deployment, apps: Apps) -> None:
    """§2: RPs that were logged into by this session; apps of other sessions and apps without an address hear nothing."""
    first, second, elsewhere = (listening(idp) for _ in range(3))
    user = idp.person()
    browser = idp.browser(user)
    tokens = [idp.tokens(app, browser) for app in (first, second, WEB)]
    idp.tokens(elsewhere, user)
    sign_out(browser, tokens[0]["id_token"])
    assert sorted(url for url, _ in apps.heard) == sorted(str(app.client.backchannel_logout_uri) for app in (first, second))


def test_a_logout_token_is_nothing_else(idp: Deployment, apps: Apps) -> None:
    """D-09: it opens no UserInfo and vouches for no logout."""
    app, user = listening(idp), idp.person()
    browser = idp.browser(user)
    sign_out(browser, idp.tokens(app, browser)["id_token"])
    token = apps.heard[0][1]["logout_token"]
    assert idp.userinfo(token).status == 401
    other = idp.browser(user)
    assert "confirm-logout" in other.get("/logout", {"id_token_hint": token}).text


@pytest.mark.parametrize("answer", [0, 500, 400])
def test_an_app_that_does_not_answer_is_told_again(idp: Deployment, apps: Apps, answer: int) -> None:
    """The person is signed out all the same; the schedule tries again when it is due, and only once it was heard it stops."""
    app, user = listening(idp), idp.person()
    address = str(app.client.backchannel_logout_uri)
    apps.answers[address] = answer
    browser = idp.browser(user)
    sign_out(browser, idp.tokens(app, browser)["id_token"])
    assert idp.authorize(browser, WEB, prompt="none").answered["error"] == "login_required"
    idp.services.backchannel_logout.run()
    assert not apps.heard, "it is not due yet"
    apps.answers[address] = 200
    idp.clock.advance(WAITS[1])
    idp.services.backchannel_logout.run()
    idp.clock.advance(WAITS[-1])
    idp.services.backchannel_logout.run()
    assert [url for url, _ in apps.heard] == [address]


def test_in_the_end_it_is_given_up_and_recorded(idp: Deployment, apps: Apps) -> None:
    """J-15: an app that never answers leaves an event."""
    app, user = listening(idp), idp.person()
    apps.answers[str(app.client.backchannel_logout_uri)] = 0
    browser = idp.browser(user)
    sign_out(browser, idp.tokens(app, browser)["id_token"])
    for pause in WAITS:
        idp.clock.advance(pause)
        idp.services.backchannel_logout.run()
    rows = idp.services.database.query_all("state", f"USER#{user.id}", sk_begins="EVENT#")
    assert "backchannel_logout.given_up" in [row["type"]["S"] for row in rows]
    apps.answers.clear()
    idp.clock.advance(WAITS[-1])
    idp.services.backchannel_logout.run()
    assert not apps.heard


@pytest.mark.parametrize("how", ["session", "grant", "everything"])
def test_what_an_admin_ends_reaches_the_apps(idp: Deployment, apps: Apps, how: str) -> None:
    """Sessions and grants that are ended by an admin or on the account page are told as well."""
    app, user = listening(idp), idp.person()
    session = idp.session(user)
    browser = idp.browser()
    browser.cookies[SESSION] = idp.services.keyring.sealer().seal(COOKIE, [user.id, session.id])
    idp.tokens(app, browser)
    (grant,) = idp.services.grants.of(user.id)
    access = idp.services.access
    idp.clock.advance(1)
    {
        "session": lambda: access.end_session(user, session.id, SYSTEM),
        "grant": lambda: access.revoke_grant(user, grant.id, SYSTEM),
        "everything": lambda: access.end_everything(user, SYSTEM),
    }[how]()
    idp.clock.advance(WAITS[0])
    idp.services.backchannel_logout.run()
    assert [url for url, _ in apps.heard] == [app.client.backchannel_logout_uri]


def test_front_channel_frames_are_loaded_before_going_on(idp: Deployment) -> None:
    """OpenID Connect Front-Channel Logout 1.0 §2: the app's page with iss and sid, framed; then on to the registered URI."""
    app = idp.app(frontchannel_logout_uri="https://rp.example/front?x=1", frontchannel_logout_session_required=True)
    browser = idp.browser(idp.person())
    id_token = idp.tokens(app, browser)["id_token"]
    back = app.client.post_logout_redirect_uris[0]
    answer = browser.get("/logout", {"id_token_hint": id_token, "post_logout_redirect_uri": back, "state": "s"})
    assert answer.is_page
    assert '<iframe class="frontchannel" src="https://rp.example/front?x=1&amp;iss=https%3A%2F%2Fidp.example&amp;sid=' in answer.text
    assert f'content="2; url={back}?state=s"' in answer.text
    assert "frame-src https://rp.example" in (answer.header("content-security-policy") or "")
    assert idp.authorize(browser, WEB, prompt="none").answered["error"] == "login_required"


def test_without_session_required_the_frame_says_nothing_of_the_person(idp: Deployment) -> None:
    """§2: iss and sid only where the app asks for them."""
    app = idp.app(frontchannel_logout_uri="https://rp.example/front")
    browser = idp.browser(idp.person())
    answer = browser.get("/logout", {"id_token_hint": idp.tokens(app, browser)["id_token"]})
    assert 'src="https://rp.example/front"' in answer.text
