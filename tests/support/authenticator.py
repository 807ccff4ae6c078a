"""An authenticator in software, with the browser around it: it answers registrations and authentications, also in wrong ways."""

from __future__ import annotations

import hashlib
import json
import secrets
import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from fido2 import cbor
from fido2.cose import ES256, RS256, CoseKey, EdDSA

from idp.domain.passkeys.passkey import encode

if TYPE_CHECKING:
    from collections.abc import Callable

UP, UV, BE, BS, AT, ED = 0x01, 0x04, 0x08, 0x10, 0x40, 0x80


@dataclass
class Authenticator:
    """One credential. `flags` are what it says in each answer. `counts`: the counter grows with each answer; otherwise it stays.

    `attests` makes the packed attestation statement for what is signed (WebAuthn Level 3 §8.2); without it there is none.

    Each answer takes `changes`: members of the client data that differ, None for one that is left out.
    """

    origin: str = "https://idp.example"
    rp_id: str = "idp.example"
    flags: int = UP | UV
    sign_count: int = 0
    counts: bool = False
    user_handle: bytes | None = None
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    private: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    transports: tuple[str, ...] = ("internal", "hybrid")
    aaguid: bytes = bytes(16)
    attests: Callable[[bytes], dict[str, Any]] | None = None

    @property
    def public(self) -> dict[Any, Any]:
        """The public key in COSE form."""
        kinds: dict[type, type[CoseKey]] = {ec.EllipticCurvePrivateKey: ES256, ed25519.Ed25519PrivateKey: EdDSA, rsa.RSAPrivateKey: RS256}
        kind = next(cose for type_, cose in kinds.items() if isinstance(self.private, type_))
        return dict(kind.from_cryptography_key(self.private.public_key()))

    def registration(
        self, challenge: str, *, key: dict[Any, Any] | None = None, tail: bytes = b"", attestation_object: bytes | None = None,
        **changes: Any,
    ) -> str:  # fmt: skip
        """The JSON of a registration. `key`: another public key. `tail`: bytes after it."""
        attested = (
            self.aaguid + struct.pack(">H", len(self.credential_id)) + self.credential_id + cbor.encode(self.public if key is None else key)
        )
        data = self.data(self.flags | AT) + attested + tail
        client_data = self._client_data("webauthn.create", challenge, changes)
        statement = self.attests(data + hashlib.sha256(client_data).digest()) if self.attests else {}
        attested_by = {"fmt": "packed" if self.attests else "none", "attStmt": statement, "authData": data}
        made = attestation_object if attestation_object is not None else cbor.encode(attested_by)
        response = {"clientDataJSON": encode(client_data), "attestationObject": encode(made), "transports": list(self.transports)}
        return self._json(response)

    def assertion(
        self, challenge: str, *, signed_by: Any = None, data: bytes | None = None, signature: bytes | None = None, **changes: Any
    ) -> str:  # fmt: skip
        """The JSON of an authentication. `signed_by`: another private key. `data`: other authenticator data."""
        if self.counts:
            self.sign_count += 1
        data = self.data(self.flags) if data is None else data
        client_data = self._client_data("webauthn.get", challenge, changes)
        made = self._sign(signed_by or self.private, data + hashlib.sha256(client_data).digest()) if signature is None else signature
        response = {"clientDataJSON": encode(client_data), "authenticatorData": encode(data), "signature": encode(made)}
        return self._json(response | ({"userHandle": encode(self.user_handle)} if self.user_handle is not None else {}))

    def data(self, flags: int) -> bytes:
        """Authenticator data without a key."""
        return hashlib.sha256(self.rp_id.encode()).digest() + struct.pack(">BI", flags, self.sign_count)

    def _client_data(self, ceremony: str, challenge: str, changes: dict[str, Any]) -> bytes:
        members = {"type": ceremony, "challenge": challenge, "origin": self.origin, "crossOrigin": False, **changes}
        return json.dumps({name: value for name, value in members.items() if value is not None}).encode()

    def _json(self, response: dict[str, Any]) -> str:
        named = encode(self.credential_id)
        return json.dumps({"id": named, "rawId": named, "type": "public-key", "response": response, "clientExtensionResults": {}})

    @staticmethod
    def _sign(private: Any, message: bytes) -> bytes:
        if isinstance(private, ec.EllipticCurvePrivateKey):
            return private.sign(message, ec.ECDSA(hashes.SHA256()))
        if isinstance(private, rsa.RSAPrivateKey):
            return private.sign(message, padding.PKCS1v15(), hashes.SHA256())
        signed: bytes = private.sign(message)
        return signed
