"""Connections in the console: each form, its event, and what is refused."""

from __future__ import annotations

from secrets import token_hex
from typing import TYPE_CHECKING

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.connections.presets import PRESETS
from idp.domain.errors import NotFound
from idp.http.console import gate
from idp.http.console.authority import Authority
from tests.integration.console.markup import HOSTILE, check
from tests.support.pages import ISSUER

if TYPE_CHECKING:
    from idp.domain.connections.connection import Connection
    from tests.integration.console.admins import Admin
    from tests.support.world import World

SECRET = "very-secret-of-github"
ENDPOINTS = {
    "authorization_endpoint": "https://login.example.net/authorize",
    "token_endpoint": "https://login.example.net/token",
    "userinfo_endpoint": "https://login.example.net/me",
}


@pytest.fixture
def github(world: World) -> Connection:
    """A connection to GitHub, which needs no metadata."""
    given = {"preset": "github", "client_id": "our-app", "secret": SECRET}
    return world.services.connection_service.create(f"gh-{token_hex(6)}", given, by=world.by, scope=DEPLOYMENT)


def read(world: World, it: Connection) -> Connection:
    """The connection as stored now."""
    return world.services.connection_service.get(it.id, scope=DEPLOYMENT)


@pytest.mark.parametrize("kind", sorted(PRESETS))
def test_each_kind_asks_for_what_it_needs_and_says_what_to_register(admin: Admin, kind: str) -> None:
    page = admin.open(f"/console/connections/_new?kind={kind}")
    assert page.status == 200
    preset = PRESETS[kind]
    asked = set(preset.needs) if preset.type != "saml" else {"name", "metadata_url", "metadata"}
    assert not [name for name in asked if f'id="{name}"' not in page.text]
    assert (f"{ISSUER}/upstream/{kind}" in page.text) == (kind != "password")


@pytest.mark.parametrize("kind", ["", "nothing", "%00"])
def test_without_a_kind_all_are_offered(admin: Admin, kind: str) -> None:
    page = admin.open(f"/console/connections/_new?kind={kind}")
    assert all(f"?kind={name}" in page.text for name in PRESETS)


def test_a_connection_is_created_once_switched_off_and_its_secret_is_on_no_page(admin: Admin, world: World) -> None:
    page, id_ = admin.open("/console/connections/_new?kind=github"), f"gh-{token_hex(6)}"
    values = {"id": id_, "client_id": "our-app", "secret": SECRET}
    first = admin.press(page, "/_new", values)
    assert "The connection was created." in first.text
    assert f"{ISSUER}/upstream/{id_}/callback" in first.text
    assert str(admin.press(page, "/_new", values).response.url) == str(first.response.url)
    made = world.services.connection_service.get(id_, scope=DEPLOYMENT)
    assert (made.client_id, made.enabled, made.preset) == ("our-app", False, "github")
    assert [event.actor for event in world.audited("connection.created") if event.target == id_] == [admin.person.user.id]
    for tab in ("", "/edit", "/secret", "/delete"):
        text = admin.open(f"/console/connections/{id_}{tab}").text
        assert SECRET not in text
        assert made.secret not in text


@pytest.mark.parametrize(
    ("values", "status", "field"),
    [
        ({"id": ""}, 422, "id"),
        ({"id": "_new"}, 422, "id"),
        ({"client_id": ""}, 422, "client_id"),
        ({"secret": ""}, 422, "secret"),
        ({"secret": "ünprintable"}, 422, "secret"),
        ({"name": "\u202e"}, 422, "name"),
        ({"id": "taken"}, 409, "id"),
    ],
)
def test_a_connection_that_cannot_be_is_named_at_its_field_and_kept(
    admin: Admin, github: Connection, values: dict[str, str], status: int, field: str
) -> None:
    typed = {"id": f"ok-{token_hex(4)}", "client_id": "kept-client", "secret": SECRET, **values}
    typed |= {"id": github.id} if typed["id"] == "taken" else {}
    page = admin.press(admin.open("/console/connections/_new?kind=github"), "/_new", typed)
    assert page.status == status
    assert f'id="{field}"' in page.text.partition("aria-invalid")[0].rpartition("<")[2]
    assert typed["client_id"] in page.text
    assert SECRET not in page.text


