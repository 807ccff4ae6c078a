"""Judges the answer of an authenticator (WebAuthn Level 3 §7.1, §7.2), by fido2 and by the rules of `idp.domain.passkeys`.

fido2 parses CBOR and checks signatures. It accepts crossOrigin, BS without BE, any counter, any user handle and algorithms that were not
offered, so these checks are ours. Attestation is not asked for, and an attestation statement is ignored.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

from idp.domain.passkeys import client_data, public_key
from idp.domain.passkeys.authenticator import AuthenticatorState, check_same_key, check_state, state
from idp.domain.passkeys.refusal import MalformedResponse, RefusedCeremony

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fido2.webauthn import AttestedCredentialData, AuthenticatorData

    from idp.domain.passkeys.passkey import Passkey
    from idp.domain.passkeys.response import Assertion, Registration


class Expected(NamedTuple):
    """What a page asked for. `challenge`: in base64url. `origins`: all that may ask. `verified`: whether a PIN or the like is required.

    `present`: whether a touch is required, as for all but conditional mediation.
    """

    challenge: str
    rp_id: str
    origins: frozenset[str]
    verified: bool = False
    present: bool = True


class NewKey(NamedTuple):
    """A key that was just made. `public_key`: in COSE form."""

    public_key: bytes
    alg: int
    aaguid: str
    state: AuthenticatorState


def verify_registration(sent: Registration, expected: Expected) -> NewKey:
    """Judge the answer to `create()`: the new key.

    Raises:
        RefusedCeremony: a check of §7.1 fails.
    """
    client_data.check_client_data(
        sent.client_data, ceremony=client_data.CREATE, challenge=expected.challenge, origins=expected.origins
    )  # fmt: skip
    data = _attested(sent.attestation_object)
    credential = data.credential_data
    if credential is None or credential.credential_id != sent.credential_id:
        raise RefusedCeremony("credential_id")
    now = _state(data)
    check_state(
        now, rp_id_hash=_digest(expected.rp_id), verification_required=expected.verified, presence_required=expected.present
    )  # fmt: skip
    key = public_key.accepted(credential.public_key)
    return NewKey(_usable(key), int(key[3]), _aaguid(credential), now)


def verify_assertion(sent: Assertion, stored: Passkey, expected: Expected) -> AuthenticatorState:
    """Judge the answer to `get()` with the stored key: the state of the authenticator.

    Raises:
        RefusedCeremony: a check of §7.2 fails.
    """
    client_data.check_client_data(
        sent.client_data, ceremony=client_data.GET, challenge=expected.challenge, origins=expected.origins
    )  # fmt: skip
    now = _state(_authenticator_data(sent.authenticator_data))
    check_state(now, rp_id_hash=_digest(expected.rp_id), verification_required=expected.verified)
    _check_signature(stored.public_key, sent.authenticator_data + hashlib.sha256(sent.client_data).digest(), sent.signature)
    check_same_key(now, backup_eligible=None if stored.backup_unknown else stored.backup_eligible, sign_count=stored.sign_count)
    return now


def _attested(attestation_object: bytes) -> AuthenticatorData:
    from fido2.webauthn import AttestationObject

    try:
        return AttestationObject(attestation_object).auth_data
    except Exception:  # noqa: BLE001  # a parser of hostile bytes: each of its exceptions is a refusal
        raise MalformedResponse("attestation_object") from None


def _authenticator_data(raw: bytes) -> AuthenticatorData:
    from fido2.webauthn import AuthenticatorData

    try:
        return AuthenticatorData(raw)
    except Exception:  # noqa: BLE001  # hostile bytes, as in `_attested`
        raise MalformedResponse("authenticator_data") from None


def _state(data: AuthenticatorData) -> AuthenticatorState:
    return state(data.rp_id_hash, int(data.flags), data.counter)


def _aaguid(credential: AttestedCredentialData) -> str:
    return str(credential.aaguid)


def sound_key(key: bytes) -> tuple[bytes, int]:
    """Return a public key in COSE form with the members that it needs, and its algorithm. For keys that no ceremony has shown.

    Raises:
        RefusedCeremony: it is no CBOR, or no key that is accepted here.
    """
    from fido2 import cbor

    try:
        members = cbor.decode(key)
    except Exception:  # noqa: BLE001  # hostile bytes, as in `_attested`
        raise RefusedCeremony("key") from None
    if not isinstance(members, dict):
        raise RefusedCeremony("key")
    kept = public_key.accepted(members)
    return _usable(kept), int(members[3])


def _usable(key: Mapping[int, int | bytes]) -> bytes:
    """The key in COSE form, if it is a key: a point on its curve, for example."""
    from cryptography.exceptions import InvalidSignature
    from fido2 import cbor
    from fido2.cose import CoseKey

    try:
        CoseKey.parse(key).verify(b"", b"")
    except InvalidSignature:
        return cbor.encode(key)
    except Exception:  # noqa: BLE001  # hostile bytes, as in `_attested`
        raise RefusedCeremony("key") from None
    raise RefusedCeremony("key")  # no key signs with an empty signature


def _check_signature(key: bytes, message: bytes, signature: bytes) -> None:
    from fido2 import cbor
    from fido2.cose import CoseKey

    try:
        CoseKey.parse(cbor.decode(key)).verify(message, signature)  # type: ignore[arg-type]  # a key that `_usable` encoded
    except Exception:  # noqa: BLE001  # hostile bytes, as in `_attested`
        raise RefusedCeremony("signature") from None


def _digest(rp_id: str) -> bytes:
    return hashlib.sha256(rp_id.encode()).digest()
