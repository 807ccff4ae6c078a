"""Back-channel logout (OpenID Connect Back-Channel Logout 1.0): each app receives one logout token. Failed requests are sent again."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.services.audit.recorder import SYSTEM
from idp.services.keys import jose
from idp.services.sessions import backchannel_logout
from idp.services.sessions.backchannel_logout import EVENT, WAITS
from idp.services.sessions.browser_sessions import COOKIE
from idp.store.deliveries import Delivery
from tests.integration.oidc.forging import claims_of
from tests.integration.oidc.logout_apps import Apps
from tests.support.calling import PlainBrowser
from tests.support.deployment import ISSUER, SESSION, WEB, App, Deployment

if TYPE_CHECKING:
    from idp.domain.people.user import User


@pytest.fixture
def apps(idp: Deployment) -> Apps:
    """Return the apps' receivers of logout tokens, in place of HTTP."""
    made = Apps()
    vars(idp.services)["outgoing"] = made
    return made


_numbers = count(1)


def listening(idp: Deployment, **metadata: Any) -> App:
    """Return an app with a backchannel_logout_uri of its own."""
    name = f"https://rp{next(_numbers)}.example/backchannel"
    return idp.app(backchannel_logout_uri=name, **metadata)


def sign_out(browser: PlainBrowser, id_token: str) -> None:
    """Sign out by RP-initiated logout."""
    assert browser.get("/logout", {"id_token_hint": id_token}).status == 200


def claims(idp: Deployment, token: str) -> dict[str, Any]:
    """Return the logout token's claims, verified with the published keys."""
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
    """§2: each app that the session logged in to is notified. Apps of other sessions and apps without a URI are not."""
    first, second, elsewhere = (listening(idp) for _ in range(3))
    user = idp.person()
    browser = idp.browser(user)
    tokens = [idp.tokens(app, browser) for app in (first, second, WEB)]
    idp.tokens(elsewhere, user)
    sign_out(browser, tokens[0]["id_token"])
    assert sorted(url for url, _ in apps.heard) == sorted(str(app.client.backchannel_logout_uri) for app in (first, second))


def test_a_logout_token_is_nothing_else(idp: Deployment, apps: Apps) -> None:
    """D-09: a logout token is refused as access token at UserInfo, and as id_token_hint at logout."""
    app, user = listening(idp), idp.person()
    browser = idp.browser(user)
    sign_out(browser, idp.tokens(app, browser)["id_token"])
    token = apps.heard[0][1]["logout_token"]
    assert idp.userinfo(token).status == 401
    other = idp.browser(user)
    assert "confirm-logout" in other.get("/logout", {"id_token_hint": token}).text


@pytest.mark.parametrize("answer", [0, 500, 400])
def test_an_app_that_does_not_answer_is_told_again(idp: Deployment, apps: Apps, answer: int) -> None:
    """The person is signed out at once. The schedule sends the logout token again when it is due, and stops after the app answers 200."""
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
    """J-15: an event records an app that never answers, and the schedule stops."""
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


def wait(idp: Deployment, number: int) -> str:
    """Let so many logout tokens be due, and nothing else. Return the address of their app."""
    app = listening(idp)
    idp.services.backchannel_logout.run()
    now = idp.clock()
    idp.services.deliveries.put(Delivery(f"{app.id}{each}", app.id, "u", "s", now, now, 0, app.client.stamp) for each in range(number))
    return str(app.client.backchannel_logout_uri)


