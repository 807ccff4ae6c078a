"""The attestation of each format in the test vectors of WebAuthn Level 3 §16, judged by us and by another library (py_webauthn)."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import webauthn
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.x509.oid import NameOID
from fido2 import cbor
from fido2.webauthn import AttestationObject
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import AttestationFormat

from idp.domain.passkeys.passkey import encode
from idp.domain.passkeys.refusal import DeviceNotAccepted, RefusedCeremony
from idp.domain.passkeys.response import parse_registration
from idp.services.passkeys.attestation import Attestations
from idp.services.passkeys.verification import Expected, verify_registration
from idp.settings import Settings
from tests.support.metadata_service import BEGIN, END, Issuer, blob, entry, root

NOW = 1_800_000_000
VECTORS = json.loads((Path(__file__).parent / "w3c_vectors.json").read_text(encoding="utf-8"))
PAIRS = {pair["name"]: pair["registration"] for pair in VECTORS["pairs"]}


@cache
def maker() -> Issuer:
    """The CA of the vectors: §16 derives its key from a text, and all certificates of the vectors are signed by it."""
    seed = HKDF(hashes.SHA256(), 32, salt=b"", info=b"Attestation CA").derive(b"WebAuthn test vectors")
    return named_as_the_maker(ec.derive_private_key(int.from_bytes(seed, "big"), ec.SECP256R1()))


def named_as_the_maker(key: ec.EllipticCurvePrivateKey) -> Issuer:
    """A root with this key, and with the name of the CA of the vectors."""
    titles = (
        (NameOID.COMMON_NAME, "WebAuthn test vectors"), (NameOID.ORGANIZATION_NAME, "W3C"),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, "Authenticator Attestation CA"), (NameOID.COUNTRY_NAME, "AA"),
    )  # fmt: skip
    name = x509.Name([x509.NameAttribute(kind, value) for kind, value in titles])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, BEGIN, END)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return Issuer(made, key)


ACCEPTED = {"packed-es256", "packed-rs256", "packed-eddsa", "packed-es384", "packed-es512", "packed-ed448", "fido-u2f-es256"}
"""The attestations that prove a model. Those with an algorithm that we do not offer are refused before, with their key."""
REFUSED = {
    "none-es256": "no attestation", "none-es256-crossOrigin": "no attestation", "none-es256-topOrigin": "no attestation",
    "none-es256-long-credential-id": "no attestation", "packed-self-es256": "the key attests to itself",
    "tpm-es256": "its clock says neither yes nor no (TPMI_YES_NO), and the certificate names no known manufacturer",
    "android-key-es256": "a format that we do not accept",
    "apple-es256": "a format that we do not accept",
}  # fmt: skip
"""The others, and why."""
DIFFERENT = {
    **dict.fromkeys(("none-es256-crossOrigin", "none-es256-topOrigin"), "they do not read crossOrigin and topOrigin"),
    "android-key-es256": "they expect the root in the chain; we leave the statement to the check of the model",
    "tpm-es256": "they judge the manufacturer at once; we do so in the check of the model",
    "fido-u2f-es256": "they want an AAGUID of zeros, which the vector does not have",
}
"""Registrations that we and the other library judge differently, and why. The check of the model is ours alone, and it is stricter."""


def sent(name: str) -> str:
    """What the browser sends."""
    given = {part: bytes.fromhex(value) for part, value in PAIRS[name].items()}
    named = encode(given["credential_id"])
    response = {part: encode(given[part]) for part in ("clientDataJSON", "attestationObject")}
    return json.dumps({"id": named, "rawId": named, "type": "public-key", "response": response, "clientExtensionResults": {}})


def checks(folder: Path, name: str, maker_of_model: Issuer) -> Attestations:
    """A deployment that accepts the model of this vector, if its maker attests to it."""
    data = AttestationObject(bytes.fromhex(PAIRS[name]["attestationObject"])).auth_data.credential_data
    assert data
    (folder / "blob").write_bytes(blob(entry(bytes(data.aaguid), maker_of_model, "Vector")))
    (folder / "root").write_bytes(root().pem)
    return Attestations(
        Settings(
            "https://idp.example", passkey_attestation="direct", passkey_mds_file=str(folder / "blob"),
            passkey_mds_root=str(folder / "root"),
        )
    )  # fmt: skip


def test_the_tables_have_every_vector_and_every_format() -> None:
    assert set(REFUSED) | ACCEPTED == set(PAIRS)
    assert not ACCEPTED & set(REFUSED)
    formats = {AttestationObject(bytes.fromhex(one["attestationObject"])).fmt for one in PAIRS.values()}
    assert formats == {"none", "packed", "tpm", "android-key", "apple", "fido-u2f"}


@pytest.mark.parametrize("name", sorted(ACCEPTED))
def test_a_vector_with_a_certificate_of_its_maker_proves_the_model(tmp_path: Path, name: str) -> None:
    """And under another maker of the same name, with a spoilt statement, or for other client data it does not."""
    given = parse_registration(sent(name))
    checks(tmp_path, name, maker()).check(given, now=NOW)
    other = named_as_the_maker(ec.generate_private_key(ec.SECP256R1()))
    with pytest.raises(DeviceNotAccepted):
        checks(tmp_path, name, other).check(given, now=NOW)
    spoilt = [
        replace(given, client_data=given.client_data + b" "),
        replace(given, attestation_object=_with_another_signature(given.attestation_object)),
    ]
    for wrong in spoilt:
        with pytest.raises(DeviceNotAccepted):
            checks(tmp_path, name, maker()).check(wrong, now=NOW)


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_a_vector_of_another_format_proves_no_model(tmp_path: Path, name: str) -> None:
    with pytest.raises(DeviceNotAccepted, match="attestation"):
        checks(tmp_path, name, maker()).check(parse_registration(sent(name)), now=NOW)


@pytest.mark.parametrize("name", sorted(PAIRS))
def test_both_libraries_judge_the_registration_of_a_vector(name: str) -> None:
    """Where the deployment does not ask for a model, we ignore the statement (§7.1 step 21 allows that), and they read it."""
    assert (ours(name) == theirs(name)) == (name not in DIFFERENT)


def ours(name: str) -> bool:
    """Whether we accept the registration."""
    expected = Expected(encode(bytes.fromhex(PAIRS[name]["challenge"])), VECTORS["rp_id"], frozenset({VECTORS["origin"]}))
    try:
        verify_registration(parse_registration(sent(name)), expected)
    except RefusedCeremony:
        return False
    return True


def theirs(name: str) -> bool:
    """Whether they do, with the maker of the vectors as the root of every format."""
    try:
        webauthn.verify_registration_response(
            credential=sent(name), expected_challenge=bytes.fromhex(PAIRS[name]["challenge"]), expected_rp_id=VECTORS["rp_id"],
            expected_origin=VECTORS["origin"], pem_root_certs_bytes_by_fmt={each: [maker().pem] for each in AttestationFormat},
        )  # fmt: skip
    except (WebAuthnException, ValueError):
        return False
    return True


def _with_another_signature(attestation_object: bytes) -> bytes:
    made: Any = cbor.decode(attestation_object)
    signature = made["attStmt"]["sig"]
    made["attStmt"]["sig"] = signature[:-1] + bytes([signature[-1] ^ 1])
    return cbor.encode(made)
