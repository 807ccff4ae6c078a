"""Received JSON is read by one parser (threat D-14), and ambiguous JSON is refused everywhere."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from joserfc import jws

from idp.domain.errors import Invalid
from idp.domain.requests import authorization_details, claims_request
from idp.http.admin.strict_json import parse as parse_body
from idp.services.keys import jose
from idp.verify import strict_json

ALG = "ES256"
KID, PUBLIC, DER = jose.new_key(ALG)


def read_verified_claims(text: str) -> Any:
    """The claims of a JWS with a valid signature."""
    signing = jose.private_key(DER, KID, ALG)
    token = jws.serialize_compact({"alg": ALG}, text.encode(), signing, algorithms=[ALG])
    return jose.verify(token, PUBLIC, alg=ALG)


def read_unverified_claims(text: str) -> Any:
    """The claims of a JWS before its signature was verified."""
    parts = (base64.urlsafe_b64encode(part.encode()).rstrip(b"=").decode() for part in ('{"alg":"ES256"}', text, "x"))
    return jose.unverified_claims(".".join(parts))


READERS: dict[str, Callable[[str], Any]] = {
    "strict_json": lambda text: strict_json.loads(text.encode()),
    "a body of the admin API": lambda text: parse_body(text.encode()),
    "the claims parameter": claims_request.parse,
    "authorization_details": lambda text: authorization_details.parse(f"[{text}]"),
    "verified claims of a JWT": read_verified_claims,
    "unverified claims of a JWT": read_unverified_claims,
}
AMBIGUOUS = {
    "a name twice": '{"type": "t", "type": "t"}',
    "a name twice inside": '{"type": "t", "userinfo": {"a": null, "a": null}}',
    "NaN": '{"type": "t", "x": NaN}',
    "Infinity": '{"type": "t", "x": -Infinity}',
    "a number that is infinite as a float": '{"type": "t", "x": 1e999}',
}


@pytest.mark.parametrize("text", AMBIGUOUS.values(), ids=AMBIGUOUS)
@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_json_with_more_than_one_reading_is_refused(read: Callable[[str], Any], text: str) -> None:
    try:
        answer = read(text)
    except (ValueError, Invalid):
        return
    assert answer is None


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_json_with_one_reading_is_read(read: Callable[[str], Any]) -> None:
    assert read(json.dumps({"type": "t", "userinfo": {"a": None}})) is not None


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (b'{"a": 1, "a": 1}', strict_json.DuplicateNameError),
        (b'{"a": 1e999}', strict_json.NumberTooLargeError),
        (b'{"a": "\\ud800"}', strict_json.LoneSurrogateError),
        (b'{"a": "\\uDC00"}', strict_json.LoneSurrogateError),
        (b'{"a":' * 100_000, strict_json.TooDeepError),
        (b"\xff", strict_json.NotStrictJsonError),
        (b"[]", strict_json.NotStrictJsonError),
        (b"", strict_json.NotStrictJsonError),
    ],
)
def test_the_error_says_what_is_wrong(raw: bytes, problem: type[ValueError]) -> None:
    with pytest.raises(problem):
        strict_json.loads(raw)


def test_the_name_that_occurs_twice_is_told() -> None:
    with pytest.raises(strict_json.DuplicateNameError) as refused:
        strict_json.loads(b'{"a": 1, "b": 2, "b": 3}')
    assert refused.value.name == "b"
