"""A session keeps its sid when its user signs in again, so its end reaches every app (Back-Channel Logout 1.0 §2.3)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.sessions.request_origin import Origin
from idp.services.audit.recorder import SYSTEM
from idp.store.sessions import item
from tests.integration.oidc.forging import claims_of
from tests.support.deployment import OTHER, SESSION, WEB, Deployment

if TYPE_CHECKING:
    from idp.domain.people.user import User
    from idp.domain.sessions.session import Session
    from tests.support.calling import PlainBrowser

PASSWORD = "a good enough password"  # the password of the test users


def signs_in_again(idp: Deployment, browser: PlainBrowser, user: User) -> str:
    """Signs in again at an app that sends prompt=login; returns its ID Token."""
    answer = idp.log_in(browser, idp.authorize(browser, OTHER, prompt="login"), user, PASSWORD)
    return str(idp.redeem(OTHER, answer.answered["code"]).json["id_token"])


def the_session(idp: Deployment, user: User) -> Session:
    """The user's only live session."""
    (session,) = idp.services.access.sessions(idp.services.user_service.get(user.id, scope=DEPLOYMENT), scope=DEPLOYMENT)
    return session


@pytest.mark.parametrize("times", [1, 9, 10, 11, 25])
def test_no_app_is_forgotten(idp: Deployment, times: int) -> None:
    """The tokens of the first app end with the session, after any number of sign-ins in between."""
    user = idp.person(password=PASSWORD)
    browser = idp.browser(user)
    first = idp.tokens(WEB, browser, scope="openid")
    hints = [signs_in_again(idp, browser, user) for _ in range(times)]
    assert idp.userinfo(first["access_token"]).status == 200
    browser.get("/logout", {"id_token_hint": hints[-1]})
    assert idp.userinfo(first["access_token"]).status == 401


def test_the_item_does_not_grow(idp: Deployment) -> None:
    """The session's item keeps its size after any number of sign-ins."""
    user, service = idp.person(), idp.services.session_service
    session = service.begin(user, proved_for="", origin=Origin())
    sizes = set()
    for _ in range(50):
        session = service.begin(user, proved_for="", origin=Origin(), follows=session)
        sizes.add(len(str(item(session, retention=1).raw())))
    assert len(sizes) == 1
    assert len(session.ids) == 2


def test_the_cookie_is_another_each_time_and_the_sid_is_not(idp: Deployment) -> None:
    """F-01: each change of privilege makes a new session id. The sid may stay, since it does not open a session."""
    user = idp.person(password=PASSWORD)
    browser = idp.browser(user)
    cookies, sids = {browser.cookies[SESSION]}, {claims_of(idp.tokens(WEB, browser)["id_token"]).get("sid")}
    (sid,) = {grant.session_id for grant in idp.services.grants.of(user.id)}
    for _ in range(3):
        sids.add(claims_of(signs_in_again(idp, browser, user)).get("sid"))
        cookies.add(browser.cookies[SESSION])
    assert len(cookies) == 4
    assert len(sids) == 1
    assert {grant.session_id for grant in idp.services.grants.of(user.id)} == {sid} == {the_session(idp, user).sid}


def test_a_second_factor_keeps_it(idp: Deployment) -> None:
    """The sid stays from the pending session after the password to the session after the second factor."""
    user, service = idp.person(), idp.services.session_service
    pending = replace(service.begin(user, proved_for="", origin=Origin()), pending=True)
    above = service.elevate(pending, method="otp", proved_for="")
    again = service.begin(user, proved_for="", origin=Origin(), follows=above)
    last = service.elevate(replace(again, pending=True), method="otp", proved_for="")
    assert above.sid == again.sid == last.sid
    assert len({pending.id, above.id, again.id, last.id}) == 4


def test_what_was_ended_is_not_gone_on_with(idp: Deployment) -> None:
    """Apps were notified that the session with this sid ended, so the next session has another sid."""
    user, service = idp.person(), idp.services.session_service
    before = service.elevate(service.begin(user, proved_for="", origin=Origin()), method="otp", proved_for="")
    other = idp.person()
    assert service.begin(other, proved_for="", origin=Origin(), follows=before).sid not in before.ids, "somebody else"
    after = replace(user, security_stamp=user.security_stamp + 1)
    assert service.begin(after, proved_for="", origin=Origin(), follows=before).sid not in before.ids, "signed out everywhere"
    assert service.renew(before, after).sid not in before.ids, "a new password"


def test_a_session_that_another_browser_ended(idp: Deployment) -> None:
    """When the user signs in again in the first browser, the session has another sid."""
    user = idp.person(password=PASSWORD)
    browser = idp.browser(user)
    idp.tokens(WEB, browser)
    before = the_session(idp, user)
    idp.services.access.end_session(user, before.id, SYSTEM, scope=DEPLOYMENT)
    idp.clock.advance(1)
    signs_in_again(idp, browser, user)
    assert the_session(idp, user).sid not in before.ids


@pytest.mark.parametrize("known_as", ["one", "two", "id"])
def test_sessions_of_an_earlier_release(idp: Deployment, known_as: str) -> None:
    """Their items list ids and have no first_id. A logout reaches the apps of each listed id, also after another sign-in."""
    user = idp.person(password=PASSWORD)
    browser = idp.browser()
    session = idp.sign_in(browser, user, earlier=("one", "two"))
    token = idp.tokens(WEB, browser, scope="openid")["access_token"]
    (grant,) = idp.services.grants.of(user.id)
    idp.services.grants.put(replace(grant, id="moved", session_id=session.id if known_as == "id" else known_as))
    hint = signs_in_again(idp, browser, user)
    browser.get("/logout", {"id_token_hint": hint})
    assert all(each.revoked_at for each in idp.services.grants.of(user.id) if not each.is_offline)
    assert idp.userinfo(token).status == 401


def test_a_release_before_this_one_reads_the_item(idp: Deployment) -> None:
    """Both releases run during a deployment. The earlier one reads the ids from `earlier`, so `earlier` contains the first id."""
    user, service = idp.person(), idp.services.session_service
    first = service.begin(user, proved_for="", origin=Origin())
    later = service.begin(user, proved_for="", origin=Origin(), follows=first)
    assert item(later, retention=1).earlier.split() == [first.id]


def test_a_consent_page_of_before_counts(idp: Deployment) -> None:
    """After the same user signs in again in another tab, the answer on the earlier consent page is accepted."""
    app = idp.app(first_party=False)
    user = idp.person(password=PASSWORD)
    browser = idp.browser(user)
    signs_in_again(idp, browser, user)
    page = idp.authorize(browser, app, scope="openid")
    for _ in range(12):
        signs_in_again(idp, browser, user)
    form = {**page.fields, "decision": "approve"}
    assert "code" in browser.post("/consent", form, headers=[("origin", "https://idp.example")]).answered
