"""The pushed authorization request endpoint (RFC 9126), and its request_uri at /authorize (FAPI 2.0 §5.3.2.2)."""

from __future__ import annotations

import base64
import random
from collections.abc import Callable
from urllib.parse import urlencode

import pytest

from tests.integration.oidc.forging import claims_of
from tests.support.deployment import LAX, NATIVE, OTHER, POSTING, SPA, THIRD_PARTY, WEB, App, Deployment, asked_by

URN = "urn:ietf:params:oauth:request_uri:"


def pushed(idp: Deployment, client: App, **changes: str | None) -> str:
    """The request_uri of a valid pushed request with these changes."""
    asked = {name: value for name, value in asked_by(client, **changes).items() if name != "client_id"}
    answer = idp.call(client, "/par", **asked)
    assert answer.status == 201, answer.text
    return str(answer.json["request_uri"])


@pytest.mark.parametrize("client", [WEB, POSTING, SPA, NATIVE], ids=lambda c: c.id)
def test_a_push_is_answered_with_a_name_and_its_life(idp: Deployment, client: App) -> None:
    """§2.2: 201, request_uri and expires_in. Clients authenticate as at the token endpoint, public clients by client_id."""
    answer = idp.call(client, "/par", **{k: v for k, v in asked_by(client).items() if k != "client_id"})
    assert answer.status == 201
    assert answer.json["request_uri"].startswith(URN)
    assert 5 < answer.json["expires_in"] < 600
    assert answer.header("cache-control") == "no-store"


def test_the_pushed_request_counts_and_what_stands_beside_it_does_not(idp: Deployment) -> None:
    """§4, A-13: state, redirect_uri and scope of the front channel are ignored."""
    name = pushed(idp, WEB, state="pushed")
    beside = {"state": "beside", "redirect_uri": "https://evil.example/cb", "scope": "openid email", "response_mode": "form_post"}
    answer = idp.browser(idp.person()).get("/authorize", {"client_id": WEB.id, "request_uri": name, **beside})
    assert answer.sent_to == WEB.redirect_uri
    assert answer.answered["state"] == "pushed"
    assert idp.redeem(WEB, answer.answered["code"]).json["scope"] == "openid offline_access"


def test_it_is_answered_once(idp: Deployment) -> None:
    """§4: a request_uri works once; the second answer is an error page, also for prompt=none and for another person."""
    name = pushed(idp, WEB)
    browser = idp.browser(idp.person())
    assert "code" in browser.get("/authorize", {"client_id": WEB.id, "request_uri": name}).answered
    for again in (browser, idp.browser(idp.person())):
        answer = again.get("/authorize", {"client_id": WEB.id, "request_uri": name})
        assert answer.status == 400
        assert answer.is_page


def test_a_refusal_answers_it_too(idp: Deployment) -> None:
    """A-13: a request_uri that was refused, by prompt=none or by the person, does not get a code later."""
    silent = pushed(idp, WEB, prompt="none")
    assert idp.browser().get("/authorize", {"client_id": WEB.id, "request_uri": silent}).answered["error"] == "login_required"
    browser, asked = idp.browser(idp.person()), {"client_id": THIRD_PARTY.id, "request_uri": pushed(idp, THIRD_PARTY)}
    form = {**browser.get("/authorize", asked).fields, "decision": "deny"}
    ours = [("origin", "https://idp.example")]
    assert browser.post("/consent", form, headers=ours).answered["error"] == "access_denied"
    for answer in (
        browser.get("/authorize", {"client_id": WEB.id, "request_uri": silent}),
        browser.post("/consent", {**form, "decision": "approve"}, headers=ours),
        browser.post("/consent", form, headers=ours),
        browser.get("/authorize", asked),
    ):
        assert (answer.status, answer.is_page, answer.location) == (400, True, None)


def test_it_may_be_opened_again_before_it_is_answered(idp: Deployment) -> None:
    """FAPI 2.0 §5.3.2.2 note: reloading the page or starting the sign-in twice does not count as a second use."""
    name = pushed(idp, WEB)
    browser = idp.browser()
    assert browser.get("/authorize", {"client_id": WEB.id, "request_uri": name}).is_page
    idp.sign_in(browser, idp.person())
    assert "code" in browser.get("/authorize", {"client_id": WEB.id, "request_uri": name}).answered


def test_an_expired_request_uri_is_refused(idp: Deployment) -> None:
    """§2.2: after expires_in the answer is an error page."""
    name = pushed(idp, WEB)
    idp.clock.advance(90)
    answer = idp.browser(idp.person()).get("/authorize", {"client_id": WEB.id, "request_uri": name})
    assert (answer.status, answer.is_page) == (400, True)


@pytest.mark.parametrize("spoil", [lambda n: n[:-1], lambda n: n + "A", lambda n: URN + "x.y", lambda n: URN, str.upper])
def test_a_name_that_was_not_given_is_a_page(idp: Deployment, spoil: Callable[[str], str]) -> None:
    """Forged and truncated values are refused before the store is read."""
    name = pushed(idp, WEB)
    answer = idp.browser(idp.person()).get("/authorize", {"client_id": WEB.id, "request_uri": spoil(name)})
    assert answer.location is None or "error=" in answer.location
    assert "code=" not in (answer.location or "")


