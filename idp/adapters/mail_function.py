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
    from idp.domain.clock import Clock, NewId
    from idp.domain.mail.rendered_mail import RenderedMail

_LIMITS = Limits(read=2.0, patience=1.0)
"""Short, because a person waits for the page; Lambda accepts an event in milliseconds."""


class MailFunction:
    """A Mailer that passes rendered mails to the function `name`."""

    def __init__(
        self, name: str, render: Callable[[str, Mapping[str, str]], RenderedMail], new_id: NewId, clock: Clock, *, region: str,
        endpoint: str | None = None, credentials: CredentialSource | None = None,
    ) -> None:  # fmt: skip
        self._render, self._new_id, self._clock = render, new_id, clock
        self._function = LambdaFunction(name, region=region, endpoint=endpoint, credentials=credentials, limits=_LIMITS)

    def send(self, to: str, template: str, context: Mapping[str, str], *, discard: bool = False) -> None:
        """Queue a mail. The act that it reports is already done, so a failure raises nothing: it is counted (MailsLost).

        With `discard` the event has the same size and takes the same way, and the function sends nothing. `id` becomes the Message-ID:
        Lambda may run an event twice, and a mail program can then see that it is the same mail.
        """
        mail = self._render(template, context)
        event = {
            "id": self._new_id(), "queued_at": self._clock(), "deliver": int(not discard), "to": to, **mail._asdict(),
            "has_secret": int("code" in context or "link" in context),
        }  # fmt: skip
        try:
            with span("mail"):
                self._function.enqueue(event)
        except (AwsError, AwsUnreachableError):
            count("MailsLost")
        else:
            count("MailsQueued")

    def forget(self, *addresses: str) -> None:
        """Do nothing: this process keeps no mails."""
