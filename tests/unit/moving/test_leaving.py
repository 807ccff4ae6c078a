"""Forms of the export for other systems: what each can carry, and that nothing is lost without being counted."""

from __future__ import annotations

import json
from base64 import b32encode, urlsafe_b64encode
from collections import Counter
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from idp.domain.factors.hash_notations import notation
from idp.domain.moving.hashes import auth0 as read_auth0
from idp.domain.moving.hashes import keycloak as read_keycloak
from idp.domain.moving.leaving import auth0, keycloak, keycloak_realm, scim
from idp.domain.moving.leaving.left_out import LEFT_OUT
from tests.support import auth0_import
from tests.support.foreign_hashes import PUBLISHED

KEYCLOAK_CHECKS = {"argon2i", "argon2d", "argon2id", "pbkdf2-sha1", "pbkdf2-sha256", "pbkdf2-sha512"}
AUTH0_CHECKS = {*KEYCLOAK_CHECKS, "bcrypt", "scrypt"}
HASHES = sorted({notation.write(notation.read(each.text)) for each in PUBLISHED})
WRAPPED = "$wrapped$md5$$c2FsdHNhbHQ=$e1NBTFR9e1BBU1NXT1JEfQ==$argon2id$v=19$m=8192,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$" + "A" * 43
ARGON2ID = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0$" + "A" * 43
SEED = b32encode(b"12345678901234567890").decode()


def line(**changes: Any) -> dict[str, Any]:
    """The line of a user of our own form."""
    return {
        "id": "usr_0123456789abcdefghijkl", "email": "ada@example.com", "email_verified": True, "disabled": False, "admin": False,
        "second_factor_required": False, "claims": {"given_name": "Ada", "family_name": "King", "locale": "de", "address": {"a": "b"}},
        "attributes": {"department": "engines", "floors": [1, 2]}, "roles": ["reader"], "groups": ["staff"], "terms": {},
        "password_changed_at": 1_700_000_000, "deleting_until": 0, "created_at": 1_600_000_000, "updated_at": 1_600_000_001,
        "has_password": True, "has_totp": False, "passkeys": [], "links": [], "consents": [],
    } | changes  # fmt: skip


def totp(**changes: Any) -> dict[str, Any]:
    """The secret of an authenticator."""
    return {"secret": SEED, "algorithm": "SHA1", "digits": 6, "period": 30, "last_step": None, "confirmed_at": 5} | changes


def passkey(**changes: Any) -> dict[str, Any]:
    """A passkey of the line of a user."""
    return {
        "credential_id": urlsafe_b64encode(b"\xff\xfe\xfd id").rstrip(b"=").decode(), "public_key": "pQECAyY", "alg": -7, "sign_count": 3,
        "backup_eligible": True, "backed_up": True, "user_verified": True, "transports": ["internal"], "aaguid": "", "name": "Phone",
        "alone": True, "waits": False, "created_at": 7, "used_at": None,
    } | changes  # fmt: skip


def counted(form: Any, it: dict[str, Any], secrets: dict[str, Any] | None) -> tuple[dict[str, Any], dict[str, int]]:
    """The record of a user, and what is left out."""
    left: Counter[str] = Counter()
    made = form.user(it, secrets, left)
    assert set(left) <= set(LEFT_OUT)
    return made, {name: count for name, count in left.items() if count}


@pytest.mark.parametrize("stored", [*HASHES, ARGON2ID, WRAPPED])
def test_keycloak_gets_each_hash_that_it_checks_and_no_other(stored: str) -> None:
    """Read again, it is the same hash. Who has another one sets a new password, and is counted."""
    made, left = counted(keycloak, line(), {"password_hash": stored})
    it = notation.read(stored)
    if it.scheme in KEYCLOAK_CHECKS and not it.wrapped_in:
        (credential,) = made["credentials"]
        assert read_keycloak.convert(credential) == stored
        assert (made["requiredActions"], left) == ([], {})
    else:
        assert (made["credentials"], made["requiredActions"], left) == ([], ["UPDATE_PASSWORD"], {"passwords": 1})


