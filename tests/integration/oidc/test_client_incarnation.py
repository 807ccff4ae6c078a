"""Tokens, codes and consent of an app end when it is deleted or disabled. Neither a new app with its id nor enabling it restores them.

Everything happens in one second, so creation times cannot tell the two apps apart.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from idp.adapters.dynamodb_reader import Reader
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.access.trusted_issuer import TrustedIssuer
from idp.domain.apps.grant_types import DEVICE_CODE, TOKEN_EXCHANGE
from idp.domain.tokens.id_jag import TOKEN_TYPE
from idp.oauth.token.grants.token_exchange import ACCESS_TOKEN
from idp.services.audit.recorder import SYSTEM
from idp.services.authorizer.stored_subjects import StoredSubjects
from idp.services.authorizer.token_liveness import TokenLiveness
from idp.services.sessions.backchannel_logout import WAITS
from idp.verify import Refused, Verifier
from idp.verify.decisions import Subject
from tests.integration.oidc.chat import CHAT
from tests.integration.oidc.conftest import WithSettings
from tests.integration.oidc.devices import begin, decided, poll, typed
from tests.integration.oidc.forging import claims_of
from tests.integration.oidc.incarnations import ENDS, MADE, End, Make, recreated, registered
from tests.integration.oidc.logout_apps import Apps
from tests.support.deployment import API, ISSUER, OTHER_API, App, Deployment, asked_by

ORIGIN = [("origin", ISSUER)]
SERVICE = {"grant_types": ["client_credentials"], "scope": "read", "resources": [API], "redirect_uris": [], "first_party": False}
EXCHANGER = {
    "grant_types": [TOKEN_EXCHANGE], "redirect_uris": [], "scope": "", "introspects": [API], "token_exchange_audiences": [OTHER_API],
    "token_exchange_scopes": ["openid"],
}  # fmt: skip


@pytest.fixture(params=ENDS, ids=str)
def end(request: pytest.FixtureRequest) -> End:
    """Return a function that ends the app and brings its id back."""
    return ENDS[request.param]


@pytest.fixture(params=MADE, ids=str)
def make(request: pytest.FixtureRequest) -> Make:
    """Return a function that makes an app, with or without an incarnation."""
    return MADE[request.param]


def authorizer(idp: Deployment, endpoint: str, audience: str = API) -> Callable[[str], bool]:
    """Return a function that tells whether an authorizer with its revocation check on accepts a token."""
    live = TokenLiveness(Reader(idp.services.settings.table_prefix, region="us-east-1", endpoint=endpoint), idp.clock)
    verifier = Verifier(issuer=ISSUER, audience=audience, fetch=lambda: idp.get("/jwks").body, clock=idp.clock, live=live)

    def allows(token: str) -> bool:
        try:
            verifier.verify(f"Bearer {token}")
        except Refused:
            return False
        return True

    return allows


def test_a_code_ends_with_the_client_that_it_was_made_for(idp: Deployment, make: Make, end: End) -> None:
    """A code from before the app's end is refused. A code of an app that was left alone is redeemed."""
    app = make(idp)
    code, other = idp.code(app, idp.person()), idp.code(app, idp.person())
    assert idp.redeem(app, other).status == 200
    assert idp.redeem(end(idp, app), code).error == "invalid_grant"


def test_tokens_of_a_grant(idp: Deployment, quick_endpoint: str, make: Make, end: End) -> None:
    """Refresh and access tokens from before the app's end are refused at the token endpoint, introspection, UserInfo and the authorizer."""
    app = make(idp, resources=[API])
    tokens = idp.tokens(app, idp.person())
    allows = authorizer(idp, quick_endpoint)
    assert allows(tokens["access_token"])
    assert "cst" not in claims_of(tokens["access_token"])
    assert idp.userinfo(tokens["access_token"]).status == 200
    after = end(idp, app)
    assert idp.refresh(after, tokens["refresh_token"]).error == "invalid_grant"
    assert not idp.alive(after, tokens["refresh_token"])
    assert not idp.alive(after, tokens["access_token"])
    assert idp.userinfo(tokens["access_token"]).status == 401
    assert not allows(tokens["access_token"])
    assert idp.tokens(after, idp.person())["refresh_token"]


def test_an_apps_own_token(idp: Deployment, quick_endpoint: str, make: Make, end: End) -> None:
    """client_credentials: introspection and the authorizer refuse a token from before the app's end, and accept a later one."""
    app = make(idp, **SERVICE)
    token = idp.call(app, "/token", grant_type="client_credentials").json["access_token"]
    allows = authorizer(idp, quick_endpoint)
    assert allows(token)
    assert idp.alive(app, token)
    after = end(idp, app)
    assert not allows(token)
    assert not idp.alive(after, token)
    following = idp.call(after, "/token", grant_type="client_credentials").json["access_token"]
    assert allows(following)
    assert idp.alive(after, following)
    assert "cst" not in idp.call(after, "/introspect", token=following).json


