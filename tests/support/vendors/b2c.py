"""Azure AD B2C: the pages that Microsoft Graph answers to `GET /users?$select=…`, as the collected answers of a script."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from tests.support.vendors.people import Someone

TENANT, PAGE = "meadow.onmicrosoft.com", 100
PROVIDER = "google.com"
EXTENSION = "extension_0f0e0d0c0b0a09080706050403020100_loyaltyId"
_USERS = "https://graph.microsoft.com/v1.0/users"


def user(person: Someone) -> dict[str, Any]:
    """A user. People with a password sign in with their address, or each seventh of them with a name; their address is in `otherMails`."""
    upn = f"{person.uuid}@{TENANT}"
    identities = [{"signInType": "userPrincipalName", "issuer": TENANT, "issuerAssignedId": upn}]
    by_name = signs_in_by_name(person)
    if not person.only_social and (person.email or by_name):
        kind, name = ("userName", f"person{person.number}") if by_name else ("emailAddress", person.email)
        identities.insert(0, {"signInType": kind, "issuer": TENANT, "issuerAssignedId": name})
    if person.is_linked:
        identities.insert(0, {"signInType": "federated", "issuer": PROVIDER, "issuerAssignedId": person.subject})
    other = [person.email] if person.email and (person.only_social or by_name) else []
    made = datetime.fromtimestamp(person.created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "id": person.uuid, "accountEnabled": not person.disabled, "createdDateTime": made,
        "creationType": None if person.only_social else "LocalAccount", "displayName": person.name, "givenName": person.given,
        "surname": person.family, "mail": None, "otherMails": other, "mobilePhone": None, "preferredLanguage": None,
        "userPrincipalName": upn, "passwordPolicies": "DisablePasswordExpiration", "passwordProfile": None, "identities": identities,
        **({EXTENSION: f"L-{person.number}"} if person.number % 25 == 0 else {}),
    }  # fmt: skip


def signs_in_by_name(person: Someone) -> bool:
    """Whether the person has a user name, and no address to sign in with."""
    return person.number % 7 == 2


def is_verified(person: Someone) -> bool:
    """Whether B2C says that the address is verified: it is the one with which the person signs in."""
    return not person.only_social and not signs_in_by_name(person)


def pages(people: tuple[Someone, ...]) -> bytes:
    """The answers one after the other, as a script appends them. Each but the last one names the next."""
    parts = []
    for at in range(0, len(people), PAGE):
        page: dict[str, Any] = {"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users"}
        if at + PAGE < len(people):
            page["@odata.nextLink"] = f"{_USERS}?$top={PAGE}&$skiptoken=m~{at}"
        parts.append(json.dumps({**page, "value": [user(each) for each in people[at : at + PAGE]]}, ensure_ascii=False))
    return "\n".join(parts).encode()
