"""Orders behind a REST API whose Lambda authorizer has decided already: the function reads what it was told of the caller."""

from __future__ import annotations

import json
from typing import Any


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Who asks. The authorizer's context is flat: texts by name."""
    del context
    told = event["requestContext"]["authorizer"]
    body = {"for": told["sub"], "scope": told["scope"], "route": f"{event['httpMethod']} {event['resource']}"}
    return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": json.dumps(body)}