def test_a_run_goes_on_with_what_is_due(idp: Deployment, apps: Apps, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a page of them it reads the next one, up to a number of attempts. Each app gets each token once."""
    monkeypatch.setattr(backchannel_logout, "_READ", 3)
    monkeypatch.setattr(backchannel_logout, "MOST", 9)
    address = wait(idp, 11)
    apps.heard.clear()
    assert [idp.services.backchannel_logout.run() for _ in range(3)] == [9, 2, 0]
    assert [url for url, _ in apps.heard] == [address] * 11


def test_a_run_ends_in_time(idp: Deployment, apps: Apps, monkeypatch: pytest.MonkeyPatch) -> None:
    """An app takes all the time of a run: nothing is begun after it, and the others wait for the next run, with all their attempts."""
    monkeypatch.setattr(backchannel_logout, "_AT_ONCE", 1)
    wait(idp, 4)
    apps.heard.clear()
    slow = apps.post

    def post(*given: Any, **named: Any) -> int:
        idp.clock.advance(backchannel_logout.RUN)
        return slow(*given, **named)

    monkeypatch.setattr(apps, "post", post)
    assert idp.services.backchannel_logout.run() == 1
    left = idp.services.deliveries.due(idp.clock(), limit=10)
    assert [each.attempts for each in left] == [0, 0, 0]
    assert len(apps.heard) == 1
    monkeypatch.setattr(apps, "post", slow)
    assert idp.services.backchannel_logout.run() == 3


@pytest.mark.parametrize("how", ["session", "grant", "everything"])
def test_what_an_admin_ends_reaches_the_apps(idp: Deployment, apps: Apps, how: str) -> None:
    """Apps are notified when an admin or the account page ends a session, a grant, or everything of a user."""
    app, user = listening(idp), idp.person()
    session = idp.session(user)
    browser = idp.browser()
    browser.cookies[SESSION] = idp.services.keyring.sealer().seal(COOKIE, [user.id, session.id])
    idp.tokens(app, browser)
    (grant,) = idp.services.grants.of(user.id)
    access = idp.services.access
    idp.clock.advance(1)
    {
        "session": lambda: access.end_session(user, session.id, SYSTEM, scope=DEPLOYMENT),
        "grant": lambda: access.revoke_grant(user, grant.id, SYSTEM, scope=DEPLOYMENT),
        "everything": lambda: access.end_everything(user, SYSTEM, scope=DEPLOYMENT),
    }[how]()
    idp.clock.advance(WAITS[0])
    idp.services.backchannel_logout.run()
    assert [url for url, _ in apps.heard] == [app.client.backchannel_logout_uri]


def test_front_channel_frames_are_loaded_before_going_on(idp: Deployment) -> None:
    """OpenID Connect Front-Channel Logout 1.0 §2: the page frames the app's URI with iss and sid, then goes to the registered URI."""
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
    """§2: the frame has iss and sid only if the app registered frontchannel_logout_session_required."""
    app = idp.app(frontchannel_logout_uri="https://rp.example/front")
    browser = idp.browser(idp.person())
    answer = browser.get("/logout", {"id_token_hint": idp.tokens(app, browser)["id_token"]})
    assert 'src="https://rp.example/front"' in answer.text


PASSWORD = "nine wet walruses"


def signed_in_again(idp: Deployment, browser: PlainBrowser, app: App, user: User) -> None:
    """Sign in again in the same browser, with the password."""
    page = idp.authorize(browser, app, prompt="login")
    assert idp.log_in(browser, page, user, PASSWORD).answered["code"]


def test_apps_from_before_the_person_signed_in_again_hear(idp: Deployment, apps: Apps) -> None:
    """Signing in again changes the session id (F-01) but not its sid. A sign-out ends the whole session, and each app receives that sid."""
    first, second, user = listening(idp), listening(idp), idp.person(password=PASSWORD)
    browser = idp.browser(user)
    before = idp.tokens(first, browser, scope="openid")
    signed_in_again(idp, browser, second, user)
    signed_in_again(idp, browser, second, user)
    after = idp.tokens(second, browser, scope="openid")
    assert idp.userinfo(before["access_token"]).status == 200
    sign_out(browser, after["id_token"])
    heard = {url: claims(idp, form["logout_token"])["sid"] for url, form in apps.heard}
    sids = [claims_of(tokens["id_token"])["sid"] for tokens in (before, after)]
    assert heard == {first.client.backchannel_logout_uri: sids[0], second.client.backchannel_logout_uri: sids[1]}
    assert sids[0] == sids[1]
    assert {idp.userinfo(tokens["access_token"]).status for tokens in (before, after)} == {401}


def test_a_step_up_keeps_what_was_given(idp: Deployment) -> None:
    """A second factor changes the session id. When an admin ends the session, grants of the first id end too."""
    user = idp.person()
    session = idp.session(user)
    service = idp.services.session_service
    browser = idp.browser()
    browser.cookies[SESSION] = idp.services.keyring.sealer().seal(COOKIE, [user.id, session.id])
    token = idp.tokens(WEB, browser, scope="openid")["access_token"]
    above = service.elevate(session, method="otp", proved_for="")
    service.write(above, replaces=session)
    assert above.ids == (session.id, above.id)
    assert idp.userinfo(token).status == 200
    idp.services.access.end_session(idp.services.user_service.get(user.id, scope=DEPLOYMENT), above.id, SYSTEM, scope=DEPLOYMENT)
    assert idp.userinfo(token).status == 401


def test_apps_hear_when_another_person_signs_in_with_the_browser(idp: Deployment, apps: Apps) -> None:
    """The first person's session and grants end, and its apps are notified. The second person's session has no trace of the first."""
    app, ada, bob = listening(idp), idp.person(), idp.person(password=PASSWORD)
    browser = idp.browser(ada)
    tokens = idp.tokens(app, browser, scope="openid")
    signed_in_again(idp, browser, WEB, bob)
    assert idp.userinfo(tokens["access_token"]).status == 401
    idp.clock.advance(WAITS[0])
    assert idp.services.backchannel_logout.run() >= 1
    assert [url for url, _ in apps.heard] == [app.client.backchannel_logout_uri]
    (session,) = idp.services.access.sessions(idp.services.user_service.get(bob.id, scope=DEPLOYMENT), scope=DEPLOYMENT)
    assert session.ids == (session.id,)
