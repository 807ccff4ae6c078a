"""Mail by a Lambda function of its own (IDP_MAIL_FUNCTION), invoked asynchronously.

Lambda keeps the queue, tries three times, and puts failed mails into the dead letter queue. No person waits for a mail server, and nothing
is paid while no mail is sent (docs/decisions/0006).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.adapters.aws_client import AwsError, AwsUnreachableError, Limits
from idp.adapters.lambda_function import LambdaFunction
from idp.telemetry.record import count, span

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from idp.adapters.aws_credentials import CredentialSource

_LIMITS = Limits(read=2.0, patience=1.0)
"""Short, because a person waits for the page; Lambda accepts an event in milliseconds."""


class MailFunction:
    """A Mailer that passes rendered mails to the function `name`."""

    def __init__(
        self, name: str, render: Callable[[str, Mapping[str, str]], str], *, region: str, endpoint: str | None = None,
        credentials: CredentialSource | None = None,
    ) -> None:  # fmt: skip
        self._render = render
        self._function = LambdaFunction(name, region=region, endpoint=endpoint, credentials=credentials, limits=_LIMITS)

    def send(self, to: str, template: str, context: Mapping[str, str]) -> None:
        """Queue a mail. The act that it reports is already done, so a failure raises nothing: it is counted (MailsLost)."""
        subject, _, text = self._render(f"mail/{template}.txt", context).strip().partition("\n")
        try:
            with span("mail"):
                self._function.enqueue({"to": to, "subject": subject, "text": text.strip() + "\n"})
        except (AwsError, AwsUnreachableError):
            count("MailsLost")
        else:
            count("MailsQueued")
