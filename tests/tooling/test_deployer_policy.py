"""deploy/deployer_policy.json allows what a deployment needs, and no other service.

The needed actions are derived from the types of the rendered templates, by the permissions in CloudFormation's resource schemas (which
cfn-lint contains), and from the calls in tools/, in the command line and in osls.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest
from botocore import xform_name
from botocore.session import get_session

from tools.cloudformation import MOST, OSLS, ROOT, render, render_edge

LARGEST = 6144
"""Characters of a managed policy without white space (IAM quotas)."""
DATA = Path(str(distribution("cfn-lint").locate_file("cfnlint"))) / "data"
RETAINED = ("delete",)
"""Handlers that CloudFormation does not call for a retained resource."""
NOT_USED = (
    # Permissions for features that no template here has, and listings for CloudFormation's own import of resources.
    "acm:ListCertificates", "cloudfront:*ConnectionGroup", "cloudfront:List*", "cloudfront:UpdateDistributionWithStagingConfig",
    "cloudwatch:ListDashboards", "dynamodb:*Replica", "dynamodb:*KinesisStreamingDestination", "dynamodb:*ResourcePolicy",
    "dynamodb:ImportTable", "dynamodb:ListTables", "iam:*GroupPolicy", "iam:*UserPolicy", "iam:ListRoles",
    "iam:*RolePermissionsBoundary", "kms:DisableKey", "kms:DisableKeyRotation", "kms:EnableKey", "kms:ListKeys", "kms:PutKeyPolicy",
    "ses:ListEmailIdentities", "wafv2:listWebACLs",
)  # fmt: skip
"""Permissions of the schemas that the policy leaves out on purpose."""
HOMES = {"ApiGatewayV2": "apigateway", "CertificateManager": "acm"}
"""The IAM prefix of a service whose CloudFormation types have another name."""
SOURCES = ("tools/deploy.py", "tools/stage.py", "tools/preflight.py")
RENAMED = {"lambda:Invoke": "lambda:InvokeFunction", "s3:HeadBucket": "s3:ListBucket", "s3:HeadObject": "s3:GetObject"}
"""API operations whose permission has another name."""
COMMANDS = {
    "kms": ("Encrypt", "Decrypt", "DescribeKey", "GetKeyRotationStatus"),
    "ses": ("GetEmailIdentity",),
    "sqs": ("GetQueueUrl", "GetQueueAttributes"),
}
"""AWS calls of `idp` besides tables, with the caller's credentials: idp/adapters."""
TABLES = ("BatchGetItem", "BatchWriteItem", "DeleteItem", "GetItem", "PutItem", "Query", "Scan", "UpdateItem", "ConditionCheckItem",
          "DescribeTable", "DescribeTimeToLive", "DescribeContinuousBackups")  # fmt: skip
"""Calls of `idp` to DynamoDB. A transaction needs the permissions of its parts."""


@cache
def policy() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ROOT / "deploy" / "deployer_policy.json").read_text(encoding="utf-8"))
    return found


def allowed() -> set[str]:
    """Return each action of the policy, with its wildcards."""
    listed = [each["Action"] for each in policy()["Statement"]]
    return {action for each in listed for action in ([each] if isinstance(each, str) else each)}


def is_allowed(action: str) -> bool:
    """Compare as IAM does, without regard to case."""
    return any(fnmatchcase(action.lower(), pattern.lower()) for pattern in allowed())


@cache
def actions() -> dict[str, Any]:
    """Return the actions of IAM in lower case, by service."""
    found: dict[str, Any] = json.loads((DATA / "AdditionalSpecs" / "Policies.json").read_text(encoding="utf-8"))
    return found


def exists(pattern: str) -> bool:
    """Return whether IAM has an action that the pattern matches."""
    service, _, action = pattern.partition(":")
    return any(fnmatchcase(each, action.lower()) for each in actions()[service]["Actions"])


@cache
def handlers() -> dict[str, dict[str, Any]]:
    """Return the handlers of each CloudFormation type, with the permissions that each needs."""
    schemas = (json.loads(file.read_text(encoding="utf-8")) for file in (DATA / "schemas" / "resources").glob("*.json"))
    return {schema["typeName"]: schema.get("handlers", {}) for schema in schemas}


@pytest.fixture(scope="module")
def resources() -> list[dict[str, Any]]:
    """Return the resources of all deployed templates."""
    return [each for template in (render("prod", *MOST), render_edge()) for each in json.loads(template)["Resources"].values()]


def home(kind: str) -> str:
    """Return the IAM prefix of a type's own service."""
    service = kind.split("::")[1]
    return HOMES.get(service, service.lower())


