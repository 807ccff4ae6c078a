"""Asks a Lambda function: once, within its time, without a retry, and only one that IDP_HOOKS_FUNCTIONS names (docs/hooks.md)."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

from idp.adapters.aws_client import AwsError, AwsUnreachableError, Limits
from idp.adapters.lambda_function import LambdaFunction
from idp.domain.hooks.answer import HookFailed
from idp.telemetry.record import span

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from idp.adapters.https_pool import Reply
    from idp.domain.hooks.hook import Hook


class FunctionHooks:
    """The functions of hooks. `allowed`: their ARNs. `elapsed`: seconds of a clock that only goes forward."""

    def __init__(self, allowed: frozenset[str], elapsed: Callable[[], float] = time.monotonic) -> None:
        self._allowed, self._elapsed = allowed, elapsed

    def ask(self, hook: Hook, event: Mapping[str, Any], seconds: float) -> bytes:
        """Return the body of the answer. `seconds`: the time that is left, at most that of the hook counts.

        Raises:
            HookFailed: there is no answer in time, Lambda refused (as when it throttles), or the function failed.
        """
        if hook.function not in self._allowed:
            raise HookFailed("the function is not in IDP_HOOKS_FUNCTIONS", silent=None)
        limit = min(seconds, hook.timeout_ms / 1000)
        if limit <= 0:
            raise HookFailed("no time is left", silent=None)
        region, endpoint = hook.function.split(":")[3], os.environ.get("AWS_ENDPOINT_URL_LAMBDA") or None
        limits = Limits(connect=min(1.0, limit), read=limit, attempts=1, patience=0.0)
        began = self._elapsed()
        try:
            with span("hook", hook=hook.name):
                function = LambdaFunction(hook.function, region=region, endpoint=endpoint, credentials=None, limits=limits)
                answer = function.invoke(event, _raw)
        except AwsError as error:
            raise HookFailed(f"function {error.status}", silent=True) from None
        except AwsUnreachableError as error:
            raise HookFailed(f"function: {error}", silent=True) from None
        if self._elapsed() - began > limit:
            raise HookFailed("the answer is too late", silent=True)
        if "x-amz-function-error" in answer.headers:
            raise HookFailed("function error")
        body: bytes = answer.content["body"]
        return body


def _raw(reply: Reply) -> dict[str, Any]:
    """The body itself, because `domain.hooks.answer` parses it strictly."""
    return {"body": reply.body}
