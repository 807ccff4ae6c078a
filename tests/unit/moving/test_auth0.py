"""Auth0's files: who is imported, which hash is whose, and what is refused (threats R-10)."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from idp.domain.message import Message
from idp.domain.moving.formats.auth0 import read
from idp.domain.moving.formats.auth0_hashes import HashFile
from idp.domain.moving.person import BrokenFileError, ImportedLink, ImportedPerson, RefusedRow
from tests.support.vendors import auth0
from tests.support.vendors.people import Someone, people

BCRYPT = "$2b$10$" + "a" * 53
ADA = Someone(1, "example.com")
SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def rows(raw: bytes, hashes: bytes | None = None) -> list[ImportedPerson | RefusedRow]:
    """Read a file."""
    return list(read(io.BytesIO(raw), hashes=None if hashes is None else io.BytesIO(hashes)))


def only(hashes: list[dict[str, Any]] | None = None, **changes: Any) -> ImportedPerson | RefusedRow:
    """What becomes of a user; a member that is None is left out."""
    user = {name: value for name, value in {**auth0.user(ADA), **changes}.items() if value is not None}
    lines = None if hashes is None else b"".join(json.dumps(each).encode() + b"\n" for each in hashes)
    (row,) = rows(json.dumps(user).encode(), lines)
    return row


def one(hashes: list[dict[str, Any]] | None = None, **changes: Any) -> ImportedPerson:
    """The same, which has to be imported."""
    row = only(hashes, **changes)
    assert isinstance(row, ImportedPerson), row
    return row


def test_a_user_of_an_export_job() -> None:
    row = one(multifactor=["guardian"], mfa_factors=None, app_metadata={"plan": "free"}, username="ada")
    assert (row.row, row.source_id, row.email, row.email_verified) == (1, f"auth0|{ADA.id}", ADA.email, True)
    assert row.claims == {
        "name": ADA.name, "given_name": ADA.given, "family_name": ADA.family, "nickname": "person.1", "preferred_username": "ada",
        "picture": auth0.user(ADA)["picture"],
    }  # fmt: skip
    assert (row.password_hash, row.disabled, row.totp, row.links, row.roles) == (None, False, None, (), ())
    assert (row.created_at, row.left_out) == (ADA.created, ("app_metadata", "second factors"))


def test_a_name_that_the_person_never_gave_is_no_claim() -> None:
    """Auth0 fills in the address."""
    assert "name" not in one(name=ADA.email.upper()).claims


def test_a_claim_that_does_not_fit_is_left_out_and_told() -> None:
    """Its owner can sign in without a picture."""
    row = one(picture="javascript:alert(1)", given_name="a\nb", nickname="x" * 300)
    assert {"picture", "given_name", "nickname"}.isdisjoint(row.claims)
    assert "malformed claims" in row.left_out


def test_links_have_the_name_of_the_connection() -> None:
    """Two connections of one strategy are two names; an enterprise connection puts its name before the id; some ids are numbers."""
    identities = [
        {"provider": "auth0", "user_id": ADA.id, "connection": auth0.CONNECTION, "isSocial": False},
        {"provider": "google-oauth2", "user_id": "1038", "connection": "google-oauth2", "profileData": {"email": "ada@up.example"}},
        {"provider": "github", "user_id": 4711, "connection": "github", "isSocial": True},
        {"provider": "oidc", "user_id": "corp|00u1|x", "connection": "corp"},
        {"provider": "waad", "user_id": "b1a2", "connection": "entra", "profileData": {"tenantid": "t-1"}},
        {"provider": "email", "user_id": "5f", "connection": "email"},
    ]
    assert one(identities=identities).links == (
        ImportedLink("google-oauth2", "1038", "", "ada@up.example"), ImportedLink("github", "4711"), ImportedLink("corp", "00u1|x"),
        ImportedLink("entra", "b1a2", "t-1"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("user_id", "connection", "expected"),
    [
        ("auth0|5f", None, ()),
        ("google-oauth2|103", None, (ImportedLink("google-oauth2", "103"),)),
        ("samlp|corp|ada@corp.example", "corp", (ImportedLink("corp", "ada@corp.example"),)),
        ("sms|5f", None, ()),
    ],
)
def test_without_identities_the_id_tells_the_link(user_id: str, connection: str | None, expected: tuple[ImportedLink, ...]) -> None:
    """An export job has only the fields that were asked for."""
    assert one(user_id=user_id, identities=None, connection=connection).links == expected


@pytest.mark.parametrize(
    ("member", "value", "begins"),
    [
        ("password_hash", BCRYPT, "$2b$10$"),
        ("passwordHash", BCRYPT, "$2b$10$"),
        ("custom_password_hash", {"algorithm": "sha256", "hash": {"value": "ab" * 32}, "salt": {"value": "s"}}, "$sha256$"),
    ],
)
def test_a_hash_in_the_file_itself(member: str, value: Any, begins: str) -> None:
    """Of an import file, or put in from the file of hashes."""
    assert (one(**{member: value}).password_hash or "").startswith(begins)


@pytest.mark.parametrize(
    ("roles", "expected"), [(["editor"], ("editor",)), ([{"id": "rol_1", "name": "editor"}], ("editor",)), ([], ()), (None, ())]
)
def test_roles_are_names_or_objects(roles: Any, expected: tuple[str, ...]) -> None:
    assert one(roles=roles).roles == expected


def test_the_hash_of_the_other_file_is_found_by_the_id() -> None:
    """By `_id`, or by `alt_id` where the id was given by the operator."""
    others = [{"_id": {"$oid": f"{number:024x}"}, "passwordHash": f"other {number}"} for number in range(300)]
    mine = {"_id": {"$oid": ADA.id}, "passwordHash": BCRYPT}
    assert one([*others, mine, *others]).password_hash == BCRYPT
    assert one(others).password_hash is None
    assert one([{**mine, "_id": {"$oid": "f" * 24}, "alt_id": ADA.id}]).password_hash == BCRYPT
    assert one([{**mine, "alt_id": "euclid"}]).password_hash is None


def test_the_hash_of_a_linked_database_account_counts() -> None:
    """The person came by Google first, and connected an account with a password."""
    identities = [
        {"provider": "google-oauth2", "user_id": "1038", "connection": "google-oauth2"},
        {"provider": "auth0", "user_id": "5f", "connection": auth0.CONNECTION},
    ]
    row = one([{"_id": {"$oid": "5f"}, "passwordHash": BCRYPT}], user_id="google-oauth2|1038", identities=identities)
    assert row.password_hash == BCRYPT


def test_the_file_of_hashes_is_an_export_by_itself() -> None:
    """With the address at the root, or among the identifiers only."""
    found = rows(auth0.hashes(people(20, "example.com")))
    kept = [each for each in found if isinstance(each, ImportedPerson)]
    assert [each.reason.id for each in found if isinstance(each, RefusedRow)] == ["moving.email_missing"]
    assert {each.source_id for each in kept} == {
        f"auth0|{each.id}" for each in people(20, "example.com") if each.password and each.email
    }  # fmt: skip
    assert all(each.password_hash for each in kept)


def test_an_import_file() -> None:
    """The id gets the name of the strategy, as Auth0 gives it."""
    first, second, *_ = rows(auth0.import_file(people(12, "example.com")))
    assert isinstance(first, ImportedPerson)
    assert isinstance(second, ImportedPerson)
    assert (second.source_id, second.row) == (f"auth0|{ADA.id}", 2)
    assert second.totp
    assert (second.totp.algorithm, second.totp.period, len(second.totp.secret)) == ("SHA1", 30, 20)
    assert second.left_out == ("app_metadata", "phone factors")
    assert first.password_hash
    assert second.password_hash


def test_a_user_without_an_id_is_known_by_the_address() -> None:
    """An import file needs none."""
    assert one(user_id=None).source_id == f"email:{ADA.email}"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"email": None}, "moving.email_missing"),
        ({"email": 7}, "moving.wrong_type"),
        ({"email": "a@b@c"}, "email.malformed"),
        ({"email": "\u0430@example.com"}, "email.not_ascii"),
        ({"user_id": 7}, "moving.wrong_type"),
        ({"user_id": "auth0|" + "x" * 300}, "moving.no_id"),
        ({"email_verified": "true"}, "moving.wrong_type"),
        ({"blocked": 1}, "moving.wrong_type"),
        ({"created_at": 1_600_000_000}, "moving.wrong_type"),
        ({"created_at": "yesterday"}, "moving.wrong_type"),
        ({"created_at": "9999-01-01T00:00:00Z"}, "moving.wrong_type"),
        ({"created_at": "0001-01-01T00:00:00+23:59"}, "moving.wrong_type"),
        ({"name": ["a"]}, "moving.wrong_type"),
        ({"name": "a\0b"}, "moving.nul"),
        ({"name": "\ud800"}, "moving.not_json"),
        ({"identities": {}}, "moving.wrong_type"),
        ({"identities": ["google"]}, "moving.wrong_type"),
        ({"identities": [{"provider": "google-oauth2"}]}, "moving.wrong_type"),
        ({"identities": [{"provider": "google-oauth2", "user_id": ""}]}, "moving.wrong_type"),
        ({"identities": [{"provider": "google-oauth2", "user_id": True}]}, "moving.wrong_type"),
        ({"identities": [{"provider": "google-oauth2", "user_id": "x" * 256}]}, "moving.wrong_type"),
        ({"identities": [{"provider": "google-oauth2", "user_id": "1", "profileData": []}]}, "moving.wrong_type"),
        ({"roles": "admin"}, "moving.wrong_type"),
        ({"roles": [7]}, "moving.wrong_type"),
        ({"roles": [{}]}, "moving.wrong_type"),
        ({"custom_password_hash": "x"}, "moving.wrong_type"),
        ({"custom_password_hash": {"algorithm": "md4", "hash": {"value": "ab" * 16, "encoding": "hex"}}}, "foreign_hash.not_supported"),
        ({"custom_password_hash": {"algorithm": "sha256", "hash": {"value": "ab"}}}, "foreign_hash.malformed"),
        ({"password_hash": BCRYPT, "custom_password_hash": {"algorithm": "bcrypt", "hash": {"value": BCRYPT}}}, "moving.two_passwords"),
        ({"password_hash": BCRYPT, "passwordHash": BCRYPT}, "moving.two_passwords"),
        ({"mfa_factors": [{"totp": {"secret": SEED}}, {"totp": {"secret": SEED}}]}, "moving.two_authenticators"),
        ({"mfa_factors": [{"totp": SEED}]}, "moving.wrong_type"),
        ({"mfa_factors": [{"totp": {"secret": "!!"}}]}, "moving.totp_secret_malformed"),
        ({"mfa_factors": [{"totp": {}}]}, "moving.totp_secret_malformed"),
        ({"mfa_factors": {"totp": {}}}, "moving.wrong_type"),
        ({"user_metadata": {"x": "y" * 1_100_000}}, "moving.too_long"),
    ],
)
def test_a_user_that_is_refused(changes: dict[str, Any], expected: str) -> None:
    row = only(**changes)
    assert isinstance(row, RefusedRow), row
    assert row.reason.id == expected


def test_a_person_with_two_hashes_is_refused() -> None:
    """It is not known which of the passwords is right."""
    row = only([{"_id": {"$oid": ADA.id}, "passwordHash": BCRYPT}] * 2)
    assert isinstance(row, RefusedRow)
    assert row.reason.id == "moving.two_passwords"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"7", "moving.not_object"),
        (b"null", "moving.not_object"),
        (b'{"user_id": "1", "user_id": "2"}', "moving.duplicate_name"),
        (b'{"created_at": 1e999}', "moving.not_json"),
        (b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "moving.too_deep"),
        (b'{"email": "\xff@example.com"}', "moving.not_json"),
        (b'{"email": "', "moving.not_json"),
        (b"[1]", "moving.not_object"),
        (b"x" * 2_000_000, "moving.too_long"),
    ],
)
def test_a_line_that_is_refused(line: bytes, expected: str) -> None:
    """The lines around it are read, and an empty one is passed over."""
    whole = json.dumps(auth0.user(ADA)).encode()
    first, refused, last = rows(whole + b"\n\n" + line + b"\r\n" + whole)
    assert isinstance(refused, RefusedRow)
    assert (refused.row, refused.reason.id) == (3, expected)
    assert isinstance(first, ImportedPerson)
    assert isinstance(last, ImportedPerson)
    assert last.row == 4


@pytest.mark.parametrize("raw", [b"[", b"[{}", b"[{},]", b"[] []", b"[]x"])
def test_an_import_file_that_is_broken(raw: bytes) -> None:
    with pytest.raises(BrokenFileError):
        rows(raw)


def test_an_empty_file_has_no_people() -> None:
    assert rows(b"") == rows(b" \n\n") == rows(b"\xef\xbb\xbf[]") == []


@pytest.mark.parametrize(
    "line",
    [b"{}", b"7", b'{"_id": {"$oid": "5f"}}', b'{"_id": "5f", "passwordHash": "x"}', b'{"passwordHash": "x"}', b"\xff", b"{" * 2_000_000,
     b'{"_id": {"$oid": "5f"}, "passwordHash": "x", "passwordHash": "y"}', b'{"_id": {"$oid": 7}, "passwordHash": "x"}'],
)  # fmt: skip
def test_a_line_of_the_file_of_hashes_that_cannot_be_read_ends_the_import(line: bytes) -> None:
    """Its owner would come without a password, and a second import could not bring it."""
    good = b'{"_id": {"$oid": "5e"}, "passwordHash": "x"}\n'
    with pytest.raises(BrokenFileError) as broken:
        rows(json.dumps(auth0.user(ADA)).encode(), good + b"\n" + line)
    assert broken.value.message == Message("moving.hashes_malformed", line=3)


def test_the_index_of_hashes_is_small_and_finds_all() -> None:
    """8 bytes a line, also where two ids share the bits of the index."""
    file = io.BytesIO(b"".join(b'{"_id":{"$oid":"%d"},"passwordHash":"h%d"}\n' % (each, each) for each in range(20_000)))
    hashes = HashFile(file)
    assert all(list(hashes.of(f"auth0|{each}")) == [f"h{each}"] for each in range(0, 20_000, 7))
    assert list(hashes.of("auth0|20000")) == []
