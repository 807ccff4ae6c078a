"""The tokens of an upstream after a sign-in and a link: dropped, or kept for the apps that the connection names (threats O-23 to O-25)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from idp.services.upstream import token_seal
from idp.services.upstream.token_request import UpstreamTokens
from idp.store.erasures import Erasures
from idp.store.waiting_tokens import WaitingTokensItem
from tests.integration.account.people import signed_in
from tests.integration.account.signing_up import code_in, mails
from tests.integration.account.upstreams import (
    connection,
    go,
    identity,
    link,
    put,
    return_as,
    sign_in_as,
    upstream_of,
    with_connections,
)

if TYPE_CHECKING:
    from tests.support.world import World

TOKENS = UpstreamTokens("CANARY-access", "CANARY-id", "CANARY-refresh", 3600, "calendar")


def keeping(alone: World, **settings: Any) -> World:
    """A deployment whose connection keeps tokens for an app."""
    world = with_connections(alone, connection(), **settings)
    app = world.client(name="Calendar")
    put(world, connection(keeps_tokens=True, token_apps=(app.id,), token_incarnations={app.id: app.incarnation}))
    upstream_of(world).tokens = TOKENS
    return world


def kept(world: World, user_id: str | None) -> str:
    """The access token that is kept of this person, or ""."""
    found = world.services.upstream_token_store.of(user_id or "", "corp")
    stored = world.services.connections.get("corp")
    assert stored
    opened = token_seal.open_access(world.services.keyring, found, token_seal.bound_to(stored)) if found else None
    return opened.token if opened else ""


def state(world: World) -> str:
    """Everything in the table."""
    return str(list(world.services.database.scan("state")))


def test_tokens_are_dropped_unless_the_connection_keeps_them(alone: World) -> None:
    """Also if they come back by mistake: the keeper looks at the connection, too."""
    world = with_connections(alone, connection())
    email, who, browser = world.unused_email(), identity("1"), world.browser()
    sign_in_as(world, browser, world.authorize(browser, world.client()), identity("1", email))
    user_id = world.services.users.id_of(email)
    assert user_id
    plain, pending = connection(), world.services.issuer_links.of(user_id)[0]
    assert world.services.token_keeper.parts(plain, user_id, pending.id, TOKENS, world.clock()) == ()
    assert "upstream_tokens" not in state(world)
    assert who.subject == pending.subject


def test_a_first_sign_in_and_each_later_one_keep_the_newest(alone: World) -> None:
    """The token is stored in no plain form."""
    world, app = keeping(alone), alone.client()
    email = world.unused_email()
    who, browser = identity("1", email), world.browser()
    assert "code" in sign_in_as(world, browser, world.authorize(browser, app), who).answer
    user_id = world.services.users.id_of(email)
    assert kept(world, user_id) == "CANARY-access"
    upstream_of(world).tokens = TOKENS._replace(access_token="CANARY-later", refresh_token="")
    other = world.browser()
    assert "code" in sign_in_as(world, other, world.authorize(other, app), who).answer
    assert kept(world, user_id) == "CANARY-later"
    found = world.services.upstream_token_store.of(user_id or "", "corp")
    assert found
    assert found.refresh  # that of the first sign-in
    assert "CANARY" not in state(world)


def test_a_refused_sign_in_keeps_nothing(alone: World) -> None:
    world = keeping(alone)
    person, who = world.person(), identity("1")
    link(world, person, who)
    user = world.services.users.get(person.user.id)
    assert user
    assert world.services.users.replace(replace(user, disabled=True))
    browser = world.browser()
    assert sign_in_as(world, browser, world.authorize(browser, world.client()), who).status == 403
    assert kept(world, person.user.id) == ""


def test_tokens_wait_while_the_person_accepts_terms(alone: World) -> None:
    """Encrypted, under the attempt and not in the page. They go with the account's transaction."""
    world = keeping(alone, terms_uri="https://idp.example/terms", terms_version="3")
    email, browser = world.unused_email(), world.browser()
    page = sign_in_as(world, browser, world.authorize(browser, world.client()), identity("1", email))
    assert WaitingTokensItem.kind_name in state(world)
    assert "CANARY" not in state(world) + page.text
    world.clock.advance(100)
    assert "code" in browser.submit(page, {"terms": "1"}, button="create-account").answer
    user_id = world.services.users.id_of(email)
    assert kept(world, user_id) == "CANARY-access"
    found = world.services.upstream_token_store.of(user_id or "", "corp")
    assert found
    assert found.expires_at == world.clock() + 3500
    assert WaitingTokensItem.kind_name not in state(world)


