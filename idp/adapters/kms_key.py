"""The state of the KMS key (DescribeKey, GetKeyRotationStatus), for checks of the deployment. It decrypts nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.adapters.aws_client import AwsError, AwsUnreachableError
from idp.adapters.aws_json import KMS, AwsJson
from idp.domain.doctor.finding import NotToldError

if TYPE_CHECKING:
    from collections.abc import Mapping


class KmsKey:
    """Describes one key in one region."""

    def __init__(self, key_id: str, *, region: str, endpoint: str | None = None) -> None:
        self.key_id = key_id
        self._service = AwsJson(KMS, region=region, endpoint=endpoint)

    def state(self) -> tuple[str, bool]:
        """Return the state of the key, such as Enabled, and whether AWS made its material, so that it can rotate.

        Raises:
            NotToldError: KMS refused or did not answer.
        """
        key = self._ask("DescribeKey", {"KeyId": self.key_id})["KeyMetadata"]
        return "Enabled" if key.get("Enabled") else str(key.get("KeyState")), key.get("Origin") == "AWS_KMS"

    def rotates(self) -> bool:
        """Return whether KMS rotates the key. Raises NotToldError as `state`."""
        return bool(self._ask("GetKeyRotationStatus", {"KeyId": self.key_id}).get("KeyRotationEnabled"))

    def _ask(self, operation: str, asked: Mapping[str, str]) -> dict[str, Any]:
        try:
            return self._service.call(operation, asked)
        except (AwsError, AwsUnreachableError) as error:
            raise NotToldError(str(error)) from error
