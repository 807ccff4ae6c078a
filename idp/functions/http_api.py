"""Events of API Gateway's HTTP APIs (payload 2.0) as ASGI scopes, where Mangum differs from uvicorn (threats F-07, F-17).

The gateway has already decoded the path: decoding it again would turn `%252F` into a slash. A Host header with two colons must not
raise. An answer without a body has no content type. Mangum does everything else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mangum.handlers import HTTPGateway

if TYPE_CHECKING:
    from mangum.types import LambdaConfig, LambdaContext, LambdaEvent, Response, Scope


class HttpApi(HTTPGateway):
    """Handles one event."""

    @classmethod
    def infer(cls, event: LambdaEvent, context: LambdaContext, config: LambdaConfig) -> bool:
        """Return whether the event has this format."""
        return super().infer(event, context, config) and event["version"] == "2.0"

    @property
    def scope(self) -> Scope:
        """The ASGI scope. `server` and `scheme` are not used: the issuer is the only base URL."""
        http = self.event["requestContext"]["http"]
        headers = {**self.event.get("headers", {})}
        if self.event.get("cookies"):
            headers["cookie"] = "; ".join(self.event["cookies"])
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.0"},
            "http_version": "1.1",
            "method": http["method"],
            "scheme": "https",
            "path": http["path"] or "/",
            "raw_path": None,
            "root_path": "",
            "query_string": _bytes(self.event.get("rawQueryString", "")),
            "headers": [[_bytes(name.lower()), _bytes(value)] for name, value in headers.items()],
            "server": ("gateway", 443),
            "client": (http["sourceIp"], 0),
            "aws.event": self.event,
            "aws.context": self.context,
        }

    def __call__(self, response: Response) -> dict[str, Any]:
        """Return the result for the gateway. Mangum would label answers without a content type as JSON; this removes it."""
        result = super().__call__(response)
        if not any(name.lower() == b"content-type" for name, _ in response["headers"]):
            result.get("headers", {}).pop("content-type", None)
        return result


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")
