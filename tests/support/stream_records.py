"""Records of a stream in the form of Lambda's event, made by hand: for changes that no engine has to make."""

from __future__ import annotations

from itertools import count
from typing import Any

_numbers = count(1)


def a_record(name: str = "INSERT", user_id: str = "usr_1", table: str = "directory", **attributes: Any) -> dict[str, Any]:
    """A record about the item of a user. `attributes`: further ones in DynamoDB's JSON form, of the new image or of the removed item."""
    image = {"pk": {"S": f"USER#{user_id}"}, "sk": {"S": "USER"}, "kind": {"S": "user"}, "user_id": {"S": user_id}, **attributes}
    told: dict[str, Any] = {
        "ApproximateCreationDateTime": 1_790_000_000.0,
        "Keys": {part: image[part] for part in ("pk", "sk")},
        "SequenceNumber": f"{next(_numbers):021d}",
        ("OldImage" if name == "REMOVE" else "NewImage"): image,
    }
    arn = f"arn:aws:dynamodb:eu-central-1:123456789012:table/idp-test-{table}/stream/2026-11-29T00:00:00.000"
    return {"eventID": "1", "eventName": name, "eventSource": "aws:dynamodb", "eventSourceARN": arn, "dynamodb": told}
