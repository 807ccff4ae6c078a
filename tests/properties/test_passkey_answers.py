"""Whatever a browser sends as the answer of an authenticator, it is accepted or refused, and no other error occurs (threat N-11)."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from fido2 import cbor
from hypothesis import given
from hypothesis import strategies as st

from idp.domain.passkeys.passkey import Passkey, encode
from idp.domain.passkeys.refusal import RefusedCeremony
from idp.domain.passkeys.response import parse_assertion, parse_registration
from idp.services.passkeys.verification import Expected, verify_assertion, verify_registration
from tests.support.authenticator import AT, ED, UP, UV, Authenticator

CHALLENGE = encode(b"c" * 32)
EXPECTED = Expected(CHALLENGE, "idp.example", frozenset({"https://idp.example"}))
DEVICE = Authenticator()
STORED = Passkey(
    user_id="u", credential_id=DEVICE.credential_id, public_key=cbor.encode(DEVICE.public), alg=-7, sign_count=0, backup_eligible=False,
    backed_up=False, user_verified=False, transports=(), aaguid="", name="", created_at=1,
)  # fmt: skip

scalars = st.one_of(st.none(), st.booleans(), st.integers(-(2**63), 2**63), st.text(max_size=8), st.binary(max_size=40))
cbor_values = st.recursive(
    st.one_of(st.booleans(), st.integers(-(2**63), 2**63), st.text(max_size=8), st.binary(max_size=40)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.integers(-4, 4) | st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
hostile = st.one_of(st.binary(max_size=400), cbor_values.map(cbor.encode))
flags = st.sampled_from([UP, UP | UV, UP | AT, UP | ED, UP | AT | ED, 0, 0xFF])


def register(text: str) -> None:
    with suppress(RefusedCeremony):
        verify_registration(parse_registration(text), EXPECTED)


def use(text: str) -> None:
    with suppress(RefusedCeremony):
        verify_assertion(parse_assertion(text), STORED, EXPECTED)


@given(st.text(max_size=300) | st.recursive(scalars.filter(lambda it: not isinstance(it, bytes)), st.lists, max_leaves=5).map(json.dumps))
def test_any_text_is_accepted_or_refused(text: str) -> None:
    register(text)
    use(text)


@given(hostile, hostile)
def test_any_attestation_object_and_authenticator_data_are_accepted_or_refused(attestation: bytes, data: bytes) -> None:
    register(DEVICE.registration(CHALLENGE, attestation_object=attestation))
    use(DEVICE.assertion(CHALLENGE, data=data))


@given(flags, hostile)
def test_any_bytes_after_the_counter_are_accepted_or_refused(flag: int, tail: bytes) -> None:
    data = DEVICE.data(flag) + tail
    register(DEVICE.registration(CHALLENGE, attestation_object=cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})))
    use(DEVICE.assertion(CHALLENGE, data=data))


@given(st.dictionaries(st.sampled_from([1, 3, -1, -2, -3, -4]), cbor_values, max_size=6), st.sampled_from([-7, -8, -257, -35, 0, None]))
def test_any_public_key_is_accepted_or_refused(key: dict[int, Any], alg: int | None) -> None:
    chosen = {**DEVICE.public, **key} if alg is None else {**key, 3: alg}
    register(DEVICE.registration(CHALLENGE, key=chosen))


@given(st.dictionaries(st.sampled_from(["type", "challenge", "origin", "crossOrigin", "topOrigin", "x"]), scalars.filter(
    lambda it: not isinstance(it, bytes)), max_size=4))  # fmt: skip
def test_any_client_data_is_accepted_or_refused(changes: dict[str, Any]) -> None:
    sent = dict(changes)
    challenge = sent.pop("challenge", CHALLENGE)
    register(DEVICE.registration(challenge, **sent))
    use(DEVICE.assertion(challenge, **sent))
