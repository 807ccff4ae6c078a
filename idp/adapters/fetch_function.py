"""Fetching by a Lambda function of its own, which has no role: it asks with nobody's rights (IDP_FETCH_FUNCTION)."""

from __future__ import annotations

import json
import time
from base64 import b64decode
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any

from idp.adapters.aws_credentials import CredentialSource, credential_source
from idp.adapters.https_pool import Pool
from idp.adapters.outgoing import LIMIT_BYTES, TIMEOUT, Fetched, FetchRefused
from idp.adapters.sigv4 import Signer
from idp.telemetry.record import span

_OK = 200
_CONNECT = 1.0
_READ = 6.0
"""Seconds: above the longest fetch and the start of a new environment, below this function's own limit."""


class FetchFunction:
    """A Fetcher that invokes function `name` (AWS Lambda API: Invoke)."""

    def __init__(self, name: str, *, region: str, endpoint: str | None = None, credentials: CredentialSource | None = None) -> None:
        url = endpoint or f"https://lambda.{region}.amazonaws.com{'.cn' if region.startswith('cn-') else ''}"
        self._path = f"/2015-03-31/functions/{name}/invocations"
        self._pool = Pool(url, connect_timeout=_CONNECT, read_timeout=_READ)
        self._signer = Signer("lambda", region)
        self._credentials = credentials or credential_source()

    def get(self, url: str, *, accept: str = "application/json", limit: int = LIMIT_BYTES, timeout: float = TIMEOUT) -> Fetched:
        """See Fetcher."""
        answer = self._invoke({"method": "GET", "url": url, "accept": accept, "limit": limit, "timeout": timeout})
        return Fetched(b64decode(answer["body"]), answer["headers"])

    def post(self, url: str, form: Mapping[str, str], *, timeout: float = TIMEOUT) -> int:
        """See Fetcher."""
        return int(self._invoke({"method": "POST", "url": url, "form": dict(form), "timeout": timeout})["status"])

    def _invoke(self, event: dict[str, Any]) -> dict[str, Any]:
        """Once: whether to ask again is for the caller, who knows what a second time would do."""
        credentials = self._credentials()
        if credentials is None:
            raise FetchRefused("no credentials")
        body = json.dumps(event).encode()
        at = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        headers = self._signer.headers(
            credentials, host=self._pool.host, path=self._path, content_type="application/json", body=body, at=at
        )  # fmt: skip
        self._pool.close()  # fetches are rare: a connection that was kept has not outlived the freeze between two requests
        try:
            with span("fetch " + event["method"]):
                reply = self._pool.post(headers, body, self._path)
            answer = json.loads(reply.body)
        except (OSError, HTTPException, ValueError) as error:
            raise FetchRefused(type(error).__name__) from error
        if reply.status != _OK or "x-amz-function-error" in reply.headers or not isinstance(answer, dict):
            raise FetchRefused(f"function {reply.status}")
        if "refused" in answer:
            raise FetchRefused(str(answer["refused"]))
        return answer