def test_another_client_cannot_use_it(idp: Deployment) -> None:
    """§4: the request_uri is bound to the client that pushed it."""
    answer = idp.browser(idp.person()).get("/authorize", {"client_id": OTHER.id, "request_uri": pushed(idp, WEB)})
    assert (answer.status, answer.is_page) == (400, True)


def test_other_handles_are_no_request_uri(idp: Deployment) -> None:
    """B-11: a code or a refresh token after the URN prefix is refused."""
    tokens = idp.tokens(WEB, idp.person())
    answer = idp.browser(idp.person()).get("/authorize", {"client_id": WEB.id, "request_uri": URN + tokens["refresh_token"]})
    assert (answer.status, answer.is_page) == (400, True)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"request_uri": URN + "x"}, "invalid_request"),
        ({"redirect_uri": "https://web.example/cb/x"}, "invalid_request"),
        ({"redirect_uri": None}, "invalid_request"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": None}, "invalid_request"),
        ({"scope": "openid users:read"}, "invalid_scope"),
        ({"scope": "unknown"}, "invalid_scope"),
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"max_age": "-1"}, "invalid_request"),
        ({"client_id": "other"}, "invalid_request"),
    ],
)
def test_what_authorize_would_refuse_is_refused_here(idp: Deployment, changes: dict[str, str | None], error: str) -> None:
    """§2.3: the client gets the error as JSON and no redirect."""
    asked: dict[str, str | None] = {k: v for k, v in asked_by(WEB).items() if k != "client_id"}
    answer = idp.call(WEB, "/par", **{**asked, **changes})
    assert (answer.status, answer.error) == (400, error), answer.text
    assert answer.location is None


def test_a_client_pushes_only_its_own_requests(idp: Deployment) -> None:
    """§2.1, E-01: clients authenticate as at the token endpoint."""
    asked = asked_by(WEB)
    assert idp.post("/par", asked).status == 401
    assert idp.post("/par", asked, auth=(WEB.id, "wrong")).status == 401
    assert idp.post("/par", {**asked, "client_id": "nobody"}).status == 401
    assert idp.get("/par").status == 405
    assert idp.post("/par", "client_id=web&client_id=other", auth=WEB.auth).status == 400


def test_a_client_that_has_to_push(idp: Deployment) -> None:
    """§6: require_pushed_authorization_requests; a plain request is answered with an error, a pushed one with a code."""
    client = idp.app(require_pushed_authorization_requests=True)
    browser = idp.browser(idp.person())
    assert idp.authorize(browser, client).answered["error"] == "invalid_request"
    assert "code" in browser.get("/authorize", {"client_id": client.id, "request_uri": pushed(idp, client)}).answered


def test_consent_and_refusals_work_for_pushed_requests(idp: Deployment) -> None:
    """A pushed request of a third-party app shows the consent page."""
    answer = idp.browser(idp.person()).get("/authorize", {"client_id": THIRD_PARTY.id, "request_uri": pushed(idp, THIRD_PARTY)})
    assert answer.is_page
    assert "approve" in answer.text


def test_a_long_request_is_refused_before_it_makes_a_long_url(idp: Deployment) -> None:
    """Gateways refuse long URLs, so the client gets the error when it pushes."""
    asked = {k: v for k, v in asked_by(LAX, state=RANDOM, login_hint=RANDOM[::-1], more=RANDOM).items() if k != "client_id"}
    assert (idp.call(LAX, "/par", **asked).status) == 413


RANDOM = base64.urlsafe_b64encode(random.Random(1).randbytes(3072)).decode()  # noqa: S311  # text that hardly compresses, always the same
LONG = {
    "state": {"state": RANDOM}, "nonce": {"nonce": RANDOM[:1024]}, "both": {"state": RANDOM, "nonce": RANDOM[:1023:-1][:1024]},
    "the same letter": {"state": "s" * 4096, "nonce": "n" * 1024},
}  # fmt: skip


@pytest.mark.parametrize("changes", LONG.values(), ids=LONG)
def test_what_may_be_asked_without_par_may_be_pushed(idp: Deployment, changes: dict[str, str]) -> None:
    """RFC 9126 §2.1: the limits of state and nonce, alone and together, are the same as at the authorization endpoint."""
    browser = idp.browser(idp.person())
    assert idp.authorize(browser, WEB, **changes).answered["code"]
    answer = idp.post("/par", asked_by(WEB, **changes), auth=WEB.auth)
    assert answer.status == 201, answer.text
    asked = {"client_id": WEB.id, "request_uri": str(answer.json["request_uri"])}
    assert len(f"https://idp.example/authorize?{urlencode(asked)}") <= 8192, "a gateway takes it"
    answered = browser.get("/authorize", asked).answered
    assert answered["state"] == changes.get("state", "a state")
    token = idp.redeem(WEB, answered["code"]).json["id_token"]
    assert claims_of(token)["nonce"] == changes.get("nonce", "a nonce")


@pytest.mark.parametrize("changes", [{"state": "s" * 4097}, {"nonce": "n" * 1025}])
def test_what_may_not_be_asked_may_not_be_pushed(idp: Deployment, changes: dict[str, str]) -> None:
    """One more character is refused at both endpoints with the same error."""
    at_authorize = idp.authorize(idp.browser(idp.person()), WEB, **changes).answered
    answer = idp.post("/par", asked_by(WEB, **changes), auth=WEB.auth)
    assert (answer.status, answer.error) == (400, at_authorize["error"])
    assert answer.json["error_description"] == at_authorize["error_description"]
