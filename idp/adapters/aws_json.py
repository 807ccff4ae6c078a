"""DynamoDB, KMS, SQS, Systems Manager and Secrets Manager by their wire protocol: JSON by POST with the header X-Amz-Target."""

from __future__ import annotations

import json
import os
import zlib
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Any, NamedTuple

from idp.adapters.aws_client import LIMITS, AwsClient, Limits, Request, decode_object

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from idp.adapters.aws_credentials import CredentialSource
    from idp.adapters.https_pool import Reply


class Service(NamedTuple):
    """A service of this protocol: its name in host and signature, the prefix of X-Amz-Target, and its version of AWS's JSON.

    `decode` parses the body of a reply. `signing`: its name in the signature, if that is another one than in the host.
    """

    name: str
    target: str
    version: str
    decode: Callable[[Reply], dict[str, Any]]
    signing: str = ""


def _decode_dynamodb(reply: Reply) -> dict[str, Any]:
    """The body with binary values as bytes, after its checksum (x-amz-crc32) was compared. Raises ValueError or TypeError."""
    checksum = reply.headers.get("x-amz-crc32")
    if checksum and int(checksum) != zlib.crc32(reply.body):
        raise ValueError("checksum")
    if b'"B' not in reply.body:
        return decode_object(reply)
    answer = json.loads(reply.body, object_hook=_decode_binary)
    if not isinstance(answer, dict):
        raise TypeError("not a JSON object")
    return answer


def _decode_binary(value: dict[str, Any]) -> dict[str, Any]:
    # {"B": "<base64>"} and {"BS": [<base64>, ...]} are binary values. An attribute that is called B has an object as its value.
    if len(value) == 1:
        if isinstance(one := value.get("B"), str):
            return {"B": b64decode(one)}
        if isinstance(many := value.get("BS"), list):
            return {"BS": [b64decode(one) for one in many]}
    return value


DYNAMODB = Service("dynamodb", "DynamoDB_20120810", "1.0", _decode_dynamodb)
KMS = Service("kms", "TrentService", "1.1", decode_object)
SQS = Service("sqs", "AmazonSQS", "1.0", decode_object)
SSM = Service("ssm", "AmazonSSM", "1.1", decode_object)
SECRETS_MANAGER = Service("secretsmanager", "secretsmanager", "1.1", decode_object)


_SEND_ONCE = "SendOnce"
"""As `SEND_ONCE` of the store, which adapters do not import."""


class AwsJson:
    """A client of one service in one region, or at the URL `endpoint`. Threads may share it."""

    def __init__(
        self, service: Service, *, region: str, endpoint: str | None = None, credentials: CredentialSource | None = None,
        limits: Limits = LIMITS,
    ) -> None:  # fmt: skip
        self._client = AwsClient(
            service.name, region=region, signing_name=service.signing, endpoint=endpoint, credentials=credentials, limits=limits
        )
        self._decode = service.decode
        self._target = service.target
        self._content_type = f"application/x-amz-json-{service.version}"

    def call(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """One operation and its answer. Bytes in `request` are sent as base64. All operations are repeated after a lost reply.

        But one whose member `SendOnce` is true, which is not sent: such a request is repeated only if it was surely not carried out.

        Raises:
            AwsError: the service refused the operation.
            AwsUnreachableError: there was no usable reply in time, or there are no credentials.
        """
        if operation == "TransactWriteItems":
            # The same token on each attempt: a transaction whose reply was lost is not applied twice.
            # "": the caller recognises such a transaction by its conditions.
            request = {"ClientRequestToken": os.urandom(16).hex(), **request}
            request = {name: value for name, value in request.items() if value != ""}
        once = bool(request.get(_SEND_ONCE))
        if once:
            request = {name: value for name, value in request.items() if name != _SEND_ONCE}
        body = json.dumps(request, separators=(",", ":"), default=_encode_binary).encode()
        sent = Request(body, self._content_type, target=f"{self._target}.{operation}", decode=self._decode, idempotent=not once)
        return self._client.send(sent).content

    def close(self) -> None:
        """Close the idle connections. Needed before a snapshot of the process is taken."""
        self._client.close()


def _encode_binary(value: object) -> str:
    if not isinstance(value, bytes):
        msg = f"{type(value).__name__} cannot be encoded in AWS's JSON"
        raise TypeError(msg)
    return b64encode(value).decode()
