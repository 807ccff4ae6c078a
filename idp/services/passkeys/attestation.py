"""Which models of authenticators may be registered (WebAuthn Level 3 §7.1, trust anchors), by the FIDO Metadata Service and a list.

The attestation proves the model: its certificates must lead to a root that the metadata names for this model. Without this proof the AAGUID
is a claim of the browser.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import TYPE_CHECKING

from idp.domain.passkeys.passkey import clean_name
from idp.domain.passkeys.refusal import DeviceNotAccepted, DevicesNotChecked
from idp.services.passkeys.metadata import MetadataError, check_current, read_blob
from idp.telemetry.record import note

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fido2.mds3 import MdsAttestationVerifier, MetadataBlobPayload, MetadataBlobPayloadEntry
    from fido2.webauthn import AttestationObject

    from idp.domain.passkeys.response import Registration
    from idp.settings import Settings

COMPROMISED = frozenset({"REVOKED", "USER_VERIFICATION_BYPASS", "USER_KEY_REMOTE_COMPROMISE", "USER_KEY_PHYSICAL_COMPROMISE"})
"""A model with one of these status reports is refused (MDS v3.1 §3.1.4), also if a later report says that there is an update."""
_ATTESTATION_KEY = "ATTESTATION_KEY_COMPROMISE"


class Attestations:
    """Checks attestations. The metadata is a file of the deployment, so it is read once."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._read: tuple[MetadataBlobPayload, MdsAttestationVerifier] | None = None

    def models(self, *, now: int) -> tuple[str, ...]:
        """Return the names of the models in IDP_PASSKEY_AAGUIDS that are accepted; empty without a list.

        Raises:
            MetadataError: the metadata cannot be used.
        """
        blob, _ = self._metadata(now)
        allowed = self._settings.accepted_aaguids
        sound = (entry for entry in blob.entries if str(entry.aaguid) in allowed and not _is_refused(entry, ()))
        return tuple(sorted({_name(entry) for entry in sound}))

    def check(self, sent: Registration, *, now: int) -> None:
        """Check the attestation of a registration whose other parts were verified.

        Raises:
            DevicesNotChecked: the metadata cannot be used.
            DeviceNotAccepted: the model is not proved, not in the metadata, compromised or not in the list.
        """
        try:
            _, verifier = self._metadata(now)
            models = self.models(now=now)
        except MetadataError as problem:
            note(f"passkey metadata: {problem}")
            raise DevicesNotChecked("metadata") from None
        from fido2.webauthn import AttestationObject

        made = AttestationObject(sent.attestation_object)
        entry = _proved(verifier, made, sent.client_data, now)
        if entry is None:
            raise DeviceNotAccepted("attestation", models)
        if _is_refused(entry, made.att_stmt["x5c"]):
            raise DeviceNotAccepted("model_compromised", models)
        if (allowed := self._settings.accepted_aaguids) and str(entry.aaguid) not in allowed:
            raise DeviceNotAccepted("model_not_listed", models)

    def _metadata(self, now: int) -> tuple[MetadataBlobPayload, MdsAttestationVerifier]:
        if self._read is None:
            from fido2.attestation.packed import PackedAttestation
            from fido2.attestation.tpm import TpmAttestation
            from fido2.attestation.u2f import FidoU2FAttestation
            from fido2.mds3 import MdsAttestationVerifier

            blob = read_blob(self._settings.passkey_mds_file, self._settings.passkey_mds_root, now=now)
            formats = [PackedAttestation(), FidoU2FAttestation(), TpmAttestation()]
            self._read = blob, MdsAttestationVerifier(blob, entry_filter=None, attestation_filter=None, attestation_types=formats)
        check_current(self._read[0], now=now)
        return self._read


def _proved(verifier: MdsAttestationVerifier, made: AttestationObject, client_data: bytes, now: int) -> MetadataBlobPayloadEntry | None:
    """The metadata of the model that the attestation proves; None if it proves none."""
    try:
        _check_path(made.att_stmt["x5c"], now)
        return verifier.find_entry(made, hashlib.sha256(client_data).digest())
    except Exception:  # noqa: BLE001  # a parser of hostile bytes: each of its exceptions means that nothing is proved
        return None


def _check_path(chain: Sequence[bytes], now: int) -> None:
    """Check dates and CA flags of the certificates (RFC 5280 §6.1), which fido2 does not.

    Raises:
        ValueError: a certificate is not valid now, or an issuer is no CA. Other exceptions for what is no certificate.
    """
    from cryptography import x509

    for place, der in enumerate(chain):
        certificate = x509.load_der_x509_certificate(der)
        at = dt.datetime.fromtimestamp(now, dt.UTC)
        if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
            raise ValueError
        if place and not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca:
            raise ValueError


def _is_refused(entry: MetadataBlobPayloadEntry, chain: Sequence[bytes]) -> bool:
    """Whether a status report makes the model untrusted, or the attestation key in this chain (MDS v3.1 §3.1.4)."""
    statement = entry.metadata_statement
    certificates = {*chain, *(statement.attestation_root_certificates if statement else ())}
    for report in entry.status_reports:
        if report.status in COMPROMISED:
            return True
        named = {each for each in (report.certificate, report.batch_certificate) if each}
        if report.status == _ATTESTATION_KEY and (not named or named & certificates):
            return True
    return False


def _name(entry: MetadataBlobPayloadEntry) -> str:
    return clean_name(entry.metadata_statement.description if entry.metadata_statement else "", str(entry.aaguid))