def test_the_page_says_what_is_set_in_words(admin: Admin, github: Connection) -> None:
    """Names and values of members would be English in each language."""
    text = admin.open(f"/console/connections/{github.id}").text
    for words in ("Who may come in", "Everybody: an account is created at the first sign-in", "Never count as verified", "Token endpoint"):
        assert words in text
    for name in ("email_trust", "token_endpoint", ">create<", ">none<"):
        assert name not in text
    german = admin.browser.http.get(f"/console/connections/{github.id}", headers={"Accept-Language": "de"}).text
    assert "Who may come in" not in german


def test_a_general_one_has_its_own_addresses(admin: Admin, world: World) -> None:
    page, id_ = admin.open("/console/connections/_new?kind=oauth2"), f"own-{token_hex(4)}"
    values = {
        "id": id_, "name": "Our directory", "client_id": "app", "secret": SECRET, "issuer": "https://login.example.net",
        "scopes": "profile\r\nemail", "enabled": "1", **ENDPOINTS,
    }  # fmt: skip
    assert "The connection was created." in admin.press(page, "/_new", values).text
    made = world.services.connection_service.get(id_, scope=DEPLOYMENT)
    assert (made.scopes, made.enabled, made.token_endpoint) == (("profile", "email"), True, ENDPOINTS["token_endpoint"])


def test_what_differs_is_changed(admin: Admin, github: Connection, world: World) -> None:
    page = admin.press(admin.open(f"/console/connections/{github.id}/edit"), "/edit", {"name": "Our GitHub", "shown": ""})
    assert "The changes were saved." in page.text
    after = read(world, github)
    assert (after.name, after.secret, after.scopes) == ("Our GitHub", github.secret, github.scopes)
    (event,) = [event for event in world.audited("connection.updated") if event.target == github.id]
    assert set(event.details["changed"].split()) <= {"name", "shown"}


def test_two_admins_see_each_others_values_and_lose_none(admin: Admin, github: Connection, world: World) -> None:
    mine = admin.open(f"/console/connections/{github.id}/edit")
    world.services.connection_service.patch(github.id, {"name": "Theirs"}, by=world.by, scope=DEPLOYMENT)
    page = admin.press(mine, "/edit", {"name": "Mine"})
    assert page.status == 412
    assert "Theirs" in page.text.partition("name-theirs")[2]
    assert 'value="Mine"' in page.text
    assert "saved" in str(admin.press(page, "/edit").response.url)
    assert read(world, github).name == "Mine"


def test_a_secret_goes_to_no_other_host_without_being_typed_again(admin: Admin, github: Connection, world: World) -> None:
    page = admin.press(admin.open(f"/console/connections/{github.id}/edit"), "/edit", {"token_endpoint": ENDPOINTS["token_endpoint"]})
    assert page.status == 422
    assert 'id="secret"' in page.text
    assert read(world, github) == github
    assert "saved" in str(admin.press(page, "/edit", {"secret": "another-one"}).response.url)
    assert read(world, github).token_endpoint == ENDPOINTS["token_endpoint"]


def test_a_new_secret_is_stored_and_never_shown(admin: Admin, github: Connection, world: World) -> None:
    page = admin.press(admin.open(f"/console/connections/{github.id}/secret"), "/secret", {"secret": "the-next-secret"})
    assert "The secret was saved." in page.text
    assert read(world, github).secret not in {"", github.secret}
    refused = admin.press(admin.open(f"/console/connections/{github.id}/secret"), "/secret", {"secret": "sécret-number-three"})
    assert refused.status == 422
    assert "number-three" not in refused.text
    assert admin.press(admin.open(f"/console/connections/{github.id}/secret"), "/secret", {"secret": ""}).status == 422


def test_a_form_that_is_kept_shows_no_secret(admin: Admin, github: Connection) -> None:
    """The session ended: the secret waits in the form and is not written out."""
    page = admin.open(f"/console/connections/{github.id}/secret")
    answer = admin.press(page, "/secret", {"csrf": "other", "secret": "typed-in-vain"})
    assert answer.status == 403
    assert "typed-in-vain" not in answer.text.replace('name="secret" value="typed-in-vain"', "")


