"""The facts of an authorizer's event: TOKEN and REQUEST of REST APIs, REQUEST of WebSocket APIs, HTTP APIs 1.0 and 2.0."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from idp.verify.gateway import http_event
from idp.verify.gateway.route import CONNECT, METHODS
from idp.verify.record import Record
from idp.verify.request import HttpRequest

_STAGE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-$")
_PARTS = 6


class Call(Record):
    """One call. `stage`: the ARN of the API's stage. `resource`: METHOD/path below it, or $connect. `authorization`: each such header.

    `request`: the request, for sender-constrained tokens; None if the event does not contain it (TOKEN).
    `identity`: the values under which the gateway caches answers, if the event has them (HTTP APIs).
    """

    stage: str
    resource: str
    method: str
    path: str
    authorization: Sequence[str]
    request: HttpRequest | None = None
    simple_possible: bool = False
    identity: Sequence[str] = ()
    route_key: str = ""
    source_ip: str = ""
    request_id: str = ""


def read(event: Mapping[str, Any]) -> Call:
    """Parse an event.

    Raises:
        ValueError, KeyError, TypeError, AttributeError: it is not an authorizer's event.
    """
    second = http_event.is_second(event)
    stage, resource = _split(event["routeArn" if second else "methodArn"])
    method, _, path = resource.partition("/")
    if event["type"] == "TOKEN":
        sent = event["authorizationToken"]
        return Call(stage, resource, method, path, [sent] if sent else [])
    if event["type"] != "REQUEST":
        raise ValueError("not an authorizer's event")
    request = http_event.request_of(event, method="" if method == CONNECT else method)
    return Call(
        *(stage, resource, method, path, request.values("authorization")),
        request=request,
        simple_possible=second,
        identity=_identity(event.get("identitySource")),
        route_key=str(event.get("routeKey") or ""),
        source_ip=http_event.source_ip_of(event),
        request_id=str(event["requestContext"].get("requestId") or ""),
    )


def _split(arn: str) -> tuple[str, str]:
    """Split arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/METHOD/path (or $connect) after the stage.

    Raises:
        ValueError: it is not such an ARN, or it has a wildcard of IAM before the path.
    """
    name, partition, service, *_, account, rest = parts = arn.split(":", _PARTS - 1)
    api, _, below = rest.partition("/")
    stage, _, resource = below.partition("/")
    known = (name, service) == ("arn", "execute-api") and partition.startswith("aws") and len(parts) == _PARTS
    plain = account.isdigit() and all(part and _STAGE.issuperset(part) for part in (*parts[1:5], api, stage))
    if not known or not plain or not (resource == CONNECT or ("/" in resource and resource.partition("/")[0] in METHODS)):
        raise ValueError("not the ARN of a method")
    return arn[: -len(resource) - 1], resource


def _identity(source: object) -> Sequence[str]:
    if isinstance(source, str):  # payload 1.0 of HTTP APIs: joined by commas
        return source.split(",") if source else ()
    return [one for one in source if isinstance(one, str)] if isinstance(source, list) else ()
