"""What an authorizer's event says, of whichever kind: TOKEN and REQUEST of REST APIs, REQUEST of WebSocket APIs, HTTP APIs 1.0 and 2.0."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from idp.verify.gateway import http_event
from idp.verify.gateway.route import CONNECT
from idp.verify.request import HttpRequest

_ARN = re.compile(r"(arn:aws[a-z-]*:execute-api:[a-z0-9-]+:[0-9]+:[a-z0-9]+/[A-Za-z0-9_$-]+)/(\$connect|([A-Z]+)/(.*))", re.DOTALL)


class Call(NamedTuple):
    """`stage`: the ARN of the API's stage, below which `resource` (METHOD/path, or $connect) lies. `authorization`: each header there is.

    `request`: what sender-constrained tokens are checked against; None where the event has no request (TOKEN).
    `identity`: values that the gateway keeps answers under, where the event says so (HTTP APIs).
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
    """The call.

    Raises:
        ValueError, KeyError, TypeError, AttributeError: it is no authorizer's event.
    """
    second = http_event.is_second(event)
    arn = _ARN.fullmatch(event["routeArn" if second else "methodArn"])
    if not arn:
        raise ValueError("no ARN of a method")
    method, path = (CONNECT, "") if arn[2] == CONNECT else (arn[3], arn[4])
    if event["type"] == "TOKEN":
        sent = event["authorizationToken"]
        return Call(arn[1], arn[2], method, path, [sent] if sent else [])
    if event["type"] != "REQUEST":
        raise ValueError("no authorizer's event")
    request = http_event.request_of(event, method="" if method == CONNECT else method)
    return Call(
        *(arn[1], arn[2], method, path, request.values("authorization")),
        request=request,
        simple_possible=second,
        identity=_identity(event.get("identitySource")),
        route_key=str(event.get("routeKey") or ""),
        source_ip=http_event.source_ip_of(event),
        request_id=str(event["requestContext"].get("requestId") or ""),
    )


def _identity(source: object) -> Sequence[str]:
    if isinstance(source, str):  # payload 1.0 of HTTP APIs: joined by commas
        return source.split(",")
    return [one for one in source if isinstance(one, str)] if isinstance(source, list) else ()
