"""Invoking another Lambda function (AWS Lambda API, operation Invoke)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from idp.adapters.aws_client import Answer, AwsClient, Request, decode_object

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from idp.adapters.aws_client import Limits
    from idp.adapters.aws_credentials import CredentialSource
    from idp.adapters.https_pool import Reply

_ACCEPTED = 202


class LambdaFunction:
    """The function with a name or an ARN in `region`, or at the URL `endpoint`."""

    def __init__(self, name: str, *, region: str, endpoint: str | None, credentials: CredentialSource | None, limits: Limits) -> None:
        self._client = AwsClient("lambda", region=region, endpoint=endpoint, credentials=credentials, limits=limits)
        self._path = f"/2015-03-31/functions/{quote(name, safe='')}/invocations"

    def invoke(self, event: Mapping[str, Any], decode: Callable[[Reply], dict[str, Any]] = decode_object) -> Answer:
        """Run the function and wait for its answer. Repeated only if Lambda did not run it. `decode`: as of `Request`.

        Raises:
            AwsError, AwsUnreachableError: see AwsClient.send.
        """
        return self._send(Request(_encode(event), path=self._path, decode=decode))

    def enqueue(self, event: Mapping[str, Any]) -> None:
        """Put an event into Lambda's queue (InvocationType Event). Repeated after a lost reply: Lambda may run an event twice anyway.

        Raises:
            AwsError, AwsUnreachableError: see AwsClient.send.
        """
        queued = Request(
            _encode(event), path=self._path, invocation="Event", success=_ACCEPTED, decode=_ignore_body, idempotent=True,
        )  # fmt: skip
        self._send(queued)

    def _send(self, request: Request) -> Answer:
        self._client.close()  # invocations are rare: a kept connection has usually been closed while this function was frozen
        return self._client.send(request)


def _encode(event: Mapping[str, Any]) -> bytes:
    return json.dumps(event).encode()


def _ignore_body(reply: Reply) -> dict[str, Any]:
    del reply
    return {}
