"""What the tests of sign-in by a connection have in common: the app, the budget, and the admin who sets both up."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.functions.conftest import Deployed

CALLBACK = "https://app.example/cb"
CALLS = 8
"""The most DynamoDB calls of a sign-in by a connection, with the token request."""


def admin(site: Deployed, path: str, body: dict[str, object]) -> dict[str, str]:
    """POST to the admin API as its first client, and return the answer."""
    client, http = site.made["admin_client"], site.http()
    form = {"grant_type": "client_credentials", "scope": " ".join(client["scopes"])}
    token = http.post("/token", data=form, auth=(client["client_id"], client["client_secret"])).json()["access_token"]
    answer = http.post(f"/admin/v1{path}", json=body, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 201, answer.text
    found: dict[str, str] = answer.json()
    return found