def test_it_is_switched_on_and_off_and_deleted(admin: Admin, github: Connection, world: World) -> None:
    page = admin.press(admin.open(f"/console/connections/{github.id}"), "/disable")
    assert "The connection was switched off." in page.text
    assert not read(world, github).enabled
    assert "The connection was switched on." in admin.press(page, "/enable").text
    page = admin.press(admin.open(f"/console/connections/{github.id}/delete"), "/delete")
    assert "The connection was deleted." in page.text
    with pytest.raises(NotFound):
        read(world, github)


def test_a_button_on_an_old_page_does_nothing(admin: Admin, github: Connection, world: World) -> None:
    for tab, action in (("", "/disable"), ("/delete", "/delete"), ("/secret", "/secret")):
        page = admin.open(f"/console/connections/{github.id}{tab}")
        changed = world.services.connection_service.patch(github.id, {"name": f"For {action[1:]}"}, by=world.by, scope=DEPLOYMENT)
        assert admin.press(page, action, {"secret": "the-next-secret"}).status == 412
        assert read(world, github) == changed


@pytest.mark.parametrize(("tab", "action"), [("", "/disable"), ("/edit", "/edit"), ("/secret", "/secret"), ("/delete", "/delete")])
def test_a_dangerous_act_asks_again_after_a_while(admin: Admin, github: Connection, world: World, tab: str, action: str) -> None:
    """Q-10: the secret, the trust, the end."""
    page = admin.open(f"/console/connections/{github.id}{tab}")
    admin.later()
    asked = admin.press(page, action, {"name": "Renamed", "secret": "the-next-secret"})
    assert "Confirm that it is you" in asked.text
    assert read(world, github) == github
    assert "?done=" in str(admin.confirm(asked).response.url)


def test_an_admin_with_few_rights_makes_no_connection_that_trusts(
    admin: Admin, github: Connection, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """O-19: it is refused as in the admin API, and what was typed stays."""
    monkeypatch.setattr(gate, "find_authority", lambda user: Authority(DEPLOYMENT, frozenset({"connections:read", "connections:write"})))
    values = {"name": "Kept name", "email_trust": "verified", "link_verified": "1"}
    page = admin.press(admin.open(f"/console/connections/{github.id}/edit"), "/edit", values)
    assert page.status == 403
    assert 'value="Kept name"' in page.text
    assert read(world, github) == github


def test_a_check_without_metadata_is_refused_on_the_page(admin: Admin, github: Connection, world: World) -> None:
    page = admin.open(f"/console/connections/{github.id}")
    assert "/check" not in page.text
    form = {"csrf": next(form.fields["csrf"] for form in page.forms if "csrf" in form.fields), "version": str(github.version)}
    answer = admin.browser.http.post(f"/console/connections/{github.id}/check", data=form, headers={"Origin": ISSUER})
    assert answer.status_code == 422
    assert "There is no metadata to read" in answer.text


def test_an_upstream_that_does_not_answer_is_told_and_nothing_is_lost(admin: Admin) -> None:
    values = {"id": f"kc-{token_hex(4)}", "client_id": "app", "secret": SECRET, "issuer": "https://127.0.0.1/realms/x"}
    page = admin.press(admin.open("/console/connections/_new?kind=keycloak"), "/_new", values)
    assert page.status == 422
    assert "https://127.0.0.1/realms/x" in page.text
    assert SECRET not in page.text


def test_hostile_texts_are_text(admin: Admin, world: World) -> None:
    page = admin.press(
        admin.open("/console/connections/_new?kind=oauth2"), "/_new",
        dict.fromkeys(("id", "name", "client_id", "secret", "issuer", "scopes", *ENDPOINTS), HOSTILE),
    )  # fmt: skip
    assert page.status == 422
    check(page.text)
    check(admin.open("/console/connections").text)


@pytest.mark.parametrize("name", ["nothing", "%00", "%E4%B8%AD", "A"])
def test_an_unknown_connection_is_not_found(admin: Admin, name: str) -> None:
    for tab in ("", "/edit", "/secret", "/delete"):
        assert admin.open(f"/console/connections/{name}{tab}").status == 404
