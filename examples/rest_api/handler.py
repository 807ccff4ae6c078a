"""An orders API behind a REST API whose Lambda authorizer has decided. The function reads what the authorizer says about the caller."""

from __future__ import annotations

import json
from typing import Any


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Return the caller. The authorizer's context is flat: texts by name."""
    del context
    told = event["requestContext"]["authorizer"]
    body = {"for": told["sub"], "scope": told["scope"], "route": f"{event['httpMethod']} {event['resource']}"}
    return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": json.dumps(body)}
