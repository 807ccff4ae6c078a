"""Asking the function `webhooks` to send what an endpoint has (IDP_WEBHOOK_FUNCTION). Each endpoint has an invocation of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.adapters.aws_client import AwsError, AwsUnreachableError, Limits
from idp.adapters.lambda_function import LambdaFunction
from idp.telemetry.record import count

if TYPE_CHECKING:
    from idp.adapters.aws_credentials import CredentialSource

LIMITS = Limits(read=3.0, patience=2.0)


class WebhookFunction:
    """The function `name`."""

    def __init__(
        self, name: str, *, region: str, endpoint: str | None = None, credentials: CredentialSource | None = None
    ) -> None:  # fmt: skip
        self._function = LambdaFunction(name, region=region, endpoint=endpoint, credentials=credentials, limits=LIMITS)

    def wake(self, endpoint_id: str) -> None:
        """Let it send, without waiting for it. Two runs at once do no harm: one of them finds the endpoint taken.

        An event that Lambda did not take is counted, and raises nothing: the function looks at all endpoints each minute.
        """
        try:
            self._function.enqueue({"endpoint": endpoint_id})
        except (AwsError, AwsUnreachableError):
            count("WebhookWakesLost")
