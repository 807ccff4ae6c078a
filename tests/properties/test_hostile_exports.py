"""Files of other systems that were made to do harm: each row is imported or refused, or the file ends. There is no other error (R-10)."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from idp.domain.moving.formats import auth0, cognito, firebase
from idp.domain.moving.person import BrokenFileError, ImportedPerson, RefusedRow
from idp.domain.people import email
from tests.support.vendors import auth0 as auth0_files
from tests.support.vendors import cognito as cognito_files
from tests.support.vendors import firebase as firebase_files
from tests.support.vendors.people import Someone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hypothesis.strategies import SearchStrategy

ADA = Someone(5, "example.com")
TEXTS = st.text(max_size=20) | st.sampled_from(
    ("", "\0", "\ud800", "\u202e", "a@b", "=1+1", '"', "[", "{}", "true", "1e999", "9" * 400, "$2b$31$", "../..", "auth0|", "|", "x" * 300)
)
NUMBERS = st.integers(-(10**30), 10**30) | st.floats() | st.sampled_from((2**63, -1, 1e308))
VALUES: SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
GOOD: dict[str, dict[str, Any]] = {
    "auth0": auth0_files.user(ADA) | {"_id": {"$oid": "5f"}, "roles": ["editor"], "identifiers": [{"type": "email", "value": "a@b.c"}]},
    "firebase": firebase_files.user(ADA) | {"mfaInfo": [], "customAttributes": "{}"},
    "cognito": cognito_files.user(ADA) | {"Groups": [{"GroupName": "staff"}]},
}
AROUND: dict[str, tuple[bytes, bytes]] = {"auth0": (b"", b""), "firebase": (b'{"users": [', b"]}"), "cognito": (b'{"Users": [', b"]}")}


def _auth0(raw: bytes) -> Iterator[ImportedPerson | RefusedRow]:
    return auth0.read(io.BytesIO(raw), hashes=io.BytesIO(auth0_files.hashes((Someone(1, "example.com"),))))


def _firebase(raw: bytes) -> Iterator[ImportedPerson | RefusedRow]:
    return firebase.read(io.BytesIO(raw), hash_config=io.BytesIO(firebase_files.CONFIG.encode()))


def _cognito(raw: bytes) -> Iterator[ImportedPerson | RefusedRow]:
    return cognito.read(io.BytesIO(raw))


READERS: dict[str, Callable[[bytes], Iterator[ImportedPerson | RefusedRow]]] = {"auth0": _auth0, "firebase": _firebase, "cognito": _cognito}
each_format = pytest.mark.parametrize("name", READERS)


def outcomes(name: str, raw: bytes) -> list[ImportedPerson | RefusedRow]:
    """The results of the rows. Each imported person has a canonical address, an id and texts that can be stored."""
    found: list[ImportedPerson | RefusedRow] = []
    try:
        for row in READERS[name](raw):
            found.append(row)
            if isinstance(row, ImportedPerson):
                assert row.email == email.normalise(row.email)
                assert 0 < len(row.source_id) <= 255
                json.dumps(
                    [row.claims, row.source_id, row.roles, row.groups, [link.subject for link in row.links]], ensure_ascii=False
                ).encode()
    except BrokenFileError:
        pass
    return found


def mutated(member: Any, value: Any, place: int) -> Any:
    """The value, or an object or list with the value put into it."""
    if isinstance(member, dict) and member and place % 3:
        name = list(member)[place % len(member)]
        return {**member, name: mutated(member[name], value, place // 3)}
    if isinstance(member, list) and member and place % 3:
        at = place % len(member)
        return [*member[:at], mutated(member[at], value, place // 3), *member[at + 1 :]]
    return value


@each_format
@settings(max_examples=300)
@given(value=VALUES, place=st.integers(0, 3**6))
def test_a_record_with_one_hostile_value_is_imported_or_refused(name: str, value: Any, place: int) -> None:
    """In any member, at any depth: wrong types, huge numbers, NUL, half characters. The good record after it is read."""
    before, after = AROUND[name]
    separator = b"," if before else b"\n"
    hostile = json.dumps(mutated(GOOD[name], value, place * 3 + 1)).encode()
    found = outcomes(name, before + hostile + separator + json.dumps(GOOD[name]).encode() + after)
    assert len(found) == 2
    assert isinstance(found[1], ImportedPerson)


@each_format
@settings(max_examples=200)
@given(value=VALUES)
def test_a_file_of_any_json_ends_or_is_refused(name: str, value: Any) -> None:
    """Also where the whole file, or the array around the people, is something else."""
    before, after = AROUND[name]
    for raw in (json.dumps(value).encode(), before + json.dumps(value).encode() + after):
        outcomes(name, raw)


@each_format
@settings(max_examples=300)
@given(
    noise=st.binary(max_size=30) | st.sampled_from((b"\0", b"\xff", b'"', b"[" * 5000, b"{", b"\n", b",", b"\\")), at=st.integers(0, 2000)
)
def test_bytes_put_anywhere_into_a_file_do_no_harm(name: str, noise: bytes, at: int) -> None:
    """Into JSON and CSV, also cut off there."""
    before, after = AROUND[name]
    whole = before + json.dumps(GOOD[name]).encode() + after
    files = {"firebase": firebase_files.csv_file, "cognito": cognito_files.csv_file, "auth0": auth0_files.import_file}
    for raw in (whole, files[name]((ADA, Someone(6, "example.com")))):
        place = at % len(raw)
        outcomes(name, raw[:place] + noise + raw[place:])
        outcomes(name, raw[:place] + noise)


@each_format
def test_a_name_that_is_twice_in_an_object_is_refused(name: str) -> None:
    """At each place of the record: two parsers could read two people."""
    before, after = AROUND[name]
    record = json.dumps(GOOD[name])
    for at, character in enumerate(record):
        if character == "{" and record[at + 1] == '"':
            member = record[at + 1 : record.index(":", at)]
            (row,) = outcomes(name, before + (record[: at + 1] + member + ": 1, " + record[at + 1 :]).encode() + after)
            assert isinstance(row, RefusedRow)
