"""Ory Kratos: identities with credentials (threats R-10)."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from idp.domain.moving.formats.kratos import read
from idp.domain.moving.person import ImportedLink, ImportedTotp
from tests.unit.moving.reading import changed, person, refusal

HASH = "$argon2id$v=19$m=65536,t=1,p=1$Z3JhaW5zYWx0Z3JhaW4$4VtNqHk7XyQ2bq0xJm5ySg"
KEY = b"12345678901234567890"
URL = f"otpauth://totp/Meadow:ada@example.com?algorithm=SHA1&digits=6&issuer=Meadow&period=30&secret={base64.b32encode(KEY).decode()}"
PASSKEY = {
    "id": base64.b64encode(b"key-1\xff").decode(), "public_key": base64.b64encode(b"cose").decode(), "attestation_type": "none",
    "authenticator": {"aaguid": base64.b64encode(bytes(range(16))).decode(), "sign_count": 4, "clone_warning": False},
    "display_name": "Laptop", "added_at": "2024-05-06T07:08:09.123456789Z", "is_passwordless": True,
}  # fmt: skip
CODES = [{"code": "a1b2c3d4", "used_at": "2024-05-06T07:08:09Z"}, {"code": "e5f6g7h8"}, {"code": "i9j0", "used_at": "0001-01-01T00:00:00Z"}]


def credential(kind: str, **config: Any) -> dict[str, Any]:
    """One kind of credentials."""
    return {kind: {"type": kind, "identifiers": ["ada@example.com"], "config": config, "version": 0}}


IDENTITY: dict[str, Any] = {
    "id": "9f425a8d-7efc-4768-8f23-7647a74fdf13", "schema_id": "person", "state": "active",
    "traits": {"email": "Ada@Example.com", "name": {"first": "Ada", "last": "Lovelace"}},
    "verifiable_addresses": [{"value": "ada@example.com", "verified": True, "via": "email", "status": "completed"}],
    "credentials": {
        **credential("password", hashed_password=HASH), **credential("totp", totp_url=URL),
        **credential("lookup_secret", recovery_codes=CODES),
        **credential("webauthn", credentials=[PASSKEY], user_handle="YWRh"),
        **credential("oidc", providers=[{"provider": "google", "subject": "117", "initial_id_token": "x"}]),
    },
    "created_at": "2024-05-06T07:08:09.123456Z",
}  # fmt: skip


def one(**changes: Any) -> list[dict[str, Any]]:
    """A list with one identity."""
    return [changed(IDENTITY, changes)]


def test_an_identity_with_everything() -> None:
    """Used recovery codes are none any more."""
    found = person(read, one())
    assert (found.source_id, found.email, found.email_verified, found.disabled) == (IDENTITY["id"], "ada@example.com", True, False)
    assert found.claims == {"name": "Ada Lovelace", "given_name": "Ada", "family_name": "Lovelace"}
    assert (found.password_hash, found.totp) == (HASH, ImportedTotp(KEY, "SHA1", 30))
    assert (found.links, found.recovery_codes) == ((ImportedLink("google", "117"),), ("e5f6g7h8", "i9j0"))
    assert (found.created_at, found.left_out) == (1_714_979_289, ())
    (passkey,) = found.passkeys
    assert (passkey.rp_id, passkey.credential_id, passkey.public_key, passkey.sign_count) == ("", b"key-1\xff", b"cose", 4)
    assert passkey.user_handle == b"ada"
    assert (passkey.aaguid, passkey.name, passkey.alone) == ("00010203-0405-0607-0809-0a0b0c0d0e0f", "Laptop", True)


def test_an_identity_without_credentials() -> None:
    """As the API lists it unless it is asked for more. An inactive identity is disabled."""
    found = person(read, one(credentials=None, verifiable_addresses=None, state="inactive"))
    assert (found.password_hash, found.totp, found.links, found.passkeys, found.recovery_codes) == (None, None, (), (), ())
    assert (found.email_verified, found.disabled) == (False, True)


@pytest.mark.parametrize(
    "changes",
    [
        {"traits": {}},
        {"traits": {}, "verifiable_addresses": None, "recovery_addresses": [{"via": "email", "value": "ada@example.com"}]},
        {"traits": {"email": ["x"]}, "verifiable_addresses": None},
    ],
)
def test_the_address_of_a_schema_without_email(changes: dict[str, Any]) -> None:
    """Traits are what the operator's schema says; addresses and names to sign in with have a place of their own."""
    assert person(read, one(**changes)).email == "ada@example.com"


