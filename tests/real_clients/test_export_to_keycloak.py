"""`idp export --form keycloak` into the real Keycloak: people sign in there with the password and the authenticator that they had here."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import secrets
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest

from tests.support.cli import CommandLine
from tests.support.full_deployment import WORDS, deployment_with_everything
from tests.support.keycloak import Keycloak
from tests.support.keycloak_process import command

if TYPE_CHECKING:
    import httpx

pytestmark = pytest.mark.slow
CALLBACK = "http://localhost:8003/callback"
"""Of the app demo-spa."""
FORM = re.compile(r'<form[^>]*action="([^"]+)"')


@pytest.fixture
def idp(quick_endpoint: str, table_prefix: str, tmp_path: Path) -> CommandLine:
    """A deployment with the demo's people, and one with everything else."""
    made = deployment_with_everything(quick_endpoint, table_prefix, tmp_path)
    assert made("users", "set-password", "grace@example.com", "--password-stdin", stdin=f"{WORDS}\n").status == 0
    return made


def exported(idp: CommandLine, realm: str, *options: str) -> Path:
    """The folder of the export."""
    folder = idp.folder / "out"
    idp.done("export", str(folder), "--form", "keycloak", "--realm", realm, *options)
    return folder


class Browser:
    """A browser without JavaScript that signs in to the exported public app."""

    def __init__(self, keycloak: Keycloak, realm: str) -> None:
        self.issuer, self._http = f"{keycloak.url}/realms/{realm}/protocol/openid-connect", keycloak.browser(follow_redirects=False)
        self._verifier = secrets.token_urlsafe(48)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def sign_in(self, address: str, password: str, code: str = "") -> httpx.Response:
        """The last answer: a page, or a redirect with an authorization code."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(self._verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "client_id": "demo-spa", "response_type": "code", "scope": "openid", "redirect_uri": CALLBACK, "code_challenge": challenge,
            "code_challenge_method": "S256",
        }  # fmt: skip
        page = self._http.get(f"{self.issuer}/auth", params=asked)
        page = self._post(page, username=address, password=password)
        if code:
            page = self._post(page, otp=code)
        return self._post(page, accept="Yes") if 'name="accept"' in page.text else page

    def claims(self, answer: httpx.Response) -> dict[str, Any]:
        """The claims of the access token for the code in this answer."""
        code = parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]
        form = {"grant_type": "authorization_code", "client_id": "demo-spa", "code": code, "redirect_uri": CALLBACK,
                "code_verifier": self._verifier}  # fmt: skip
        token = self._http.post(f"{self.issuer}/token", data=form).raise_for_status().json()["access_token"]
        payload = token.split(".")[1]
        found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return found

    def _post(self, page: httpx.Response, **form: str) -> httpx.Response:
        found = FORM.search(page.text)
        assert found, page.text[:2000]
        answer = self._http.post(page.url.join(html.unescape(found[1])), data=form)
        while answer.is_redirect and not answer.headers["location"].startswith(CALLBACK):
            answer = self._http.get(answer.url.join(answer.headers["location"]))
        return answer


def test_people_sign_in_at_keycloak_as_they_did_here(keycloak: Keycloak, idp: CommandLine) -> None:
    """`kc.sh import` keeps `sub`, password, authenticator and the app. A wrong password and a wrong code are refused."""
    services, realm = idp.services(), f"x{idp.prefix.strip('-')}"
    folder = exported(idp, realm, "--with-hashes")
    done = subprocess.run(
        command(keycloak.folder, "import", "--dir", str(folder)),
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
        cwd=keycloak.folder,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    grace = services.users.id_of("grace@example.com") or ""
    credential = services.factors.totp(grace)
    assert credential
    seed = services.keyring.reveal(f"totp:{grace}", credential.sealed).decode()
    for address, password, code in (("edith@example.com", "wrong horse battery", ""), ("grace@example.com", WORDS, "000000")):
        with Browser(keycloak, realm) as browser:
            assert not browser.sign_in(address, password, code).is_redirect
    with Browser(keycloak, realm) as browser:
        assert browser.claims(browser.sign_in("edith@example.com", WORDS))["sub"] == services.users.id_of("edith@example.com")
    with Browser(keycloak, realm) as browser:
        assert browser.claims(browser.sign_in("grace@example.com", WORDS, pyotp.TOTP(seed).now()))["sub"] == grace


def test_a_partial_import_takes_the_same_files(keycloak: Keycloak, idp: CommandLine) -> None:
    """Through the admin API into a realm that exists: with the passkey, the link and the groups. Without hashes people must act."""
    folder, realm = exported(idp, "elsewhere"), keycloak.realm()
    endpoints = {"clientId": "ours", "authorizationUrl": "https://accounts.example/a", "tokenUrl": "https://accounts.example/t"}
    realm.call("POST", "identity-provider/instances", json={"alias": "example", "providerId": "oidc", "config": endpoints})
    for file in sorted(folder.iterdir()):
        realm.call("POST", "partialImport", json={"ifResourceExists": "FAIL", **json.loads(file.read_text())})
    (edith,) = realm.call("GET", "users", params={"username": "edith@example.com", "exact": "true"}).json()
    assert [each["type"] for each in realm.call("GET", f"users/{edith['id']}/credentials").json()] == ["webauthn-passwordless"]
    assert [each["name"] for each in realm.call("GET", f"users/{edith['id']}/groups").json()] == ["staff"]
    assert "reader" in [each["name"] for each in realm.call("GET", f"users/{edith['id']}/role-mappings/realm").json()]
    links = realm.call("GET", f"users/{edith['id']}/federated-identity").json()
    assert [(each["identityProvider"], each["userId"]) for each in links] == [("example", "subject-1")]
    assert edith["requiredActions"] == ["UPDATE_PASSWORD"]
    (grace,) = realm.call("GET", "users", params={"username": "grace@example.com", "exact": "true"}).json()
    assert sorted(grace["requiredActions"]) == ["CONFIGURE_TOTP", "UPDATE_PASSWORD"]
    (app,) = realm.call("GET", "clients", params={"clientId": "demo-web"}).json()
    assert (app["directAccessGrantsEnabled"], app["attributes"]["pkce.code.challenge.method"]) == (False, "S256")
    assert realm.call("GET", f"clients/{app['id']}/client-secret").json()["value"]
