"""Which answers of an authenticator are accepted (WebAuthn Level 3 §7.1, §7.2; threats N-01 to N-11)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from fido2 import cbor

from idp.domain.passkeys.passkey import Passkey, encode
from idp.domain.passkeys.refusal import MalformedResponse, RefusedCeremony
from idp.domain.passkeys.response import Assertion, parse_assertion, parse_registration
from idp.services.passkeys.verification import Expected, NewKey, verify_assertion, verify_registration
from tests.support.authenticator import AT, BE, BS, ED, UP, UV, Authenticator

CHALLENGE = encode(b"c" * 32)
EXPECTED = Expected(CHALLENGE, "idp.example", frozenset({"https://idp.example", "https://www.idp.example"}))
VERIFIED = EXPECTED._replace(verified=True)


def register(device: Authenticator, expected: Expected = EXPECTED, **changes: Any) -> NewKey:
    return verify_registration(parse_registration(device.registration(expected.challenge, **changes)), expected)


def stored(device: Authenticator) -> Passkey:
    """The passkey of a device after its registration."""
    made = register(device)
    return Passkey(
        user_id="u", credential_id=device.credential_id, public_key=made.public_key, alg=made.alg, sign_count=made.state.sign_count,
        backup_eligible=made.state.backup_eligible, backed_up=made.state.backed_up, user_verified=made.state.verified, transports=(),
        aaguid=made.aaguid, name="n", created_at=1,
    )  # fmt: skip


def use(device: Authenticator, expected: Expected = EXPECTED, passkey: Passkey | None = None, **changes: Any) -> None:
    known = passkey or stored(device)
    verify_assertion(parse_assertion(device.assertion(expected.challenge, **changes)), known, expected)


def reason(act: Callable[[], object]) -> str:
    with pytest.raises(RefusedCeremony) as refused:
        act()
    return refused.value.reason


@pytest.mark.parametrize(
    "private",
    [
        ec.generate_private_key(ec.SECP256R1()),
        ed25519.Ed25519PrivateKey.generate(),
        rsa.generate_private_key(public_exponent=65537, key_size=2048),
    ],
    ids=["ES256", "EdDSA", "RS256"],
)
def test_a_key_of_each_offered_algorithm_is_registered_and_used(private: Any) -> None:
    device = Authenticator(private=private)
    use(device)


CLIENT_DATA: dict[str, tuple[dict[str, Any], str]] = {
    "another ceremony": ({"type": "payment.get"}, "ceremony"),
    "no ceremony": ({"type": None}, "ceremony"),
    "another challenge": ({"challenge": encode(b"d" * 32)}, "challenge"),
    "the challenge with padding": ({"challenge": CHALLENGE + "="}, "challenge"),
    "the challenge in another spelling": ({"challenge": CHALLENGE[:-1] + chr(ord(CHALLENGE[-1]) + 1)}, "challenge"),
    "a challenge that is no text": ({"challenge": 1}, "challenge"),
    "a challenge outside ASCII": ({"challenge": "ü"}, "challenge"),
    "no challenge": ({"challenge": None}, "challenge"),
    "a subdomain": ({"origin": "https://evil.idp.example"}, "origin"),
    "a parent domain": ({"origin": "https://example"}, "origin"),
    "another port": ({"origin": "https://idp.example:8443"}, "origin"),
    "another scheme": ({"origin": "http://idp.example"}, "origin"),
    "a slash after the origin": ({"origin": "https://idp.example/"}, "origin"),
    "capitals": ({"origin": "https://IDP.example"}, "origin"),
    "a site that is related but not listed": ({"origin": "https://idp.test"}, "origin"),
    "an app": ({"origin": "android:apk-key-hash:abc"}, "origin"),
    "an origin that is a list": ({"origin": ["https://idp.example"]}, "origin"),
    "no origin": ({"origin": None}, "origin"),
    "in a frame of another site": ({"crossOrigin": True}, "cross_origin"),
    "crossOrigin as text": ({"crossOrigin": "false"}, "cross_origin"),
    "crossOrigin as a number": ({"crossOrigin": 0}, "cross_origin"),
    "the top origin named": ({"topOrigin": "https://idp.example"}, "cross_origin"),
}


@pytest.mark.parametrize(("changes", "why"), CLIENT_DATA.values(), ids=CLIENT_DATA)
def test_other_client_data_is_refused(changes: dict[str, Any], why: str) -> None:
    """In a registration and in an authentication, although the signature is right (N-01, N-03, N-04)."""
    device = Authenticator()
    passkey = stored(device)

    def changed(ceremony: str) -> dict[str, Any]:
        return {name: value for name, value in changes.items() if name != "challenge"} | (
            {"type": changes["type"]} if "type" in changes else {"type": ceremony}
        )

    challenge = changes.get("challenge", CHALLENGE)
    registration = parse_registration(device.registration(challenge, **changed("webauthn.create")))
    assertion = parse_assertion(device.assertion(challenge, **changed("webauthn.get")))
    assert reason(lambda: verify_registration(registration, EXPECTED)) == why
    assert reason(lambda: verify_assertion(assertion, passkey, EXPECTED)) == why


def test_one_ceremony_is_not_the_other() -> None:
    device = Authenticator()
    assert reason(lambda: use(device, type="webauthn.create")) == "ceremony"
    assert reason(lambda: register(device, type="webauthn.get")) == "ceremony"


@pytest.mark.parametrize("origin", sorted(EXPECTED.origins))
def test_each_listed_origin_may_ask(origin: str) -> None:
    use(Authenticator(origin=origin))


def test_client_data_with_a_member_of_the_future_is_accepted() -> None:
    """WebAuthn Level 3 §5.8.1.1: a verifier ignores members that it does not know."""
    use(Authenticator(), extraData="x")


FLAGS = [(UV, "not_present"), (0, "not_present"), (UP | BS, "backup_state"), (UP | UV | BS, "backup_state")]


@pytest.mark.parametrize(("flags", "why"), FLAGS)
def test_wrong_flags_are_refused(flags: int, why: str) -> None:
    """Data without user presence, and data that is backed up without being eligible, are refused (N-07, N-09)."""
    device = Authenticator()
    passkey = stored(device)
    device.flags = flags
    assert reason(lambda: use(device, passkey=passkey)) == why
    assert reason(lambda: register(device)) == why


def test_verification_is_required_where_it_is_asked_for() -> None:
    """N-07: where user verification is not required, an assertion without it is accepted, and the result says so."""
    device = Authenticator(flags=UP)
    assert not register(device).state.verified
    use(device)
    assert reason(lambda: use(device, VERIFIED)) == "not_verified"
    assert reason(lambda: register(device, VERIFIED)) == "not_verified"
    use(Authenticator(), VERIFIED)


@pytest.mark.parametrize(("before", "after"), [(UP | UV, UP | UV | BE), (UP | UV | BE, UP | UV), (UP | UV | BE | BS, UP | UV)])
def test_the_backup_eligibility_never_changes(before: int, after: int) -> None:
    """N-09."""
    device = Authenticator(flags=before)
    passkey = stored(device)
    device.flags = after
    assert reason(lambda: use(device, passkey=passkey)) == "backup_eligibility"


@pytest.mark.parametrize(("before", "after"), [(UP | UV | BE, UP | UV | BE | BS), (UP | UV | BE | BS, UP | UV | BE)])
def test_the_backup_state_may_change(before: int, after: int) -> None:
    device = Authenticator(flags=before)
    passkey = stored(device)
    device.flags = after
    use(device, passkey=passkey)


@pytest.mark.parametrize(("kept", "sent", "right"), [(0, 0, True), (0, 1, True), (5, 6, True), (5, 5, False), (5, 4, False), (5, 0, False)])
def test_the_counter_grows_or_stays_zero(kept: int, sent: int, *, right: bool) -> None:
    """N-08."""
    device = Authenticator()
    passkey = replace(stored(device), sign_count=kept)
    device.sign_count = sent
    if right:
        use(device, passkey=passkey)
    else:
        assert reason(lambda: use(device, passkey=passkey)) == "counter"


def test_another_rp_id_is_refused() -> None:
    device = Authenticator(rp_id="example")
    assert reason(lambda: register(device)) == "rp_id"
    assert reason(lambda: use(device, passkey=stored(Authenticator()))) == "rp_id"


def test_a_signature_by_another_key_is_refused() -> None:
    device = Authenticator()
    assert reason(lambda: use(device, signed_by=ec.generate_private_key(ec.SECP256R1()))) == "signature"


@pytest.mark.parametrize("junk", [b"", b"\x30", b"\0" * 72])
def test_bytes_that_are_no_signature_are_refused(junk: bytes) -> None:
    assert reason(lambda: use(Authenticator(), signature=junk)) == "signature"


def test_a_signature_is_about_this_client_data() -> None:
    device = Authenticator()
    passkey = stored(device)
    one = parse_assertion(device.assertion(CHALLENGE))
    other = parse_assertion(device.assertion(CHALLENGE, extraData="x"))
    mixed = Assertion(one.credential_id, one.client_data, one.authenticator_data, other.signature, None)
    assert reason(lambda: verify_assertion(mixed, passkey, EXPECTED)) == "signature"


P256 = Authenticator().public
RSA = Authenticator(private=rsa.generate_private_key(public_exponent=65537, key_size=2048)).public
KEYS: dict[str, tuple[dict[Any, Any], str]] = {
    "ES384": ({**P256, 3: -35}, "algorithm"),
    "ES256K": ({**P256, 3: -47}, "algorithm"),
    "ESP256, which was not offered": ({**P256, 3: -9}, "algorithm"),
    "RS1, SHA-1": ({**RSA, 3: -65535}, "algorithm"),
    "PS256": ({**RSA, 3: -37}, "algorithm"),
    "ML-DSA-44": ({1: 7, 3: -48, -1: b"x" * 1312}, "algorithm"),
    "Ed448": ({1: 1, 3: -53, -1: 7, -2: b"x" * 57}, "algorithm"),
    "ES256 with the key type of RSA": ({**P256, 1: 3}, "algorithm"),
    "ES256 on another curve": ({**P256, -1: 2}, "algorithm"),
    "EdDSA on X25519": ({1: 1, 3: -8, -1: 4, -2: b"x" * 32}, "algorithm"),
    "an algorithm as text": ({**P256, 3: "ES256"}, "algorithm"),
    "a point that is not on the curve": ({**P256, -2: b"x" * 32}, "key"),
    "a point that is too short": ({**P256, -2: b"x" * 31}, "key"),
    "a compressed point": ({**P256, -3: True}, "key"),
    "an Ed25519 key that is too long": ({1: 1, 3: -8, -1: 6, -2: b"x" * 33}, "key"),
    "RSA with the exponent 1": ({**RSA, -2: b"\x01"}, "key"),
    "RSA with the exponent 3": ({**RSA, -2: b"\x03"}, "key"),
    "RSA with an even exponent": ({**RSA, -2: b"\x01\x00\x02"}, "key"),
    "RSA with a huge exponent": ({**RSA, -2: b"\xff" * 16}, "key"),
    "RSA with 1,024 bits": ({**RSA, -1: b"\xff" * 128}, "key"),
    "RSA with 16,384 bits": ({**RSA, -1: b"\xff" * 2048}, "key"),
    "RSA with an even modulus": ({**RSA, -1: b"\xfe" * 256}, "key"),
    "RSA without a modulus": ({1: 3, 3: -257, -2: b"\x01\x00\x01"}, "key"),
}


@pytest.mark.parametrize(("key", "why"), KEYS.values(), ids=KEYS)
def test_a_key_of_another_kind_or_size_is_refused(key: dict[Any, Any], why: str) -> None:
    """N-10: fido2 does not compare the algorithm with those that were offered."""
    assert reason(lambda: register(Authenticator(), key=key)) == why


def test_a_key_is_stored_without_further_members() -> None:
    device = Authenticator()
    assert cbor.decode(register(device, key={**device.public, 99: b"x" * 1000}).public_key) == device.public


def _data(flags: int, tail: bytes = b"") -> bytes:
    return Authenticator().data(flags) + tail


HOSTILE_DATA = {
    "empty": b"",
    "one byte short": _data(UP)[:-1],
    "one byte more": _data(UP, b"\0"),
    "attested data promised and missing": _data(UP | AT),
    "extensions promised and missing": _data(UP | ED),
    "extensions that are endless": _data(UP | ED, b"\xbb" + b"\xff" * 8),
    "extensions that are deep": _data(UP | ED, b"\x81" * 9000),
}
HOSTILE_CBOR = {
    "empty": b"",
    "a number": b"\x01",
    "an empty map": b"\xa0",
    "deep": b"\x81" * 9000,
    "an array of 2^64 - 1 members": b"\x9b" + b"\xff" * 8,
    "a text of 2^63 bytes": b"\x7b\x7f" + b"\xff" * 7,
    "an indefinite map": b"\xbf",
    "a tag": b"\xc0\x00",
    "authData as a number": cbor.encode({"fmt": "none", "attStmt": {}, "authData": 1}),
    "authData as text": cbor.encode({"fmt": "none", "attStmt": {}, "authData": "x"}),
    "authData that is empty": cbor.encode({"fmt": "none", "attStmt": {}, "authData": b""}),
    "no authData": cbor.encode({"fmt": "none", "attStmt": {}}),
    "a key that is a list": cbor.encode({"fmt": "none", "attStmt": {}, "authData": _data(UP | AT, bytes(16) + b"\0\0" + b"\x80")}),
}


@pytest.mark.parametrize("data", HOSTILE_DATA.values(), ids=HOSTILE_DATA)
def test_hostile_authenticator_data_is_malformed(data: bytes) -> None:
    """N-11."""
    with pytest.raises(MalformedResponse):
        use(Authenticator(), data=data)


@pytest.mark.parametrize("data", HOSTILE_CBOR.values(), ids=HOSTILE_CBOR)
def test_a_hostile_attestation_object_is_malformed(data: bytes) -> None:
    """N-11."""
    with pytest.raises(MalformedResponse):
        register(Authenticator(), attestation_object=data)


def test_bytes_after_the_key_are_malformed() -> None:
    with pytest.raises(MalformedResponse):
        register(Authenticator(), tail=b"\0")


def test_the_credential_id_of_the_data_is_that_of_the_answer() -> None:
    """N-05: the id that is looked up is the one that the authenticator made."""
    device, other = Authenticator(), Authenticator()
    sent = json.loads(device.registration(CHALLENGE))
    sent["id"] = sent["rawId"] = encode(other.credential_id)
    assert reason(lambda: verify_registration(parse_registration(json.dumps(sent)), EXPECTED)) == "credential_id"


def test_a_registration_without_a_key_is_refused() -> None:
    device = Authenticator()
    without = cbor.encode({"fmt": "none", "attStmt": {}, "authData": device.data(UP | UV)})
    assert reason(lambda: register(device, attestation_object=without)) == "credential_id"


VECTORS = json.loads((Path(__file__).parent / "w3c_vectors.json").read_text(encoding="utf-8"))
REFUSED_VECTORS = {
    "none-es256-crossOrigin": "cross_origin", "none-es256-topOrigin": "cross_origin", "packed-es384": "algorithm",
    "packed-es512": "algorithm", "packed-ed448": "algorithm",
}  # fmt: skip


@pytest.mark.parametrize("pair", VECTORS["pairs"], ids=lambda pair: pair["name"])
def test_the_vectors_of_the_specification(pair: dict[str, Any]) -> None:
    """WebAuthn Level 3 §16. Those in a frame, and those with an algorithm that we do not offer, are refused; all others are accepted."""
    first, later = ({name: bytes.fromhex(value) for name, value in pair[half].items()} for half in ("registration", "authentication"))

    def expected(half: dict[str, bytes]) -> Expected:
        return Expected(encode(half["challenge"]), VECTORS["rp_id"], frozenset({VECTORS["origin"]}))

    def browser(**response: bytes) -> str:
        named = encode(first["credential_id"])
        sent = {name: encode(value) for name, value in response.items()}
        return json.dumps({"id": named, "rawId": named, "type": "public-key", "response": sent})

    registration = parse_registration(browser(clientDataJSON=first["clientDataJSON"], attestationObject=first["attestationObject"]))
    if pair["name"] in REFUSED_VECTORS:
        assert reason(lambda: verify_registration(registration, expected(first))) == REFUSED_VECTORS[pair["name"]]
        return
    made = verify_registration(registration, expected(first))
    passkey = Passkey(
        user_id="u", credential_id=first["credential_id"], public_key=made.public_key, alg=made.alg, sign_count=made.state.sign_count,
        backup_eligible=made.state.backup_eligible, backed_up=False, user_verified=False, transports=(), aaguid="", name="", created_at=1,
    )  # fmt: skip
    assertion = parse_assertion(browser(**{name: later[name] for name in ("clientDataJSON", "authenticatorData", "signature")}))
    verify_assertion(assertion, passkey, expected(later))
    spoilt = replace(assertion, signature=assertion.signature[:-1] + bytes([assertion.signature[-1] ^ 1]))
    assert reason(lambda: verify_assertion(spoilt, passkey, expected(later))) == "signature"
