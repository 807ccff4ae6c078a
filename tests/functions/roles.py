"""Permissions of a role of serverless.yml, and of a call of DynamoDB, both as (action, table, index)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from tests.engines.forwarder import Call

LOGICAL = {"DirectoryTable": "directory", "StateTable": "state", "KeysTable": "keys"}
_IN_TRANSACTION = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"}

BY_LAMBDA = {"logs:CreateLogStream", "logs:PutLogEvents", "sqs:SendMessage"}
"""What Lambda itself does with the role: the log, and dead letters."""


class Use(NamedTuple):
    """An action of IAM on a table or an index, by short names."""

    action: str
    table: str
    index_name: str = ""


def allowed(role: dict[str, Any]) -> set[Use]:
    """Return every use of DynamoDB that the role's statements allow."""
    found: set[Use] = set()
    for statement in statements(role):
        for action in listed(statement["Action"]):
            service, _, name = action.partition(":")
            if service == "dynamodb":
                found |= {Use(name, *_resource(resource)) for resource in listed(statement["Resource"]) if not _is_stream(resource)}
    return found


def statements(
    role: dict[str, Any], resources: Mapping[str, dict[str, Any]] = MappingProxyType({}), name: str = ""
) -> list[dict[str, Any]]:
    """Return the statements of a role, and of policies among `resources` that are attached to it by its logical id `name`."""
    documents = [policy["PolicyDocument"] for policy in role["Properties"]["Policies"]]
    attached = [resource["Properties"] for resource in resources.values() if resource["Type"] == "AWS::IAM::Policy"]
    documents += [policy["PolicyDocument"] for policy in attached if {"Ref": name} in policy["Roles"]]
    return [statement for document in documents for statement in document["Statement"]]


def used(call: Call) -> set[Use]:
    """Return what IAM requires for one call. A transaction needs the permissions of its parts and none of its own."""
    if call.operation == "TransactWriteItems":
        parts = [(_IN_TRANSACTION[kind], part["TableName"]) for item in call.parameters["TransactItems"] for kind, part in item.items()]
        return {Use(action, _short(table)) for action, table in parts}
    return {Use(call.operation, _short(table), call.parameters.get("IndexName", "")) for table in call.tables}


def partitions(call: Call) -> set[str]:
    """Return the partitions of `keys` that a call names, for dynamodb:LeadingKeys."""
    asked = call.parameters
    if call.operation == "Query":
        return {value["S"] for name, value in asked["ExpressionAttributeValues"].items() if name == ":p"}
    parts = [part for item in asked.get("TransactItems", ()) for part in item.values()] or [asked]
    return {(part.get("Key") or part["Item"])["pk"]["S"] for part in parts if _short(part["TableName"]) == "keys"}


def _short(table: str) -> str:
    return table.rpartition("-")[2]


def _is_stream(resource: dict[str, Any]) -> bool:
    """Whether it is the stream of a table, which Lambda itself reads with the role."""
    return bool(resource.get("Fn::GetAtt", ["", ""])[1] == "StreamArn")


def _resource(resource: dict[str, Any]) -> tuple[str, str]:
    if "Fn::GetAtt" in resource:
        return LOGICAL[resource["Fn::GetAtt"][0]], ""
    logical, _, index = resource["Fn::Sub"].removeprefix("${").partition(".Arn}/index/")
    return LOGICAL[logical], index


def listed(value: Any) -> list[Any]:
    """Return one value or several as a list."""
    return value if isinstance(value, list) else [value]


def others(name: str, resources: dict[str, dict[str, Any]]) -> set[str]:
    """Actions of a role beside DynamoDB's."""
    actions = {action for each in statements(resources[name], resources, name) for action in listed(each["Action"])}
    return {action for action in actions if not action.startswith("dynamodb:")}
