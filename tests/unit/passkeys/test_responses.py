"""What a browser sends is parsed strictly: its size first, one spelling of each value (threat N-11)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from idp.domain.passkeys.passkey import LONGEST_NAME, Passkey, clean_name, encode, passkey_id
from idp.domain.passkeys.refusal import MalformedResponse
from idp.domain.passkeys.response import LARGEST, parse_assertion, parse_registration
from tests.support.authenticator import Authenticator

CHALLENGE = encode(b"c" * 32)
DEVICE = Authenticator(user_handle=b"usr_a")


def _nested(depth: int) -> str:
    return '{"a":' * depth + "1" + "}" * depth


def sent(change: Callable[[dict[str, Any]], object], *, registration: bool = False) -> str:
    """The JSON of an answer after a change."""
    made = json.loads(DEVICE.registration(CHALLENGE) if registration else DEVICE.assertion(CHALLENGE))
    change(made)
    return json.dumps(made)


def test_an_answer_is_read() -> None:
    assertion = parse_assertion(DEVICE.assertion(CHALLENGE))
    assert (assertion.credential_id, assertion.user_handle) == (DEVICE.credential_id, b"usr_a")
    registration = parse_registration(DEVICE.registration(CHALLENGE))
    assert registration.transports == ("hybrid", "internal")


BROKEN: dict[str, Callable[[dict[str, Any]], object]] = {
    "another type": lambda it: it.update(type="password"),
    "no type": lambda it: it.pop("type"),
    "no id": lambda it: it.pop("id"),
    "id and rawId differ": lambda it: it.update(id=encode(b"x" * 32)),
    "an id with padding": lambda it: it.update(id=it["id"] + "=", rawId=it["id"] + "="),
    "an id in another alphabet": lambda it: it.update(id="+/+/", rawId="+/+/"),
    "an empty id": lambda it: it.update(id="", rawId=""),
    "an id of 1,024 bytes": lambda it: it.update(id=encode(b"x" * 1024), rawId=encode(b"x" * 1024)),
    "an id that is a number": lambda it: it.update(id=1, rawId=1),
    "no response": lambda it: it.pop("response"),
    "a response that is a list": lambda it: it.update(response=[]),
    "no client data": lambda it: it["response"].pop("clientDataJSON"),
    "client data that is an object": lambda it: it["response"].update(clientDataJSON={}),
    "client data with white space": lambda it: it["response"].update(clientDataJSON="YWJj\n"),
}


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN)
def test_a_broken_answer_is_malformed(change: Callable[[dict[str, Any]], object]) -> None:
    for parse, registration in ((parse_assertion, False), (parse_registration, True)):
        with pytest.raises(MalformedResponse):
            parse(sent(change, registration=registration))


@pytest.mark.parametrize("handle", ["", "=", encode(b"x" * 65), 7, {}])
def test_a_broken_user_handle_is_malformed(handle: object) -> None:
    """WebAuthn Level 3 §5.4.3: a user handle has 1 to 64 bytes."""
    with pytest.raises(MalformedResponse):
        parse_assertion(sent(lambda it: it["response"].update(userHandle=handle)))


@pytest.mark.parametrize(
    "text",
    ["", "null", "[]", "1", '"x"', "{", _nested(9000)[:LARGEST], "\ud800", '{"type":"public-key","type":"public-key"}', '{"id": NaN}'],
)
def test_other_text_is_malformed(text: str) -> None:
    for parse in (parse_assertion, parse_registration):
        with pytest.raises(MalformedResponse):
            parse(text)


def test_a_large_answer_is_refused_before_it_is_parsed() -> None:
    """Also a valid one."""
    padded = sent(lambda it: it.update(clientExtensionResults={"x": "x" * LARGEST}))
    for parse in (parse_assertion, parse_registration):
        with pytest.raises(MalformedResponse, match="too_large"):
            parse(padded)


def test_only_known_transports_are_kept() -> None:
    """Their names go into pages and items."""
    text = sent(lambda it: it["response"].update(transports=["usb", "usb", "<script>", 7, "smart-card"]), registration=True)
    assert parse_registration(text).transports == ("smart-card", "usb")
    with pytest.raises(MalformedResponse):
        parse_registration(sent(lambda it: it["response"].update(transports="usb"), registration=True))


def test_a_summary_has_the_credential_id_and_the_transports() -> None:
    made = Passkey(
        user_id="u", credential_id=b"\xff\xfe", public_key=b"", alg=-7, sign_count=0, backup_eligible=False, backed_up=False,
        user_verified=False, transports=("nfc", "usb"), aaguid="", name="", created_at=1,
    )  # fmt: skip
    assert made.summary == "__4 nfc usb"
    assert made.id == passkey_id(b"\xff\xfe")
    assert len(made.id) == 43


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("My phone", "My phone"),
        ("  My \t phone\n", "My phone"),
        ("", "Passkey 1"),
        (" \u202e\0 ", "Passkey 1"),
        ("x" * 99, "x" * LONGEST_NAME),
        ("<b>", "<b>"),
    ],
)
def test_a_name_is_one_printable_line(typed: str, shown: str) -> None:
    assert clean_name(typed, "Passkey 1") == shown
