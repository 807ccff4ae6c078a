"""`idp clients import`: apps of Auth0 go on with the id and the secret that they have (threats R-10)."""

from __future__ import annotations

import hashlib
import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from idp.domain.moving.clients.auth0 import read
from idp.services.moving.client_import import ImportedApp
from tests.support.cli import Answer, CommandLine
from tests.support.vendors.auth0 import client

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def idp(quick_endpoint: str, table_prefix: str, tmp_path: Path) -> CommandLine:
    """A deployment with an admin."""
    made = CommandLine(quick_endpoint, table_prefix, tmp_path)
    made.done("bootstrap", "--json")
    return made


def run(idp: CommandLine, folder: Path, *apps: dict[str, Any], options: tuple[str, ...] = ()) -> Answer:
    """Import the apps."""
    file = folder / "clients.json"
    file.write_text(json.dumps(apps))
    return idp("clients", "import", str(file), "--from", "auth0", *options)


def test_an_app_keeps_its_id_and_secret(idp: CommandLine, tmp_path: Path) -> None:
    """The digest of the secret is stored; neither the output nor the event has the secret. A second run changes nothing."""
    answer = run(idp, tmp_path, client(1), client(2, client_secret=None))
    assert (answer.status, answer.err) == (0, "")
    assert answer.out.endswith("2 registered\n0 registered before\n0 refused\n")
    assert f"{1:064d}" not in answer.out
    clients = idp.services().clients
    first, second = clients.get(f"{1:032d}"), clients.get(f"{2:032d}")
    assert first
    assert second
    assert first.secrets[0].digest == hashlib.sha256(f"{1:064d}".encode()).hexdigest()
    assert (first.name, first.auth_methods, first.require_pkce, first.first_party) == ("Shop 1", ("client_secret_post",), False, True)
    (printed,) = [line for line in answer.out.splitlines() if "client_secret" in line]
    name, secret = printed.split("  client_secret ")
    assert (name, second.secrets[0].digest) == (f"client_id {2:032d}", hashlib.sha256(secret.encode()).hexdigest())
    again = run(idp, tmp_path, client(1, name="Other"), client(2, client_secret=None))
    assert (again.status, again.out) == (0, "0 registered\n2 registered before\n0 refused\n")
    assert clients.get(f"{1:032d}") == first


def test_a_dry_run_says_the_same_and_writes_nothing(idp: CommandLine, tmp_path: Path) -> None:
    """Of two apps with one id the second one is known already."""
    answer = run(idp, tmp_path, client(1), client(1), client(2, grant_types=["password"]), options=("--dry-run",))
    assert (answer.status, answer.out.splitlines()[-3:]) == (1, ["1 would be registered", "1 registered before", "1 refused"])
    assert idp.services().clients.get(f"{1:032d}") is None
    done = run(idp, tmp_path, client(1), client(1), client(2, grant_types=["password"]))
    assert done.out.splitlines()[-3:] == ["1 registered", "1 registered before", "1 refused"]
    assert done.err == answer.err


def test_what_an_app_loses_is_printed_below_it(idp: CommandLine, tmp_path: Path) -> None:
    """Addresses with a wildcard or another scheme, grants and algorithms that do not exist here."""
    callbacks = ["https://shop1.example/callback", "https://*.shop1.example/callback", "com.example.shop://callback", "https://a\x1b[31m/"]
    answer = run(idp, tmp_path, client(1, callbacks=callbacks, jwt_configuration={"alg": "HS256"}, allowed_logout_urls=["https://*.x/"]))
    assert answer.status == 0
    lines = answer.out.splitlines()
    assert lines[0] == f"client_id {1:032d}"
    assert [line for line in lines[1:-3] if not line.startswith("  ")] == []
    assert len(lines) == 1 + 6 + 3
    assert "\x1b" not in answer.out
    stored = idp.services().clients.get(f"{1:032d}")
    assert stored
    assert stored.redirect_uris == ("https://shop1.example/callback",)
    assert stored.post_logout_redirect_uris == ()
    assert stored.id_token_signed_response_alg == "RS256"


@pytest.mark.parametrize(
    "changes",
    [
        {"callbacks": ["https://*.shop.example/"]},
        {"callbacks": []},
        {"client_secret": "short secret of a person"},
        {"client_id": "usr_1"},
        {"client_id": "cli"},
        {"client_id": ""},
        {"client_id": "a b"},
        {"client_id": "../../x"},
        {"name": "a\nb"},
        {"logo_uri": "javascript:alert(1)"},
        {"initiate_login_uri": "http://shop.example/login"},
        {"callbacks": [f"https://shop.example/{number}" for number in range(60)]},
    ],
)
def test_an_app_that_breaks_a_rule_of_registration_is_refused(idp: CommandLine, tmp_path: Path, changes: dict[str, Any]) -> None:
    """With a sentence, and the next one is registered."""
    answer = run(idp, tmp_path, client(1, **changes), client(2))
    assert (answer.status, answer.out.splitlines()[-3:]) == (1, ["1 registered", "0 registered before", "1 refused"])
    assert answer.err.startswith("app 1")
    assert answer.err.strip().endswith(".")
    assert "short secret" not in answer.err


@pytest.mark.parametrize("content", [b"", b"{}", b"[", b'{"statusCode": 403, "error": "Forbidden"}'])
def test_a_file_of_another_kind_is_refused(idp: CommandLine, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    answer = idp("clients", "import", str(tmp_path / "x"), "--from", "auth0")
    assert (answer.status, answer.out) == (1, "0 registered\n0 registered before\n1 refused\n")
    assert answer.err.strip().endswith(".")


def test_two_imports_at_once_register_an_app_once(idp: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second one looked before the first had written, and finds the id taken."""
    services = idp.services()
    monkeypatch.setattr(services.clients, "get", lambda client_id: None)
    for known in (False, True):
        rows = read(io.BytesIO(json.dumps([client(1)]).encode()))
        (done,) = services.client_import.run(rows)
        assert isinstance(done, ImportedApp)
        assert done.known is known


def test_a_refused_app_says_what_it_lost_before(idp: CommandLine, tmp_path: Path) -> None:
    """The note explains why an app with an address needs a redirect URI."""
    answer = run(idp, tmp_path, client(1, callbacks=["https://*.shop.example/callback"]))
    assert answer.status == 1
    assert "Give at least one redirect URI: the grant type authorization_code needs one.\n" in answer.err
    assert "\n  The address https://*.shop.example/callback was left out." in answer.err


def test_apps_of_another_system_are_told_apart(idp: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "clients.json"
    file.write_text(json.dumps([client(1)]))
    assert "It is no app of the chosen format: clientId is missing." in idp("clients", "import", str(file), "--from", "keycloak").err
