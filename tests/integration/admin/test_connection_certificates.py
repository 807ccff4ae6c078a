"""Certificates of SAML connections in the admin API: ours in two steps, the identity provider's from its metadata, both with an overlap."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from idp.services.upstream.saml import own_keys
from tests.integration.admin.connecting import OAUTH2, Documents
from tests.support.saml_idp import IDP, key_pair, metadata

if TYPE_CHECKING:
    from tests.support.world import World

PATH = "/connections/corp"
SOURCE = "https://idp.corp.example/metadata"
PREPARE, ACTIVATE = f"{PATH}/certificates", f"{PATH}/certificates/activate"


@pytest.fixture
def idp_metadata(world: World) -> Documents:
    """The fetcher of the world, which has the metadata of the identity provider."""
    served = Documents()
    world.services.outgoing = served
    served.bodies[SOURCE] = metadata().encode()
    return served


@pytest.fixture
def corp(world: World, idp_metadata: Documents) -> World:
    """A provider with a SAML connection that asks for encryption."""
    del idp_metadata
    given = {"id": "corp", "preset": "saml", "name": "Corp", "metadata_url": SOURCE, "wants_encryption": True}
    assert world.call("POST", "/connections", json=given).status_code == 201
    return world


def ours(world: World) -> dict[str, str]:
    """Our certificates, by the use of their keys."""
    found: dict[str, str] = world.call("GET", PATH).json()["own_certificates"]
    return found


def decrypting(world: World) -> int:
    """How many of our keys decrypt assertions now."""
    stored = world.services.connections.get("corp")
    assert stored
    return len(own_keys.decryption_keys(world.services.keyring, stored))


def test_our_certificates_change_in_two_steps_with_an_overlap(corp: World) -> None:
    before = ours(corp)
    prepared = corp.call("POST", PREPARE)
    told = prepared.json()["own_certificates"]
    assert (prepared.status_code, prepared.headers["etag"], prepared.headers["location"]) == (201, '"2"', "/admin/v1/connections/corp")
    assert {name: told[name] for name in before} == before
    assert set(told) == {"signing", "encryption", "next_signing", "next_encryption"}
    assert decrypting(corp) == 2
    active = corp.call("POST", ACTIVATE, headers={"If-Match": '"2"'})
    after = active.json()["own_certificates"]
    assert (active.status_code, active.headers["etag"]) == (201, '"3"')
    assert (after["signing"], after["encryption"]) == (told["next_signing"], told["next_encryption"])
    assert (after["old_encryption"], set(after)) == (before["encryption"], {"signing", "encryption", "old_encryption"})
    assert decrypting(corp) == 2, "the identity provider may still encrypt for the key before"
    corp.call("POST", PREPARE)
    assert "old_encryption" not in ours(corp), "the key before last decrypts no more"


def test_no_private_key_is_in_an_answer_or_an_event(corp: World) -> None:
    answers = [corp.call("POST", path).text for path in (PREPARE, ACTIVATE)]
    stored = corp.services.connections.get("corp")
    assert stored
    for text in (*answers, str(corp.events())):
        assert "PRIVATE" not in text
        assert stored.secret not in text


def test_nothing_is_activated_that_was_not_published(corp: World) -> None:
    """Else a repeated request would use keys that the identity provider never saw."""
    before = ours(corp)
    assert corp.call("POST", ACTIVATE).status_code == 409
    corp.call("POST", PREPARE)
    assert corp.call("POST", ACTIVATE).status_code == 201
    assert corp.call("POST", ACTIVATE).status_code == 409
    assert ours(corp)["old_encryption"] == before["encryption"]


def test_a_repeated_request_makes_one_pair_of_keys(corp: World) -> None:
    """After a lost answer: the certificate that was given to the identity provider stays the next one."""
    answers = [corp.call("POST", PREPARE, headers={"Idempotency-Key": "once"}) for _ in range(2)]
    assert answers[1].headers["idempotency-replayed"] == "true"
    assert answers[0].json() == answers[1].json()
    assert ours(corp)["next_signing"] == answers[0].json()["own_certificates"]["next_signing"]


@pytest.mark.parametrize("path", [PREPARE, ACTIVATE])
def test_a_stale_version_changes_no_certificate(corp: World, path: str) -> None:
    corp.call("POST", PREPARE)
    before = ours(corp)
    assert corp.call("POST", path, headers={"If-Match": '"1"'}).status_code == 412
    assert ours(corp) == before


@pytest.mark.parametrize("path", [PREPARE, ACTIVATE])
@pytest.mark.parametrize("scope", ["connections:read", "clients:write", "keys:write"])
def test_a_token_without_the_scope_changes_no_certificate(corp: World, path: str, scope: str) -> None:
    corp.call("POST", PREPARE)
    before = ours(corp)
    assert corp.call("POST", path, token=corp.service_token(corp.root, scope)).status_code == 403
    assert ours(corp) == before


def test_only_a_saml_connection_has_certificates(corp: World) -> None:
    corp.call("POST", "/connections", json=OAUTH2)
    for path in ("", "/activate"):
        assert corp.call("POST", f"/connections/plain/certificates{path}").status_code == 400
        assert corp.call("POST", f"/connections/nothing/certificates{path}").status_code == 404


def _read(world: World, served: Documents, *pairs: Any, entity: str = IDP) -> Any:
    """The answer to a refresh, after the identity provider published these certificates."""
    served.bodies[SOURCE] = metadata(entity, *pairs).encode()
    return world.call("POST", f"{PATH}/metadata")


def test_certificates_of_the_identity_provider_overlap_and_then_the_old_one_goes(corp: World, idp_metadata: Documents) -> None:
    old, new = key_pair(), key_pair("new")
    assert _read(corp, idp_metadata, old, new).json()["certificates"] == [old.der, new.der]
    assert _read(corp, idp_metadata, new).json()["certificates"] == [new.der]


@pytest.mark.parametrize(
    "document", [b"", b"<a/>", metadata("https://else.example").encode(), metadata(IDP, key_pair("weak", bits=1024)).encode()]
)
def test_a_refresh_that_fails_keeps_the_certificates(corp: World, idp_metadata: Documents, document: bytes) -> None:
    """Also metadata of another identity provider: its certificates would count for the people of this one."""
    before = corp.call("GET", PATH).json()
    idp_metadata.bodies[SOURCE] = document
    assert corp.call("POST", f"{PATH}/metadata").status_code == 400
    assert corp.call("GET", PATH).json() == before


@pytest.mark.parametrize("certificates", [[], ["x"], [key_pair("weak", bits=1024).der], [key_pair().der] * 11, [key_pair().der, "x"]])
def test_certificates_that_are_none_are_refused(corp: World, certificates: list[str]) -> None:
    before = corp.call("GET", PATH).json()
    assert corp.call("PATCH", PATH, json={"certificates": certificates}).status_code == 400
    assert corp.call("GET", PATH).json() == before


def test_a_certificate_is_added_beside_the_others(corp: World) -> None:
    told = [key_pair().der, key_pair("new").der]
    assert corp.call("PATCH", PATH, json={"certificates": told}).json()["certificates"] == told
