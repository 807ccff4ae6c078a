"""`idp dev`: one command on a machine where nothing is set, and everything is there again the next time."""

from __future__ import annotations

import re
import signal
import socket
from pathlib import Path
from typing import Any

import httpx
import pyotp
import pytest

from tests.support.cli import CHEAP
from tests.support.dev_server import IDP, Running, answers, dev, pair_of_ports
from tests.support.forms import Browser, Page
from tests.support.process import Child, free_port, listens

NOWHERE = "none:"


def command(folder: Path, *arguments: str) -> Child:
    """Run `idp …` in the same folder."""
    child = Child([str(IDP), *arguments], cwd=folder)
    child.process.wait(timeout=180)
    return child


def signed_in(running: Running, http: httpx.Client, person: dict[str, str]) -> Page:
    """Return the demo app's page after a sign-in."""
    browser = Browser(http, stop=NOWHERE)
    code = pyotp.TOTP(person["totp_secret"]).now() if "totp_secret" in person else None
    page = browser.open(f"{running.app}/login")
    while page.forms and not page.has_button("sign-out"):
        answers = {"email": person["email"], "password": person["password"], **({"code": code} if code else {})}
        known = {name: answers[name] for name in page.fields & set(answers)}
        before = str(page.response.url)
        page = browser.submit(page, known) if known else browser.submit(page, button="approve")
        assert str(page.response.url) != before, page
    return page


@pytest.mark.slow
def test_it_serves_the_whole_journey_and_finds_it_again(tmp_path: Path) -> None:
    """A person signs in, refreshes and signs out. After Ctrl-C a second start has the same people, keys and consent."""
    with dev(tmp_path) as running, httpx.Client(timeout=60) as http:
        made, port = running.made, running.port
        tells_where_to_click(running)
        ada, grace = made["users"]
        page = signed_in(running, http, ada)
        assert "Ada Lovelace" in page.text
        assert all(name in page.text for name in ("auth_time", "at_hash", "phone_number", "birthdate"))
        browser = Browser(http, stop=NOWHERE)
        refreshed = browser.submit(page, button="refresh")
        assert ends(refreshed) != ends(page)
        assert len(ends(refreshed)) == 3
        out = browser.submit(refreshed, button="sign-out")
        assert str(out.response.url) == f"{running.app}/"
        assert 'id="sign-in"' in out.text
        with httpx.Client(timeout=60) as another:
            assert "Grace Hopper" in signed_in(running, another, grace).text
        keys = jwks(http, running)
        commands_work_beside_it(tmp_path, http, running)
        assert running.end() == 0
    assert not (tmp_path / ".idp" / "store.sock").exists()
    done = command(tmp_path, "users", "create", "later@example.com", "--no-password")
    assert done.process.returncode == 0, done.output
    with dev(tmp_path, port=port) as again, httpx.Client(timeout=60) as http:
        assert again.made == made
        assert jwks(http, again) == keys
        # The consent is stored, so the password is the last question.
        browser = Browser(http, stop=f"{again.app}/callback")
        page = browser.open(f"{again.app}/login")
        assert browser.submit(page, {"email": ada["email"], "password": ada["password"]}).redirected_to
        again.end()
    assert "already belongs to a user" in command(tmp_path, "users", "create", "new@example.com", "--no-password").output


def commands_work_beside_it(folder: Path, http: httpx.Client, running: Running) -> None:
    """Commands need no settings: they read them, with the port, from `.idp/`. The server sees the change of a command at once."""
    done = command(folder, "users", "create", "new@example.com", "--no-password")
    assert done.process.returncode == 0, done.output
    made = command(folder, "clients", "create", "Job", "--service", "--client-id", "job", "--scope", "a", "--resource", "https://a.example")
    assert made.process.returncode == 0, made.output
    secret = made.output.split()[-1]
    token = {"grant_type": "client_credentials", "scope": "a"}
    assert http.post(f"{running.issuer}/token", data=token, auth=("job", secret)).status_code == 200
    found = command(folder, "doctor")
    assert found.process.returncode == 0, found.output
    assert f"{running.issuer} answers" in found.output


def tells_where_to_click(running: Running) -> None:
    """The output has links, emails, passwords, the TOTP secret and its code, unwrapped and uncut. Other users cannot read the files."""
    said, made = running.child.output, running.made
    assert "Demo app " in said
    assert f"{running.issuer}/console" in said
    assert " stream 0" not in said, "a job that went well is no news"
    assert set(made) == {"issuer", "admin", "admin_client", "users", "clients"}
    assert made["issuer"] == running.issuer
    for person in [*made["users"], made["admin"]]:
        assert person["email"] in said
        assert person["password"] in said
    assert made["users"][1]["totp_secret"] in said
    assert re.search(r"the code is \d{6} for \d+ s", said)
    for url in (running.app, f"{running.issuer}/account", f"{running.issuer}/dev/outbox"):
        assert url in said
    assert "Outbox" in httpx.get(f"{running.issuer}/dev/outbox").text
    assert (running.folder / ".idp").stat().st_mode & 0o077 == 0
    assert (running.folder / ".idp" / "dev.json").stat().st_mode & 0o077 == 0


