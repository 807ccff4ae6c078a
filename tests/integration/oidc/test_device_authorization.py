"""The device authorization grant (RFC 8628): the device's responses, the person's pages, and tokens that are given once."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address
from itertools import count

import pytest

from idp.domain.apps.grant_types import DEVICE_CODE
from idp.domain.requests import user_code
from idp.domain.requests.device_authorization import LIFETIME
from idp.services.factors.throttling import TYPED_FREE
from tests.integration.oidc.devices import GRANTS, ORIGIN, allowed, begin, decided, poll, typed
from tests.support.deployment import API, ISSUER, OTHER_API, VERIFIER, WEB, App, Deployment

_addresses = count(0xC633_0000)


@pytest.fixture(autouse=True)
def _somewhere(idp: Deployment) -> None:
    """Give each test an IP address of its own, since limits count per network."""
    idp.address = str(IPv4Address(next(_addresses)))


@pytest.fixture
def tv(idp: Deployment) -> App:
    """Return a public client with the device grant."""
    return idp.app(secret=False, grant_types=GRANTS, redirect_uris=(), name="Television", resources=(API, OTHER_API))


def waited(idp: Deployment, seconds: int = 5) -> None:
    idp.clock.advance(seconds)


def test_what_the_device_is_told(idp: Deployment, tv: App) -> None:
    """§3.2: device_code, user_code, verification_uri, verification_uri_complete, expires_in, interval; §6.1: an alphabet without vowels."""
    answer = idp.call(tv, "/device_authorization", scope="openid")
    told = answer.json
    assert set(told) == {"device_code", "user_code", "verification_uri", "verification_uri_complete", "expires_in", "interval"}
    assert (told["verification_uri"], told["expires_in"], told["interval"]) == (f"{ISSUER}/device", LIFETIME, 5)
    assert told["verification_uri_complete"] == f"{ISSUER}/device?user_code={told['user_code']}"
    assert user_code.parse(told["user_code"]) == told["user_code"].replace("-", "")
    assert answer.header("cache-control") == "no-store"
    assert begin(idp, tv)["device_code"] != told["device_code"]


def test_from_the_code_to_the_tokens(idp: Deployment, tv: App) -> None:
    """§3.3 to §3.5: the code is pending until a signed-in person allows it. The tokens are about that person and can be refreshed."""
    person = idp.person(password="a long enough password")
    codes = begin(idp, tv, scope="openid email offline_access")
    assert poll(idp, tv, codes).error == "authorization_pending"
    browser = idp.browser()
    login = typed(browser, codes["user_code"].lower().replace("-", " "))
    question = idp.log_in(browser, login, person, "a long enough password")
    assert "Television" in question.text
    assert codes["user_code"] in question.text
    done = decided(browser, question)
    assert (done.status, done.location) == (200, None)
    waited(idp)
    answer = poll(idp, tv, codes)
    tokens = answer.json
    assert (answer.status, tokens["scope"], answer.header("cache-control")) == (200, "openid email offline_access", "no-store")
    assert idp.userinfo(tokens["access_token"]).json["email"] == person.email
    claims = idp.services.tokens.verify_id_token_hint(tokens["id_token"])
    assert claims is not None
    assert (claims["sub"], claims["aud"]) == (person.id, tv.id)
    assert idp.refresh(tv, tokens["refresh_token"]).status == 200
    assert "device.approved" in [event.type for event in idp.events(person)]


def test_a_confidential_client_proves_who_it_is(idp: Deployment) -> None:
    """§3.1: a confidential client must authenticate here and when it polls, as at the token endpoint."""
    box = idp.app(grant_types=GRANTS, redirect_uris=())
    codes = begin(idp, box)
    allowed(idp, codes)
    assert idp.post("/device_authorization", {"scope": "openid"}, auth=(box.id, "wrong")).error == "invalid_client"
    assert idp.post("/device_authorization", {"client_id": box.id, "scope": "openid"}).error == "invalid_client"
    form = {"grant_type": DEVICE_CODE, "device_code": codes["device_code"], "client_id": box.id}
    assert idp.post("/token", form).error == "invalid_client"
    assert poll(idp, box, codes).status == 200


def test_a_client_without_the_device_grant_is_refused(idp: Deployment, tv: App) -> None:
    """A grant type, scope or resource that the client is not registered for is refused (B-12)."""
    assert idp.call(WEB, "/device_authorization", scope="openid").error == "unauthorized_client"
    assert idp.call(WEB, "/token", grant_type=DEVICE_CODE, device_code="x").error == "unauthorized_client"
    assert idp.call(tv, "/device_authorization", scope="admin").error == "invalid_scope"
    assert idp.call(tv, "/device_authorization", resource="https://elsewhere.example").error == "invalid_target"
    assert idp.post("/device_authorization", {"client_id": "nobody"}).error == "invalid_client"
    assert idp.post("/device_authorization", {}).error == "invalid_client"
    assert idp.get("/device_authorization").status == 405


@pytest.mark.parametrize("code", ["", "x", "A.B", "x" * 5000, "ü", "1.AAAA"])
def test_a_device_code_that_is_none(idp: Deployment, tv: App, code: str) -> None:
    """A malformed device code is refused. A missing one is invalid_request."""
    answer = idp.call(tv, "/token", grant_type=DEVICE_CODE, device_code=code)
    assert (answer.status, answer.error) == (400, "invalid_grant" if code else "invalid_request")


def test_a_code_of_another_kind_is_no_device_code(idp: Deployment, tv: App) -> None:
    """An authorization code is refused as device code and the reverse, since the sealed value contains its purpose."""
    codes = begin(idp, tv)
    code = idp.code(WEB, idp.person())
    assert idp.call(tv, "/token", grant_type=DEVICE_CODE, device_code=code).error == "invalid_grant"
    assert idp.redeem(WEB, codes["device_code"]).error == "invalid_grant"


def test_another_client_cannot_poll(idp: Deployment, tv: App) -> None:
    """§3.4: a device code is valid only for the client that asked for it. Another client's poll changes nothing."""
    other = idp.app(secret=False, grant_types=GRANTS, redirect_uris=())
    codes = begin(idp, tv)
    assert poll(idp, other, codes).error == "invalid_grant"
    allowed(idp, codes)
    assert poll(idp, other, codes).error == "invalid_grant"
    assert poll(idp, tv, codes).status == 200