def needed_for(resource: dict[str, Any]) -> Iterator[str]:
    """Yield the actions of a resource's own service that its template needs, and iam:PassRole."""
    is_retained = resource.get("DeletionPolicy") == "Retain"
    for name, handler in handlers()[resource["Type"]].items():
        if name == "list" or (is_retained and name in RETAINED):
            continue
        for action in handler.get("permissions", ()):
            if action.split(":")[0] == home(resource["Type"]) or action == "iam:PassRole":
                yield action


def _first(call: ast.Call) -> str:
    """Return the first argument of a call if it is a text."""
    first = call.args[0] if call.args else None
    return str(first.value) if isinstance(first, ast.Constant) else ""


def called() -> set[str]:
    """Return the boto3 calls of tools/: names of operations of the services for which the file creates clients."""
    found = set[str]()
    for source in SOURCES:
        tree = ast.parse((ROOT / source).read_text(encoding="utf-8"))
        calls = [
            (each.func.attr, _first(each)) for each in ast.walk(tree) if isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute)
        ]
        names = {name for name, _ in calls} | {word for _, word in calls}  # a paginator names its operation in the argument
        for service in {word for name, word in calls if name == "client" and word}:
            model = get_session().get_service_model(service)
            found |= {f"{service}:{operation}" for operation in model.operation_names if xform_name(operation) in names}
    return {RENAMED.get(action, action) for action in found} - {"sts:GetCallerIdentity"}  # it needs no permission


def osls_calls() -> set[str]:
    """Return the calls of osls to CloudFormation and S3: to deploy, to remove and to read a stack."""
    folder = OSLS.parents[1] / "osls" / "lib" / "plugins" / "aws"
    files = [file for part in ("lib", "deploy", "remove", "info") for file in (folder / part).rglob("*.js")]
    commands = {name for file in files for name in re.findall(r"new (\w+)Command\(", file.read_text(encoding="utf-8"))}
    found = set[str]()
    for service in ("cloudformation", "s3"):
        operations = commands & set(get_session().get_service_model(service).operation_names)
        found |= {f"{service}:{operation}" for operation in operations}
    return {RENAMED.get(action, action) for action in found}


def of_the_command_line() -> set[str]:
    return {f"dynamodb:{action}" for action in TABLES} | {
        f"{service}:{action}" for service, actions in COMMANDS.items() for action in actions
    }


def test_each_resource_can_be_made_changed_and_removed(resources: list[dict[str, Any]]) -> None:
    """By the permissions in CloudFormation's own schemas. A retained resource needs none for its removal."""
    assert len({each["Type"] for each in resources}) > 30
    needed = {action for each in resources for action in needed_for(each)}
    used = {action for action in needed if exists(action) and not any(fnmatchcase(action, pattern) for pattern in NOT_USED)}
    assert sorted(action for action in used if not is_allowed(action)) == []


def test_each_call_of_the_tools_is_allowed() -> None:
    """Of tools/, of osls and of the command line."""
    assert {
        "lambda:InvokeFunction",
        "lambda:ListVersionsByFunction",
        "secretsmanager:GetSecretValue",
        "cloudformation:DescribeStacks",
    } <= called()
    assert "cloudformation:CreateChangeSet" in osls_calls()
    assert sorted(action for action in called() | osls_calls() | of_the_command_line() if not is_allowed(action)) == []


def test_only_needed_services_are_allowed(resources: list[dict[str, Any]]) -> None:
    """If no template needs a service any more, the policy must lose it."""
    services = {home(each["Type"]) for each in resources} | {action.split(":")[0] for action in called() | osls_calls()}
    assert {action.split(":")[0] for action in allowed()} == services


def test_each_action_exists() -> None:
    """IAM accepts a misspelt action without an error. cfn-lint has the list of actions."""
    assert [pattern for pattern in allowed() if not exists(pattern)] == []
    assert not exists("lambda:CreateFunktion")


@pytest.mark.parametrize(
    "action", ["dynamodb:DeleteTable", "kms:ScheduleKeyDeletion", "kms:DisableKey", "kms:PutKeyPolicy", "iam:CreateUser", "sts:AssumeRole"]
)
def test_irreversible_actions_are_not_allowed(action: str) -> None:
    """Tables and the KMS key outlive every deployment, so no deployment needs to delete them."""
    assert not is_allowed(action)


def test_the_policy_fits_into_a_managed_policy() -> None:
    assert len("".join(json.dumps(policy(), separators=(",", ":")).split())) <= LARGEST


def test_each_wildcard_resource_states_its_names() -> None:
    """`service:*` is only allowed for names that begin with idp-, and for CodeDeploy's own configurations."""
    for statement in policy()["Statement"]:
        if any(action.endswith(":*") for action in statement["Action"]):
            assert [name for name in statement["Resource"] if "idp-" not in name and not name.endswith("deploymentconfig:*")] == []
