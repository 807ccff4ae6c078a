"""Requests to addresses that apps and connections name (IDP_FETCH_FUNCTION). Its role has no permission, and it has no settings."""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import Any

from idp.adapters.outgoing import FetchRefused, Outgoing

outgoing = Outgoing()


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Do one request, as `idp.adapters.fetch_function` sends it. A failed fetch is an answer and no error, because errors raise alarms."""
    del context
    try:
        if "send" in event:
            return _send(event)
        if event["method"] == "POST":
            return {"status": outgoing.post(event["url"], event["form"], timeout=event["timeout"])}
        fetched = outgoing.get(
            event["url"], accept=event["accept"], limit=event["limit"], timeout=event["timeout"], headers=event.get("headers", {})
        )  # during a deployment, a provider of the release before sends no headers
    except FetchRefused as refused:
        return {"refused": refused.detail}
    return {"body": b64encode(fetched.body).decode(), "headers": dict(fetched.headers)}


def _send(event: dict[str, Any]) -> dict[str, Any]:
    """Make a request whose answer counts with every status (`Fetcher.send`)."""
    answered = outgoing.send(
        event["url"], method=event["send"], form=event["form"], content=b64decode(event.get("content", "")), headers=event["headers"],
        limit=event["limit"], timeout=event["timeout"],
    )  # fmt: skip  # a provider of the release before sends no content
    return {"status": answered.status, "body": b64encode(answered.body).decode(), "headers": dict(answered.headers)}
