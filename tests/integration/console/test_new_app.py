"""Creating apps in the console: what each kind asks, what it chooses, and what it refuses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.apps.grant_types import DEVICE_CODE, TOKEN_EXCHANGE
from idp.domain.errors import NotFound
from idp.http.console.app_kinds import KINDS, kind_of
from idp.http.console.app_questions import AUTH, QUESTIONS
from tests.integration.console.admins import sign_in
from tests.support.pages import ISSUER

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from tests.integration.console.admins import Admin
    from tests.support.forms import Page
    from tests.support.world import World

NEW = "/console/apps/new"
CODE, MARKUP = ("authorization_code", "refresh_token"), '"><img src=x onerror=alert(1)>'
SECRET = ("client_secret_basic", "client_secret_post")
KEYS = "https://app.example/jwks.json"
KINDS_MADE = [
    ("web", {"redirect_uris": "https://a.example/cb\r\n\r\nhttps://b.example/cb "}, CODE, SECRET),
    ("web", {"redirect_uris": "https://a.example/cb", AUTH: "private_key_jwt", "keys": KEYS}, CODE, ("private_key_jwt",)),
    ("spa", {"redirect_uris": "https://a.example/"}, CODE, ("none",)),
    ("native", {"redirect_uris": "com.example.app:/cb\nhttp://127.0.0.1/cb"}, CODE, ("none",)),
    ("service", {"resources": "https://api.example", "scope": "orders:read"}, ("client_credentials",), SECRET),
    ("device", {}, (DEVICE_CODE, "refresh_token"), ("none",)),
    ("mcp", {"introspects": "https://notes.example/mcp"}, (TOKEN_EXCHANGE,), SECRET),
    ("api", {"introspects": "https://api.example"}, (TOKEN_EXCHANGE,), SECRET),
]  # fmt: skip


def made(world: World, page: Page) -> Client:
    """The app that the page is about."""
    found = re.search(r"/console/apps/(app_[\w-]+)", page.text)
    assert found, page
    return world.services.client_service.get(found[1], scope=DEPLOYMENT)


def test_each_kind_is_offered_and_has_its_questions(admin: Admin) -> None:
    text = admin.open(NEW).text
    for kind in KINDS:
        assert f"{NEW}?kind={kind.id}" in text
        fields = admin.open(f"{NEW}?kind={kind.id}").fields
        assert {field.name for field in QUESTIONS[kind.id]} <= fields
    assert "What kind of app" in admin.open(f"{NEW}?kind=x").text


@pytest.mark.parametrize(("kind", "answers", "grants", "methods"), KINDS_MADE)
def test_an_app_of_each_kind_is_made(
    admin: Admin, world: World, kind: str, answers: dict[str, str], grants: tuple[str, ...], methods: tuple[str, ...]
) -> None:
    page = admin.press(admin.open(f"{NEW}?kind={kind}"), "/new", {"client_name": f"The {kind}", **answers})
    assert "The app was created." in page.text
    client = made(world, page)
    assert (client.name, client.grant_types, client.auth_methods) == (f"The {kind}", grants, methods)
    assert kind_of(client).id == ("api" if kind == "mcp" else kind)
    assert "address" not in client.scopes
    assert client.first_party is False
    secret = re.search(r'id="secret".*?<code[^>]*>([\w-]{43})</code>', page.text, re.DOTALL)
    assert bool(secret) == ("client_secret_basic" in methods) == bool(client.secrets)
    assert [event.actor for event in world.audited("client.created") if event.target == client.id] == [admin.person.user.id]


def test_a_secret_is_in_one_answer_and_the_same_form_makes_no_second_app(admin: Admin, world: World) -> None:
    form = admin.open(f"{NEW}?kind=web")
    answers = {"client_name": "Once only", "redirect_uris": "https://a.example/cb"}
    first = admin.press(form, "/new", answers)
    secret = re.search(r">([\w-]{43})<", first.text)
    assert secret
    assert first.response.headers["cache-control"] == "no-store"
    again = admin.press(form, "/new", answers)
    assert made(world, again).id == made(world, first).id
    assert secret[1] not in again.text
    assert secret[1] not in admin.open(f"/console/apps/{made(world, first).id}/secrets").text
    assert len(world.services.client_service.search(text="Once only", limit=9, scope=DEPLOYMENT).items) == 1


WRONG = [
    ("web", {"client_name": ""}),
    ("web", {"redirect_uris": ""}),
    ("web", {"redirect_uris": "http://127.1/cb"}),
    ("web", {"redirect_uris": "https://a.example/cb\njavascript:alert(1)"}),
    ("web", {"redirect_uris": "com.example.app:/cb"}),
    ("web", {"redirect_uris": "https://a.example/cb#x"}),
    ("web", {AUTH: "private_key_jwt"}),
    ("web", {AUTH: "private_key_jwt", "keys": '{"keys": [{"kty": "RSA", "d": "x"}]}'}),
    ("web", {AUTH: "private_key_jwt", "keys": "{" * 3000}),
    ("web", {AUTH: "private_key_jwt", "keys": "http://a.example/jwks"}),
    ("web", {AUTH: "root"}),
    ("web", {"resources": "not an address"}),
    ("spa", {"redirect_uris": "com.example.app:/cb"}),
    ("native", {"redirect_uris": "myapp:/cb"}),
    ("api", {"introspects": ""}),
    ("mcp", {"introspects": "notes"}),
]


@pytest.mark.parametrize(("kind", "answers"), WRONG)
def test_wrong_answers_keep_what_was_typed(admin: Admin, world: World, kind: str, answers: dict[str, str]) -> None:
    good = {"client_name": f"Kept {MARKUP}", "redirect_uris": "https://a.example/cb", "introspects": "https://api.example"}
    page = admin.open(f"{NEW}?kind={kind}")
    typed = {name: value for name, value in {**good, **answers}.items() if name in page.fields}
    again = admin.press(page, "/new", typed)
    assert again.status == 422
    assert 'role="alert"' in again.text
    assert 'aria-invalid="true"' in again.text
    shown = next(form.fields for form in again.forms if form.action.endswith("/new"))
    assert {name: shown[name].strip() for name in typed if name != AUTH} == {name: typed[name] for name in typed if name != AUTH}
    assert "<img" not in again.text
    assert not world.services.client_service.search(text="Kept", limit=9, scope=DEPLOYMENT).items


def test_an_unknown_kind_creates_nothing(admin: Admin) -> None:
    page = admin.press(admin.open(f"{NEW}?kind=web"), "/new", {"kind": "x", "client_name": "A"})
    assert "What kind of app" in page.text


def test_an_old_sign_in_is_confirmed_before_an_app_is_made(admin: Admin, world: World) -> None:
    page = admin.open(f"{NEW}?kind=web")
    admin.later()
    name = f"Later {world.services.new_id()}"
    asked = admin.press(page, "/new", {"client_name": name, "redirect_uris": "https://a.example/cb\r\nhttps://b.example/cb"})
    assert "Confirm that it is you" in asked.text
    assert not world.services.client_service.search(text=name, limit=9, scope=DEPLOYMENT).items
    assert made(world, admin.confirm(asked)).redirect_uris == ("https://a.example/cb", "https://b.example/cb")


def test_an_admin_without_the_rights_of_the_app_is_refused_and_keeps_the_answers(world: World) -> None:
    """J-05: an app that asks no consent reads about people, which this admin may not."""
    limited = sign_in(world, admin_scopes=("clients:read", "clients:write"))
    page = limited.open(f"{NEW}?kind=web")
    assert "first_party" not in page.fields
    refused = limited.press(page, "/new", {"client_name": "Nosy", "redirect_uris": "https://a.example/cb", "first_party": "1"})
    assert refused.status == 403
    assert "https://a.example/cb" in refused.text
    reader = sign_in(world, admin_scopes=("clients:read",))
    assert reader.open(NEW).status == 403
    assert NEW not in reader.open("/console/apps").text


def test_another_site_creates_no_app(admin: Admin) -> None:
    token = next(form.fields["csrf"] for form in admin.open(f"{NEW}?kind=web").forms if "csrf" in form.fields)
    sent = {"csrf": token, "once": "x" * 12, "kind": "device", "client_name": "Evil"}
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}):
        assert admin.browser.http.post(NEW, data=sent, headers=headers).status_code == 403
    assert admin.browser.http.post(NEW, data=sent | {"csrf": "x"}, headers={"Origin": ISSUER}).status_code == 403


def act(admin: Admin, client: Client, what: str, tab: str = "", **values: str) -> Page:
    """Press a button of the app's page."""
    return admin.press(admin.open(f"/console/apps/{client.id}{tab}"), what, values)


