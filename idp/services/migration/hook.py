"""Asks the other system about a password: an https hook, or a Lambda function of the operator (docs/moving.md, Just-in-time).

The password goes there over TLS and nowhere else: not into a log, a queue, an item or an error (threats R-11). The system is asked once,
within seconds, and a redirect is not followed. A hook knows the caller by the signature of Standard Webhooks, a function by its role.
"""

from __future__ import annotations

import base64
import hmac
import json
import os
from typing import TYPE_CHECKING, Any

from idp.adapters.aws_client import AwsError, AwsUnreachableError, Limits
from idp.adapters.outgoing import FetchRefused
from idp.services.connections.password_rules import ARN, hook_secret
from idp.services.migration.told import LIMIT, NotToldError, Told, read
from idp.services.upstream.refusal import UpstreamRefused
from idp.services.upstream.secret import open_secret

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from idp.adapters.https_pool import Reply
    from idp.adapters.outgoing import Fetcher
    from idp.domain.clock import NewId
    from idp.domain.connections.connection import Connection
    from idp.services.keys.keyring import Keyring

TIMEOUT = 3.0
"""Seconds for the answer of a hook."""
LIMITS = Limits(read=5.0, attempts=1)
"""For a function, which may have to start first. The function that answers a person ends after ten seconds."""
_OK = 200


class PasswordHook:
    """The other system."""

    def __init__(self, keyring: Keyring, outgoing: Callable[[], Fetcher], function: str, new_id: NewId) -> None:
        """`function`: the ARN of the only function that may be asked, or ""."""
        self._keyring, self._outgoing, self._function, self._new_id = keyring, outgoing, function, new_id

    def ask(self, connection: Connection, email: str, password: str, now: int) -> Told:
        """Return the answer. `email`: in canonical form. `password`: as typed. `now`: epoch seconds.

        Raises:
            NotToldError: there is no answer in time, or none of the form that `told.read` accepts.
        """
        event = {"version": 1, "connection": connection.id, "email": email, "password": password}
        told = read(self._invoke(connection, event) if connection.hook.startswith("arn:") else self._post(connection, event, now))
        if told.right and told.email != email:
            raise NotToldError("the answer is about another address")
        return told

    def _invoke(self, connection: Connection, event: Mapping[str, Any]) -> bytes:
        from idp.adapters.lambda_function import LambdaFunction

        arn = ARN.fullmatch(connection.hook)
        if arn is None or connection.hook != self._function:
            raise NotToldError("the function is not the one of IDP_MIGRATION_FUNCTION")
        endpoint = os.environ.get("AWS_ENDPOINT_URL_LAMBDA") or None
        function = LambdaFunction(connection.hook, region=arn[1], endpoint=endpoint, credentials=None, limits=LIMITS)
        try:
            answer = function.invoke(event, _raw)
        except (AwsError, AwsUnreachableError) as error:
            raise NotToldError(f"function: {error}") from None
        if "x-amz-function-error" in answer.headers:
            raise NotToldError("function error")
        body: bytes = answer.content["body"]
        return body

    def _post(self, connection: Connection, event: Mapping[str, Any], now: int) -> bytes:
        body = json.dumps(event).encode()
        try:
            headers = sign(open_secret(self._keyring, connection), f"msg_{self._new_id()}", now, body)
            sent = {"Content-Type": "application/json", "Accept": "application/json", **headers}
            answered = self._outgoing().send(connection.hook, content=body, headers=sent, limit=LIMIT, timeout=TIMEOUT)
        except FetchRefused as refused:
            raise NotToldError(f"hook: {refused.detail}") from None
        except UpstreamRefused as refused:
            raise NotToldError(f"hook: {refused.detail}") from None
        if answered.status != _OK:
            raise NotToldError(f"hook: status {answered.status}")
        return answered.body


def sign(secret: str, message_id: str, now: int, body: bytes) -> dict[str, str]:
    """Return the headers of a signed request (Standard Webhooks): HMAC-SHA256 over id, time and body.

    Raises:
        NotToldError: the secret is malformed.
    """
    key = hook_secret(secret)
    if key is None:
        raise NotToldError("the secret is malformed")
    return {"webhook-id": message_id, "webhook-timestamp": str(now), "webhook-signature": signature(key, message_id, now, body)}


def signature(key: bytes, message_id: str, now: int, body: bytes) -> str:
    """Return the signature of a request, with the number of its scheme."""
    digest = hmac.digest(key, f"{message_id}.{now}.".encode() + body, "sha256")
    return "v1," + base64.b64encode(digest).decode()


def _raw(reply: Reply) -> dict[str, Any]:
    """The body itself, because `told.read` parses it strictly."""
    return {"body": reply.body}
