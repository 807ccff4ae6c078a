"""The private key of the receiver of an export. It opens what `taker_key` encrypted, and nothing else (threats R-14)."""

from __future__ import annotations

import json
import warnings
from typing import TYPE_CHECKING, Any

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from idp.domain.errors import Invalid
from idp.domain.moving.person import BrokenFileError, RowError
from idp.verify import strict_json

if TYPE_CHECKING:
    from collections.abc import Mapping

_ENC = "A256GCM"
_DIGITS = 20
_PEM_BEGIN = "-----BEGIN"
_ID = {"user": "id", "connection": "id", "client": "client_id", "derived_key": "purpose", "signing_key": "kid"}
"""The member of a line that is its id, by type."""


class OpeningKey:
    """Opens the secrets of lines."""

    def __init__(self, text: str) -> None:
        """`text`: a private key as one JWK, or as a PEM file without a password.

        Raises:
            Invalid: it is no private key of a supported type.
        """
        self._key = _read(text.strip())
        self.alg = "ECDH-ES" if isinstance(self._key, ECKey) else "RSA-OAEP-256"
        self.thumbprint = self._key.thumbprint()

    def check(self, head: Mapping[str, Any]) -> None:
        """Check that an export with this first line was encrypted for this key.

        Raises:
            BrokenFileError: it was not.
        """
        if head.get("encrypted_to") != self.thumbprint:
            raise BrokenFileError("moving.other_key")

    def open(self, line: Mapping[str, Any]) -> dict[str, Any]:
        """Return the secrets of a line, {} if it has none. The algorithms are those of the key, never those that the JWE names.

        Raises:
            RowError: it was encrypted for another key, was changed, or belongs to another line.
        """
        sealed = line.get("encrypted")
        if sealed is None:
            return {}
        try:
            opened = jwe.decrypt_compact(str(sealed), self._key, algorithms=[self.alg, _ENC])
            found = strict_json.parse(opened.plaintext or b"", digits=_DIGITS)
        except (JoseError, strict_json.NotStrictJsonError, ValueError, TypeError, KeyError, RecursionError):
            raise RowError("moving.secret_unreadable") from None
        kind = str(line.get("type"))
        if not isinstance(found, dict) or found.get("type") != kind or found.get("id") != line.get(_ID.get(kind, "id")):
            raise RowError("moving.secret_of_another_line")
        return found


def _read(text: str) -> RSAKey | ECKey:
    try:
        with warnings.catch_warnings(action="ignore"):  # joserfc warns of a weak key; nothing new is encrypted with it here
            key = _from_pem(text) if text.startswith(_PEM_BEGIN) else _from_jwk(json.loads(text))
    except (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise Invalid("moving.key_unusable", field="--key") from None
    if not key.is_private:
        raise Invalid("moving.key_unusable", field="--key")
    return key


def _from_jwk(members: Any) -> RSAKey | ECKey:
    return ECKey.import_key(members) if members.get("kty") == "EC" else RSAKey.import_key(members)


def _from_pem(text: str) -> RSAKey | ECKey:
    try:
        return ECKey.import_key(text)
    except (JoseError, ValueError, TypeError):
        return RSAKey.import_key(text)
