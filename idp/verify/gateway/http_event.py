"""The HTTP request in an event of API Gateway or of a function URL, payload 1.0 or 2.0."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from idp.verify.request import HttpRequest

_SAFE = "/-._~!$&'()*+,;=:@%"


def is_second(event: Mapping[str, Any]) -> bool:
    """Whether the event has payload format 2.0."""
    return event.get("version") == "2.0"


def request_of(event: Mapping[str, Any], *, method: str = "") -> HttpRequest:
    """The request. Host and certificate are those that the gateway reports, not those of headers. A WebSocket's handshake is a GET.

    Raises:
        ValueError, KeyError, TypeError, AttributeError: the event contains no request.
    """
    context = event["requestContext"]
    second = is_second(event)
    about = context["http"] if second else context["identity"]
    certificate = ((context.get("authentication") if second else about) or {}).get("clientCert") or {}
    sent = about["method"] if second else event.get("httpMethod") or "GET"
    path = about["path"] if second else context.get("path") or event.get("path") or ""
    headers = _headers(event)
    proved = any(name == "dpop" for name, _ in headers)  # the URL is needed for DPoP proofs only
    return HttpRequest(method or sent, _url(context.get("domainName"), path) if proved else "", headers, certificate.get("clientCertPem"))


def _url(host: object, path: str) -> str:
    from urllib.parse import quote

    return f"https://{host}{quote(path, safe=_SAFE)}" if isinstance(host, str) else ""


def path_of(event: Mapping[str, Any]) -> str:
    """The path that is compared with routes: without the name of the stage."""
    if not is_second(event):
        return str(event.get("path") or "/")
    path, stage = str(event["requestContext"]["http"]["path"]), event["requestContext"].get("stage") or "$default"
    return path.removeprefix(f"/{stage}") or "/" if f"{path}/".startswith(f"/{stage}/") else path


def source_ip_of(event: Mapping[str, Any]) -> str:
    """The address of the caller, as the gateway reports it."""
    context = event["requestContext"]
    return str((context["http"] if is_second(event) else context["identity"]).get("sourceIp") or "")


def _headers(event: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Header fields, with names in lower case. In payload 2.0 the gateway has joined repeated fields: `a,b` is not the form of a token."""
    many = event.get("multiValueHeaders")
    if many:
        return [(name.lower(), value) for name, values in many.items() for value in values]
    return [(name.lower(), value) for name, value in (event.get("headers") or {}).items()]
