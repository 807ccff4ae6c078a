"""Amazon Cognito: answers of `ListUsers` as the AWS command line and boto3 write them, and the CSV of its import jobs."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from typing import Any

from tests.support.vendors.people import Someone

COLUMNS = (
    "cognito:username", "name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile", "picture",
    "website", "email", "email_verified", "gender", "birthdate", "zoneinfo", "locale", "phone_number", "phone_number_verified", "address",
    "updated_at", "cognito:mfa_enabled", "custom:plan",
)  # fmt: skip
PAGE = 60


def user(person: Someone, *, floats: bool = False) -> dict[str, Any]:
    """A user. `floats`: times as version 1 of the command line prints them."""
    attributes = {"sub": person.uuid, "email_verified": str(person.verified).lower(), "name": person.name, "given_name": person.given}
    if person.email:
        attributes["email"] = person.email
    if person.is_linked:
        identity = {
            "userId": person.subject, "providerName": "Google", "providerType": "Google", "issuer": None, "primary": person.only_social,
            "dateCreated": person.created * 1000,
        }  # fmt: skip
        attributes["identities"] = json.dumps([identity])
    if person.number % 25 == 0:
        attributes |= {"custom:plan": "free", "birthdate": "12/31/1990", "address": "1 Main Street\nSpringfield"}
    at = person.created + 0.25
    made: Any = at if floats else datetime.fromtimestamp(at, UTC).isoformat()
    return {
        "Username": f"Google_{person.subject}" if person.only_social else f"person{person.number}",
        "Attributes": [{"Name": name, "Value": value} for name, value in attributes.items()], "UserCreateDate": made,
        "UserLastModifiedDate": made, "Enabled": not person.disabled,
        "UserStatus": "EXTERNAL_PROVIDER" if person.only_social else "CONFIRMED" if person.verified else "UNCONFIRMED",
    }  # fmt: skip


def list_users(people: tuple[Someone, ...], **options: Any) -> bytes:
    """What `aws cognito-idp list-users` prints: it reads all pages and puts them together."""
    return json.dumps({"Users": [user(each, **options) for each in people]}, indent=4, ensure_ascii=False).encode()


def pages(people: tuple[Someone, ...]) -> list[dict[str, Any]]:
    """The answers of the API, of 60 users each."""
    return [{"Users": [user(each) for each in people[at : at + PAGE]], "PaginationToken": "x"} for at in range(0, len(people), PAGE)]


def csv_file(people: tuple[Someone, ...]) -> bytes:
    """The CSV."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="")
    writer.writeheader()
    for each in people:
        told = {item["Name"]: item["Value"] for item in user(each)["Attributes"] if item["Name"] in COLUMNS}
        writer.writerow({**told, "cognito:username": f"person{each.number}", "cognito:mfa_enabled": str(each.number % 5 == 0).lower()})
    return out.getvalue().encode()
