"""The packaged functions against the stack, under Lambda's runtime client.

Archives are unpacked as Lambda does; environments, tables and keys are those that CloudFormation creates.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.engines.launch import moto
from tests.functions import stack as stacks
from tests.functions.conftest import HttpApi, idp
from tests.functions.stack import ISSUER, NOT_BY_MOTO, STACK, Stack
from tests.support import lambda_invoke
from tests.support.lambda_host import FunctionError, LambdaHost

pytestmark = [pytest.mark.functions, pytest.mark.filterwarnings("ignore:Tried to parse:UserWarning")]


@pytest.fixture(scope="module")
def stack(node_clients: Path) -> Iterator[Stack]:
    """On a server of its own, because a stack's names are always the same."""
    del node_clients  # requested for its effect: it installs osls
    with moto() as endpoint:
        parameters = ("alarmMail=on", "alarmAddress=ops@example.com", "mail=ses", "mailFrom=id@example.com", "mailDomain=example.com")
        yield stacks.create(endpoint, *parameters)


@pytest.fixture(scope="module")
def hosts(stack: Stack, unpacked: Path) -> Iterator[dict[str, LambdaHost]]:
    """Every function, from the archive of its resource. The others invoke `fetch` by Lambda's API."""
    with ExitStack() as running:
        started: dict[str, LambdaHost] = {}
        for function in ("rotate_keys", "deliver", "erase", "fetch", "mail", "mail_events", "api"):
            env = stack.environment(function.replace("mail_events", "mail-events"))
            if "fetch" in started:
                fetch = running.enter_context(lambda_invoke.invoking(started["fetch"].invoke))
                env["AWS_ENDPOINT_URL_LAMBDA"] = fetch.url
            started[function] = running.enter_context(LambdaHost(f"idp.functions.{function}.handler", cwd=unpacked, env=env))
        yield started


@pytest.fixture(scope="module")
def deployed(stack: Stack, hosts: dict[str, LambdaHost]) -> dict[str, Any]:
    """A first deployment: the rotation creates the keys, the command line the first admin, with the outputs of the stack."""
    assert hosts["rotate_keys"].invoke({"source": "aws.events"})["rotated"] == []
    outputs = stack.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]["Outputs"]
    given = {output["OutputKey"]: output["OutputValue"] for output in outputs}
    env = {"IDP_ISSUER": ISSUER, "IDP_TABLE_PREFIX": given["TablePrefix"], "IDP_KMS_KEY_ID": given["DataKeyArn"], **stack.where()}
    made: dict[str, Any] = json.loads(idp(env, "bootstrap", "--json"))
    return made


@pytest.fixture
def http(hosts: dict[str, LambdaHost]) -> httpx.Client:
    return httpx.Client(transport=HttpApi(hosts["api"]), base_url=ISSUER)


def test_every_supported_resource_is_created(stack: Stack) -> None:
    """Unsupported types of resources are listed by name."""
    made = stack.client("cloudformation").describe_stack_resources(StackName=STACK)["StackResources"]
    there = {resource["LogicalResourceId"] for resource in made if resource.get("PhysicalResourceId")}
    missing = {name: resource["Type"] for name, resource in stack.template["Resources"].items() if name not in there}
    assert set(missing.values()) <= NOT_BY_MOTO | {"AWS::Lambda::Permission", "AWS::Lambda::Version"}, "the last two are made without an id"
    types = {resource["Type"] for resource in stack.template["Resources"].values()}
    assert types >= NOT_BY_MOTO, "moto can by now"


