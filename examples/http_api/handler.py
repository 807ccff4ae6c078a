"""Orders behind an HTTP API whose JWT authorizer has verified the token already: the function reads what it found, and nothing else."""

from __future__ import annotations

import json
from typing import Any


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Whose token it is, and what it may."""
    del context
    jwt = event["requestContext"]["authorizer"]["jwt"]
    told = {"for": jwt["claims"]["sub"], "client": jwt["claims"]["client_id"], "route": event["routeKey"]}
    return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": json.dumps(told)}
