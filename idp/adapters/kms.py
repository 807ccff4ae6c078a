"""AWS KMS protects the data key: one Decrypt when an execution environment starts, none afterwards."""

from __future__ import annotations

from typing import Any

from idp.domain.errors import Unavailable

_CONTEXT = {"purpose": "idp data key"}


class Kms:
    """Wraps and unwraps the data key with a symmetric KMS key (id, alias or ARN)."""

    name = "kms"

    def __init__(self, key_id: str, *, region: str) -> None:
        self._key_id, self._region = key_id, region

    def wrap(self, plain: bytes) -> bytes:
        """The enveloped form of `plain`."""
        blob: bytes = self._call("encrypt", KeyId=self._key_id, Plaintext=plain)["CiphertextBlob"]
        return blob

    def unwrap(self, enveloped: bytes) -> bytes:
        """What was wrapped; the key id is pinned, so a blob of another key is refused."""
        plain: bytes = self._call("decrypt", KeyId=self._key_id, CiphertextBlob=enveloped)["Plaintext"]
        return plain

    def _call(self, operation: str, **wanted: Any) -> Any:  # botocore's answers have no types
        import botocore.session  # needed once an environment, and only in AWS
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError, ClientError

        config = Config(connect_timeout=1, read_timeout=3, retries={"total_max_attempts": 3, "mode": "standard"})
        client = botocore.session.get_session().create_client("kms", self._region, config=config)
        try:
            return getattr(client, operation)(EncryptionContext=_CONTEXT, **wanted)
        except (BotoCoreError, ClientError) as error:
            raise Unavailable(detail=f"kms {operation}: {type(error).__name__}") from error
