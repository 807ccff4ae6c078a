"""Trying an app in the console: a real sign-in of the admin, whose tokens are revoked and shown by their claims only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.http.console import try_tokens
from idp.http.console.try_state import CALLBACK
from idp.oauth.token import endpoint
from tests.integration.console.admins import Admin, sign_in
from tests.support.pages import ISSUER, hidden
from tests.support.stored import change_user

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from tests.support.forms import Page
    from tests.support.world import World

HERE = ISSUER + CALLBACK
SCOPES = {f"scope {name}": "1" for name in ("openid", "email", "offline_access")}
METHODS = ("none", "client_secret_basic", "client_secret_post")


def an_app(world: World, method: str = "client_secret_basic", **metadata: Any) -> Client:
    """An app as an admin registers it, with the console's address among its own."""
    members = {"client_name": "Corner shop", "redirect_uris": ["https://shop.example/cb", HERE], "token_endpoint_auth_method": method}
    return world.services.client_service.create({**members, **metadata}, scope=DEPLOYMENT)[0]


def stored(world: World, client: Client) -> Client:
    return world.services.client_service.get(client.id, scope=DEPLOYMENT)


def begin(admin: Admin, client: Client, values: dict[str, str] | None = None) -> Page:
    """Press the button, and allow the app. Ends at the page that sends the answer."""
    page = admin.press(admin.open(f"/console/apps/{client.id}/try"), "/try/start", SCOPES if values is None else values)
    return admin.browser.submit(page, button="approve") if page.has_button("approve") else page


def answer_of(page: Page) -> dict[str, str]:
    """The fields of the answer to the app."""
    return next(form for form in page.forms if form.action == HERE).fields


