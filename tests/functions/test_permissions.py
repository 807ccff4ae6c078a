"""Each function has a role with exactly the permissions that its code can use. They are computed from the source (permissions.py)."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
import yaml

from idp.store import app_keys, keys
from idp.store.audit_chain import block_key, head_key
from idp.store.findings import findings_key
from idp.store.keys import Key
from idp.store.signal_keys import signal_stream
from idp.store.webhook_keys import webhook_endpoint
from tests.functions.permissions import asked_of_dynamodb, asked_of_others
from tests.functions.roles import BY_LAMBDA, allowed, listed, others, statements

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
    "console": "ConsoleRole",
    "doctor": "DoctorRole",
    "saml": "SamlRole",
    "provision": "ProvisionRole",
    "stream": "StreamRole",
    "audit": "AuditRole",
    "webhooks": "WebhooksRole",
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


WRITTEN = [
    (
        "audit",
        "AuditRole",
        "StateTable",
        [head_key("2026-11-29T10"), block_key(3, 7)],
        [keys.event("USER#usr_1", 1, "e"), keys.user("usr_1")],
    ),
    (
        "stream",
        "WebhooksRole",
        "DirectoryTable",
        [webhook_endpoint("hook"), signal_stream("app")],
        [keys.user("usr_1"), app_keys.client("app"), Key("ADMINS", "ADMINS")],
    ),
    (
        "console",
        "DoctorRole",
        "StateTable",
        [findings_key()],
        [keys.event("USER#usr_1", 1, "e"), keys.user("usr_1"), head_key("2026-11-29T10")],
    ),
]


@pytest.mark.parametrize(("file", "role", "table", "own", "others_"), WRITTEN, ids=["audit", "webhooks", "doctor"])
def test_a_role_puts_items_into_its_own_partitions_only(file: str, role: str, table: str, own: list[Key], others_: list[Key]) -> None:
    """By dynamodb:LeadingKeys: who takes over the function can change no event, no person and no app."""
    deployed = yaml.safe_load((Path(__file__).resolve().parents[2] / "deploy" / file / "on.yml").read_text(encoding="utf-8"))
    of_table = {"Fn::GetAtt": [table, "Arn"]}
    puts = [
        each for each in statements(deployed["resources"]["Resources"][role])
        if each["Resource"] == of_table and "dynamodb:PutItem" in listed(each["Action"])
    ]  # fmt: skip
    (named,) = (values["dynamodb:LeadingKeys"] for each in puts for values in each["Condition"].values())
    assert [listed(each["Action"]) for each in puts] == [["dynamodb:PutItem"]]
    assert all(any(fnmatchcase(key.pk, pattern) for pattern in named) for key in own)
    assert not any(fnmatchcase(key.pk, pattern) for key in others_ for pattern in named)
