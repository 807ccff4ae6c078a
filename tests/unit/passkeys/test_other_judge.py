"""Our judgement compared with another library's (py_webauthn). Where they differ, the table says why ours is the stricter one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import webauthn
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from webauthn.helpers.exceptions import WebAuthnException

from idp.domain.passkeys.passkey import Passkey, encode
from idp.domain.passkeys.refusal import RefusedCeremony
from idp.domain.passkeys.response import parse_assertion, parse_registration
from idp.services.passkeys.verification import Expected, verify_assertion, verify_registration
from tests.support.authenticator import BE, BS, UP, UV, Authenticator

CHALLENGE = b"c" * 32
TEXT = encode(CHALLENGE)
RP_ID, ORIGIN = "idp.example", "https://idp.example"


def ours(act: Callable[[], object]) -> bool:
    try:
        act()
    except RefusedCeremony:
        return False
    return True


def theirs(act: Callable[[], object]) -> bool:
    try:
        act()
    except (WebAuthnException, ValueError):
        return False
    return True


def judged(device: Authenticator, answer: str, *, verified: bool, sign_count: int = 0, eligible: bool = False) -> tuple[bool, bool]:
    """Whether we accept the assertion, and whether they do."""
    key = webauthn.helpers.encode_cbor(device.public)
    stored = Passkey(
        user_id="u", credential_id=device.credential_id, public_key=key, alg=-7, sign_count=sign_count, backup_eligible=eligible,
        backed_up=False, user_verified=False, transports=(), aaguid="", name="", created_at=1,
    )  # fmt: skip
    expected = Expected(TEXT, RP_ID, frozenset({ORIGIN}), verified=verified)
    return ours(lambda: verify_assertion(parse_assertion(answer), stored, expected)), theirs(
        lambda: webauthn.verify_authentication_response(
            credential=answer, expected_challenge=CHALLENGE, expected_rp_id=RP_ID, expected_origin=ORIGIN, credential_public_key=key,
            credential_current_sign_count=sign_count, require_user_verification=verified,
        )
    )  # fmt: skip


SAME: dict[str, tuple[bool, dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    # name: accepted, the device, how it answers, what is expected
    "plain": (True, {}, {}, {}),
    "verified": (True, {}, {}, {"verified": True}),
    "synced": (True, {"flags": UP | UV | BE | BS}, {}, {"eligible": True}),
    "not verified, and not required": (True, {"flags": UP}, {}, {}),
    "not verified, and required": (False, {"flags": UP}, {}, {"verified": True}),
    "not present": (False, {"flags": UV}, {}, {}),
    "BS without BE": (False, {"flags": UP | UV | BS}, {}, {}),
    "the counter grows": (True, {"sign_count": 8}, {}, {"sign_count": 7}),
    "the counter stays": (False, {"sign_count": 7}, {}, {"sign_count": 7}),
    "the counter falls": (False, {"sign_count": 6}, {}, {"sign_count": 7}),
    "another RP ID": (False, {"rp_id": "example"}, {}, {}),
    "another origin": (False, {"origin": "https://idp.example.evil"}, {}, {}),
    "a subdomain": (False, {"origin": "https://a.idp.example"}, {}, {}),
    "another challenge": (False, {}, {"challenge": encode(b"d" * 32)}, {}),
    "another ceremony": (False, {}, {"type": "webauthn.create"}, {}),
    "another key": (False, {}, {"signed_by": ec.generate_private_key(ec.SECP256R1())}, {}),
    "no signature": (False, {}, {"signature": b""}, {}),
    "data cut": (False, {}, {"data": Authenticator().data(UP)[:36]}, {}),
    "data with a tail": (False, {}, {"data": Authenticator().data(UP) + b"\0"}, {}),
}
STRICTER: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "in a frame of another site": ({}, {"crossOrigin": True}, {}),
    "with a top origin": ({}, {"topOrigin": "https://evil.example"}, {}),
    "the backup eligibility appears": ({"flags": UP | UV | BE}, {}, {"eligible": False}),
    "the backup eligibility is gone": ({"flags": UP | UV}, {}, {"eligible": True}),
}


@pytest.mark.parametrize(("accepted", "device", "how", "expected"), SAME.values(), ids=SAME)
def test_both_judge_the_same(accepted: bool, device: dict[str, Any], how: dict[str, Any], expected: dict[str, Any]) -> None:
    made = Authenticator(**device)
    changes = dict(how)
    answer = made.assertion(changes.pop("challenge", TEXT), **changes)
    assert judged(made, answer, **{"verified": False, **expected}) == (accepted, accepted)


@pytest.mark.parametrize(("device", "how", "expected"), STRICTER.values(), ids=STRICTER)
def test_what_the_other_library_leaves_to_its_caller_is_refused(
    device: dict[str, Any], how: dict[str, Any], expected: dict[str, Any]
) -> None:  # fmt: skip
    made = Authenticator(**device)
    assert judged(made, made.assertion(TEXT, **how), **{"verified": False, **expected}) == (False, True)


@pytest.mark.parametrize(
    "private",
    [
        ec.generate_private_key(ec.SECP256R1()),
        ed25519.Ed25519PrivateKey.generate(),
        rsa.generate_private_key(public_exponent=65537, key_size=2048),
    ],
    ids=["ES256", "EdDSA", "RS256"],
)
def test_both_register_the_same_key(private: Any) -> None:
    device = Authenticator(private=private, flags=UP | UV | BE)
    answer = device.registration(TEXT)
    our = verify_registration(parse_registration(answer), Expected(TEXT, RP_ID, frozenset({ORIGIN})))
    their = webauthn.verify_registration_response(
        credential=answer, expected_challenge=CHALLENGE, expected_rp_id=RP_ID, expected_origin=ORIGIN
    )  # fmt: skip
    assert webauthn.helpers.decode_credential_public_key(our.public_key) == webauthn.helpers.decode_credential_public_key(
        their.credential_public_key
    )
    assert (our.state.verified, our.state.backup_eligible) == (their.user_verified, their.credential_device_type == "multi_device")