def web(world: World) -> Client:
    """A web app with a secret."""
    members = {"redirect_uris": ["https://a.example/cb"], "client_name": "Shop"}
    return world.services.client_service.create(members, scope=DEPLOYMENT)[0]


def test_a_secret_is_replaced_with_an_overlap_which_can_be_ended(admin: Admin, world: World) -> None:
    client = web(world)
    page = act(admin, client, "/secrets", "/secrets", overlap="3600")
    assert re.search(r'id="secret".*?<code[^>]*>([\w-]{43})</code>', page.text, re.DOTALL)
    assert f'href="/console/apps/{client.id}/secrets">I have noted it' in page.text
    kept = world.services.client_service.get(client.id, scope=DEPLOYMENT).secrets
    assert [one.expires_at for one in kept] == [world.clock.now + 3600, None]
    page = admin.press(admin.open(f"/console/apps/{client.id}/secrets"), "/secrets/end")
    assert "The old secret has ended." in page.text
    assert world.services.client_service.get(client.id, scope=DEPLOYMENT).secrets == kept[1:]
    assert "End it now" not in page.text


@pytest.mark.parametrize("overlap", ["", "5", "-1", "9999999", "x"])
def test_an_overlap_that_is_not_offered_is_refused(admin: Admin, world: World, overlap: str) -> None:
    client = web(world)
    assert act(admin, client, "/secrets", "/secrets", overlap=overlap).status == 422
    assert world.services.client_service.get(client.id, scope=DEPLOYMENT) == client


