"""The store's transport over DynamoDB's wire protocol (`aws_json`), without botocore. It raises the store's two errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.adapters.aws_client import LIMITS, AwsError, AwsUnreachableError, Limits
from idp.adapters.aws_json import DYNAMODB, AwsJson
from idp.telemetry.units import count_call

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class DynamoDb:
    """Calls DynamoDB in `region`, or at the URL `endpoint`.

    `refusal` and `silence` make the store's exceptions, because adapters do not import the store: one for a refused operation (from its
    code and answer), one for an operation without a usable reply (from a reason).
    """

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
        """Call one operation. Items are in DynamoDB's JSON form, with binary values as bytes.

        Raises:
            the exceptions that `refusal` and `silence` make.
        """
        try:
            return count_call(self._service.call, operation, request)
        except AwsError as error:
            raise self._refusal(error.code, error.answer) from error
        except AwsUnreachableError as error:
            raise self._silence(str(error)) from error

    def close(self) -> None:
        """Close the idle connections. Needed before a snapshot of the process is taken."""
        self._service.close()