@pytest.mark.parametrize(
    ("traits", "claims", "left"),
    [
        ({"name": "Ada"}, {"name": "Ada"}, ()),
        ({"first_name": "Ada", "last_name": "L"}, {"name": "Ada L", "given_name": "Ada", "family_name": "L"}, ()),
        ({"username": "ada", "phone": "+441"}, {"preferred_username": "ada", "phone_number": "+441"}, ()),
        ({"website": "javascript:1"}, {}, ("malformed claims",)),
        ({"name": {"first": 7}}, {}, ("malformed claims",)),
        ({"shoe_size": 46}, {}, ("attributes",)),
    ],
)
def test_traits_with_usual_names_are_claims(traits: dict[str, Any], claims: dict[str, Any], left: tuple[str, ...]) -> None:
    found = person(read, one(traits={"email": "ada@example.com", **traits}))
    assert (found.claims, found.left_out) == (claims, left)


def passkeys(**changes: Any) -> list[dict[str, Any]]:
    """An identity with one passkey."""
    return one(credentials=credential("passkey", credentials=[{**PASSKEY, **changes}]))


def totp(url: str) -> list[dict[str, Any]]:
    """An identity with this authenticator."""
    return one(credentials=credential("totp", totp_url=url))


def test_an_authenticator_with_other_parameters() -> None:
    url = URL.replace("SHA1", "SHA512").replace("digits=6", "digits=8").replace("period=30", "period=60")
    assert person(read, totp(url)).totp == ImportedTotp(KEY, "SHA512", 60, 8)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (one(id=None), "moving.no_id"),
        (one(traits=None), "moving.not_a_user"),
        (one(traits=["ada@example.com"]), "moving.not_a_user"),
        (["ada"], "moving.not_a_user"),
        (one(traits={}, verifiable_addresses=None, credentials=None), "moving.email_missing"),
        (one(traits={"email": "ada"}), "email.malformed"),
        (one(verifiable_addresses=[{"value": "ada@example.com", "verified": "true"}]), "moving.wrong_type"),
        (one(credentials=[]), "moving.wrong_type"),
        (one(credentials={"password": {"config": {"hashed_password": 7}}}), "moving.wrong_type"),
        (one(credentials={"password": {"config": "{}"}}), "moving.wrong_type"),
        (totp("otpauth://hotp/x?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&counter=1"), "moving.totp_not_supported"),
        (totp("https://totp/x?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"), "moving.totp_not_supported"),
        (totp(URL.replace("period=30", "period=-3")), "moving.totp_not_supported"),
        (totp(URL.replace("digits=6", "digits=\u0666")), "moving.totp_not_supported"),
        (totp("otpauth://[totp/x"), "moving.totp_not_supported"),
        (totp(URL + "&a=1" * 100), "moving.totp_not_supported"),
        (totp("otpauth://totp/x"), "moving.totp_secret_malformed"),
        (passkeys(id=""), "moving.passkey_malformed"),
        (passkeys(public_key="!"), "moving.passkey_malformed"),
        (
            one(credentials=credential("webauthn", credentials=[{**PASSKEY, "authenticator": {"sign_count": 1.5}}])),
            "moving.passkey_malformed",
        ),
        (one(credentials=credential("webauthn", credentials=["key"])), "moving.wrong_type"),
        (one(credentials=credential("oidc", providers=[{"provider": "google", "subject": 117}])), "moving.wrong_type"),
        (one(credentials=credential("lookup_secret", recovery_codes=["a1b2"])), "moving.wrong_type"),
    ],
)
def test_an_identity_that_is_refused(content: list[Any], expected: str) -> None:
    assert refusal(read, content) == expected
