"""The store's transport without botocore: DynamoDB's wire protocol (`aws_json`), with the store's two ways to fail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.adapters.aws_client import LIMITS, AwsError, AwsUnreachableError, Limits
from idp.adapters.aws_json import DYNAMODB, AwsJson
from idp.telemetry.units import count_call

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class DynamoDb:
    """Calls DynamoDB in `region`, or the engine at `endpoint`. What is raised is the store's to name: adapters do not know the store."""

    def __init__(
        self,
        *,
        region: str,
        endpoint: str | None,
        refusal: Callable[[str, Mapping[str, Any]], Exception],
        silence: Callable[[str], Exception],
        limits: Limits = LIMITS,
    ) -> None:
        self._service = AwsJson(DYNAMODB, region=region, endpoint=endpoint, limits=limits)
        self._refusal, self._silence = refusal, silence

    def call(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """The answer, or what `refusal` or `silence` makes of the lack of one. Items are in DynamoDB's own form, binary values as bytes."""
        try:
            return count_call(self._service.call, operation, request)
        except AwsError as error:
            raise self._refusal(error.code, error.answer) from error
        except AwsUnreachableError as error:
            raise self._silence(str(error)) from error

    def close(self) -> None:
        """Forget the idle connections: before a snapshot is taken of the process."""
        self._service.close()