@pytest.fixture
def issued(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The token responses that the console got."""
    found: list[dict[str, Any]] = []

    def token(*args: Any) -> dict[str, Any]:
        found.append(endpoint.token(*args))
        return found[-1]

    monkeypatch.setattr(try_tokens, "token", token)
    return found


def active(world: World, token: str) -> bool:
    """Whether UserInfo accepts the token."""
    return world.http.get("/userinfo", headers={"Authorization": f"Bearer {token}"}).status_code == 200


@pytest.mark.parametrize("method", METHODS)
def test_the_tokens_are_told_and_revoked(world: World, admin: Admin, method: str, issued: list[dict[str, Any]]) -> None:
    """The page has the claims, and none of the tokens. No token is active afterwards, and the app has its own secret alone."""
    client = an_app(world, method)
    page = begin(admin, client)
    shown = admin.browser.submit(page)
    assert shown.status == 200
    assert "ID token" in shown.text
    assert "Refresh token" in shown.text
    assert admin.person.user.id in shown.text
    assert str(shown.response.url) == HERE
    [answer] = issued
    for kind in ("access_token", "id_token", "refresh_token"):
        assert answer[kind] not in shown.text
        assert answer[kind].rpartition(".")[2] not in shown.text
    assert not active(world, answer["access_token"])
    now = stored(world, client)
    assert now.secrets == client.secrets
    again = {"grant_type": "refresh_token", "refresh_token": answer["refresh_token"], "client_id": client.id}
    if method == "none":
        assert world.http.post("/token", data=again).json()["error"] == "invalid_grant"


def test_nothing_of_it_is_in_an_address_or_a_log(
    world: World, admin: Admin, issued: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    """The code comes in a form, and the lines of the log have no token."""
    client = an_app(world)
    page = begin(admin, client)
    sent = answer_of(page)
    shown = admin.browser.submit(page)
    logged = "".join(capsys.readouterr())
    for secret in (sent["code"], *issued[0].values()):
        if isinstance(secret, str) and len(secret) > 40:
            assert secret not in logged
            assert secret not in str(shown.response.url)
    assert "code=" not in str(page.response.url)


def test_a_secret_that_is_lent_is_gone_if_the_request_fails(world: World, admin: Admin) -> None:
    client = an_app(world)
    page = begin(admin, client)
    refused = admin.browser.submit(page, {"code": "x"})
    assert refused.status == 200
    assert "invalid_grant" in refused.text
    assert stored(world, client).secrets == client.secrets


def test_the_answer_is_taken_once(world: World, admin: Admin, issued: list[dict[str, Any]]) -> None:
    page = begin(admin, an_app(world))
    admin.browser.submit(page)
    assert admin.browser.submit(page).status == 409
    assert len(issued) == 1


def test_a_code_of_another_sign_in_is_not_redeemed(world: World, admin: Admin, issued: list[dict[str, Any]]) -> None:
    """RFC 9700 §4.5: with the state of the admin, the code of an attacker's sign-in, of another admin, or of another app."""
    client, other = an_app(world), an_app(world, client_name="Other")
    theirs = answer_of(begin(sign_in(world), client))["code"]
    elsewhere = answer_of(begin(admin, other))["code"]
    before = answer_of(begin(admin, client))["code"]  # of the admin and of the app, with the challenge of another attempt
    for code in (theirs, elsewhere, before):
        shown = admin.browser.submit(begin(admin, client), {"code": code})
        assert "invalid_grant" in shown.text
        assert "ID token" not in shown.text
    assert issued == []


@pytest.mark.parametrize("state", ["", "x", "theirs", "cut"])
def test_a_foreign_state_is_refused(world: World, admin: Admin, state: str, issued: list[dict[str, Any]]) -> None:
    """No form of another page and no sign-in of another admin is taken, with the token of the session and without."""
    client = an_app(world)
    sent = answer_of(begin(admin, client))
    if state == "theirs":
        state = answer_of(begin(sign_in(world), client))["state"]
    sent["state"] = sent["state"][:-1] if state == "cut" else state
    plain = admin.browser.http.post(CALLBACK, data=sent, headers={"Origin": ISSUER})
    assert plain.status_code == 403
    token = hidden(admin.open("/console/people/new"), "csrf")
    with_token = admin.browser.http.post(CALLBACK, data={**sent, "csrf": token}, headers={"Origin": ISSUER})
    assert with_token.status_code in {400, 422}
    assert sent["code"] not in plain.text + with_token.text
    assert issued == []


def test_an_old_answer_is_refused(world: World, admin: Admin, issued: list[dict[str, Any]]) -> None:
    page = begin(admin, an_app(world))
    admin.later(600)
    assert admin.browser.submit(page).status == 403
    assert issued == []


def test_an_answer_from_another_site_or_another_issuer_is_refused(world: World, admin: Admin, issued: list[dict[str, Any]]) -> None:
    page = begin(admin, an_app(world))
    sent = answer_of(page)
    assert admin.browser.http.post(CALLBACK, data=sent, headers={"Origin": "https://evil.example"}).status_code == 403
    other = admin.browser.http.post(CALLBACK, data={**sent, "iss": "https://evil.example"}, headers={"Origin": ISSUER})
    assert other.status_code in {400, 422}
    opened = admin.browser.http.get(CALLBACK, params=sent)
    assert (opened.status_code, opened.headers["location"]) == (303, "/console/apps")
    assert issued == []


def test_rights_that_are_gone_meanwhile_end_it(world: World, admin: Admin, issued: list[dict[str, Any]]) -> None:
    page = begin(admin, an_app(world))
    change_user(world.services.users, admin.person.user.id, admin=False)
    assert admin.browser.submit(page).status == 403
    assert issued == []


@pytest.mark.parametrize("method", ["none", "client_secret_basic"])
def test_an_admin_who_may_not_change_the_app_may_not_try_it(world: World, method: str) -> None:
    """An app that asks no consent reads data of people, so users:read is needed to change it (J-05), also if it has no secret."""
    client = an_app(world, method, first_party=True)
    limited = sign_in(world, admin_scopes=("clients:read", "clients:write"))
    page = limited.open(f"/console/apps/{client.id}/try")
    assert limited.press(page, "/try/start", SCOPES).status == 403
    assert limited.press(page, "/try/register").status == 403
    reader = sign_in(world, admin_scopes=("clients:read",))
    assert reader.open(f"/console/apps/{client.id}/try").status == 403
    assert stored(world, client) == client


def test_the_address_is_added_and_removed_and_audited(world: World, admin: Admin) -> None:
    """One press each, after a confirmation, on the version of the app that the page shows."""
    client = an_app(world, redirect_uris=["https://shop.example/cb"])
    page = admin.open(f"/console/apps/{client.id}/try")
    assert "First, an address" in page.text
    assert not [form for form in page.forms if form.action.endswith("/try/start")]
    admin.later()
    asked = admin.press(page, "/try/register")
    assert "Confirm that it is you" in asked.text
    added = admin.confirm(asked)
    assert stored(world, client).redirect_uris == ("https://shop.example/cb", HERE)
    assert "The address was added" in added.text
    admin.press(added, "/try/register")
    assert stored(world, client).redirect_uris == ("https://shop.example/cb",)
    assert admin.press(added, "/try/register").status == 412


def test_without_the_address_nothing_comes_back(world: World, admin: Admin) -> None:
    """The provider sends no code to an address that the app has not registered."""
    client = an_app(world, redirect_uris=["https://shop.example/cb"])
    token = hidden(admin.open("/console/people/new"), "csrf")
    answer = admin.browser.http.post(f"/console/apps/{client.id}/try/start", data={"csrf": token, **SCOPES}, headers={"Origin": ISSUER})
    asked = parse_qs(urlsplit(answer.headers["location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert {"state", "nonce", "code_challenge"} <= asked.keys()
    assert asked["response_mode"] == ["form_post"]
    assert admin.browser.open(answer.headers["location"]).status == 400


def test_trying_an_app_is_audited(world: World, admin: Admin) -> None:
    client = an_app(world)
    admin.browser.submit(begin(admin, client))
    [event] = [each for each in world.audited("client.tried") if each.target == client.id]
    assert event.actor == admin.person.user.id


@pytest.mark.parametrize(
    ("metadata", "words"),
    [
        ({"grant_types": ["client_credentials"], "redirect_uris": []}, "A token for the app itself"),
        ({"dpop_bound_access_tokens": True}, "bound to a key"),
        ({"require_pushed_authorization_requests": True}, "bound to a key"),
        ({"token_endpoint_auth_method": "private_key_jwt", "jwks_uri": "https://shop.example/keys"}, "a key that only it has"),
    ],
)
def test_an_app_that_cannot_be_tried_is_not_offered_a_sign_in(world: World, admin: Admin, metadata: dict[str, Any], words: str) -> None:
    client = an_app(world, **metadata)
    page = admin.open(f"/console/apps/{client.id}/try")
    assert words in page.text
    token = hidden(admin.open("/console/people/new"), "csrf")
    for act in ("start", "register"):
        data = {"csrf": token, "version": "1", **SCOPES}
        answer = admin.browser.http.post(f"/console/apps/{client.id}/try/{act}", data=data, headers={"Origin": ISSUER})
        assert answer.status_code in {400, 422}
    assert stored(world, client) == client


def test_an_app_that_registered_itself_keeps_its_addresses(world: World, admin: Admin) -> None:
    client = world.client(registered_by="dynamic", redirect_uris=("https://shop.example/cb",))
    assert "registered itself" in admin.open(f"/console/apps/{client.id}/try").text


def test_a_service_is_tried_without_a_person(world: World, admin: Admin, issued: list[dict[str, Any]]) -> None:
    """Its token is shown by its claims, and is revoked."""
    members = {"client_name": "Job", "grant_types": ["client_credentials"], "redirect_uris": [], "scope": "orders:read"}
    client, secret = world.services.client_service.create({**members, "resources": ["https://api.example"]}, scope=DEPLOYMENT)
    shown = admin.press(admin.open(f"/console/apps/{client.id}/try"), "/try/service")
    assert "orders:read" in shown.text
    token = issued[0]["access_token"]
    assert token not in shown.text
    told = world.http.post("/introspect", data={"token": token}, auth=(client.id, secret or ""))
    assert told.json() == {"active": False}
    assert stored(world, client).secrets == client.secrets


def test_a_person_who_refuses_is_told_as_the_app_would_be(world: World, admin: Admin, issued: list[dict[str, Any]]) -> None:
    client = an_app(world)
    page = admin.press(admin.open(f"/console/apps/{client.id}/try"), "/try/start", SCOPES)
    shown = admin.browser.submit(admin.browser.submit(page, button="deny"))
    assert "access_denied" in shown.text
    assert issued == []