def test_stored_roles_are_not_told_of_another_apps_token(idp: Deployment, quick_endpoint: str, make: Make, end: End) -> None:
    """An authorizer that reads an app's stored roles finds none for a token from before the app's end."""
    app = make(idp, **SERVICE)
    token = idp.call(app, "/token", grant_type="client_credentials").json["access_token"]
    look = StoredSubjects(Reader(idp.services.settings.table_prefix, region="us-east-1", endpoint=quick_endpoint), idp.clock)
    assert look(Subject.of(claims_of(token)))
    after = end(idp, app)
    assert look(Subject.of(claims_of(token))) is None
    assert look(Subject.of(claims_of(idp.call(after, "/token", grant_type="client_credentials").json["access_token"])))


@pytest.mark.parametrize("who", ["the one that exchanged it", "the one that the person trusted"])
def test_an_exchanged_token(idp: Deployment, quick_endpoint: str, make: Make, end: End, who: str) -> None:
    """RFC 8693: an exchanged token ends when either app ends."""
    shop, api = make(idp, resources=[API]), make(idp, **EXCHANGER)
    subject = idp.tokens(shop, idp.person())["access_token"]
    form = {"subject_token": subject, "subject_token_type": ACCESS_TOKEN, "resource": OTHER_API}
    token = idp.call(api, "/token", grant_type=TOKEN_EXCHANGE, **form).json["access_token"]
    allows = authorizer(idp, quick_endpoint, OTHER_API)
    assert allows(token)
    assert idp.userinfo(token).status == 200
    end(idp, api if who == "the one that exchanged it" else shop)
    assert not allows(token)
    assert idp.userinfo(token).status == 401


def test_a_token_is_not_exchanged(idp: Deployment, make: Make, end: End) -> None:
    """RFC 8693: a subject token from before its app's end is refused."""
    shop, api = make(idp, resources=[API]), registered(idp, **EXCHANGER)
    form = {"subject_token_type": ACCESS_TOKEN, "resource": OTHER_API}
    form["subject_token"] = idp.tokens(shop, idp.person())["access_token"]
    end(idp, shop)
    assert idp.call(api, "/token", grant_type=TOKEN_EXCHANGE, **form).error == "invalid_request"


@pytest.mark.parametrize("kind", ["id_token", "refresh_token"])
def test_an_id_jag(with_settings: WithSettings, make: Make, end: End, kind: str) -> None:
    """ID-JAG section 4.3: an ID Token or a refresh token from before the app's end gets no ID-JAG."""
    idp = with_settings(id_jag="on")
    grants = ["authorization_code", "refresh_token", TOKEN_EXCHANGE]
    app = make(idp, grant_types=grants, id_jag_audiences={CHAT: {"client_id": "wiki-at-chat", "scope": "chat.read"}})
    shown = idp.tokens(app, idp.person())[kind]
    form = {"requested_token_type": TOKEN_TYPE, "audience": CHAT, "subject_token_type": f"urn:ietf:params:oauth:token-type:{kind}"}
    form |= {"grant_type": TOKEN_EXCHANGE, "subject_token": shown}
    assert idp.call(app, "/token", **form).status == 200
    assert idp.call(end(idp, app), "/token", **form).error == "invalid_request"


def test_a_device_that_waits(idp: Deployment, make: Make, end: End) -> None:
    """RFC 8628: a device code from before the app's end cannot be approved, and the device must start again."""
    idp.address = "192.0.2.81"
    app = make(idp, grant_types=[DEVICE_CODE, "refresh_token"], redirect_uris=[])
    codes = begin(idp, app)
    after = end(idp, app)
    refused = typed(idp.browser(idp.person()), codes["user_code"])
    assert (refused.status, refused.is_page) == (400, True)
    assert poll(idp, after, codes).error == "invalid_grant"


def test_a_device_that_was_allowed(idp: Deployment, make: Make, end: End) -> None:
    """RFC 8628: an approval from before the app's end gives no tokens."""
    idp.address = "192.0.2.82"
    app = make(idp, grant_types=[DEVICE_CODE, "refresh_token"], redirect_uris=[])
    codes, browser = begin(idp, app), idp.browser(idp.person())
    assert decided(browser, typed(browser, codes["user_code"])).status == 200
    assert poll(idp, end(idp, app), codes).error == "invalid_grant"


def test_a_request_that_is_being_answered(idp: Deployment, make: Make, end: End) -> None:
    """A consent page from before the app's end sends no code."""
    app, browser = make(idp, first_party=False), idp.browser(idp.person())
    question = idp.authorize(browser, app)
    end(idp, app)
    answer = decided(browser, question)
    assert (answer.status, answer.is_page) == (400, True)
    assert "Go back to the app" in answer.text


