"""Firebase's export, in both forms: who is imported, and what is refused (threats R-10)."""

from __future__ import annotations

import base64
import io
import json
from dataclasses import replace
from typing import Any

import pytest

from idp.domain.moving.formats.firebase import read
from idp.domain.moving.person import BrokenFileError, ImportedLink, ImportedPerson, RefusedRow
from tests.support.vendors import firebase
from tests.support.vendors.people import Someone, people

ADA = Someone(5, "example.com")
EVERYBODY = people(60, "example.com")
CONFIG = firebase.CONFIG.encode()


def rows(raw: bytes, config: bytes | None = CONFIG) -> list[ImportedPerson | RefusedRow]:
    """Read a file."""
    return list(read(io.BytesIO(raw), hash_config=None if config is None else io.BytesIO(config)))


def only(**changes: Any) -> ImportedPerson | RefusedRow:
    """What becomes of a user; a member that is None is left out."""
    user = {name: value for name, value in {**firebase.user(ADA), **changes}.items() if value is not None}
    (row,) = rows(json.dumps({"users": [user]}).encode())
    return row


def one(**changes: Any) -> ImportedPerson:
    """The same, which has to be imported."""
    row = only(**changes)
    assert isinstance(row, ImportedPerson), row
    return row


def test_a_user_of_the_json_file() -> None:
    row = one(customAttributes='{"admin":true}', phoneNumber="+493012345678")
    assert (row.source_id, row.email, row.email_verified, row.disabled) == (ADA.id + "0000", ADA.email, True, False)
    assert row.claims == {"name": ADA.name, "picture": "https://lh3.example/a.jpg", "phone_number": "+493012345678"}
    assert row.links == (ImportedLink("google.com", ADA.subject, "", ADA.email),)
    assert (row.password_hash or "").startswith("$firescrypt$ln=14,r=8,p=1$")
    assert (row.created_at, row.left_out, row.roles, row.totp) == (ADA.created, ("custom claims",), (), None)


def test_both_forms_have_the_same_people() -> None:
    """The same accounts, in the JSON file and in the CSV."""
    of_json, of_csv = rows(firebase.json_file(EVERYBODY)), rows(firebase.csv_file(EVERYBODY))
    assert len(of_json) == len(of_csv) == len(EVERYBODY)
    assert of_json == of_csv


def test_a_csv_of_an_older_release_has_fewer_columns() -> None:
    """`disabled` and the custom claims came later."""
    lines = firebase.csv_file(EVERYBODY[:3]).decode().splitlines()
    found = rows("".join(",".join(line.split(",")[:26]) + ",\n" for line in lines).encode())
    assert all(isinstance(each, ImportedPerson) and not each.disabled for each in found)


def test_pages_of_the_rest_api_have_more() -> None:
    """Base64 for URLs, all providers, second factors; one page after the other."""
    found = rows(firebase.rest_page(EVERYBODY[:10]) + b"\n" + firebase.rest_page(EVERYBODY[10:20]))
    assert [each.row for each in found] == list(range(1, 21))
    ada = found[5]
    assert isinstance(ada, ImportedPerson)
    assert replace(ada, links=(), left_out=()) == replace(one(), row=6, links=(), left_out=())
    assert ada.links == (ImportedLink("google.com", ADA.subject, "", ADA.email), ImportedLink("apple.com", f"000123.{ADA.id}.0042"))
    assert ada.left_out == ("second factors",)


@pytest.mark.parametrize(
    "config",
    [
        CONFIG,
        CONFIG.replace(b"\n", b" "),
        CONFIG.removeprefix(b"hash_config "),
        b"\xef\xbb\xbf" + CONFIG.replace(b",\n}", b"\n}"),
        json.dumps(
            {"algorithm": "SCRYPT", "base64_signer_key": base64.b64encode(firebase.KEY).decode(), "base64_salt_separator": "Bw==",
             "rounds": 8, "mem_cost": 14}
        ).encode(),
        json.dumps(
            {"hash_config": {"base64_signer_key": base64.urlsafe_b64encode(firebase.KEY).decode(), "base64_salt_separator": "Bw",
                             "rounds": "8", "mem_cost": "14"}}
        ).encode(),
    ],
)  # fmt: skip
def test_the_parameters_of_the_project(config: bytes) -> None:
    """As the console shows them, with other line ends, or as JSON."""
    assert rows(firebase.json_file((ADA,)), config) == rows(firebase.json_file((ADA,)))


@pytest.mark.parametrize(
    "config",
    [
        b"", b"{}", b"[]", b"hash_config {}", CONFIG.replace(b"SCRYPT", b"BCRYPT"), CONFIG.replace(b"rounds: 8", b"rounds: many"),
        CONFIG.replace(b"base64_signer_key", b"signer_key"), CONFIG.replace(b"mem_cost: 14,", b""), b"\xff\xfe" + CONFIG, b"x" * 100_000,
        b'{"rounds": 8, "rounds": 9}', b'{"hash_config": 7}', b'{"base64_signer_key": null}', b"[" * 10_000,
    ],
)  # fmt: skip
def test_parameters_that_are_wrong_end_the_import(config: bytes) -> None:
    """Each password would be wrong at the sign-in."""
    with pytest.raises(BrokenFileError) as broken:
        rows(firebase.json_file((ADA,)), config)
    assert broken.value.message.id == "moving.hash_config_malformed"


