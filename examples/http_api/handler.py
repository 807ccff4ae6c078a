"""An orders API behind an HTTP API whose JWT authorizer has verified the token. The function only reads the verified claims."""

from __future__ import annotations

import json
from typing import Any


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Return the token's subject and scopes."""
    del context
    jwt = event["requestContext"]["authorizer"]["jwt"]
    told = {"for": jwt["claims"]["sub"], "client": jwt["claims"]["client_id"], "route": event["routeKey"]}
    return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": json.dumps(told)}