def test_too_soon_is_slower_from_then_on(idp: Deployment, tv: App) -> None:
    """§3.5: slow_down, and "the interval MUST be increased by 5 seconds for this and all subsequent requests"."""
    codes = begin(idp, tv)
    assert poll(idp, tv, codes).error == "authorization_pending"
    waited(idp, 4)
    assert poll(idp, tv, codes).error == "slow_down"
    waited(idp, 9)
    assert poll(idp, tv, codes).error == "slow_down"
    waited(idp, 15)
    assert poll(idp, tv, codes).error == "authorization_pending"
    waited(idp, 15)
    assert poll(idp, tv, codes).error == "authorization_pending"


def test_an_answer_is_told_at_once(idp: Deployment, tv: App) -> None:
    """slow_down is "a variant of authorization_pending", so a device that polls too fast still gets the decision at once."""
    codes = begin(idp, tv)
    poll(idp, tv, codes)
    allowed(idp, codes)
    assert poll(idp, tv, codes).status == 200


def test_a_denied_device_stays_denied(idp: Deployment, tv: App) -> None:
    """§3.5: every poll gets access_denied, and a later approval is refused."""
    codes, person = begin(idp, tv), idp.person()
    browser = idp.browser(person)
    question = typed(browser, codes["user_code"])
    assert decided(browser, question, "deny").status == 200
    assert [poll(idp, tv, codes).error for _ in range(2)] == ["access_denied", "access_denied"]
    assert decided(browser, question).status == 400
    assert typed(idp.browser(idp.person()), codes["user_code"]).status == 422
    assert poll(idp, tv, codes).error == "access_denied"
    assert "device.denied" in [event.type for event in idp.events(person)]


def test_an_expired_code_is_refused_everywhere(idp: Deployment, tv: App) -> None:
    """§3.5: the answer is expired_token, even if the code was allowed in time. The page refuses the user code."""
    codes, late = begin(idp, tv), begin(idp, tv)
    browser = idp.browser(idp.person())
    question = typed(browser, late["user_code"])
    allowed(idp, codes)
    idp.clock.advance(LIFETIME)
    assert poll(idp, tv, codes).error == "expired_token"
    assert poll(idp, tv, late).error == "expired_token"
    assert decided(browser, question).status == 400
    assert poll(idp, tv, late).error == "expired_token"
    assert typed(idp.browser(), late["user_code"]).status == 422