def test_tables_key_and_queue_have_the_declared_properties(stack: Stack) -> None:
    """On the engine, not in the template: on-demand and protected; the key rotates."""
    dynamodb = stack.client("dynamodb")
    for table in ("directory", "state", "keys"):
        described = dynamodb.describe_table(TableName=f"{STACK}-{table}")["Table"]
        assert described["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
        assert described["DeletionProtectionEnabled"] is True
    key = stack.environment("api")["IDP_KMS_KEY_ID"]
    assert stack.client("kms").get_key_rotation_status(KeyId=key)["KeyRotationEnabled"] is True
    queue = stack.client("sqs").get_queue_url(QueueName=f"{STACK}-dead-letters")["QueueUrl"]
    attributes = stack.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
    assert attributes["MessageRetentionPeriod"] == "1209600"


def test_schedules_run_the_functions(stack: Stack) -> None:
    """Each rule is enabled, and its target is an existing function."""
    events = stack.client("events")
    targets = {}
    for rule in events.list_rules()["Rules"]:
        assert rule["State"] == "ENABLED"
        (target,) = events.list_targets_by_rule(Rule=rule["Name"])["Targets"]
        targets[target["Arn"].rpartition(":")[2]] = rule["ScheduleExpression"]
    assert targets == {f"{STACK}-rotate_keys": "rate(1 day)", f"{STACK}-deliver": "rate(5 minutes)", f"{STACK}-erase": "rate(1 day)"}


def test_every_function_has_its_own_role(stack: Stack) -> None:
    """Only Lambda can assume it, and it has the policy of the template."""
    functions = {each["FunctionName"]: each["Role"] for each in stack.client("lambda").list_functions()["Functions"]}
    assert len(set(functions.values())) == len(functions)
    iam = stack.client("iam")
    for arn in functions.values():
        role = iam.get_role(RoleName=arn.rpartition("/")[2])["Role"]
        (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
        assert (trust["Principal"], trust["Action"]) == ({"Service": "lambda.amazonaws.com"}, "sts:AssumeRole")
        assert iam.list_attached_role_policies(RoleName=role["RoleName"])["AttachedPolicies"] == []


def test_cloudwatch_accepts_the_alarms(stack: Stack) -> None:
    """Botocore checks every parameter; moto then has them, with the created topic."""
    cloudwatch = stack.client("cloudwatch")
    for alarm in stacks.alarms(stack):
        cloudwatch.put_metric_alarm(**alarm)
    known = cloudwatch.describe_alarms()["MetricAlarms"]
    assert {alarm["AlarmName"].removeprefix(f"{STACK}-") for alarm in known} == {
        "failed-sign-ins", "lockouts", "refresh-replays", "5xx", "function-errors", "unavailable", "throttles", "signing-key-age",
        "dead-letters", "deliveries-given-up", "mails-lost", "ticket-limits",
    }  # fmt: skip
    assert {tuple(alarm["AlarmActions"]) for alarm in known} == {(stack.topic(),)}
    assert json.loads(cloudwatch.get_dashboard(DashboardName=STACK)["DashboardBody"])["widgets"]


def test_no_function_is_configured_with_a_secret(stack: Stack) -> None:
    """K-10: every value that GetFunctionConfiguration shows is an address, a name or a word."""
    for function in stack.client("lambda").list_functions()["Functions"]:
        for name, value in function["Environment"]["Variables"].items():
            assert not name.endswith(("SECRET", "PASSWORD", "TOKEN_KEY", "CREDENTIAL", "CREDENTIALS")), name
            assert value in {
                "",
                ISSUER,
                STACK,
                f"{STACK}-fetch",
                f"{STACK}-mail",
                "id@example.com",
                "prod",
                "INFO",
                "off",
            } or value.startswith("arn:aws:kms:"), (name, value)


def test_the_api_works_on_the_created_stack(deployed: dict[str, Any], http: httpx.Client) -> None:
    """Production's settings and KMS: the first client gets a token, and the admin API accepts it."""
    assert http.get("/.well-known/openid-configuration").json()["issuer"] == ISSUER
    assert {key["alg"] for key in http.get("/jwks").json()["keys"]} >= {"RS256", "ES256"}
    client = deployed["admin_client"]
    answer = http.post(
        "/token",
        data={"grant_type": "client_credentials", "scope": " ".join(client["scopes"])},
        auth=(client["client_id"], client["client_secret"]),
    )
    assert answer.status_code == 200, answer.text
    bearer = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    people = http.get("/admin/v1/users", headers=bearer).json()["items"]
    assert [person["email"] for person in people] == [deployed["admin"]["email"]]


def test_stored_keys_are_encrypted_with_the_stacks_key(deployed: dict[str, Any], stack: Stack) -> None:
    """No private part in the table is readable without KMS: the data key is encrypted with the created key."""
    items = stack.client("dynamodb").scan(TableName=f"{STACK}-keys")["Items"]
    (enveloped,) = [item for item in items if item["sk"]["S"] == "DATAKEY"]
    blob = next(value["B"] for value in enveloped.values() if "B" in value)
    opened = stack.client("kms").decrypt(CiphertextBlob=blob, EncryptionContext={"purpose": "idp data key"})
    assert opened["KeyId"] == stack.environment("api")["IDP_KMS_KEY_ID"]
    assert len(opened["Plaintext"]) == 32
    assert not [item for item in items if opened["Plaintext"] in json.dumps(item, default=str).encode()]


def test_the_scheduled_functions_run(deployed: dict[str, Any], hosts: dict[str, LambdaHost]) -> None:
    """A second rotation finds nothing due; there is nothing to deliver; the fetch function refuses internal addresses."""
    assert hosts["rotate_keys"].invoke({"source": "aws.events"})["rotated"] == []
    assert hosts["deliver"].invoke({"source": "aws.events"}) == {"delivered": 0}
    assert hosts["erase"].invoke({"source": "aws.events"}) == {"erased": 0, "organizations_ended": 0, "domains_checked": 0}
    event = {"method": "GET", "url": "https://169.254.169.254/canary", "accept": "*/*", "limit": 1000, "timeout": 1}
    assert "refused" in hosts["fetch"].invoke(event)
    assert "refused" in hosts["fetch"].invoke({**event, "method": "POST", "form": {"logout_token": "canary"}})
    assert "canary" not in hosts["fetch"].output, "neither what was asked for nor what was sent is logged"


def test_mail_is_sent_from_the_verified_address(stack: Stack, hosts: dict[str, LambdaHost]) -> None:
    """With an event as the provider queues it. Before SES knows the domain, the run fails, so that Lambda retries."""
    event = {
        "id": "1",
        "deliver": 1,
        "to": "ada@example.org",
        "subject": "Your password was changed",
        "text": "Hello.\n",
        "html": "<p>Hello.",
    }
    ses = stack.client("sesv2")
    for known in ses.list_email_identities()["EmailIdentities"]:  # moto has one account for the whole process
        ses.delete_email_identity(EmailIdentity=known["IdentityName"])
    with pytest.raises(FunctionError, match="SES answered"):
        hosts["mail"].invoke(event)
    assert hosts["mail"].invoke({**event, "deliver": 0}) is None, "nothing is sent for an address without an account"
    ses.create_email_identity(EmailIdentity="example.com")
    assert hosts["mail"].invoke(event) is None
    assert not [value for value in ("ada@", "password", "Hello") if value in hosts["mail"].output], (
        "the log contains neither address nor text of a mail"
    )


def test_an_address_that_bounced_gets_no_more_mail(stack: Stack, hosts: dict[str, LambdaHost]) -> None:
    """SES reports it by SNS; the mail function then sends nothing and ends well. Neither function logs the address."""
    ses = stack.client("sesv2")
    if not ses.list_email_identities()["EmailIdentities"]:
        ses.create_email_identity(EmailIdentity="example.com")
    bounce = {"bounceType": "Permanent", "bounceSubType": "General", "bouncedRecipients": [{"emailAddress": "grace@example.org"}]}
    report = {"Records": [{"Sns": {"Message": json.dumps({"eventType": "Bounce", "bounce": bounce})}}]}
    assert hosts["mail_events"].invoke(report) is None
    event = {"id": "1", "deliver": 1, "to": "grace@example.org", "subject": "Hello", "text": "Hello.\n", "html": "<p>Hello."}
    assert hosts["mail"].invoke(event) is None
    assert "MailsSuppressed" in hosts["mail"].output
    assert "grace@" not in hosts["mail"].output + hosts["mail_events"].output
    with pytest.raises(FunctionError):
        hosts["mail_events"].invoke({"Records": [{"Sns": {"Message": "not JSON"}}]})