def test_a_public_app_gets_no_secret(admin: Admin, world: World) -> None:
    client, _ = world.services.client_service.create({"redirect_uris": ["https://a.example/"], AUTH: "none"}, scope=DEPLOYMENT)
    page = admin.open(f"/console/apps/{client.id}/secrets")
    assert "This app has no secret." in page.text
    token = next(form.fields["csrf"] for form in admin.open(f"/console/apps/{client.id}").forms if "csrf" in form.fields)
    sent = {"csrf": token, "once": "x" * 12, "overlap": "0", "version": "1"}
    assert admin.browser.http.post(f"/console/apps/{client.id}/secrets", data=sent, headers={"Origin": ISSUER}).status_code == 409


def test_an_app_is_disabled_enabled_and_deleted(admin: Admin, world: World) -> None:
    client = web(world)
    assert "The app was disabled." in act(admin, client, "/disable").text
    assert world.services.client_service.get(client.id, scope=DEPLOYMENT).disabled
    assert "The app was enabled." in act(admin, client, "/enable").text
    page = admin.open(f"/console/apps/{client.id}/delete")
    assert "Delete Shop?" in page.text
    assert "The app was deleted." in admin.press(page, "/delete").text
    with pytest.raises(NotFound):
        world.services.client_service.get(client.id, scope=DEPLOYMENT)


@pytest.mark.parametrize(("what", "tab"), [("/disable", ""), ("/delete", "/delete"), ("/secrets", "/secrets")])
def test_a_dangerous_act_asks_again_and_counts_for_the_version_that_was_seen(admin: Admin, world: World, what: str, tab: str) -> None:
    client = web(world)
    page = admin.open(f"/console/apps/{client.id}{tab}")
    values = {"overlap": "0"} if what == "/secrets" else {}
    admin.later()
    asked = admin.press(page, what, values)
    assert "Confirm that it is you" in asked.text
    assert world.services.client_service.get(client.id, scope=DEPLOYMENT) == client
    world.services.client_service.patch(client.id, {"client_name": "Other"}, scope=DEPLOYMENT)
    assert admin.confirm(asked).status == 412
    after = world.services.client_service.get(client.id, scope=DEPLOYMENT)
    assert (after.disabled, after.secrets, after.name) == (False, client.secrets, "Other")
