"""AWS KMS protects the data key: one Decrypt call at the start of an execution environment, and no calls afterwards."""

from __future__ import annotations

import os
from base64 import b64decode
from typing import Any

from idp.adapters.aws_client import AwsError, AwsUnreachableError
from idp.adapters.aws_json import KMS, AwsJson
from idp.domain.errors import Unavailable

_CONTEXT = {"purpose": "idp data key"}


class Kms:
    """Wraps and unwraps the data key with a symmetric KMS key (id, alias or ARN)."""

    name = "kms"

    def __init__(self, key_id: str, *, region: str) -> None:
        self._key_id = key_id
        self._service = AwsJson(KMS, region=region, endpoint=os.environ.get("AWS_ENDPOINT_URL_KMS"))

    def wrap(self, plain: bytes) -> bytes:
        """Encrypt the data key (KMS Encrypt). Raises Unavailable."""
        return b64decode(self._call("Encrypt", Plaintext=plain)["CiphertextBlob"])

    def unwrap(self, enveloped: bytes) -> bytes:
        """Decrypt what `wrap` returned (KMS Decrypt). Raises Unavailable.

        The key id is part of the request, so ciphertext of another key is refused.
        """
        return b64decode(self._call("Decrypt", CiphertextBlob=enveloped)["Plaintext"])

    def _call(self, operation: str, **wanted: bytes) -> dict[str, Any]:
        try:
            return self._service.call(operation, {"KeyId": self._key_id, "EncryptionContext": _CONTEXT, **wanted})
        except (AwsError, AwsUnreachableError) as error:
            raise Unavailable(detail=f"kms {operation}: {error}") from error
