"""Mail by Amazon SES (API v2, operation SendEmail).

The mail function could use botocore, because no person waits for it. The shared client is as short and spares its cold start 280 ms.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from idp.adapters.aws_client import AwsClient, AwsError, AwsUnreachableError, Limits, Request
from idp.domain.mail.failures import MailNotSentError
from idp.domain.mail.headers import AUTOMATIC

if TYPE_CHECKING:
    from idp.adapters.aws_credentials import CredentialSource
    from idp.domain.mail.letter import Letter

_PATH = "/v2/email/outbound-emails"
_LIMITS = Limits(read=5.0)


class Ses:
    """Sends mails from the address `sender`."""

    def __init__(self, sender: str, *, region: str, endpoint: str | None = None, credentials: CredentialSource | None = None) -> None:
        self._sender = sender
        self._client = AwsClient(
            "email", signing_name="ses", region=region, endpoint=endpoint, credentials=credentials, limits=_LIMITS
        )  # fmt: skip

    def submit(self, mail: Letter) -> None:
        """Send a mail with both bodies. A lost reply is not repeated here: the caller (Lambda's queue) decides about another attempt.

        SES makes the message and its Message-ID; a header of ours by that name would be replaced. A raw message would need a second
        permission (ses:SendRawEmail) and gain nothing.

        Raises:
            MailNotSentError: the mail was refused, or it is unknown whether it was sent.
        """
        simple = {
            "Subject": _utf8(mail.subject),
            "Body": {"Text": _utf8(mail.text)} | ({"Html": _utf8(mail.html)} if mail.html else {}),
            "Headers": [{"Name": name, "Value": value} for name, value in AUTOMATIC.items()],
        }
        request = {"FromEmailAddress": self._sender, "Destination": {"ToAddresses": [mail.to]}, "Content": {"Simple": simple}}
        self._client.close()  # mails are rare: a kept connection has usually been closed while the function was frozen
        try:
            self._client.send(Request(json.dumps(request).encode(), path=_PATH))
        except AwsError as error:
            raise MailNotSentError(f"SES answered {error.status} {error.code}") from error
        except AwsUnreachableError as error:
            raise MailNotSentError(str(error)) from error


def _utf8(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}