def test_a_second_use_ends_what_the_first_gave(idp: Deployment, tv: App) -> None:
    """As with a code (RFC 6749 §4.1.2): a second use of a device code is refused and revokes the tokens of the first."""
    codes = begin(idp, tv)
    allowed(idp, codes)
    tokens = poll(idp, tv, codes).json
    assert poll(idp, tv, codes).error == "invalid_grant"
    assert idp.userinfo(tokens["access_token"]).status == 401
    assert idp.refresh(tv, tokens["refresh_token"]).error == "invalid_grant"


def test_the_person_is_asked_each_time(idp: Deployment) -> None:
    """§5.4: each device needs approval, also for a first-party app and for a person who approved the same before."""
    app = idp.app(secret=False, grant_types=GRANTS, redirect_uris=(), first_party=True)
    browser = idp.browser(idp.person())
    for _ in range(2):
        codes = begin(idp, app)
        question = typed(browser, codes["user_code"])
        assert (question.status, "/consent" in question.actions) == (200, True)
        assert 'id="beware"' in question.text
        waited(idp)
        assert poll(idp, app, codes).error == "authorization_pending"
        decided(browser, question)
        assert poll(idp, app, codes).status == 200


def test_the_question_shows_the_device(idp: Deployment, tv: App) -> None:
    """The page shows the code and the device's address and name, since the device may be another person's (§5.4)."""
    form = {"client_id": tv.id, "scope": "openid"}
    codes = idp.post("/device_authorization", form, headers=[("user-agent", 'Mozilla/5.0 (Linux) Firefox/1 "><b>')]).json
    question = typed(idp.browser(idp.person()), codes["user_code"])
    assert codes["user_code"] in question.text
    assert idp.address in question.text
    assert "Firefox on Linux" in question.text


def test_a_link_brings_the_code_along_and_no_more(idp: Deployment, tv: App) -> None:
    """§3.3.1: verification_uri_complete fills the code in, and the person still submits it. A malformed code is not shown."""
    codes = begin(idp, tv)
    browser = idp.browser(idp.person())
    page = browser.get("/device", {"user_code": codes["user_code"]})
    assert f'value="{codes["user_code"]}"' in page.text
    assert page.actions == ["/device"]
    assert poll(idp, tv, codes).error == "authorization_pending"
    assert "script" not in browser.get("/device", {"user_code": '"><script>'}).text.partition("<main")[2]
    assert browser.get("/device", "user_code=BBBB&user_code=CCCC").status == 400


@pytest.mark.parametrize("code", ["", "AAAA-AAAA", "BCDF", "BCDF-GHJK-L", "B" * 65, "\uff22CDFGHJK", "BCDF-GHJK"])
def test_an_unknown_user_code_is_refused(idp: Deployment, code: str) -> None:
    """The page shows an error beside the field, with status 422."""
    page = typed(idp.browser(), code)
    assert (page.status, 'id="error"' in page.text) == (422, True)


def test_forged_posts_count_for_nothing(idp: Deployment, tv: App) -> None:
    """F-02: another site can neither submit a user code nor approve it."""
    codes, browser = begin(idp, tv), idp.browser(idp.person())
    page = browser.get("/device")
    form = {**page.fields, "user_code": codes["user_code"]}
    assert browser.post("/device", form, headers=[("origin", "https://evil.example")]).status == 403
    assert browser.post("/device", {"user_code": codes["user_code"]}, headers=ORIGIN).status == 403
    assert idp.browser().post("/device", form, headers=ORIGIN).status == 403
    question = browser.post("/device", form, headers=ORIGIN)
    elsewhere = idp.browser(idp.person()).post("/consent", {**question.fields, "decision": "approve"}, headers=ORIGIN)
    assert (elsewhere.status, (elsewhere.location or "").partition("?")[0]) == (303, "/device")
    assert poll(idp, tv, codes).error == "authorization_pending"


def test_guessing_is_held_back(idp: Deployment, tv: App) -> None:
    """§5.1: after some attempts a network must wait, even with a right code. Right codes reset nothing. Other networks need not wait."""
    codes = begin(idp, tv)
    browser = idp.browser()
    for number in range(TYPED_FREE):
        right = number == TYPED_FREE - 2
        assert typed(browser, codes["user_code"] if right else "BCDF-GHJK").status == (200 if right else 422)
    held = typed(browser, codes["user_code"])
    assert (held.status, held.header("retry-after")) == (429, "30")
    idp.address = "203.0.113.99"
    assert typed(idp.browser(), codes["user_code"]).status == 200


