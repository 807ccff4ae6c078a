"""The AWS actions that a function's code can use, computed from its source: calls of the store with their tables, and adapters."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module

from mypy import nodes

from idp.services.doctor.examination import CHECKS
from tests.functions import call_graph
from tests.functions.roles import Use

DATABASE = "idp.store.database.Database"
READER = "idp.adapters.dynamodb_reader.Reader"
TABLES = {"directory", "state", "keys"}
ACTIONS = {
    "get": "GetItem", "batch_get": "BatchGetItem", "read_listed": "BatchGetItem", "read_raw": "BatchGetItem",
    "put": "PutItem", "put_part": "PutItem", "rewrite": "UpdateItem", "rewrite_part": "UpdateItem",
    "once_part": "PutItem",
    "update": "UpdateItem", "update_part": "UpdateItem", "delete": "DeleteItem", "delete_part": "DeleteItem",
    "batch_write": "BatchWriteItem", "write_raw": "BatchWriteItem", "mark_all": "BatchGetItem BatchWriteItem",
    "query": "Query", "query_all": "Query", "scan": "Scan",
}  # fmt: skip
"""The DynamoDB actions of each method of the store."""
NO_CALL = {"anew", "transact", "was_applied", "was_written", "table", "clock"}
"""A transaction needs the permissions of its parts, and what is written anew those of its write."""
ADAPTERS = {
    "idp.adapters.kms.Kms.wrap": "kms:Encrypt",
    "idp.adapters.kms.Kms.unwrap": "kms:Decrypt",
    "idp.adapters.kms_key.KmsKey.state": "kms:DescribeKey",
    "idp.adapters.kms_key.KmsKey.rotates": "kms:GetKeyRotationStatus",
    "idp.adapters.queue_length.QueueLength.count": "sqs:GetQueueUrl sqs:GetQueueAttributes",
    "idp.adapters.ses_identity.SesIdentity.is_verified": "ses:GetEmailIdentity",
    "idp.adapters.ses_identity.SesIdentity.is_sandbox": "ses:GetAccount",
    "idp.adapters.fetch_function.FetchFunction.get": "lambda:InvokeFunction",
    "idp.adapters.fetch_function.FetchFunction.post": "lambda:InvokeFunction",
    "idp.adapters.fetch_function.FetchFunction.send": "lambda:InvokeFunction",
    "idp.adapters.saml_function.SamlFunction.__call__": "lambda:InvokeFunction",
    "idp.adapters.mail_function.MailFunction.send": "lambda:InvokeFunction",
    "idp.adapters.import_function.ImportFunction.wake": "lambda:InvokeFunction",
    "idp.adapters.webhook_function.WebhookFunction.wake": "lambda:InvokeFunction",
    "idp.adapters.event_bus.EventBus.put": "events:PutEvents",
    "idp.adapters.s3.Bucket.upload_url": "s3:PutObject",
    "idp.adapters.s3.Bucket.upload_form": "s3:PutObject",
    "idp.adapters.s3.Bucket.stat": "s3:GetObject",
    "idp.adapters.s3.Bucket.open": "s3:GetObject",
    "idp.adapters.s3.Bucket.delete": "s3:DeleteObject",
    "idp.adapters.s3.Bucket.put": "s3:PutObject",
    "idp.adapters.audit_bucket.AuditBucket.put": "s3:PutObjectRetention",
    "idp.adapters.ses.Ses.submit": "ses:SendEmail",
    "idp.adapters.parameter_store.ParameterStore.read": "ssm:GetParameter",
}
DESCRIBED = {
    "idp.store.table_states.TableStates.describe": ("DescribeTable", TABLES),
    "idp.store.table_states.TableStates.can_be_restored": ("DescribeContinuousBackups", TABLES),
    "idp.store.table_states.TableStates.expires": ("DescribeTimeToLive", {"state"}),
}
"""Questions about tables themselves, and the tables that the checks ask about."""
LOOKED_UP = {
    "idp.functions.api": ("idp.http",),
    "idp.functions.console": ("idp.http.console",),
    "idp.functions.doctor": tuple(check.__module__ for _, check in CHECKS),
}
"""Packages that a function finds by a string or in a table: endpoints, pages and checks."""


@cache
def graph() -> call_graph.Graph:
    """The graph, read once."""
    return call_graph.read(DATABASE, READER)


def reached(function: str) -> set[str]:
    """Return the full names that a function's module leads to."""
    return graph().reached(function, *LOOKED_UP.get(function, ()))


def asked_of_dynamodb(function: str) -> set[Use]:
    """Return every use of a table or an index that the code can make."""
    found = reached(function)
    described = {Use(action, table) for name, (action, tables) in DESCRIBED.items() if name in found for table in tables}
    return described | {use for caller in found for verb, call in graph().verbs.get(caller, ()) for use in uses(caller, verb, call)}


def asked_of_others(function: str) -> set[str]:
    """Return every other action that the code can use."""
    found = reached(function)
    return {action for name, actions in ADAPTERS.items() if name in found for action in actions.split()}


def uses(caller: str, verb: str, call: nodes.CallExpr) -> Iterator[Use]:
    """Yield the uses of one call of the store. If its arguments name no table, the tables of its function are taken."""
    if verb in NO_CALL:
        return
    words = [word for argument in call.args for word in call_graph.walk(argument)]
    names = {word.name for word in words if isinstance(word, nodes.NameExpr)}
    strings = {word.value for word in words if isinstance(word, nodes.StrExpr)}
    classes = {info for word in words if isinstance(word, nodes.Expression) for info in graph().infos(word)}
    index = next((import_module("idp.store.tables").__dict__[name][0] for name in names if name in {"LISTING", "BY_TIME"}), "")
    tables = strings & TABLES or _tables(classes)
    near, wider = {caller}, {caller}
    while not tables and wider:  # first the names in the call itself, then those in what it names
        tables = named(near)
        wider = {name for each in near for name in graph().calls.get(each, ())} - near
        near |= wider
    tables = tables or named({name for name, called in graph().calls.items() if caller in called})  # last the names in its callers
    if not tables:
        raise AssertionError(f"{caller}: the table of {verb} is not to be seen")
    yield from (Use(action, table, index) for action in ACTIONS[verb].split() for table in tables)


def named(callers: set[str]) -> set[str]:
    """Return the tables that the code of these functions names, by a word or by an item's class."""
    words = {text for name in callers for text in graph().strings.get(name, ())}
    return words & TABLES | _tables({info for name in callers for info in graph().items.get(name, ())})


def _tables(classes: set[nodes.TypeInfo]) -> set[str]:
    """Return the tables of those classes that are items."""
    named = {info.fullname for each in classes for info in each.mro}
    return {
        table
        for table, item in (("directory", "DirectoryItem"), ("state", "StateItem"), ("keys", "KeysItem"))
        if f"idp.store.tables.{item}" in named
    }
