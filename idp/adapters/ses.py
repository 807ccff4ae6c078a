"""Mail by Amazon SES (API v2, operation SendEmail).

The mail function could use botocore, because no person waits for it. The shared client is as short and spares its cold start 280 ms.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from idp.adapters.aws_client import AwsClient, AwsError, AwsUnreachableError, Limits, Request

if TYPE_CHECKING:
    from idp.adapters.aws_credentials import CredentialSource

_PATH = "/v2/email/outbound-emails"
_LIMITS = Limits(read=5.0)


class MailNotSentError(Exception):
    """SES refused the mail or did not answer. The message gives the reason; it contains no address."""


class Ses:
    """Sends mails from the address `sender`."""

    def __init__(self, sender: str, *, region: str, endpoint: str | None = None, credentials: CredentialSource | None = None) -> None:
        self._sender = sender
        self._client = AwsClient(
            "email", signing_name="ses", region=region, endpoint=endpoint, credentials=credentials, limits=_LIMITS
        )  # fmt: skip

    def send_text(self, to: str, subject: str, text: str) -> None:
        """Send a mail of plain text. A lost reply is not repeated here: the caller (Lambda's queue) decides about another attempt.

        Raises:
            MailNotSentError: the mail was refused, or it is unknown whether it was sent.
        """
        content = {"Subject": {"Data": subject, "Charset": "UTF-8"}, "Body": {"Text": {"Data": text, "Charset": "UTF-8"}}}
        mail = {"FromEmailAddress": self._sender, "Destination": {"ToAddresses": [to]}, "Content": {"Simple": content}}
        self._client.close()  # mails are rare: a kept connection has usually died while the function was frozen
        try:
            self._client.send(Request(json.dumps(mail).encode(), path=_PATH))
        except AwsError as error:
            raise MailNotSentError(f"SES answered {error.status} {error.code}") from error
        except AwsUnreachableError as error:
            raise MailNotSentError(str(error)) from error