@pytest.mark.slow
def test_a_kill_leaves_the_saved_data_and_another_port_is_another_address(tmp_path: Path) -> None:
    """A killed server leaves its data and no demo app. Another port changes the issuer and redirect URIs; people and passwords stay."""
    with dev(tmp_path) as running:
        before, port = running.made, running.port
        running.child.wait_until((tmp_path / ".idp" / "store.jsonl.gz").exists, seconds=30, what="the first save")
        running.child.process.kill()
        running.child.process.wait()
    with dev(tmp_path) as running, httpx.Client(timeout=60) as http:
        assert not listens(port + 1)
        made = running.made
        assert made["issuer"] == running.issuer != before["issuer"]
        assert made["clients"][0]["redirect_uris"] == [f"{running.app}/callback"]
        assert made["users"] == before["users"]
        assert "Ada Lovelace" in signed_in(running, http, made["users"][0]).text


@pytest.mark.slow
def test_a_named_engine_is_used(tmp_path: Path, quick_endpoint: str, table_prefix: str) -> None:
    """There is no data file then, and SIGTERM ends all processes."""
    with (
        dev(tmp_path, AWS_ENDPOINT_URL_DYNAMODB=quick_endpoint, IDP_TABLE_PREFIX=table_prefix) as running,
        httpx.Client(timeout=60) as http,
    ):
        assert "Ada Lovelace" in signed_in(running, http, running.made["users"][0]).text
        assert running.end(signal.SIGTERM) == 0
        assert not listens(running.port)
        assert not listens(running.port + 1)
    assert not (tmp_path / ".idp" / "store.jsonl.gz").exists()


@pytest.mark.parametrize(
    ("env", "says"),
    [
        ({"PORT": "http"}, "PORT is 'http'. Set it to a number"),
        ({"IDP_ENV": "prod", "IDP_ISSUER": "https://id.example.com", "IDP_KMS_KEY_ID": "k"}, "IDP_ENV is prod. Unset IDP_ENV"),
        ({"IDP_ISSUER": "localhost"}, "IDP_ISSUER is 'localhost'"),
        ({"IDP_CODE_LIFETIME": "x"}, "IDP_CODE_LIFETIME is 'x'"),
        ({"IDP_CODE_LIFETIMES": "60"}, "Did you mean IDP_CODE_LIFETIME?"),
    ],
)
def test_a_wrong_setting_stops_it_with_what_to_set(tmp_path: Path, env: dict[str, str], says: str) -> None:
    """Status 2, a sentence that says what to set, no traceback, no files."""
    child = Child([str(IDP), "dev"], cwd=tmp_path, env={"PORT": str(free_port()), **env})
    assert child.process.wait(timeout=180) == 2
    assert says in child.output
    assert "Traceback" not in child.output
    assert not list(tmp_path.iterdir())


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    """The command refuses before it creates anything."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        child = Child([str(IDP), "dev"], cwd=tmp_path, env={"PORT": str(port)})
        assert child.process.wait(timeout=180) == 2
    assert not list(tmp_path.iterdir())
    assert f"Port {port} is taken. Set PORT" in child.output


@pytest.mark.slow
def test_a_demo_app_without_a_port_is_not_named(tmp_path: Path) -> None:
    """If another program has the port after PORT, the provider serves, says why the demo app does not run, and prints no link to it."""
    port = pair_of_ports()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port + 1))
        taken.listen()
        child = Child([str(IDP), "dev"], cwd=tmp_path, env={"PORT": str(port), "IDP_CONSOLE": "off", **CHEAP})
        try:
            child.wait_until(lambda: "idp is ready" in child.output and "Ctrl-C ends it" in child.output, seconds=180, what="the banner")
            assert answers(f"http://localhost:{port}/healthz")
            assert f"The demo app does not start: Port {port + 1} is taken" in child.output
            assert "Demo app " not in child.output
            assert "/console" not in child.output
            assert " stream 0" not in child.output
            assert f"http://localhost:{port + 1}" not in child.output
        finally:
            child.stop()


def ends(page: Page) -> list[str]:
    """Return the ends of the tokens, as the demo app shows them."""
    return re.findall(r"…[\w.-]+", page.text)


def jwks(http: httpx.Client, running: Running) -> Any:
    """Return the provider's public keys."""
    return http.get(http.get(f"{running.issuer}/.well-known/openid-configuration").json()["jwks_uri"]).json()
