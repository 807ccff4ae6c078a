"""`idp policy …`: validate, test, save and publish access policies from files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from idp.cli.whole_number import whole_number
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import NotFound
from idp.domain.message import Message

if TYPE_CHECKING:
    from idp.domain.access.policy_version import LivePolicies, PolicyVersion
    from idp.wiring.all_services import AllServices

group = typer.Typer(no_args_is_help=True, help="Access policies: check and test files, save them as a version, publish a version.")

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object, for programs.")]
Policies = Annotated[str, typer.Argument(metavar="POLICIES", help="A file of Cedar policies, or of attribute rules if it is named *.json.")]
Schema = Annotated[str, typer.Option("--schema", metavar="FILE", help="Cedar's schema, in its language or as JSON. Policies need one.")]
Rules = Annotated[str, typer.Option("--rules", metavar="FILE", help="Attribute rules as JSON, which apply together with the policies.")]
Namespace = Annotated[str, typer.Option("--namespace", metavar="NAME", help="The namespace of the schema's types and actions, if any.")]
Note = Annotated[str, typer.Option("--note", metavar="TEXT", help="A note about the change, for the list of versions.")]
Number = Annotated[int, typer.Argument(metavar="VERSION", help="A version's number.", parser=whole_number(1))]


@group.command()
def validate(policies: Policies, schema: Schema = "", rules: Rules = "", namespace: Namespace = "") -> None:
    """Check policies against their schema, and rules. Nothing is saved, and no deployment is needed.

    A fault is printed as FILE:LINE:COLUMN: what is wrong. Then the status is 1.

    idp policy validate policies.cedar --schema schema.cedarschema
    """
    from idp.cli.policy_files import faults_of, read_set

    given = read_set(policies, schema, rules, namespace)
    faults = faults_of(given)
    for fault in faults:
        typer.echo(fault)
    if faults:
        raise typer.Exit(1)
    typer.echo(f"Right: {given.summary()}.")


@group.command(name="test")
def ask(
    cases: Annotated[str, typer.Argument(metavar="CASES", help="A JSON file of policies and cases. - is standard input.")],
    as_json: AsJson = False,
) -> None:
    """Evaluate test cases and compare the decisions with the expected ones. Nothing is saved, and no deployment is needed.

    The file names the policies, relative to itself, and lists requests in AuthZEN's form with the expected decision:

    {"policies": "policies.cedar", "schema": "schema.cedarschema", "rules": "rules.json", "roles": {"reader": ["document:read"]},
     "cases": [{"name": "a reader reads", "decision": true, "by": "role:reader",
                "subject": {"type": "user", "id": "rita", "properties": {"roles": ["reader"]}},
                "action": {"name": "read"}, "resource": {"type": "document", "id": "1"}}]}

    `by` is optional: the role, rule or policy that must have decided. The status is 1 if a case fails.
    """
    from idp.cli.policy_cases import run

    results = run(cases)
    if as_json:
        typer.echo(json.dumps([result.as_document() for result in results], indent=2, ensure_ascii=False))
    else:
        for line in table(results):
            typer.echo(line)
    if not all(result.passed for result in results):
        raise typer.Exit(1)


def table(results: list[Any]) -> list[str]:
    """Print a line for each result, and the totals."""
    width = max(len(result.name) for result in results)
    lines = [
        f"{'pass' if each.passed else 'FAIL'}  {each.name:<{width}}  {'allow' if each.allowed else 'deny':<5}  {each.by or '-'}"
        + ("" if each.passed else f"  expected {each.expected}: {each.reason}")
        for each in results
    ]
    failed = sum(not each.passed for each in results)
    return [*lines, f"{len(results) - failed} passed, {failed} failed"]


@group.command()
def push(
    policies: Policies, schema: Schema = "", rules: Rules = "", namespace: Namespace = "", note: Note = "", publish: Annotated[
        bool, typer.Option("--publish", help="Publish it at once.")
    ] = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Save policies as a new version of the deployment, if they have no fault. It is a draft without effect until it is published.

    idp policy push policies.cedar --schema schema.cedarschema --note "Editors may delete"
    """
    from idp.cli.deployment import deployment
    from idp.cli.policy_files import FaultyPoliciesError, faults_of, read_set
    from idp.services.audit.recorder import SYSTEM

    given = read_set(policies, schema, rules, namespace)
    if faults := faults_of(given):
        raise FaultyPoliciesError("Nothing was saved.\n" + "\n".join(faults))
    with deployment() as services:
        made = services.policy_service.create(**given.members, note=note, scope=DEPLOYMENT, by=SYSTEM)
        live = (
            services.policy_service.publish(made.number, by=SYSTEM, scope=DEPLOYMENT)
            if publish
            else services.policy_service.live(scope=DEPLOYMENT)
        )
        _print(made, live, as_json=as_json)


@group.command(name="publish")
def publish_(version: Number, as_json: AsJson = False) -> None:
    """Publish a version, which replaces the live one. To take a version back, publish the one before it."""
    from idp.cli.command_input import name_missing
    from idp.cli.deployment import deployment
    from idp.services.audit.recorder import SYSTEM

    with deployment() as services, name_missing(Message("command.policies_unknown", version=version)):
        live = services.policy_service.publish(version, by=SYSTEM, scope=DEPLOYMENT)
        _print(services.policy_service.get(version, scope=DEPLOYMENT), live, as_json=as_json)


@group.command()
def show(
    version: Annotated[
        int, typer.Argument(metavar="[VERSION]", help="A version's number; without it, all versions are listed.", parser=whole_number(0))
    ] = 0,
    live: Annotated[bool, typer.Option("--live", help="The live version.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the versions, or print one with its texts."""
    from idp.cli.command_input import name_missing
    from idp.cli.deployment import deployment

    with deployment() as services:
        pointer = services.policy_service.live(scope=DEPLOYMENT)
        if live and pointer is None:
            raise NotFound("policies.none_published")
        number = pointer.number if live and pointer else version
        if number:
            with name_missing(Message("command.policies_unknown", version=number)):
                _print(services.policy_service.get(number, scope=DEPLOYMENT), pointer, as_json=as_json, texts=True)
            return
        listed = [_facts(each, pointer) for each in _all(services)]
    if as_json:
        typer.echo(json.dumps(listed, indent=2, ensure_ascii=False))
    for each in [] if as_json else listed:
        typer.echo(f"{each['version']:>6}  {each['status']:<5}  {each['created_at']}  {each['note']}".rstrip())


def _all(services: AllServices) -> list[PolicyVersion]:
    found, start = services.policy_service.listing(limit=100, start=None, scope=DEPLOYMENT)
    while start:
        more, start = services.policy_service.listing(limit=100, start=start, scope=DEPLOYMENT)
        found += more
    return found


def _facts(it: PolicyVersion, live: LivePolicies | None) -> dict[str, Any]:
    status = "live" if live and live.number == it.number else "draft"
    return {"version": it.number, "status": status, "created_at": it.created_at, "created_by": it.created_by, "note": it.note}


def _print(it: PolicyVersion, live: LivePolicies | None, *, as_json: bool, texts: bool = False) -> None:
    facts = _facts(it, live)
    members = {"policies": it.policies, "schema": it.schema, "namespace": it.namespace, "rules": it.rules} if texts else {}
    if as_json:
        typer.echo(json.dumps(facts | members, indent=2, ensure_ascii=False))
        return
    typer.echo("  ".join(f"{name} {value}" for name, value in facts.items() if value != ""))
    for name, value in members.items():
        if value:
            typer.echo(f"\n--- {name}\n{value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)}")