def test_a_request_that_was_pushed(idp: Deployment, make: Make, end: End) -> None:
    """RFC 9126: a request_uri from before the app's end is refused."""
    app = make(idp)
    name = idp.call(app, "/par", **{name: value for name, value in asked_by(app).items() if name != "client_id"}).json["request_uri"]
    after = end(idp, app)
    answer = idp.browser(idp.person()).get("/authorize", {"client_id": after.id, "request_uri": name})
    assert (answer.status, answer.is_page) == (400, True)


def test_a_request_that_was_pushed_before_the_upgrade(idp: Deployment) -> None:
    """A request_uri without an incarnation is accepted only for an app without one."""
    for made, status in ((MADE["from before"], 303), (registered, 400)):
        app = made(idp)
        pushed = {name: value for name, value in asked_by(app).items() if name != "client_id"} | {"client_id": app.id}
        name = "urn:ietf:params:oauth:request_uri:" + idp.services.tokens.seal("pushed_request", ["p", idp.clock() + 60, app.id, pushed])
        assert idp.browser(idp.person()).get("/authorize", {"client_id": app.id, "request_uri": name}).status == status


def test_a_token_in_flight_while_the_app_is_disabled(idp: Deployment, make: Make) -> None:
    """A request that read the app before it was disabled, and answers afterwards, issues no token that stays valid."""
    app = make(
        idp, grant_types=["authorization_code", "refresh_token", "client_credentials"], resources=[API], scope="openid offline_access read"
    )
    code = idp.code(app, idp.person())
    database, batch_get, get = idp.services.database, idp.services.database.batch_get, idp.services.database.get
    ended: list[App] = []

    def slow(read: Callable[..., object]) -> Callable[..., object]:
        def reads(*wanted: object) -> object:
            found = read(*wanted)
            if not ended:
                ended.append(app)
                ENDS["enabled again"](idp, app)
            return found

        return reads

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(database, "batch_get", slow(batch_get))
        tokens = idp.redeem(app, code).json
    assert idp.userinfo(tokens["access_token"]).status == 401
    assert idp.refresh(app, tokens["refresh_token"]).error == "invalid_grant"
    ended.clear()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(database, "get", slow(get))
        own = idp.call(app, "/token", grant_type="client_credentials", scope="read").json["access_token"]
    assert ended
    assert not idp.alive(app, own)


def test_consent_is_the_former_apps(idp: Deployment, make: Make) -> None:
    """A new app needs consent, shows no scope as allowed before, and does not inherit the former app's consent."""
    app, person = make(idp, first_party=False), idp.person()
    browser = idp.browser(person)
    assert decided(browser, idp.authorize(browser, app, scope="openid email profile")).answered["code"]
    assert idp.authorize(browser, app, scope="openid email").answered["code"]
    after = recreated(idp, app)
    question = idp.authorize(browser, after, scope="openid email")
    assert 'id="approve"' in question.text
    assert decided(browser, question).answered["code"]
    assert 'id="approve"' in idp.authorize(browser, after, scope="openid profile").text
    (kept,) = idp.services.consents.of(person.id)
    assert set(kept.scopes) == {"openid", "email"}


def test_consent_outlives_a_disabling(idp: Deployment, make: Make) -> None:
    """Disabling and enabling keeps the same app, so its consent stays."""
    app, browser = make(idp, first_party=False), idp.browser(idp.person())
    assert decided(browser, idp.authorize(browser, app, scope="openid email")).answered["code"]
    assert idp.authorize(browser, ENDS["enabled again"](idp, app), scope="openid email").answered["code"]


@pytest.mark.parametrize("how", ENDS)
def test_only_apps_that_may_know_the_session_hear_of_its_end(idp: Deployment, make: Make, how: str) -> None:
    """A new app is not notified of an earlier session's end. An app that was disabled for a time is, since it may know the session."""
    heard = Apps()
    vars(idp.services)["outgoing"] = heard
    uri = {"backchannel_logout_uri": "https://rp.example/backchannel", "frontchannel_logout_uri": "https://rp.example/frontchannel"}
    app, browser = make(idp, redirect_uris=["https://rp.example/cb"], **uri), idp.browser(idp.person())
    hint = idp.tokens(app, browser)["id_token"]
    ENDS[how](idp, app)
    page = browser.get("/logout", {"id_token_hint": hint})
    assert bool(heard.heard) is (how == "enabled again")
    assert ("https://rp.example/frontchannel" in page.text) is (how == "enabled again")