def test_tokens_wait_while_the_person_proves_an_address(alone: World) -> None:
    world = keeping(alone)
    email, browser = world.unused_email(), world.browser()
    page = sign_in_as(world, browser, world.authorize(browser, world.client()), identity("3"))
    asked = browser.submit(page, {"email": email}, button="send-code")
    finish = browser.submit(asked, {"code": code_in(mails(world, email)[0])})
    assert "code" in browser.submit(finish, button="create-account").answer
    assert kept(world, world.services.users.id_of(email)) == "CANARY-access"


def test_waiting_tokens_of_a_connection_that_changed_are_dropped(alone: World) -> None:
    world = keeping(alone, terms_uri="https://idp.example/terms", terms_version="3")
    email, browser = world.unused_email(), world.browser()
    page = sign_in_as(world, browser, world.authorize(browser, world.client()), identity("1", email))
    put(world, connection(keeps_tokens=True, client_id="another"))
    assert "code" in browser.submit(page, {"terms": "1"}, button="create-account").answer
    assert kept(world, world.services.users.id_of(email)) == ""


@pytest.mark.parametrize("again", ["first", "again"])
def test_connecting_an_account_asks_for_a_consent_there_and_keeps_the_tokens(alone: World, again: str) -> None:
    """OIDC Core §11: a refresh token needs the consent. Connecting it again renews the tokens."""
    world = keeping(alone)
    person, who = world.person(), identity("1")
    if again == "again":
        link(world, person, who)
    browser = signed_in(world, person)
    page = return_as(world, browser, who, go(browser, browser.open("/account")))
    assert upstream_of(world).begun[-1]["prompt"] == "select_account consent"
    assert kept(world, person.user.id) == "CANARY-access"
    assert "Apps that you allow may use this account." in page.text


def test_disconnecting_an_account_removes_its_tokens(alone: World) -> None:
    world = keeping(alone)
    person, who = world.person(), identity("1")
    browser = signed_in(world, person)
    page = return_as(world, browser, who, go(browser, browser.open("/account")))
    made = world.services.issuer_links.of(person.user.id)[0]
    browser.submit(page, button=made.id)
    assert world.services.issuer_links.of(person.user.id) == []
    assert world.services.upstream_token_store.of(person.user.id, "corp") is None


def test_erasing_a_person_erases_their_tokens(alone: World) -> None:
    world = keeping(alone)
    person, who, browser = world.person(), identity("1"), world.browser()
    link(world, person, who)
    sign_in_as(world, browser, world.authorize(browser, world.client()), who)
    assert kept(world, person.user.id)
    Erasures(world.services.database).erase_user(person.user.id)
    assert kept(world, person.user.id) == ""


@pytest.mark.parametrize(("prompt", "sent"), [("consent", "consent"), ("login consent", "login consent"), ("login", "login"), ("", "")])
def test_the_consent_that_an_app_asks_for_is_asked_for_there_too(alone: World, prompt: str, sent: str) -> None:
    """Only by a connection that keeps tokens."""
    for world, there in ((keeping(alone), sent), (with_connections(alone, connection()), sent.replace("consent", "").strip())):
        put(world, connection(keeps_tokens=there == sent))
        browser = world.browser()
        sign_in_as(world, browser, world.authorize(browser, world.client(), **({"prompt": prompt} if prompt else {})), identity("9"))
        assert upstream_of(world).begun[-1]["prompt"] == there


def test_the_consent_page_names_the_connection(alone: World) -> None:
    world = keeping(alone)
    person, browser = world.person(), world.browser()
    app = world.client(first_party=False, scopes=("openid", "upstream:corp"))
    browser = signed_in(world, person)
    page = world.authorize(browser, app, scope="openid upstream:corp")
    assert "Use your account at Corp" in page.text