def test_a_person_is_held_back_wherever_they_are(idp: Deployment) -> None:
    """The attempts of a signed-in person are counted across networks."""
    browser = idp.browser(idp.person())
    for number in range(TYPED_FREE):
        idp.address = f"198.18.{number}.1"
        assert typed(browser, "BCDF-GHJK").status == 422
    idp.address = "198.18.99.1"
    assert typed(browser, "BCDF-GHJK").status == 429


def test_what_is_lost_in_between_is_not_given(idp: Deployment, tv: App) -> None:
    """A poll is refused if the user was disabled, the client lost the grant type or the grant was revoked after the approval."""
    person = idp.person()
    codes = [begin(idp, tv) for _ in range(2)]
    browser = idp.browser(person)
    for each in codes:
        assert decided(browser, typed(browser, each["user_code"])).status == 200
    idp.change(tv, grant_types=("authorization_code",), redirect_uris=("https://tv.example/cb",))
    assert poll(idp, tv, codes[0]).error == "unauthorized_client"
    idp.change(tv, grant_types=GRANTS, redirect_uris=())
    idp.alter(person, disabled=True)
    assert poll(idp, tv, codes[0]).error == "invalid_grant"
    idp.alter(person, disabled=False)
    for grant in idp.services.grants.of(person.id):
        idp.services.grants.revoke(person.id, grant.id, idp.clock())
    assert poll(idp, tv, codes[1]).error == "invalid_grant"


def test_a_client_that_lost_the_grant_is_not_answered(idp: Deployment, tv: App) -> None:
    """If an admin removes the grant type while the consent page is open, the approval gets an error page."""
    codes, browser = begin(idp, tv), idp.browser(idp.person())
    question = typed(browser, codes["user_code"])
    idp.change(tv, grant_types=("client_credentials",))
    assert decided(browser, question).status == 400


def test_a_narrowed_resource(idp: Deployment, tv: App) -> None:
    """RFC 8707: the tokens are only for the resource that the device asked for."""
    codes = begin(idp, tv, resource=API)
    allowed(idp, codes)
    assert poll(idp, tv, codes, resource=OTHER_API).error == "invalid_target"
    token = poll(idp, tv, codes).json["access_token"]
    assert idp.services.tokens.verify_access_token(token)["aud"] == API


def test_a_first_second_factor_is_asked_for(idp: Deployment) -> None:
    """A client that requires two factors sends a person without a second factor to enrolment."""
    app = idp.app(secret=False, grant_types=GRANTS, redirect_uris=(), require_mfa=True)
    codes, browser = begin(idp, app), idp.browser(idp.person())
    assert "/enrol" in typed(browser, codes["user_code"]).actions
    assert poll(idp, app, codes).error == "authorization_pending"


def test_metadata_says_so(idp: Deployment) -> None:
    """RFC 8628 §4: the metadata has the endpoint and the grant type."""
    document = idp.get("/.well-known/openid-configuration").json
    assert document["device_authorization_endpoint"] == f"{ISSUER}/device_authorization"
    assert DEVICE_CODE in document["grant_types_supported"]


def test_the_grant_of_a_device_has_no_code(idp: Deployment, tv: App) -> None:
    """A device's grant has no redirect URI, so even a code made from its ids is refused."""
    codes, person = begin(idp, tv), idp.person()
    browser = idp.browser(person)
    decided(browser, typed(browser, codes["user_code"]))
    (grant,) = idp.services.grants.of(person.id)
    assert (grant.redirect_uri, grant.redirect_uri_given) == (None, False)
    both = replace(tv.client, grant_types=(*GRANTS, "authorization_code"), redirect_uris=("https://tv.example/cb",))
    idp.change(tv, grant_types=both.grant_types, redirect_uris=both.redirect_uris)
    stolen = idp.services.tokens.seal_code(grant)
    form = {"grant_type": "authorization_code", "code": stolen, "client_id": tv.id, "code_verifier": VERIFIER}
    assert idp.post("/token", form).error == "invalid_grant"
