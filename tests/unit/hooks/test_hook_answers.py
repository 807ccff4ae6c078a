"""What a function may answer to a hook, and which claims are never taken (docs/hooks.md)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from idp.domain.errors import InvalidValue
from idp.domain.hooks.answer import LIMIT, Decision, HookFailed, read_claims, read_decision
from idp.domain.hooks.claims import MOST_BYTES, MOST_NAMES, check
from idp.domain.hooks.hook import CLAIMS, REGISTRATION, SIGN_IN, Hook

PROTOCOL = [
    "iss", "sub", "aud", "exp", "iat", "nbf", "jti", "nonce", "acr", "amr", "auth_time", "azp", "sid", "scope", "scp", "client_id",
    "cnf", "act",
    "org_id", "org_name", "org_role", "gid", "uid", "cst", "email", "email_verified", "name", "at_hash", "authorization_details",
]  # fmt: skip
AUTHORISING = ["roles", "ROLES", "groups", "permissions", "entitlements", "realm_access", "cognito:groups", "admin", "tid"]


@pytest.mark.parametrize("name", PROTOCOL + AUTHORISING)
def test_a_claim_with_a_meaning_is_never_taken(name: str) -> None:
    """No claim that identifies a person, describes a token, or says what it allows."""
    with pytest.raises(InvalidValue):
        check({name: "x"})
    with pytest.raises(HookFailed):
        read_claims(json.dumps({"claims": {"plan": "gold", name: "x"}}).encode())


@pytest.mark.parametrize(
    "claims",
    [
        {"": 1}, {"1a": 1}, {"a b": 1}, {"a\n": 1}, {"é": 1}, {"a" * 129: 1}, {"plan": None}, {"plan": [None]}, {"plan": {"a": None}},
        {"plan": [[[[[1]]]]]}, {"plan": 2**53 + 1}, {"plan": 1e300}, {"plan": "x" * MOST_BYTES}, {"Plan": 1, "plan": 2},
        {f"c{number}": 1 for number in range(MOST_NAMES + 1)},
    ],
)  # fmt: skip
def test_a_claim_of_another_form_is_refused(claims: dict[str, Any]) -> None:
    """Names, values, number, depth and size."""
    with pytest.raises(InvalidValue):
        check(claims)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"null", b"[]", b'"claims"', b"{}", b'{"claims": null}', b'{"claims": []}', b'{"claims": {}, "decision": "allow"}', b"\xff",
        b'{"claims": {"a": 1, "a": 2}}', b'{"claims": {"a": NaN}}', b'{"claims": {"a": "\\ud800"}}', b"<html>", b'{"claims": {"a": 1}} x',
        b'{"claims": {"a": 123456789012345678901234567890}}', b'{"claims": {"a": ' + b"[" * 100_000, b'{"claims": {}}' + b" " * LIMIT,
    ],
)  # fmt: skip
def test_an_answer_without_claims_is_a_failure(body: bytes) -> None:
    """Not JSON, ambiguous, too large, other members."""
    with pytest.raises(HookFailed):
        read_claims(body)


@pytest.mark.parametrize(
    "answer",
    [
        {}, {"decision": "yes"}, {"decision": True}, {"decision": None}, {"decision": "ALLOW"}, {"decision": "allow", "reason": "x"},
        {"reason": "x"},
        {"decision": "deny", "reason": "<b>x</b>"}, {"decision": "deny", "reason": "X"}, {"decision": "deny", "reason": "x" * 41},
        {"decision": "deny", "reason": 1}, {"decision": "deny", "reason": None}, {"decision": "deny", "reason": "a b"},
        {"decision": "deny", "text": "x"},
        {"decision": "deny", "reason": "x\n"}, {"decision": ["allow"]}, {"claims": {}},
    ],
)  # fmt: skip
def test_an_answer_without_a_decision_is_a_failure(answer: dict[str, Any]) -> None:
    """Nothing is guessed from it."""
    with pytest.raises(HookFailed):
        read_decision(json.dumps(answer).encode(), SIGN_IN)


def test_a_registration_cannot_demand_a_second_factor() -> None:
    """There is no person yet who could have one."""
    answer = b'{"decision": "require_mfa"}'
    assert read_decision(answer, SIGN_IN) == Decision("require_mfa")
    with pytest.raises(HookFailed):
        read_decision(answer, REGISTRATION)


def test_good_answers_are_read() -> None:
    """One of each form."""
    assert read_claims(b'{"claims": {"plan": "gold", "sites": ["a"], "limits": {"a": 1.5}, "beta": true}}')["plan"] == "gold"
    assert read_decision(b'{"decision": "allow"}', REGISTRATION) == Decision("allow")
    assert read_decision(b'{"decision": "deny"}', REGISTRATION) == Decision("deny")
    assert read_decision(b'{"decision": "deny", "reason": "outside_hours"}', SIGN_IN) == Decision("deny", "outside_hours")


@pytest.mark.parametrize(
    ("on_failure", "denies"), [("", True), ("deny", True), ("other", True), ("allow", False), ("without_claims", False)]
)
def test_an_unknown_default_denies(on_failure: str, *, denies: bool) -> None:
    """A value of another release does not let anybody in."""
    assert Hook("a", CLAIMS, on_failure=on_failure).denies_on_failure is denies
