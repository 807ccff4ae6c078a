"""Giving records to the function that reads the streams, as Lambda's event source mapping does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.adapters.aws_client import AwsError, AwsUnreachableError, Limits
from idp.adapters.lambda_function import LambdaFunction
from idp.domain.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idp.adapters.aws_credentials import CredentialSource

LIMITS = Limits(read=65.0, attempts=2, patience=70.0)
"""The function has 60 seconds (deploy/stream/on.yml)."""


class StreamFunction:
    """The function `name`."""

    def __init__(
        self, name: str, *, region: str, endpoint: str | None = None, credentials: CredentialSource | None = None
    ) -> None:  # fmt: skip
        self._function = LambdaFunction(name, region=region, endpoint=endpoint, credentials=credentials, limits=LIMITS)

    def take(self, records: Sequence[dict[str, Any]], *, rebuilt: bool) -> int:
        """Give it records, and wait. `rebuilt`: they may have been counted before. Returns how many of them failed.

        Raises:
            Unavailable: the function failed as a whole, or Lambda did not run it.
        """
        try:
            answer = self._function.invoke({"Records": list(records), "rebuilt": rebuilt})
        except (AwsError, AwsUnreachableError) as error:
            raise Unavailable(detail=f"Lambda: {error}") from error
        if "x-amz-function-error" in answer.headers:
            raise Unavailable(detail="the function stream ended with an error")
        return len(answer.content.get("batchItemFailures") or ())
