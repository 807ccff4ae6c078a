"""A function to test the Lambda host with: it returns its event, or fails if the event asks for it."""

from __future__ import annotations

import json
import sys
from typing import Any


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answers an HTTP API event with the event itself."""
    sys.stdout.write(f"log line of {event['rawPath']}\n")
    sys.stdout.flush()
    if event["rawPath"] == "/raise":
        raise ValueError("on purpose")
    if event["rawPath"] == "/exit":
        sys.exit(3)
    return {
        "statusCode": 201,
        "headers": {"Content-Type": "application/json", "X-Request": context.aws_request_id},
        "cookies": ["a=1; Secure", "b=2; Secure"],
        "body": json.dumps(event),
        "isBase64Encoded": False,
    }
