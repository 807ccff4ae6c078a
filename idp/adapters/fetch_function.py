"""Fetching by a Lambda function of its own that has no role, and so no permissions (IDP_FETCH_FUNCTION)."""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Any

from idp.adapters.aws_client import AwsError, AwsUnreachableError, Limits
from idp.adapters.lambda_function import LambdaFunction
from idp.adapters.outgoing import LIMIT_BYTES, NO_HEADERS, TIMEOUT, Answered, Fetched, FetchRefused, Headers
from idp.telemetry.record import span

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.adapters.aws_credentials import CredentialSource

LIMITS = Limits(read=6.0, patience=1.0)
"""`read` is above the longest fetch and a cold start together; `read` and `patience` together are below this function's own limit."""
QUICK = Limits(read=2.5, attempts=1)
"""For a fetch of one second, which a person waits for and which is not necessary."""


class FetchFunction:
    """A Fetcher that invokes the function `name`."""

    def __init__(
        self, name: str, *, region: str, endpoint: str | None = None, credentials: CredentialSource | None = None, limits: Limits = LIMITS
    ) -> None:
        self._function = LambdaFunction(name, region=region, endpoint=endpoint, credentials=credentials, limits=limits)

    def get(
        self,
        url: str,
        *,
        accept: str = "application/json",
        limit: int = LIMIT_BYTES,
        timeout: float = TIMEOUT,
        headers: Headers = NO_HEADERS,
    ) -> Fetched:
        """See Fetcher."""
        event = {"method": "GET", "url": url, "accept": accept, "limit": limit, "timeout": timeout, "headers": dict(headers)}
        answer = self._invoke(event)
        return Fetched(b64decode(answer["body"]), answer["headers"])

    def post(self, url: str, form: Mapping[str, str], *, timeout: float = TIMEOUT) -> int:
        """See Fetcher."""
        return int(self._invoke({"method": "POST", "url": url, "form": dict(form), "timeout": timeout})["status"])

    def send(
        self,
        url: str,
        *,
        method: str = "POST",
        form: Mapping[str, str] | None = None,
        content: bytes = b"",
        headers: Headers = NO_HEADERS,
        limit: int = LIMIT_BYTES,
        timeout: float = TIMEOUT,
    ) -> Answered:
        """See Fetcher.

        The event has `send` instead of `method`. During a deployment, the function of the release before fails on it without a request. It
        would otherwise send the form without the headers and lose the answer, and with it the single use of a code. `content` is in the
        event only if there is some.
        """
        typed = {"content": b64encode(content).decode()} if content else {}
        answer = self._invoke(
            {
                "send": method,
                "url": url,
                "form": None if form is None else dict(form),
                "headers": dict(headers),
                "limit": limit,
                "timeout": timeout,
                **typed,
            },
            method,
        )
        return Answered(int(answer["status"]), b64decode(answer["body"]), answer["headers"])

    def _invoke(self, event: dict[str, Any], method: str = "") -> dict[str, Any]:
        """The function's answer. A fetch that may have been made is not repeated: only the caller knows whether that would do harm.

        Raises:
            FetchRefused: Lambda or the function refused, or there was no usable answer.
        """
        try:
            with span("fetch " + (method or event["method"])):
                answer = self._function.invoke(event)
        except AwsError as error:
            raise FetchRefused(f"function {error.status}") from error
        except AwsUnreachableError as error:
            raise FetchRefused(str(error)) from error
        if "x-amz-function-error" in answer.headers:
            raise FetchRefused("function error")
        if "refused" in answer.content:
            raise FetchRefused(str(answer.content["refused"]))
        return answer.content
