"""The queue of dead letters (Amazon SQS, its JSON protocol)."""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from idp.adapters.aws_client import AwsError, AwsUnreachableError, Limits
from idp.adapters.aws_json import AwsJson, Service
from idp.domain.errors import NotFound, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idp.adapters.aws_credentials import CredentialSource
    from idp.adapters.https_pool import Reply


class Letter(NamedTuple):
    """A message. `handle`: by which it is removed or put back."""

    body: str
    handle: str


def _decode(reply: Reply) -> dict[str, Any]:
    """The body, which is empty after some operations. Raises ValueError or TypeError."""
    answer = json.loads(reply.body or b"{}")
    if not isinstance(answer, dict):
        raise TypeError("not a JSON object")
    return answer


SQS = Service("sqs", "AmazonSQS", "1.0", _decode)
HIDDEN = 900
"""Seconds for which a message that was received is hidden from others. It comes again if it was not removed."""
_LIMITS = Limits(read=10.0, patience=20.0)
_AT_ONCE, _WAIT = 10, 1


class DeadLetterQueue:
    """The queue `name`. Its methods raise Unavailable if SQS does not answer, or refuses."""

    def __init__(
        self, name: str, *, region: str, endpoint: str | None = None, credentials: CredentialSource | None = None
    ) -> None:  # fmt: skip
        self._name = name
        self._service = AwsJson(SQS, region=region, endpoint=endpoint, credentials=credentials, limits=_LIMITS)

    def receive(self) -> Iterator[Letter]:
        """Yield the messages that are not hidden, until SQS has no further one. Each is hidden for `HIDDEN` seconds.

        Raises:
            NotFound: there is no such queue.
        """
        asked = {"MaxNumberOfMessages": _AT_ONCE, "WaitTimeSeconds": _WAIT, "VisibilityTimeout": HIDDEN}
        while some := self._call("ReceiveMessage", asked).get("Messages"):
            for each in some:
                yield Letter(str(each["Body"]), str(each["ReceiptHandle"]))

    def remove(self, letter: Letter) -> None:
        """Remove a message."""
        self._call("DeleteMessage", {"ReceiptHandle": letter.handle})

    def put_back(self, letter: Letter) -> None:
        """Show a message to others again."""
        self._call("ChangeMessageVisibility", {"ReceiptHandle": letter.handle, "VisibilityTimeout": 0})

    def _call(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        return self._ask(operation, {"QueueUrl": self._url, **request})

    @cached_property
    def _url(self) -> str:
        return str(self._ask("GetQueueUrl", {"QueueName": self._name})["QueueUrl"])

    def _ask(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        try:
            return self._service.call(operation, request)
        except AwsError as error:
            if error.code in {"QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"}:
                raise NotFound("stream.no_queue", name=self._name) from None
            raise Unavailable(detail=f"sqs {operation}: {error}") from error
        except AwsUnreachableError as error:
            raise Unavailable(detail=f"sqs {operation}: {error}") from error
