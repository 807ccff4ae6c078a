"""The ready code of an app in the console: it has the app's own values, as literals, and no secret.

`tests/real_clients/test_ready_code.py` and `tests/journeys/test_ready_code.py` run it.
"""

from __future__ import annotations

import ast
import shlex
import subprocess
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING

import pytest

from idp.http.console.code_frameworks import BY_ID, FRAMEWORKS
from idp.http.console.code_snippet import render_code
from tests.integration.console.admins import sign_in

if TYPE_CHECKING:
    from tests.integration.console.admins import Admin
    from tests.support.world import World

HOSTILE = "https://app.example/cb'\"`${require('fs')}$(id)</script>\\\n\u2028#"


def test_the_page_shows_the_code_that_the_tests_run(world: World, admin: Admin) -> None:
    """Each framework is at an address of its own, with the issuer, the client id and the redirect URI of the app."""
    client = world.client(redirect_uris=["https://shop.example/auth/callback"])
    for one in FRAMEWORKS:
        page = admin.open(f"/console/apps/{client.id}/code?framework={one.id}")
        code = render_code(one, client, world.settings)
        assert code in unescape(page.text)
        assert world.settings.issuer in code
        if one.needs == "redirect":
            assert "https://shop.example/auth/callback" in code
            assert client.id in code


def test_a_kind_of_app_gets_code_for_itself_first(world: World, admin: Admin) -> None:
    web, spa = world.client(), world.client(auth_methods=("none",))
    assert "app.mjs" in admin.open(f"/console/apps/{web.id}/code").text
    assert "main.js" in admin.open(f"/console/apps/{spa.id}/code").text
    assert "main.js" in admin.open(f"/console/apps/{spa.id}/code?framework=%22%3E%3Cscript%3E").text


def test_the_secret_comes_from_the_environment(world: World, admin: Admin) -> None:
    """No file has a place for it, and each that needs one reads the variable that the page names."""
    client = world.client()
    for one in FRAMEWORKS:
        code = render_code(one, client, world.settings)
        assert ("CLIENT_SECRET" in code) == ("CLIENT_SECRET" in one.environment) or one.id == "python-device"
        assert not any(secret.digest in code for secret in client.secrets)
    assert "never in the code" in admin.open(f"/console/apps/{client.id}/code?framework=flask").text


def test_what_is_missing_is_said_with_the_address_to_register(world: World, admin: Admin) -> None:
    client = world.client(redirect_uris=["https://shop.example/"])
    page = admin.open(f"/console/apps/{client.id}/code?framework=flask")
    assert "http://localhost:3000/callback" in page.text
    assert "Register this one" in page.text
    assert "http://127.0.0.1/callback" in admin.open(f"/console/apps/{client.id}/code?framework=node-cli").text
    assert "may not get tokens" in admin.open(f"/console/apps/{client.id}/code?framework=shell").text
    there = world.client(redirect_uris=["https://shop.example/cb"])
    assert "Register this one" not in admin.open(f"/console/apps/{there.id}/code?framework=flask").text


def test_a_single_page_app_may_come_back_to_its_first_page_and_no_app_to_the_console(world: World, admin: Admin) -> None:
    console = f"{world.settings.issuer}/console/apps/try/callback"
    client = world.client(redirect_uris=[console, "https://board.example/"])
    browser = admin.open(f"/console/apps/{client.id}/code?framework=browser")
    assert "REDIRECT_URI = &#34;https://board.example/&#34;;" in browser.text
    assert "Register this one" not in browser.text
    for framework in ("flask", "node-cli"):
        page = admin.open(f"/console/apps/{client.id}/code?framework={framework}")
        assert console not in page.text
        assert "Register this one" in page.text


@pytest.mark.parametrize("name", sorted(BY_ID))
def test_no_value_ends_its_literal(world: World, name: str) -> None:
    """An app that registers itself chooses its addresses and scopes, and an admin runs this file. Even a value that no rule would store
    stays inside of its literal.
    """
    client = replace(world.client(), redirect_uris=(HOSTILE,), resources=(HOSTILE,), introspects=(HOSTILE,), scopes=("openid", HOSTILE))
    code = render_code(BY_ID[name], client, world.settings)
    plain = render_code(BY_ID[name], replace(client, redirect_uris=("https://a.example/cb",), resources=("https://a.example/",),
                                             introspects=("https://a.example/",), scopes=("openid", "a")), world.settings)  # fmt: skip
    assert code.count("\n") == plain.count("\n") or name == "shell"
    if name == "shell":
        assert [word for word in shlex.split(code, comments=True) if word.startswith("scope=")] == ["scope=" + HOSTILE]
        assert subprocess.run(["sh", "-n"], input=code, text=True, check=False).returncode == 0
    elif BY_ID[name].file.endswith(".py"):
        kinds = [type(node).__name__ for node in ast.walk(ast.parse(code))]
        assert kinds == [type(node).__name__ for node in ast.walk(ast.parse(plain))]
    elif BY_ID[name].file.endswith(".mjs"):
        assert subprocess.run(["node", "--check", "--input-type=module"], input=code, text=True, check=False).returncode == 0


def test_it_needs_the_right_to_read_apps(world: World) -> None:
    client = world.client()
    assert sign_in(world, admin_scopes=("users:read",)).open(f"/console/apps/{client.id}/code").status == 403
    limited = sign_in(world, admin_scopes=("clients:read",))
    page = limited.open(f"/console/apps/{client.id}/code?framework=flask")
    assert page.status == 200
    assert "/secrets" not in page.text
    assert limited.open("/console/apps/app_nothing/code").status == 404
