"""For every file, each format yields people and refused rows, or says that the file is broken: nothing else happens (threats R-10)."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from idp.domain.messages import render
from idp.domain.moving.formats import b2c, csv_file, django_users, keycloak, kratos, scim_file
from idp.domain.moving.person import BrokenFileError, ImportedPerson, RefusedRow

READERS = {
    "b2c": (b2c, "value"), "kratos": (kratos, "identities"), "scim": (scim_file, "Resources"), "keycloak": (keycloak, "users"),
    "django": (django_users, ""), "csv": (csv_file, ""),
}  # fmt: skip
NAMES = {
    "b2c": ["id", "identities", "signInType", "issuer", "issuerAssignedId", "accountEnabled", "createdDateTime", "mail", "otherMails"],
    "kratos": ["id", "traits", "email", "credentials", "password", "totp", "config", "totp_url", "webauthn", "providers", "recovery_codes"],
    "scim": ["id", "schemas", "userName", "emails", "value", "primary", "name", "active", "groups", "roles", "meta", "created"],
    "keycloak": ["id", "email", "credentials", "type", "credentialData", "secretData", "federatedIdentities", "attributes", "groups"],
    "django": ["model", "pk", "fields", "email", "password", "groups", "is_active", "date_joined"],
    "csv": ["id", "email", "password_hash"],
}  # fmt: skip
WORDS = [
    "ada@example.com", "emailAddress", "federated", "webauthn", "password", "otp", "auth.user", "active", "2021-03-04T05:06:07Z",
    "otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ", '{"value": "YQ==", "salt": "YQ=="}', '{"counter": 1}', "9" * 400,
    "urn:ietf:params:scim:schemas:core:2.0:User",
]  # fmt: skip


def values(names: list[str]) -> st.SearchStrategy[Any]:
    """JSON with the names and words that the format looks for."""
    leaves = st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False),
        st.text(max_size=20),
        st.sampled_from(WORDS),
        st.just("9" * 400),
    )
    members = st.one_of(st.sampled_from(names), st.text(max_size=5))
    return st.recursive(
        leaves, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(members, inner, max_size=6)), max_leaves=25
    )


def checked(name: str, content: bytes) -> None:
    """Read it. Every sentence can be written, and none has the file's bytes unescaped."""
    reader, _ = READERS[name]
    try:
        for row in reader.read(io.BytesIO(content)):
            assert isinstance(row, ImportedPerson | RefusedRow)
            if isinstance(row, RefusedRow):
                assert render(row.reason)
            else:
                assert row.source_id
                assert "@" in row.email
    except BrokenFileError as error:
        render(error.message)


@pytest.mark.parametrize("name", READERS)
@given(data=st.data())
@settings(max_examples=80)
def test_any_json_is_people_or_refused_rows(name: str, data: st.DataObject) -> None:
    _, page = READERS[name]
    records = data.draw(st.lists(values(NAMES[name]), max_size=3))
    if name == "django":
        records = [{"model": "auth.user", "pk": 1, "fields": record} for record in records]
    checked(name, json.dumps({page: records} if page else records).encode())
    checked(name, b"\n".join(json.dumps(record).encode() for record in records))


@pytest.mark.parametrize("name", READERS)
@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"[", b'[{"id":', b'{"users":[', b'{"value":[{', b"id,password,email\n", b"\xef\xbb\xbf{"]),
)
@settings(max_examples=80)
def test_any_bytes_are_people_or_refused_rows(name: str, content: bytes, head: bytes) -> None:
    checked(name, head + content)
