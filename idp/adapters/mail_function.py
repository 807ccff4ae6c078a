"""Mail by a Lambda function of its own (IDP_MAIL_FUNCTION), asked asynchronously.

Lambda keeps the queue, tries three times, and puts what failed to the dead letters. Nobody waits for a mail server, and nothing is paid for
while nothing is sent (docs/decisions/0006).
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from http.client import HTTPException

from idp.adapters.aws_credentials import CredentialSource, credential_source
from idp.adapters.https_pool import Pool
from idp.adapters.sigv4 import Signer
from idp.telemetry.record import count, span

_ACCEPTED = 202
_CONNECT, _READ = 1.0, 2.0
"""Seconds: Lambda takes an event in milliseconds."""


class MailFunction:
    """A Mailer that hands rendered mails to function `name` (AWS Lambda API: Invoke with InvocationType Event)."""

    def __init__(
        self, name: str, render: Callable[[str, Mapping[str, str]], str], *, region: str, endpoint: str | None = None,
        credentials: CredentialSource | None = None,
    ) -> None:  # fmt: skip
        url = endpoint or f"https://lambda.{region}.amazonaws.com{'.cn' if region.startswith('cn-') else ''}"
        self._path = f"/2015-03-31/functions/{name}/invocations"
        self._render = render
        self._pool = Pool(url, connect_timeout=_CONNECT, read_timeout=_READ)
        self._signer = Signer("lambda", region)
        self._credentials = credentials or credential_source()

    def send(self, to: str, template: str, context: Mapping[str, str]) -> None:
        """Put it into the queue. What it tells of is done already: a queue that does not answer is counted, and never an error of that."""
        subject, _, text = self._render(f"mail/{template}.txt", context).strip().partition("\n")
        body = json.dumps({"to": to, "subject": subject, "text": text.strip() + "\n"}).encode()
        try:
            with span("mail"):
                accepted = self._queue(body)
        except (OSError, HTTPException):
            accepted = False
        count("MailsQueued" if accepted else "MailsLost")

    def _queue(self, body: bytes) -> bool:
        credentials = self._credentials()
        if credentials is None:
            return False
        headers = self._signer.headers(
            credentials, host=self._pool.host, path=self._path, content_type="application/json", body=body,
            at=time.strftime("%Y%m%dT%H%M%SZ", time.gmtime()), invocation="Event",
        )  # fmt: skip
        self._pool.close()  # mails are rare: a connection that was kept has not outlived the freeze between two requests
        return self._pool.post(headers, body, self._path).status == _ACCEPTED
