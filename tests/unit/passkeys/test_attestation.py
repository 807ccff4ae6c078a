"""Which models of authenticators may be registered, by the metadata and the list of the deployment (WebAuthn Level 3 §7.1, threat N-17)."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from idp.domain.passkeys.passkey import encode
from idp.domain.passkeys.refusal import DeviceNotAccepted, DevicesNotChecked
from idp.domain.passkeys.response import parse_registration
from idp.services.passkeys.attestation import COMPROMISED, Attestations
from idp.settings import Settings
from tests.support.authenticator import Authenticator
from tests.support.metadata_service import blob, ec_issuer, entry, issue, packed, root, rsa_key, signer, uuid

NOW = 1_800_000_000
TODAY = dt.datetime.fromtimestamp(NOW, dt.UTC).date()
AAGUID, OTHER = b"a" * 16, b"b" * 16
MAKER, OTHER_MAKER = ec_issuer("Maker", ca=True), ec_issuer("Other maker", ca=True)
BATCH = ec_issuer("Batch", MAKER, aaguid=AAGUID)
KEY, OTHER_KEY = "Example Key 5", "Other Key"


def attestations(folder: Path, content: bytes, *, aaguids: str = "", trusted: bytes | None = None) -> Attestations:
    (folder / "blob").write_bytes(content)
    (folder / "root").write_bytes(root().pem if trusted is None else trusted)
    settings = Settings(
        "https://idp.example", passkey_attestation="direct", passkey_mds_file=str(folder / "blob"), passkey_mds_root=str(folder / "root"),
        passkey_aaguids=aaguids,
    )  # fmt: skip
    return Attestations(settings)


def key(attests: Callable[[bytes], dict[str, Any]] | None, aaguid: bytes = AAGUID) -> Authenticator:
    return Authenticator(aaguid=aaguid, attests=attests)


def check(checks: Attestations, device: Authenticator, now: int = NOW) -> None:
    checks.check(parse_registration(device.registration(encode(b"c" * 32))), now=now)


def refusal(checks: Attestations, device: Authenticator) -> DeviceNotAccepted:
    with pytest.raises(DeviceNotAccepted) as refused:
        check(checks, device)
    return refused.value


@pytest.mark.parametrize("form", ["pem", "der"])
@pytest.mark.parametrize("aaguids", ["", f"{uuid(OTHER)} {uuid(AAGUID)}"])
def test_a_model_of_the_metadata_and_of_the_list_is_accepted(tmp_path: Path, form: str, aaguids: str) -> None:
    checks = attestations(tmp_path, blob(entry(AAGUID, MAKER, KEY)), aaguids=aaguids, trusted=getattr(root(), form))
    check(checks, key(packed(BATCH)))


def test_a_chain_with_an_issuer_between_is_accepted(tmp_path: Path) -> None:
    between = ec_issuer("Between", MAKER, ca=True)
    checks = attestations(tmp_path, blob(entry(AAGUID, MAKER, KEY)))
    check(checks, key(packed(ec_issuer("Batch", between, aaguid=AAGUID), between)))


def test_a_model_that_is_not_in_the_list_is_refused_and_those_of_the_list_are_named(tmp_path: Path) -> None:
    content = blob(entry(AAGUID, MAKER, KEY), entry(OTHER, OTHER_MAKER, OTHER_KEY))
    refused = refusal(attestations(tmp_path, content, aaguids=uuid(OTHER)), key(packed(BATCH)))
    assert (refused.reason, refused.models) == ("model_not_listed", (OTHER_KEY,))


def _self_attested(device: Authenticator) -> Callable[[bytes], dict[str, Any]]:
    return lambda message: {"alg": -7, "sig": device.private.sign(message, ec.ECDSA(hashes.SHA256()))}


def self_attested() -> Authenticator:
    device = key(None)
    device.attests = _self_attested(device)
    return device


_LEAF = ec_issuer("A device", MAKER, aaguid=AAGUID)
_OVER = dt.datetime.fromtimestamp(NOW - 1, dt.UTC)
UNPROVEN: dict[str, Callable[[], Authenticator]] = {
    "none": lambda: key(None),
    "by itself": self_attested,
    "by another maker": lambda: key(packed(ec_issuer("Batch", OTHER_MAKER, aaguid=AAGUID))),
    "by a maker of the same name": lambda: key(packed(ec_issuer("Batch", ec_issuer("Maker", ca=True), aaguid=AAGUID))),
    "by a batch of another model": lambda: key(packed(ec_issuer("Batch", MAKER, aaguid=OTHER))),
    "by another key": lambda: key(lambda message: packed(BATCH)(message) | {"sig": packed(MAKER)(message)["sig"]}),
    "of other bytes": lambda: key(lambda message: packed(BATCH)(message + b"x")),
    "of a model without metadata": lambda: key(packed(ec_issuer("Batch", MAKER, aaguid=OTHER)), OTHER),
    "of no model": lambda: key(packed(ec_issuer("Batch", MAKER)), bytes(16)),
    "by a device that issued a certificate": lambda: key(packed(ec_issuer("Mine", _LEAF, aaguid=AAGUID), _LEAF)),
    "by a certificate that is over": lambda: key(packed(ec_issuer("Batch", MAKER, aaguid=AAGUID, until=_OVER))),
    "by no certificate": lambda: key(lambda message: packed(BATCH)(message) | {"x5c": [b"x"]}),
    "by an empty chain": lambda: key(lambda message: packed(BATCH)(message) | {"x5c": []}),
    "by a number": lambda: key(lambda message: packed(BATCH)(message) | {"x5c": 1}),
}


@pytest.mark.parametrize("device", UNPROVEN.values(), ids=UNPROVEN)
@pytest.mark.parametrize("aaguids", ["", f"{uuid(AAGUID)} {uuid(bytes(16))}"])
def test_an_attestation_that_proves_no_model_of_the_metadata_is_refused(
    tmp_path: Path, device: Callable[[], Authenticator], aaguids: str
) -> None:
    refused = refusal(attestations(tmp_path, blob(entry(AAGUID, MAKER, KEY)), aaguids=aaguids), device())
    assert (refused.reason, refused.models) == ("attestation", (KEY,) if aaguids else ())


def _certificate(der: bytes) -> str:
    return base64.b64encode(der).decode()


AGAINST: dict[str, dict[str, Any]] = {
    **{status: {"status": status} for status in sorted(COMPROMISED)},
    "the attestation key of the model": {"status": "ATTESTATION_KEY_COMPROMISE"},
    "the attestation key of this batch": {"status": "ATTESTATION_KEY_COMPROMISE", "batchCertificate": _certificate(BATCH.der)},
    "the attestation key of this certificate": {"status": "ATTESTATION_KEY_COMPROMISE", "certificate": _certificate(BATCH.der)},
    "the attestation key of the maker": {"status": "ATTESTATION_KEY_COMPROMISE", "certificate": _certificate(MAKER.der)},
}


@pytest.mark.parametrize("report", AGAINST.values(), ids=AGAINST)
def test_a_model_that_is_revoked_or_compromised_is_refused(tmp_path: Path, report: dict[str, Any]) -> None:
    """Also after a later report of an update."""
    content = blob(entry(AAGUID, MAKER, KEY, report, {"status": "UPDATE_AVAILABLE"}))
    assert refusal(attestations(tmp_path, content, aaguids=uuid(AAGUID)), key(packed(BATCH))).reason == "model_compromised"


@pytest.mark.parametrize(
    "report",
    [
        {"status": "ATTESTATION_KEY_COMPROMISE", "batchCertificate": _certificate(OTHER_MAKER.der)},
        {"status": "ATTESTATION_KEY_COMPROMISE", "certificate": _certificate(OTHER_MAKER.der)},
        {"status": "UPDATE_AVAILABLE"},
        {"status": "A_STATUS_OF_THE_FUTURE"},
    ],
)
def test_other_reports_change_nothing(tmp_path: Path, report: dict[str, Any]) -> None:
    check(attestations(tmp_path, blob(entry(AAGUID, MAKER, KEY, report))), key(packed(BATCH)))


def test_a_revoked_model_is_not_named(tmp_path: Path) -> None:
    content = blob(entry(AAGUID, MAKER, KEY), entry(OTHER, OTHER_MAKER, OTHER_KEY, {"status": "REVOKED"}))
    assert attestations(tmp_path, content, aaguids=f"{uuid(AAGUID)} {uuid(OTHER)}").models(now=NOW) == (KEY,)


ENTRY = entry(AAGUID, MAKER, KEY)
_SIGNED = blob(ENTRY)
UNUSABLE: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "no blob": lambda: b"a.b.c",
    "changed": lambda: b".".join((_SIGNED.split(b".")[0], blob(ENTRY, entry(OTHER, MAKER, "x")).split(b".")[1], _SIGNED.split(b".")[2])),
    "signed by another root": lambda: blob(ENTRY, by=issue("mds", rsa_key("signer"), root("Other"), dns="mds.fidoalliance.org")),
    "signed by another site of the root": lambda: blob(ENTRY, by=signer("shop.example")),
    "signed under a certificate of another site": lambda: blob(
        ENTRY, by=issue("mds", rsa_key("mine"), signer("shop.example"), dns="mds.fidoalliance.org"), others=(signer("shop.example"),)
    ),
    "signed with a certificate that is over": lambda: blob(
        ENTRY, by=issue("mds", rsa_key("signer"), root(), dns="mds.fidoalliance.org", until=_OVER)
    ),
    "another algorithm": lambda: blob(ENTRY, alg="PS256"),
    "without a signature": lambda: _SIGNED.rpartition(b".")[0] + b".",
    "out of date": lambda: blob(ENTRY, until=str(TODAY - dt.timedelta(days=1))),
}


@pytest.mark.parametrize("content", UNUSABLE.values(), ids=UNUSABLE)
def test_a_blob_that_cannot_be_trusted_accepts_no_device(tmp_path: Path, content: Callable[[], bytes]) -> None:
    checks = attestations(tmp_path, content())
    with pytest.raises(DevicesNotChecked):
        check(checks, key(packed(BATCH)))


def test_a_root_that_is_no_certificate_or_a_missing_file_accepts_no_device(tmp_path: Path) -> None:
    with pytest.raises(DevicesNotChecked):
        check(attestations(tmp_path, _SIGNED, trusted=b"x"), key(packed(BATCH)))
    missing = attestations(tmp_path, _SIGNED)
    (tmp_path / "blob").unlink()
    with pytest.raises(DevicesNotChecked):
        check(missing, key(packed(BATCH)))


def test_a_blob_gets_out_of_date_while_a_process_runs(tmp_path: Path) -> None:
    """It is accepted on the day of the next one, and not on the day after."""
    checks = attestations(tmp_path, blob(ENTRY, until=str(TODAY)))
    check(checks, key(packed(BATCH)))
    with pytest.raises(DevicesNotChecked):
        check(checks, key(packed(BATCH)), now=NOW + 86400)
