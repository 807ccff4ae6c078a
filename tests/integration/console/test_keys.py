"""Keys and settings in the console: facts without secrets, and rotation after a confirmation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from idp.services.keys.key_rotation import PUBLISHED_FOR
from idp.settings.listing import DEFAULT, ENVIRONMENT, PROCESS, listing
from tests.integration.console.admins import sign_in

if TYPE_CHECKING:
    from tests.integration.console.admins import Admin
    from tests.support.world import World


def signing(world: World) -> dict[str, str]:
    """The key that signs, by algorithm."""
    return {key.alg: key.kid for key in world.services.key_rotation.listing() if key.state == "active"}


def test_the_keys_are_shown_without_private_parts(world: World, admin: Admin) -> None:
    page = admin.open("/console/keys")
    for kid in signing(world).values():
        assert kid in page.text
    assert "PRIVATE" not in page.text
    assert '"d"' not in page.text
    assert "In use" in page.text


def test_a_key_is_replaced_after_a_confirmation_and_once_for_a_form(world: World) -> None:
    world.clock.now += PUBLISHED_FOR + 1
    admin = sign_in(world)
    before, form = signing(world), admin.open("/console/keys")
    admin.later()
    page = admin.press(form, "/rotate", {"alg": "RS256"})
    assert "Confirm that it is you" in page.text
    assert signing(world) == before
    page = admin.confirm(page)
    after = signing(world)
    assert "The next keys sign now." in page.text
    assert {alg for alg in after if after[alg] != before[alg]} == {"RS256"}
    admin.press(form, "/rotate", {"alg": "RS256"})
    assert signing(world) == after


def test_a_key_that_was_just_published_does_not_sign(world: World) -> None:
    """Verifiers that cache the JWK Set may not have it."""
    world.clock.now += PUBLISHED_FOR + 1
    admin = sign_in(world)
    admin.press(admin.open("/console/keys"), "/rotate")
    now = signing(world)
    page = admin.press(admin.open("/console/keys"), "/rotate")
    assert page.status == 409
    assert 'role="alert"' in page.text
    assert signing(world) == now


def test_an_unknown_algorithm_is_refused(world: World, admin: Admin) -> None:
    before = signing(world)
    assert admin.press(admin.open("/console/keys"), "/rotate", {"alg": "none"}).status == 422
    assert signing(world) == before


def test_a_new_sealing_key_ends_no_session(world: World, admin: Admin) -> None:
    before = len(world.services.sealing_keys.listing())
    page = admin.press(admin.open("/console/keys"), "/rotate-sealing")
    assert "A new sealing key was made." in page.text
    assert len(world.services.sealing_keys.listing()) == before + 1
    assert admin.open("/console/keys").status == 200


def test_a_right_to_read_keys_gives_no_form(world: World) -> None:
    admin = sign_in(world, admin_scopes=frozenset({"keys:read"}))
    for path in ("/console/keys", "/console/settings"):
        assert admin.open(path).forms == []


def test_settings_say_value_source_and_meaning(world: World, admin: Admin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDP_ISSUER", world.settings.issuer)
    text = admin.open("/console/settings").text
    assert world.settings.issuer in text
    assert "IDP_ACCESS_TOKEN_LIFETIME" in text
    assert "How long an access token is valid." in text
    found = {each.name: each.source for each in listing(world.settings)}
    assert (found["IDP_ISSUER"], found["IDP_CODE_LIFETIME"], found["IDP_CONSOLE"]) == (ENVIRONMENT, DEFAULT, PROCESS)


def test_no_page_has_the_password_of_the_mail_server(world: World) -> None:
    from dataclasses import replace

    secret = "canary-of-the-mail-server"
    other = type(world)(replace(world.settings, smtp_password=secret, smtp_url="smtp://u@mail.example"), world.keys)
    listed = {each.name: each for each in listing(other.settings)}
    assert (listed["IDP_SMTP_PASSWORD"].value, listed["IDP_SMTP_PASSWORD"].is_set) == ("", True)
    admin = sign_in(other)
    text = admin.open("/console/settings").text
    assert "A secret that is set" in text
    assert secret not in text
