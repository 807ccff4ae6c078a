"""Judging SAML messages: by a Lambda function of its own that has no permission (IDP_SAML_FUNCTION), or in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.adapters.aws_client import AwsError, AwsUnreachableError, Limits
from idp.adapters.lambda_function import LambdaFunction
from idp.telemetry.record import span

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.adapters.aws_credentials import CredentialSource

    Judge = Callable[[dict[str, Any]], dict[str, Any]]
    """Takes an event of `idp.functions.saml`, and returns its answer. Raises NoJudge."""

LIMITS = Limits(read=7.0, patience=1.0)
"""`read` is above a cold start; `read` and `patience` together are below the limit of the function that answers the person."""


class NoJudge(Exception):
    """The message was not judged. `detail`: for the log. `installed`: there is a judge, but it did not answer."""

    def __init__(self, detail: str, *, installed: bool = True) -> None:
        super().__init__(detail)
        self.detail, self.installed = detail, installed


class SamlFunction:
    """Asks the function `name`."""

    def __init__(
        self, name: str, *, region: str, endpoint: str | None = None, credentials: CredentialSource | None = None
    ) -> None:  # fmt: skip
        self._function = LambdaFunction(name, region=region, endpoint=endpoint, credentials=credentials, limits=LIMITS)

    def __call__(self, event: dict[str, Any]) -> dict[str, Any]:
        """Return the function's answer. Raises NoJudge if Lambda or the function failed."""
        try:
            with span("saml"):
                answer = self._function.invoke(event)
        except AwsError as error:
            raise NoJudge(f"function {error.status}") from error
        except AwsUnreachableError as error:
            raise NoJudge(str(error)) from error
        if "x-amz-function-error" in answer.headers:
            raise NoJudge("function error")
        return answer.content


def in_this_process(event: dict[str, Any]) -> dict[str, Any]:
    """Judge here: in development, on the command line, and in tests. Raises NoJudge if the libraries are not installed."""
    try:
        from idp.adapters.saml.judge import answer_to
    except ImportError:
        raise NoJudge("signxml is not installed", installed=False) from None
    return answer_to(event)