def test_without_the_parameters_a_hash_ends_the_import() -> None:
    """In both forms, with one sentence. People without a password before it were read."""
    for raw in (firebase.json_file(EVERYBODY[4:]), firebase.csv_file(EVERYBODY[4:])):
        found = read(io.BytesIO(raw))
        assert isinstance(next(found), ImportedPerson)
        with pytest.raises(BrokenFileError) as broken:
            next(found)
        assert broken.value.message.id == "moving.hash_config_missing"


def test_people_without_passwords_need_no_parameters() -> None:
    social = tuple(each for each in EVERYBODY if each.only_social)
    assert all(isinstance(each, ImportedPerson) for each in rows(firebase.json_file(social), None))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"email": None}, "moving.email_missing"),
        ({"email": ""}, "moving.email_missing"),
        ({"email": []}, "moving.wrong_type"),
        ({"email": "ada.example.com"}, "email.malformed"),
        ({"localId": None}, "moving.no_id"),
        ({"localId": "x" * 300}, "moving.no_id"),
        ({"localId": 1}, "moving.wrong_type"),
        ({"emailVerified": "true"}, "moving.wrong_type"),
        ({"disabled": "false"}, "moving.wrong_type"),
        ({"createdAt": "soon"}, "moving.wrong_type"),
        ({"createdAt": "-5"}, "moving.wrong_type"),
        ({"createdAt": "1" * 5000}, "moving.wrong_type"),
        ({"createdAt": 10**18}, "moving.wrong_type"),
        ({"createdAt": True}, "moving.wrong_type"),
        ({"createdAt": 1.5}, "moving.wrong_type"),
        ({"displayName": {}}, "moving.wrong_type"),
        ({"displayName": "a\0b"}, "moving.nul"),
        ({"customAttributes": {"admin": True}}, "moving.wrong_type"),
        ({"mfaInfo": 7}, "moving.wrong_type"),
        ({"passwordHash": "x"}, "foreign_hash.malformed"),
        ({"passwordHash": "UkVEQUNURUQ="}, "moving.hash_redacted"),
        ({"passwordHash": 7}, "moving.wrong_type"),
        ({"salt": "!"}, "foreign_hash.malformed"),
        ({"salt": []}, "moving.wrong_type"),
        ({"providerUserInfo": {}}, "moving.wrong_type"),
        ({"providerUserInfo": [{"providerId": "google.com"}]}, "moving.wrong_type"),
        ({"providerUserInfo": [{"providerId": "google.com", "rawId": "x" * 256}]}, "moving.wrong_type"),
        ({"providerUserInfo": [{"providerId": "google.com", "rawId": 7}]}, "moving.wrong_type"),
        ({"providerUserInfo": [{"rawId": "7"}]}, "moving.wrong_type"),
        ({"photoUrl": "x" * 1_100_000}, "moving.too_long"),
    ],
)
def test_a_user_that_is_refused(changes: dict[str, Any], expected: str) -> None:
    row = only(**changes)
    assert isinstance(row, RefusedRow), row
    assert row.reason.id == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("x,ada@example.com", "moving.columns_differ"),
        ("x," * 30, "moving.columns_differ"),
        ("x," * 28 + "y", "moving.columns_differ"),
        ("x,ada@example.com,yes" + "," * 25, "moving.wrong_type"),
        ("x,ada@example.com,true" + "," * 23 + "," + "1,", "moving.wrong_type"),
        ('x,ada@example.com,true,,,""Ada", Lovelace"' + "," * 22, "moving.csv_malformed"),
        ('x,ada@example.com,"' + "y" * 200_000 + '"', "moving.csv_malformed"),
        ("x,ada\0@example.com,true" + "," * 25, "moving.nul"),
        ("x,\udcff@example.com,true" + "," * 25, "moving.not_utf_8"),
        ("x" * 1_100_000, "moving.too_long"),
    ],
)
def test_a_line_of_the_csv_that_is_refused(line: str, expected: str) -> None:
    """The command itself writes some: it does not double a quotation mark in a name. The next line is read."""
    refused, good = rows(line.encode("utf-8", "surrogateescape") + b"\n" + firebase.csv_file((ADA,)))
    assert isinstance(refused, RefusedRow)
    assert refused.reason.id == expected
    assert isinstance(good, ImportedPerson)
    assert good.row == 2


@pytest.mark.parametrize("raw", [b"{}", b"[]", b'{"kind": "x"}', b'{"users": {}}', b'{"users": [', b'{"users": []} x', b'{"users": []}]'])
def test_a_file_that_is_no_export(raw: bytes) -> None:
    with pytest.raises(BrokenFileError):
        rows(raw)
