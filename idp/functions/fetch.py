"""Fetches what others named, for the provider (IDP_FETCH_FUNCTION). Its role has no permission, and it knows no table, key or setting."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from idp.adapters.outgoing import FetchRefused, Outgoing

outgoing = Outgoing()


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """One fetch, as `idp.adapters.fetch_function` asks for it. That nothing came is an answer, not an error: errors are alarms."""
    del context
    try:
        if event["method"] == "POST":
            return {"status": outgoing.post(event["url"], event["form"], timeout=event["timeout"])}
        fetched = outgoing.get(event["url"], accept=event["accept"], limit=event["limit"], timeout=event["timeout"])
    except FetchRefused as refused:
        return {"refused": refused.detail}
    return {"body": b64encode(fetched.body).decode(), "headers": dict(fetched.headers)}
