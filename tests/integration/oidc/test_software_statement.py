"""Software statements (RFC 7591 §2.3, §3.2.2): a trusted issuer's statement takes precedence over the client's own metadata."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from tests.integration.oidc.conftest import WithSettings
from tests.integration.oidc.registering import as_json, own, register
from tests.support.deployment import Deployment
from tests.support.tls import Authority, HttpsSite

ISSUER = "https://publisher.example"
KEY, STRANGER = (ECKey.generate_key("P-256", {"kid": "1", "use": "sig", "alg": "ES256"}) for _ in range(2))
SAID = {"iss": ISSUER, "client_name": "The real shop", "redirect_uris": ["https://shop.example/cb"], "software_id": "shop"}


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[HttpsSite, Path]]:
    """Return the site that serves the publisher's JWK Set, and the file of its CA."""
    authority = Authority(tmp_path_factory.mktemp("ca"))
    with HttpsSite(authority, "localhost") as site:
        site.answer = as_json({"keys": [KEY.as_dict(private=False)]})
        yield site, authority.file


@pytest.fixture
def idp(keys: tuple[HttpsSite, Path], with_settings: WithSettings) -> Deployment:
    """Return a provider with open registration that trusts the publisher."""
    site, ca = keys
    issuers = f"{ISSUER}=https://localhost:{site.port}/jwks"
    return with_settings(registration="open", software_statement_issuers=issuers, dev_fetch_hosts="localhost", dev_fetch_ca=str(ca))


def signed(key: Any = KEY, header: dict[str, Any] | None = None, **claims: Any) -> str:
    """Return a software statement with these claims. A claim that is ... is left out."""
    said = {name: value for name, value in {**SAID, **claims}.items() if value is not ...}
    return jwt.encode({"alg": "ES256", "kid": "1", **(header or {})}, said, key, algorithms=["ES256", "HS256"])


def test_what_it_says_takes_precedence(idp: Deployment) -> None:
    """§2.3: its claims override the client's metadata. The answer returns the statement unmodified (§3.2.1)."""
    statement = signed()
    answer = register(
        idp, software_statement=statement, client_name="Mine", redirect_uris=["https://evil.example/cb"], tos_uri="https://a.example"
    )
    assert answer.status == 201, answer.text
    made = answer.json
    assert (made["client_name"], made["redirect_uris"], made["software_id"]) == ("The real shop", ["https://shop.example/cb"], "shop")
    assert (made["tos_uri"], made["software_statement"]) == ("https://a.example", statement)


def test_it_holds_on_after_a_replacement(idp: Deployment) -> None:
    """A PUT without the statement does not remove its claims from the client."""
    made = register(idp, software_statement=signed()).json
    told = own(idp, "PUT", made, {"client_id": made["client_id"], "redirect_uris": ["https://evil.example/cb"]}).json
    assert told["redirect_uris"] == ["https://shop.example/cb"]


def test_it_is_no_way_to_what_only_admins_set(idp: Deployment) -> None:
    """A statement cannot set first_party, resources or an admin scope."""
    made = register(idp, software_statement=signed(first_party=True, resources=["https://idp.example/admin/v1"])).json
    kept = idp.services.clients.get(made["client_id"])
    assert kept
    assert (kept.first_party, kept.resources) == (False, ())
    assert register(idp, software_statement=signed(scope="users:write")).error == "invalid_client_metadata"


def none_signed() -> str:
    """Return a statement without a signature (alg none)."""
    parts = ({"alg": "none"}, SAID)
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts) + "."


@pytest.mark.parametrize("statement", [
    "x", "a.b.c", 5, {}, [], ["x"], signed(STRANGER), signed(iss=...), signed(iss=["a"]), none_signed(), signed(exp="x"),
    signed(exp=1_799_999_900),
    signed(nbf=1_800_000_100), signed(header={"alg": "HS256"}, key=OctKey.import_key(json.dumps(KEY.as_dict(private=False)))),
    signed(header={"kid": "2"}),
    signed()[:-4] + "AAAA", "x" * 20_000,
], ids=lambda statement: str(statement)[:24])  # fmt: skip
def test_statements_that_cannot_be_verified(idp: Deployment, statement: object) -> None:
    """The error is invalid_software_statement, and no client is registered."""
    answer = register(idp, software_statement=statement)
    assert (answer.status, answer.error) == (400, "invalid_software_statement")


def test_statements_of_others_are_not_approved(idp: Deployment, with_settings: WithSettings) -> None:
    """The error is unapproved_software_statement for another issuer, and if the deployment trusts no issuer."""
    assert register(idp, software_statement=signed(iss="https://other.example")).error == "unapproved_software_statement"
    assert register(with_settings(registration="open"), software_statement=signed()).error == "unapproved_software_statement"
