"""Requests of dynamic client registration, and the answers of an https site that clients name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from idp.domain.access.tenancy import DEPLOYMENT
from tests.support.calling import Answer, Caller
from tests.support.deployment import Deployment

METADATA: dict[str, Any] = {"client_name": "A registered app", "redirect_uris": ["https://app.example/cb"]}


def as_json(document: object, status: str = "200 OK", content_type: str = "application/json", **headers: str) -> list[bytes]:
    """Return an HTTP response with this document as its body. Bytes are sent unchanged."""
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {content_type}", *(f"{name.replace('_', '-')}: {v}" for name, v in headers.items())]
    return ["\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body]


def register(idp: Caller, document: object = None, token: str = "", **members: Any) -> Answer:
    """Send POST /register. A member of ... is left out."""
    asked = {**METADATA, **members} if document is None else document
    if isinstance(asked, dict):
        asked = {name: value for name, value in asked.items() if value is not ...}
    return send(idp, "POST", "/register", asked, token)


def send(idp: Caller, method: str, path: str, document: object = None, token: str = "") -> Answer:
    """Call the registration or configuration endpoint, with this bearer token if one is given."""
    body = document if isinstance(document, bytes) else b"" if document is None else json.dumps(document).encode()
    headers = [("content-type", "application/json")] if document is not None else []
    return idp.send(method, path, headers=[*headers, *([("authorization", f"Bearer {token}")] if token else [])], body=body)


def own(idp: Caller, method: str, made: Mapping[str, Any], document: object = None) -> Answer:
    """Call the configuration endpoint of the client that was registered."""
    path = str(made["registration_client_uri"]).removeprefix("https://idp.example")
    return send(idp, method, path, document, str(made["registration_access_token"]))


def initial_access(idp: Deployment, **chosen: Any) -> str:
    """Create an initial access token and return it."""
    from idp.services.audit.recorder import SYSTEM

    rules = {"lifetime": 3600, "max_uses": 100, "scopes": ("openid", "orders"), "resources": (), "note": "", **chosen}
    return idp.services.initial_access.create(**rules, scope=DEPLOYMENT, by=SYSTEM)[1]
