"""Keycloak's realm export: who is imported, and what is refused (threats R-10)."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from idp.domain.moving.formats.keycloak import read
from idp.domain.moving.person import BrokenFileError, ImportedLink, ImportedPerson, ImportedTotp, RefusedRow
from tests.support.exports import Exported, keycloak, keycloak_user

ADA = Exported(5, "example.com")
KEY = "12345678901234567890"


def rows(raw: bytes) -> list[ImportedPerson | RefusedRow]:
    """Read a file."""
    return list(read(io.BytesIO(raw)))


def user(**changes: Any) -> dict[str, Any]:
    """A user; a member that is None is left out."""
    return {name: value for name, value in {**keycloak_user(ADA), **changes}.items() if value is not None}


def only(**changes: Any) -> ImportedPerson | RefusedRow:
    """What becomes of a user."""
    (row,) = rows(keycloak([user(**changes)]))
    return row


def otp(*, value: str = KEY, **about: Any) -> dict[str, Any]:
    """An authenticator."""
    return {"type": "otp", "secretData": json.dumps({"value": value}), "credentialData": json.dumps({"subType": "totp", **about})}


def test_a_user_with_everything() -> None:
    """Default roles, roles of clients and attributes are not imported."""
    row = only()
    assert isinstance(row, ImportedPerson)
    assert row.password_hash
    assert row.password_hash.startswith("$pbkdf2-sha256$i=10,l=32$")
    assert (row.source_id, row.email, row.email_verified, row.disabled) == (ADA.id, "person.5@example.com", True, False)
    assert row.claims == {
        "name": "Per Son 5", "given_name": "Per", "family_name": "Son 5", "preferred_username": "person5", "locale": "de"
    }  # fmt: skip
    assert row.totp == ImportedTotp(ADA.totp_secret.encode(), "SHA1", 30)
    assert (row.roles, row.groups, row.created_at, row.left_out) == (("editor",), ("staff",), 1_600_000_000, ("client_roles",))


def test_a_user_without_credentials() -> None:
    """As in an export of the console."""
    row = only(credentials=None, attributes=None, firstName=None, lastName=None, realmRoles=None, groups=None, username=ADA.address)
    assert isinstance(row, ImportedPerson)
    assert (row.password_hash, row.totp, dict(row.claims), row.roles, row.groups) == (None, None, {}, (), ())


@pytest.mark.parametrize(
    ("about", "value", "expected"),
    [
        ({}, KEY, ImportedTotp(KEY.encode(), "SHA1", 30)),
        ({"algorithm": "HmacSHA512", "period": 60, "digits": 6}, KEY, ImportedTotp(KEY.encode(), "SHA512", 60)),
        ({"secretEncoding": "BASE32"}, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", ImportedTotp(KEY.encode(), "SHA1", 30)),
    ],
)
def test_authenticators_have_the_parameters_of_the_export(about: dict[str, Any], value: str, expected: ImportedTotp) -> None:
    """The key is text, or base32 where the export says so."""
    row = only(credentials=[otp(value=value, **about)])
    assert isinstance(row, ImportedPerson)
    assert row.totp == expected


def passkey(kind: str = "webauthn", **about: Any) -> dict[str, Any]:
    """A passkey. Keycloak writes the id in base64, the key in base64url."""
    own = {
        "aaguid": "08987058-cadc-4b81-b6e1-30de50dcbe96", "credentialId": "-_8B+/8=", "counter": 3, "credentialPublicKey": "pQECAyYgASFYIA",
        "attestationStatementFormat": "none", "transports": ["INTERNAL", "SMART_CARD", "telepathy"],
    }  # fmt: skip
    data = {name: value for name, value in {**own, **about}.items() if value is not None}
    return {"type": kind, "userLabel": "Phone", "createdDate": 1_700_000_000_123, "secretData": "{}", "credentialData": json.dumps(data)}


def test_what_is_left_out_is_told() -> None:
    """Keycloak has only hashes of recovery codes. Attributes that are no standard claims have no place here."""
    attributes = {"shoe_size": ["46"], "nickname": ["Adi"], "website": ["javascript:1"]}
    row = only(credentials=[{"type": "recovery-authn-codes"}], attributes=attributes)
    assert isinstance(row, ImportedPerson)
    assert set(row.left_out) == {"client_roles", "recovery_codes", "attributes"}
    assert row.claims["nickname"] == "Adi"
    assert "website" not in row.claims


def test_accounts_at_identity_providers_are_links() -> None:
    """By the alias of the provider and the id there. One without an id is none."""
    row = only(
        federatedIdentities=[
            {"identityProvider": "google", "userId": "117", "userName": "ada@example.com"},
            {"identityProvider": "github", "userName": "ada"},
        ]
    )
    assert isinstance(row, ImportedPerson)
    assert row.links == (ImportedLink("google", "117"),)


def test_passkeys_belong_to_the_domain_of_their_policy() -> None:
    """A second factor and a passwordless key have policies of their own. A file without the realm does not say it."""
    both = user(credentials=[passkey(), passkey("webauthn-passwordless", aaguid=None, counter=None)])
    realm = {"webAuthnPolicyRpId": "id.example", "webAuthnPolicyPasswordlessRpId": "", "users": [both]}
    (row,) = rows(json.dumps(realm).encode())
    assert isinstance(row, ImportedPerson)
    first, second = row.passkeys
    assert (first.rp_id, first.credential_id) == ("id.example", b"\xfb\xff\x01\xfb\xff")
    assert first.public_key == bytes.fromhex("a5010203262001215820")
    assert (first.sign_count, first.transports, first.alone) == (3, ("internal", "smart-card"), False)
    assert (first.aaguid, first.name, first.created_at) == ("08987058-cadc-4b81-b6e1-30de50dcbe96", "Phone", 1_700_000_000)
    assert (second.rp_id, second.sign_count, second.aaguid, second.alone) == ("", 0, "", True)
    (row,) = rows(json.dumps({"users": [both], "webAuthnPolicyRpId": "id.example"}).encode())
    assert isinstance(row, ImportedPerson)
    assert row.passkeys[0].rp_id == ""


HOSTILE = json.dumps({"hashIterations": 1, "algorithm": "nt-hash"})


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"email": None}, "moving.email_missing"),
        ({"email": ["a@example.com"]}, "moving.wrong_type"),
        ({"email": "a@b@c"}, "email.malformed"),
        ({"email": "\u0430@example.com"}, "email.not_ascii"),
        ({"id": "x" * 300}, "moving.no_id"),
        ({"id": 7}, "moving.wrong_type"),
        ({"serviceAccountClientId": "worker"}, "moving.service_account"),
        ({"enabled": "false"}, "moving.wrong_type"),
        ({"emailVerified": 1}, "moving.wrong_type"),
        ({"createdTimestamp": "now"}, "moving.wrong_type"),
        ({"createdTimestamp": -1}, "moving.wrong_type"),
        ({"createdTimestamp": True}, "moving.wrong_type"),
        ({"createdTimestamp": 10**19}, "moving.wrong_type"),
        ({"createdTimestamp": 10**30}, "moving.not_json"),
        ({"credentials": {"type": "password"}}, "moving.wrong_type"),
        ({"credentials": ["password"]}, "moving.wrong_type"),
        ({"credentials": [{"type": "password", "secretData": "{", "credentialData": "{}"}]}, "foreign_hash.malformed"),
        ({"credentials": [{"type": "password", "secretData": "{}", "credentialData": HOSTILE}]}, "foreign_hash.malformed"),
        ({"credentials": [{"type": "password"}, {"type": "password"}]}, "moving.two_passwords"),
        ({"credentials": [otp(), otp()]}, "moving.two_authenticators"),
        ({"credentials": [otp(digits=7)]}, "moving.totp_not_supported"),
        ({"credentials": [otp(period=7)]}, "moving.totp_not_supported"),
        ({"credentials": [otp(period=True)]}, "moving.totp_not_supported"),
        ({"credentials": [otp(algorithm="HmacMD5")]}, "moving.totp_not_supported"),
        ({"credentials": [{**otp(), "credentialData": '{"subType": "hotp"}'}]}, "moving.totp_not_supported"),
        ({"credentials": [otp(value="short")]}, "moving.totp_secret_malformed"),
        ({"credentials": [otp(value="!!", secretEncoding="BASE32")]}, "moving.totp_secret_malformed"),
        ({"credentials": [{"type": "otp", "secretData": "[]", "credentialData": "{}"}]}, "moving.wrong_type"),
        ({"credentials": [{"type": "otp", "secretData": '{"a":1,"a":2}', "credentialData": "{}"}]}, "moving.duplicate_name"),
        ({"realmRoles": "admin"}, "moving.wrong_type"),
        ({"groups": [["a"]]}, "moving.wrong_type"),
        ({"firstName": "a\nb"}, "profile_claim.not_text"),
        ({"firstName": "a\0b"}, "moving.nul"),
        ({"attributes": {"locale": [{}]}}, "profile_claim.not_language"),
        ({"lastName": "\ud800"}, "moving.not_json"),
        ({"lastName": "x" * 1_100_000}, "moving.too_long"),
    ],
)
def test_a_user_that_is_refused(changes: dict[str, Any], expected: str) -> None:
    row = only(**changes)
    assert isinstance(row, RefusedRow)
    assert row.reason.id == expected


@pytest.mark.parametrize(
    ("element", "expected"),
    [
        ("7", "moving.wrong_type"),
        ("null", "moving.wrong_type"),
        ('{"id": "1", "id": "2"}', "moving.duplicate_name"),
        ('{"id": NaN}', "moving.not_json"),
        ('{"a": ' + "[" * 100_000 + "]" * 100_000 + "}", "moving.too_deep"),
        ("{'id': 1}", "moving.not_json"),
    ],
)
def test_an_element_that_is_refused(element: str, expected: str) -> None:
    """The next user is read."""
    raw = b'{"users": [' + element.encode() + b"," + json.dumps(user()).encode() + b"]}"
    first, second = rows(raw)
    assert isinstance(first, RefusedRow)
    assert first.reason.id == expected
    assert isinstance(second, ImportedPerson)


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b'{"realm": "x"}', b'{"users": {}}', b'{"users": [], "users": []}', b"\x1f\x8b\x08"])
def test_a_file_that_is_no_export(raw: bytes) -> None:
    with pytest.raises(BrokenFileError):
        rows(raw)


def test_a_file_that_is_cut_off() -> None:
    """The users before the end are yielded first."""
    whole = keycloak([user(), user()])
    found = read(io.BytesIO(whole[: whole.rindex(b"secretData")]))
    assert isinstance(next(found), ImportedPerson)
    with pytest.raises(BrokenFileError):
        next(found)
