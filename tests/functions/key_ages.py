"""Makes signing keys older than they are."""

from __future__ import annotations

import time

from idp.adapters.aws_json import DYNAMODB, AwsJson


def age_active_keys(endpoint: str, table: str, *, days: int) -> None:
    """Set the age of the active keys, and of the publication of the next ones."""
    dynamodb = AwsJson(DYNAMODB, region="us-east-1", endpoint=endpoint)
    for item in dynamodb.call("Scan", {"TableName": table})["Items"]:
        if item.get("state") in ({"S": "active"}, {"S": "next"}):
            since = "activated_at" if item["state"] == {"S": "active"} else "created_at"
            item[since] = {"N": str(int(time.time()) - days * 86400)}
            dynamodb.call("PutItem", {"TableName": table, "Item": item})
