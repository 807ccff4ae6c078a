"""Each function has a role with exactly the permissions that its code can use. They are computed from the source (permissions.py)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.functions.permissions import asked_of_dynamodb, asked_of_others
from tests.functions.roles import BY_LAMBDA, allowed, others

ROLES = {
    "api": "ApiRole",
    "rotate_keys": "RotateKeysRole",
    "deliver": "DeliverRole",
    "erase": "EraseRole",
    "fetch": "FetchRole",
    "mail": "MailRole",
    "mail_events": "MailEventsRole",
    "authorizer": "AuthorizerRole",
    "scim": "ScimRole",
    "saml": "SamlRole",
    "provision": "ProvisionRole",
    "import_people": "ImportRole",
}


@pytest.mark.parametrize("function", ROLES)
def test_table_permissions_of_the_role_are_those_of_the_code(function: str, resources: dict[str, dict[str, Any]]) -> None:
    """Each action on each table and index: an additional permission is a risk, a missing one an outage."""
    needed, given = asked_of_dynamodb(f"idp.functions.{function}"), allowed(resources[ROLES[function]])
    assert needed - given == set(), "the role lacks it"
    assert given - needed == set(), "no line of the function's code asks for it"


@pytest.mark.parametrize("function", ROLES)
def test_other_permissions_of_the_role_are_those_of_the_code(function: str, resources: dict[str, dict[str, Any]]) -> None:
    """Keys and invoked functions. The others are Lambda's own."""
    assert others(ROLES[function], resources) - BY_LAMBDA == asked_of_others(f"idp.functions.{function}")


def test_the_call_graph_finds_known_calls() -> None:
    """Facts of the code that are known, each reached through interfaces, properties and modules that are imported late."""
    api = asked_of_dynamodb("idp.functions.api")
    assert ("UpdateItem", "state", "") in api, "a code is redeemed"
    assert ("Query", "state", "by_time") in api, "the admin API lists events"
    assert ("Scan", "directory", "") not in api, "only the command line reads everything"
    assert asked_of_dynamodb("idp.functions.fetch") == set()
    assert asked_of_others("idp.functions.rotate_keys") == {"kms:Encrypt", "kms:Decrypt"}
