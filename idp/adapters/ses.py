"""Mail by Amazon SES (API v2: SendEmail), over its documented wire protocol."""

from __future__ import annotations

import json
import time
from http.client import HTTPException

from idp.adapters.aws_credentials import CredentialSource, credential_source
from idp.adapters.https_pool import Pool
from idp.adapters.sigv4 import Signer

_PATH = "/v2/email/outbound-emails"
_OK = 200


class MailNotSentError(Exception):
    """SES refused, or did not answer. The message says which; it names no person."""


class Ses:
    """Sends from one address. Once: who queued the mail decides about trying again."""

    def __init__(self, sender: str, *, region: str, endpoint: str | None = None, credentials: CredentialSource | None = None) -> None:
        url = endpoint or f"https://email.{region}.amazonaws.com{'.cn' if region.startswith('cn-') else ''}"
        self._sender = sender
        self._pool = Pool(url, connect_timeout=1.0, read_timeout=5.0)
        self._signer = Signer("ses", region)
        self._credentials = credentials or credential_source()

    def send_text(self, to: str, subject: str, text: str) -> None:
        """A mail of plain text.

        Raises:
            MailNotSentError: it did not go out, as far as is known.
        """
        credentials = self._credentials()
        if credentials is None:
            raise MailNotSentError("no credentials")
        content = {"Subject": {"Data": subject, "Charset": "UTF-8"}, "Body": {"Text": {"Data": text, "Charset": "UTF-8"}}}
        wanted = {"FromEmailAddress": self._sender, "Destination": {"ToAddresses": [to]}, "Content": {"Simple": content}}
        body = json.dumps(wanted).encode()
        headers = self._signer.headers(
            credentials, host=self._pool.host, path=_PATH, content_type="application/json", body=body,
            at=time.strftime("%Y%m%dT%H%M%SZ", time.gmtime()),
        )  # fmt: skip
        self._pool.close()  # what is sent now and then has no connection worth keeping
        try:
            reply = self._pool.post(headers, body, _PATH)
        except (OSError, HTTPException) as error:
            raise MailNotSentError(type(error).__name__) from error
        if reply.status != _OK:
            kind = str(reply.headers.get("x-amzn-errortype", "")).partition(":")[0]
            raise MailNotSentError(f"SES answered {reply.status} {kind}".rstrip())
