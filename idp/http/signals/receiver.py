"""What the endpoints of receivers have in common: who calls, and the JSON object that was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.errors import Invalid
from idp.http.admin.strict_json import parse
from idp.http.request import authorization, caller
from idp.http.services import services
from idp.oauth.resources.signals_caller import authenticate
from idp.telemetry import record

if TYPE_CHECKING:
    from starlette.requests import Request

    from idp.domain.apps.client import Client


def receiver(request: Request, *, reads: bool = False) -> Client:
    """The receiver, authenticated. Call it once in a request, because a DPoP proof is used once. `reads`: `ssf.read` is enough."""
    client = authenticate(services(request).provider, authorization(request), caller(request), reads=reads)
    record.client(client.id)
    return client


def sent_object(request: Request) -> dict[str, Any]:
    """The body, a JSON object. A request without a Content-Type counts as JSON, as in the examples of the specification."""
    if request.headers.get("content-type", "application/json").partition(";")[0].strip().lower() != "application/json":
        raise Invalid("request.not_json")
    sent = parse(request.scope["idp.body"])
    if not isinstance(sent, dict):
        raise Invalid("request.not_object")
    return sent