@pytest.mark.parametrize("stored", [*HASHES, ARGON2ID, WRAPPED])
def test_auth0_gets_each_hash_that_it_checks_and_no_other(stored: str) -> None:
    """Read again, it is the same hash. Others are counted, and never sent in a form that Auth0 would read otherwise."""
    made, left = counted(auth0, line(), {"password_hash": stored})
    Draft202012Validator(auth0_import.USER).validate(made)
    it = notation.read(stored)
    if it.scheme in AUTH0_CHECKS and not it.wrapped_in:
        assert notation.write(notation.read(read_auth0.convert(made["custom_password_hash"]))) == stored
        assert left == {}
    else:
        assert "custom_password_hash" not in made
        assert left == {"passwords": 1}


@pytest.mark.parametrize("form", [keycloak, auth0, scim])
def test_without_secrets_no_form_has_one(form: Any) -> None:
    """The person is counted, and must act in Keycloak: a second factor is not lost in silence."""
    made, left = counted(form, line(has_totp=True), None)
    text = json.dumps(made)
    assert "argon2" not in text
    assert SEED not in text
    assert (left["passwords"], left["authenticators"]) == (1, 1)
    if form is keycloak:
        assert made["requiredActions"] == ["UPDATE_PASSWORD", "CONFIGURE_TOTP"]


@pytest.mark.parametrize(("algorithm", "digits", "period"), [("SHA1", 6, 30), ("SHA256", 8, 60), ("SHA512", 6, 30)])
def test_an_authenticator_keeps_its_parameters(algorithm: str, digits: int, period: int) -> None:
    """In Keycloak. Auth0's import has no members for others than SHA-1, six digits and 30 seconds."""
    secrets = {"totp": totp(algorithm=algorithm, digits=digits, period=period)}
    made, left = counted(keycloak, line(has_password=False, has_totp=True), secrets)
    (credential,) = made["credentials"]
    about = json.loads(credential["credentialData"])
    assert (about["algorithm"], about["digits"], about["period"]) == (f"Hmac{algorithm}", digits, period)
    assert (about["secretEncoding"], json.loads(credential["secretData"])) == ("BASE32", {"value": SEED})
    assert (made["requiredActions"], left) == ([], {})
    made, left = counted(auth0, line(has_password=False, has_totp=True), secrets)
    plain = (algorithm, digits, period) == ("SHA1", 6, 30)
    assert made.get("mfa_factors") == ([{"totp": {"secret": SEED}}] if plain else None)
    assert left == ({} if plain else {"authenticators": 1})


def test_a_passkey_goes_to_keycloak_with_its_key_and_counter() -> None:
    """The id is plain base64 there, and the key base64url. One without a checked PIN is a second factor only; one that waits stays here."""
    three = [passkey(), passkey(user_verified=False, name="", aaguid="aa"), passkey(waits=True)]
    made, left = counted(keycloak, line(has_password=False, passkeys=three), {})
    first, second = made["credentials"]
    about = json.loads(first["credentialData"])
    assert (about["credentialId"], about["credentialPublicKey"], about["counter"]) == ("//79IGlk", "pQECAyY", 3)
    assert (first["type"], first["userLabel"], second["type"]) == ("webauthn-passwordless", "Phone", "webauthn")
    assert about["aaguid"] == "00000000-0000-0000-0000-000000000000"
    assert left == {"waiting_passkeys": 1}
    assert counted(auth0, line(passkeys=three), None)[1]["passkeys"] == 3


def test_links_go_to_keycloak_under_the_id_of_the_connection() -> None:
    """A link of no connection has no name there."""
    link = {"issuer": "https://a.example", "tenant": "", "subject": "s", "connection_id": "corp", "email": "", "how": "", "created_at": 1}
    made, left = counted(keycloak, line(has_password=False, links=[link, {**link, "connection_id": ""}]), {})
    assert made["federatedIdentities"] == [{"identityProvider": "corp", "userId": "s", "userName": "s"}]
    assert left == {"links": 1}


