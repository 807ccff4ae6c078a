"""Keycloak, a provider by other authors (Java): an upstream by OpenID Connect and SAML, and the maker of realm exports with real hashes.

def test_something(keycloak: Keycloak) -> None:               # a fixture of tests/conftest.py; one server for all processes of a run
    realm = keycloak.realm()                                  # a new realm of this test
    realm.user("ada", password="old password")                # Keycloak hashes it
    realm.client("ours", redirectUris=[…])                    # its representations, by their names there
    realm.issuer, keycloak.authority                          # for Outgoing(frozenset({"localhost"}), str(keycloak.authority))
    realm.export(tmp_path)                                    # `kc.sh export`: with hashes and seeds
"""

from __future__ import annotations

import contextlib
import ssl
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from tests.support.keycloak_process import ADMIN, PASSWORD, export, shared

if TYPE_CHECKING:
    from collections.abc import Iterator

_DAY = 86400


@dataclass(frozen=True)
class Keycloak:
    """A running server. `admin`: a client of its Admin REST API, with relative addresses such as "realms"."""

    url: str
    authority: Path
    folder: Path
    admin: httpx.Client

    def realm(self, **representation: Any) -> Realm:
        """Make a realm with a name that no other test has. `representation`: members of a RealmRepresentation."""
        own = {"realm": f"r-{uuid.uuid4().hex[:10]}", "enabled": True, "sslRequired": "none"} | representation
        self.admin.post("realms", json=own).raise_for_status()
        return Realm(self, str(own["realm"]))

    def browser(self, **options: Any) -> httpx.Client:
        """A client that trusts its certificate. It follows no redirects by itself."""
        return httpx.Client(verify=ssl.create_default_context(cafile=str(self.authority)), timeout=120, **options)


@dataclass(frozen=True)
class Realm:
    """A realm. The methods that make something return its id."""

    keycloak: Keycloak
    name: str

    @property
    def issuer(self) -> str:
        """Its issuer identifier."""
        return f"{self.keycloak.url}/realms/{self.name}"

    @property
    def saml_metadata(self) -> str:
        """The address of its metadata as a SAML identity provider. Its entity id there is `issuer`."""
        return f"{self.issuer}/protocol/saml/descriptor"

    def call(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Call the Admin REST API of this realm. Raises for an error, with the answer in the message."""
        answer = self.keycloak.admin.request(method, f"realms/{self.name}/{path}".rstrip("/"), **options)
        if answer.is_error:
            raise AssertionError(f"{method} {path}: {answer.status_code} {answer.text[:1000]}")
        return answer

    def make(self, path: str, **representation: Any) -> str:
        """Create one object: `users`, `clients`, `groups`, `roles`, `identity-provider/instances` …"""
        return self.call("POST", path, json=representation).headers["location"].rsplit("/", 1)[1]

    def change(self, **representation: Any) -> None:
        """Change settings of the realm, such as `otpPolicyDigits` or `passwordPolicy`."""
        self.call("PUT", "", json=representation)

    def user(self, username: str, *, password: str = "", **representation: Any) -> str:
        """Create a person with a verified address, complete so that a sign-in asks for nothing more."""
        own = {
            "email": f"{username}@example.com",
            "emailVerified": True,
            "enabled": True,
            "firstName": username.title(),
            "lastName": "Byron",
        }
        proof = {"credentials": [{"type": "password", "value": password, "temporary": False}]} if password else {}
        return self.make("users", username=username, **own | proof | representation)

    def client(self, client_id: str, **representation: Any) -> str:
        """Create a client: OpenID Connect with a code flow, unless `protocol` is "saml"."""
        return self.make("clients", clientId=client_id, **{"enabled": True, "standardFlowEnabled": True} | representation)

    def export(self, folder: Path) -> Path:
        """Write all of the realm into one file, as an operator does it on the server. The server runs on."""
        file = folder / f"{self.name}.json"
        export(self.keycloak.folder, self.name, "--users", "same_file", "--file", str(file))
        return file


@contextlib.contextmanager
def keycloak_server(folder: Path) -> Iterator[Keycloak]:
    """The server of all processes that share the folder, until the last of them is done."""
    with shared(folder) as at, _admin(at["url"], at["authority"]) as admin:
        yield Keycloak(at["url"], Path(at["authority"]), Path(at["folder"]), admin)


@contextlib.contextmanager
def _admin(url: str, authority: str) -> Iterator[httpx.Client]:
    """A client with a token that lives for a day, instead of a minute."""
    form = {"grant_type": "password", "client_id": "admin-cli", "username": ADMIN, "password": PASSWORD}
    with httpx.Client(base_url=f"{url}/admin/", verify=ssl.create_default_context(cafile=authority), timeout=600) as http:
        for _ in range(2):
            answer = http.post(f"{url}/realms/master/protocol/openid-connect/token", data=form).raise_for_status()
            http.headers["authorization"] = f"Bearer {answer.json()['access_token']}"
            http.put("realms/master", json={"accessTokenLifespan": _DAY, "ssoSessionMaxLifespan": _DAY}).raise_for_status()
        yield http