@pytest.mark.parametrize("how", ENDS)
def test_what_waits_to_be_told(idp: Deployment, make: Make, how: str) -> None:
    """A logout token that is waiting for the former app is not sent to the new app."""
    heard = Apps()
    vars(idp.services)["outgoing"] = heard
    uri = f"https://{how.replace(' ', '-')}-{make.__name__.replace('_', '-')}.example/backchannel"
    heard.answers[uri] = 0
    app, browser = make(idp, backchannel_logout_uri=uri), idp.browser(idp.person())
    browser.get("/logout", {"id_token_hint": idp.tokens(app, browser)["id_token"]})
    ENDS[how](idp, app)
    heard.answers.clear()
    idp.clock.advance(WAITS[1])
    idp.services.backchannel_logout.run()
    assert (uri in [url for url, _ in heard.heard]) is (how == "enabled again")


def test_an_issuer_names_the_app_that_there_was(idp: Deployment, make: Make) -> None:
    """A trusted issuer's assertions do not apply to a new app with the named id, nor to an app created after the admin named its id."""
    app, service = make(idp), idp.services.trusted_issuer_service
    issuer = f"https://issuer-of-{app.id}.example"
    made = service.create(
        TrustedIssuer(issuer, f"{issuer}/jwks", clients=(app.id, "not.registered"), scopes=("read",)), by=SYSTEM, scope=DEPLOYMENT
    )
    assert service.get(made.id, scope=DEPLOYMENT).names(idp.services.client_service.get(app.id, scope=DEPLOYMENT))
    assert service.get(made.id, scope=DEPLOYMENT).names(ENDS["enabled again"](idp, app).client)
    assert not service.get(made.id, scope=DEPLOYMENT).names(replace(app.client, id="not.registered", incarnation=""))
    after = recreated(idp, app)
    assert not service.get(made.id, scope=DEPLOYMENT).names(after.client)
    assert service.put(made.id, made, by=SYSTEM, scope=DEPLOYMENT).names(after.client)
    service.delete(made.id, by=SYSTEM, scope=DEPLOYMENT)


def test_an_issuer_from_before_incarnations(idp: Deployment) -> None:
    """An issuer without stored incarnations names the apps that existed when it was last written."""
    app = registered(idp).client
    made = TrustedIssuer("https://a.example", "https://a.example/jwks", clients=(app.id,), updated_at=app.created_at)
    assert made.names(app)
    assert not made.names(replace(app, created_at=app.created_at + 1))
    assert not made.names(replace(app, id="other"))


def test_the_account_page_shows_no_access_of_an_app_from_before(idp: Deployment, make: Make, end: End) -> None:
    """The account page does not list access from before the app's end."""
    app, browser = make(idp, client_name="The Shop Around The Corner"), idp.browser(idp.person())
    idp.tokens(app, browser)
    assert "The Shop Around The Corner" in browser.get("/account").text
    end(idp, app)
    assert "The Shop Around The Corner" not in browser.get("/account").text


def test_a_registration_access_token(idp: Deployment, with_settings: WithSettings) -> None:
    """RFC 7592: the token of a self-registered app does not open an app that an admin made with the same id."""
    opened = with_settings(registration="open")
    asked = b'{"redirect_uris": ["https://self.example/cb"]}'
    made = opened.send("POST", "/register", headers=[("content-type", "application/json")], body=asked).json
    headers = [("authorization", f"Bearer {made['registration_access_token']}")]
    assert opened.send("GET", f"/register/{made['client_id']}", headers=headers).status == 200
    opened.services.client_service.delete(made["client_id"], scope=DEPLOYMENT)
    opened.services.client_service.create({"client_id": made["client_id"], "redirect_uris": ["https://self.example/cb"]}, scope=DEPLOYMENT)
    assert opened.send("GET", f"/register/{made['client_id']}", headers=headers).status == 401


def test_a_self_registered_app_keeps_its_incarnation(idp: Deployment, with_settings: WithSettings) -> None:
    """RFC 7592: an app that replaces its own metadata stays the same app, and its tokens stay valid."""
    opened = with_settings(registration="open")
    asked = b'{"redirect_uris": ["https://self.example/cb"], "grant_types": ["authorization_code", "refresh_token"]}'
    made = opened.send("POST", "/register", headers=[("content-type", "application/json")], body=asked).json
    before = opened.services.client_service.get(made["client_id"], scope=DEPLOYMENT)
    headers = [("authorization", f"Bearer {made['registration_access_token']}"), ("content-type", "application/json")]
    sent = asked[:-1] + f', "client_id": "{before.id}"}}'.encode()
    assert opened.send("PUT", f"/register/{before.id}", headers=headers, body=sent).status == 200
    after = opened.services.client_service.get(before.id, scope=DEPLOYMENT)
    assert before.incarnation
    assert after.stamp == before.stamp