def test_keycloak_keeps_the_subject_unless_it_is_too_long() -> None:
    """A partial import would refuse nothing, but its database has 36 characters."""
    made, left = counted(keycloak, line(has_password=False), {})
    assert (made["id"], made["groups"], made["realmRoles"], left) == ("usr_0123456789abcdefghijkl", ["/staff"], ["reader"], {})
    assert made["attributes"] == {"locale": ["de"], "address": ['{"a": "b"}'], "department": ["engines"], "floors": ["1", "2"]}
    made, left = counted(keycloak, line(id="x" * 37, has_password=False), {})
    assert "id" not in made
    assert left == {"ids": 1}


@pytest.mark.parametrize("form", [keycloak, auth0, scim])
def test_what_no_form_carries_is_counted(form: Any) -> None:
    """Admin rights and consents never leave by accident."""
    consent = {"client_id": "c", "scopes": [], "granted_at": 1}
    it = line(admin=True, consents=[consent, consent], terms={"terms": "1"}, second_factor_required=True)
    made, left = counted(form, it, {"recovery_codes": {"digests": []}})
    assert {"admins": 1, "consents": 2, "terms": 1}.items() <= left.items()
    if form is keycloak:
        assert "CONFIGURE_TOTP" in made["requiredActions"]
    else:
        assert left["second_factor_required"] == 1


def test_a_scim_user_fits_the_schema_of_the_rfc() -> None:
    """RFC 7643 §4.1, checked by scim2-models."""
    user_of = pytest.importorskip("scim2_models").User
    claims = {"name": "Ada Lovelace", "given_name": "Ada", "nickname": "Countess", "picture": "https://a.example/p", "phone_number": "+441",
              "zoneinfo": "Europe/London", "locale": "de", "gender": "female"}  # fmt: skip
    made, left = counted(scim, line(claims=claims, disabled=True), None)
    parsed = user_of.model_validate(made)
    assert (parsed.user_name, parsed.active, parsed.name.formatted, parsed.emails[0].value) == (
        "ada@example.com", False, "Ada Lovelace", "ada@example.com",
    )  # fmt: skip
    assert left == {"claims": 1, "attributes": 1, "passwords": 1}


def app(**changes: Any) -> tuple[dict[str, Any] | None, dict[str, int]]:
    """The client of an app with these members, and what is left out."""
    from dataclasses import asdict

    from idp.domain.apps.client import Client

    left: Counter[str] = Counter()
    client = Client(**{"id": "shop", "name": "Shop", "redirect_uris": ("https://shop.example/cb",), **changes})
    made = keycloak_realm.client({"client_id": client.id, "metadata": asdict(client), "roles": []}, left, has_secret=bool(client.secrets))
    return made, {name: count for name, count in left.items() if count}


def test_an_app_gets_no_more_in_keycloak_than_it_has_here() -> None:
    """No implicit flow, no passwords by the app, PKCE stays, no wildcard, and no id of Keycloak's own clients."""
    made, left = app(redirect_uris=("https://shop.example/cb", "https://shop.example/*"), auth_methods=("none",))
    assert made
    assert (made["redirectUris"], made["publicClient"], made["consentRequired"]) == (["https://shop.example/cb"], True, True)
    assert (made["implicitFlowEnabled"], made["directAccessGrantsEnabled"], made["serviceAccountsEnabled"]) == (False, False, False)
    assert made["attributes"]["pkce.code.challenge.method"] == "S256"
    assert left == {"redirect_uris": 1}
    assert app(id="admin-cli") == (None, {"reserved_apps": 1})


def test_a_disabled_app_with_a_secret_stays_disabled_and_gets_a_new_secret() -> None:
    """The digest is nowhere."""
    from idp.domain.apps.client import ClientSecret

    made, left = app(secrets=(ClientSecret("digest-of-it", 1),), disabled=True, grant_types=("client_credentials",))
    assert made
    assert (made["enabled"], made["serviceAccountsEnabled"], made["standardFlowEnabled"]) == (False, True, False)
    assert "digest-of-it" not in json.dumps(made)
    assert left == {"client_secrets": 1}
