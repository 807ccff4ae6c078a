"""How many messages wait in a queue of SQS (GetQueueUrl, GetQueueAttributes), for checks of the deployment. It reads no message."""

from __future__ import annotations

from idp.adapters.aws_client import AwsError, AwsUnreachableError
from idp.adapters.aws_json import SQS, AwsJson
from idp.domain.doctor.finding import NotToldError

_WAITING = "ApproximateNumberOfMessages"


class QueueLength:
    """Counts in one region."""

    def __init__(self, *, region: str, endpoint: str | None = None) -> None:
        self._service = AwsJson(SQS, region=region, endpoint=endpoint)

    def count(self, name: str) -> int:
        """Return about how many messages the queue `name` of this account has.

        Raises:
            NotToldError: SQS refused, for example because there is no such queue, or did not answer.
        """
        try:
            url = self._service.call("GetQueueUrl", {"QueueName": name})["QueueUrl"]
            found = self._service.call("GetQueueAttributes", {"QueueUrl": url, "AttributeNames": [_WAITING]})
        except (AwsError, AwsUnreachableError) as error:
            raise NotToldError(str(error)) from error
        return int(found["Attributes"][_WAITING])
