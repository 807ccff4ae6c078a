"""serverless.yml as CloudFormation gets it: tables equal the store's, settings are known, roles name only what their function uses."""

from __future__ import annotations

import json
import subprocess
from dataclasses import fields
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from idp.domain.streams.allowed import ALLOWED
from idp.http import account, oidc
from idp.settings import PREFIX, Settings
from idp.store.tables import definitions
from idp.wiring.authorizer_settings import AuthorizerSettings
from tests.functions.permissions import asked_of_dynamodb, asked_of_others
from tests.functions.roles import BY_LAMBDA, allowed, listed, others, statements
from tools import cloudformation

ROOT = Path(__file__).resolve().parents[2]
TABLES = {"DirectoryTable": "directory", "StateTable": "state", "KeysTable": "keys"}
FUNCTIONS = {
    "ApiLambdaFunction": "ApiRole",
    "RotateUnderscorekeysLambdaFunction": "RotateKeysRole",
    "DeliverLambdaFunction": "DeliverRole",
    "EraseLambdaFunction": "EraseRole",
    "FetchLambdaFunction": "FetchRole",
}
SWITCHED = {
    "MailLambdaFunction": "MailRole", "MailUnderscoreeventsLambdaFunction": "MailEventsRole", "AuthorizerLambdaFunction": "AuthorizerRole",
    "ScimLambdaFunction": "ScimRole",
    "ConsoleLambdaFunction": "ConsoleRole",
    "DoctorLambdaFunction": "DoctorRole",
    "SamlLambdaFunction": "SamlRole",
    "StreamLambdaFunction": "StreamRole", "WebhooksLambdaFunction": "WebhooksRole",
    "ProvisionLambdaFunction": "ProvisionRole",
    "ImportLambdaFunction": "ImportRole",
    "AuditLambdaFunction": "AuditRole",
}  # fmt: skip
"""Functions that exist only with every switch on, and their roles."""
SIZES = {
    "MailUnderscoreeventsLambdaFunction": (512, 10),
    "FetchLambdaFunction": (512, 5), "DeliverLambdaFunction": (1769, 60), "EraseLambdaFunction": (1769, 300),
    "MailLambdaFunction": (512, 10),
    "AuthorizerLambdaFunction": (512, 5), "ScimLambdaFunction": (1769, 29), "ProvisionLambdaFunction": (1769, 300),
    "StreamLambdaFunction": (1769, 60), "WebhooksLambdaFunction": (1769, 60),
    "SamlLambdaFunction": (1769, 6), "ImportLambdaFunction": (1769, 900), "AuditLambdaFunction": (1769, 300),
    "DoctorLambdaFunction": (512, 60),
}  # fmt: skip
"""MB and seconds of functions that differ from the others."""

OWN = {"ANY /scim/v2/{proxy+}": "Scim", "ANY /console": "Console", "ANY /console/{proxy+}": "Console"}
"""Routes of functions of their own."""
"""The only route of another function."""
COLLECTOR = "OTEL_EXPORTER_OTLP_ENDPOINT"
"""The only variable that is no setting of this project."""

CONCURRENCY = 1000
"""Lambda's concurrent executions of an account, unless it is new or AWS was asked for more."""

Template = dict[str, Any]


@pytest.fixture(scope="module", params=[("dev",), ("prod",), ("prod", *cloudformation.MOST)], ids=["dev", "prod", "most"])
def asked(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """A stage, and parameters as on the command line."""
    given: tuple[str, ...] = request.param
    return given


@pytest.fixture(scope="module")
def stage(asked: tuple[str, ...]) -> str:
    return asked[0]


@pytest.fixture(scope="module")
def functions(asked: tuple[str, ...]) -> dict[str, str]:
    """Functions and their roles."""
    return {**FUNCTIONS, **(SWITCHED if "mail=ses" in asked else {})}


@pytest.fixture(scope="module")
def rendered(asked: tuple[str, ...], node_clients: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The rendered template as a file."""
    del node_clients  # requested for its effect: it installs osls
    file = tmp_path_factory.mktemp("rendered") / "template.json"
    file.write_text(cloudformation.render(*asked))
    return file


@pytest.fixture(scope="module")
def resources(rendered: Path) -> dict[str, Template]:
    """Resources by logical id."""
    found: dict[str, Template] = json.loads(rendered.read_text())["Resources"]
    return found


def test_cfn_lint_finds_nothing(rendered: Path) -> None:
    """In the template of each stage, and with every switch on."""
    done = subprocess.run([ROOT / ".venv" / "bin" / "cfn-lint", rendered], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


def test_checkov_finds_nothing(node_clients: Path, tmp_path: Path) -> None:
    """With every switch on, except the exceptions of .checkov.yaml. `make lint` also checks the template with the fewest features."""
    (tmp_path / "template.json").write_text(cloudformation.render("prod", *cloudformation.MOST))
    checkov = ROOT / ".tools" / "checkov" / "bin" / "checkov"
    done = subprocess.run(
        [checkov, "--config-file", ROOT / ".checkov.yaml", "--directory", tmp_path], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout
    assert "Failed checks: 0" in done.stdout


def test_tables_equal_those_of_the_store(resources: dict[str, Template], stage: str) -> None:
    """Names, keys, attributes, indexes and billing equal what the store creates on an engine of one's own."""
    for logical_id, wanted in zip(TABLES, definitions(f"idp-{stage}"), strict=True):
        table = resources[logical_id]
        assert table["Type"] == "AWS::DynamoDB::Table"
        assert {name: table["Properties"].get(name) for name in wanted} == wanted
        assert ("GlobalSecondaryIndexes" in table["Properties"]) == ("GlobalSecondaryIndexes" in wanted)


def test_no_table_is_missing_or_without_an_owner(resources: dict[str, Template]) -> None:
    """There are three."""
    assert {name for name, resource in resources.items() if resource["Type"] == "AWS::DynamoDB::Table"} == set(TABLES)


def test_tables_are_kept_and_protected(resources: dict[str, Template]) -> None:
    """A deleted stack or a replaced table loses no data, and no table is deleted by mistake."""
    for logical_id in TABLES:
        table = resources[logical_id]
        assert (table["DeletionPolicy"], table["UpdateReplacePolicy"]) == ("Retain", "Retain")
        assert table["Properties"]["DeletionProtectionEnabled"] is True
        assert table["Properties"]["SSESpecification"] == {"SSEEnabled": True}


def test_state_expires_and_is_never_restored(resources: dict[str, Template]) -> None:
    """FI-16: a restored `state` would make revoked tokens valid. The other two can be restored to any second."""
    recovery = {
        short: resources[logical_id]["Properties"]["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
        for logical_id, short in TABLES.items()
    }
    assert recovery == {"directory": True, "state": False, "keys": True}
    expiry = {short: resources[logical_id]["Properties"].get("TimeToLiveSpecification") for logical_id, short in TABLES.items()}
    assert expiry == {"directory": None, "state": {"AttributeName": "ttl", "Enabled": True}, "keys": None}


def test_stages_share_nothing(stage: str, resources: dict[str, Template], functions: dict[str, str]) -> None:
    """K-12: every name contains the stage, so stages share no table, key or token."""
    names = [resources[logical_id]["Properties"]["TableName"] for logical_id in TABLES]
    names += [resources[function]["Properties"]["FunctionName"] for function in functions]
    names += [resources["DataKeyAlias"]["Properties"]["AliasName"].removeprefix("alias/")]
    assert all(name.startswith(f"idp-{stage}") for name in names), names


def test_functions_have_the_documented_properties(resources: dict[str, Template], functions: dict[str, str]) -> None:
    """arm64, Python 3.13, one vCPU, a timeout below the gateway's, an existing handler, its own role, logs with an end."""
    assert {name for name, resource in resources.items() if resource["Type"] == "AWS::Lambda::Function"} == set(functions)
    for function, role in functions.items():
        properties = resources[function]["Properties"]
        assert (properties["Runtime"], properties["Architectures"]) == ("python3.13", ["arm64"])
        assert (properties["MemorySize"], properties["Timeout"]) == SIZES.get(function, (1769, 10))
        assert properties["Role"] == {"Fn::GetAtt": [role, "Arn"]}
        module, _, name = properties["Handler"].rpartition(".")
        spec = find_spec(module)
        assert name == "handler"
        assert spec is not None, module
    groups = [resource["Properties"] for resource in resources.values() if resource["Type"] == "AWS::Logs::LogGroup"]
    assert len(groups) == len(functions) + 1, "one each, and the gateway's"
    assert all(group["RetentionInDays"] >= 30 for group in groups)


def test_every_variable_is_a_setting_and_no_secret(resources: dict[str, Template], functions: dict[str, str]) -> None:
    """K-10: GetFunctionConfiguration shows an address, a prefix and the name of a key."""
    known = {PREFIX + name.upper() for name in (*(field.name for field in fields(Settings)), *AuthorizerSettings._fields)} | {COLLECTOR}
    for function in functions:
        variables = resources[function]["Properties"]["Environment"]["Variables"]
        assert set(variables) <= known
        assert variables["IDP_ENV"] == "prod"
        assert variables["IDP_KMS_KEY_ID"] == {"Fn::GetAtt": ["DataKey", "Arn"]}
        assert "IDP_KEY_FILE" not in variables


def test_every_setting_can_be_given_as_a_parameter(resources: dict[str, Template]) -> None:
    """By a parameter of its name, or the stack sets it. Settings for development are never set."""
    given = set(resources["ApiLambdaFunction"]["Properties"]["Environment"]["Variables"])
    for_development = {"IDP_KEY_FILE", "IDP_SMTP_PASSWORD", "IDP_DEV_FETCH_HOSTS", "IDP_DEV_FETCH_CA"}
    assert given == {PREFIX + field.name.upper() for field in fields(Settings)} - for_development | {COLLECTOR}


def test_a_function_with_traces_has_the_opentelemetry_layer(resources: dict[str, Template], asked: tuple[str, ...]) -> None:
    """Every function that writes records has the layer, because it would not start without it. Without traces no function has it."""
    on = "tracing=on" in asked
    assert ("TracingLambdaLayer" in resources) is on
    for function in (
        "ApiLambdaFunction",
        "RotateUnderscorekeysLambdaFunction",
        "DeliverLambdaFunction",
        *(each for each in SWITCHED if "Mail" in each),
    ):
        if function not in resources:
            continue
        properties = resources[function]["Properties"]
        variables = properties["Environment"]["Variables"]
        assert ({"Ref": "TracingLambdaLayer"} in properties["Layers"]) is on
        assert (variables["IDP_TRACING"], bool(variables[COLLECTOR])) == (("otlp", True) if on else ("", False))


def test_no_unused_metric_is_paid_for(resources: dict[str, Template]) -> None:
    """Metrics of each route cost money; alarms and dashboard use those of the whole API."""
    settings = resources["HttpApiStage"]["Properties"]
    routes = [settings["DefaultRouteSettings"], *settings["RouteSettings"].values()]
    assert not [each for each in routes if each.get("DetailedMetricsEnabled")]


def test_the_gateway_sends_every_path_to_one_function(resources: dict[str, Template]) -> None:
    """J-14: every route has the same integration, the alias, but those of SCIM and of the console; there is no function URL."""
    routes = [resource["Properties"] for resource in resources.values() if resource["Type"] == "AWS::ApiGatewayV2::Route"]
    assert "$default" in [route["RouteKey"] for route in routes]
    own = [route for route in routes if route["RouteKey"] in OWN]
    rest = [route for route in routes if route["RouteKey"] not in OWN]
    assert len({json.dumps(route["Target"]) for route in rest}) == 1
    assert not {json.dumps(route["Target"]) for route in own} & {json.dumps(route["Target"]) for route in rest}
    functions = {OWN[route["RouteKey"]] for route in own}
    assert len({json.dumps(route["Target"]) for route in own}) == len(functions)
    integrations = [resource["Properties"] for resource in resources.values() if resource["Type"] == "AWS::ApiGatewayV2::Integration"]
    assert [integration["PayloadFormatVersion"] for integration in integrations] == ["2.0"] * (1 + len(functions))
    assert sum("snapstart" in json.dumps(integration["IntegrationUri"]) for integration in integrations) == 1
    assert not [name for name, resource in resources.items() if resource["Type"] == "AWS::Lambda::Url"]


def test_routes_with_limits_of_their_own_exist(resources: dict[str, Template]) -> None:
    """A limit on a route that the app does not have would be useless; each POST that checks a password or a code has one."""
    stage = resources["HttpApiStage"]["Properties"]
    routes = {resource["Properties"]["RouteKey"] for resource in resources.values() if resource["Type"] == "AWS::ApiGatewayV2::Route"}
    assert set(stage["RouteSettings"]) == routes - {"$default", *OWN}
    known = {f"{method} {route.path}" for route in [*account.routes(), *oidc.routes(in_place=True)] for method in route.methods or ()}
    assert set(stage["RouteSettings"]) <= known
    assert {"POST /forgot", "POST /reset", "POST /mail-code", "POST /mail-code/type"} <= routes
    assert {
        "POST /login",
        "POST /totp",
        "POST /recovery-code",
        "POST /passkey",
        "POST /passkey-sign-in",
        "POST /account/confirm",
        "POST /account/password",
    } <= routes
    assert {"POST /sign-up", "POST /sign-up/code", "POST /sign-up/finish"} <= routes
    assert {
        "POST /account/email/ask",
        "POST /account/email/code",
        "POST /email-undo",
        "POST /delete-undo",
        "POST /not-me",
        "POST /join",
    } <= routes
    assert {"POST /verify-email", "POST /account/verify-email", "POST /account/verify-email/code"} <= routes
    limits = {name: settings["ThrottlingRateLimit"] for name, settings in stage["RouteSettings"].items()}
    everything = stage["DefaultRouteSettings"]["ThrottlingRateLimit"]
    assert all(limit <= limits["POST /token"] < everything for limit in limits.values()), limits
    # docs/decisions/0020: sign-ins cannot take the environments of refreshes.
    assert everything + sum(settings["ThrottlingBurstLimit"] for settings in stage["RouteSettings"].values()) < CONCURRENCY


def test_access_logs_contain_nothing_that_a_caller_chose(resources: dict[str, Template]) -> None:
    """JSON, one line per request, kept as long as other logs: no path, query, header or body, which could contain a secret."""
    settings = resources["HttpApiStage"]["Properties"]["AccessLogSettings"]
    line = json.loads(settings["Format"])
    assert settings["DestinationArn"] == {"Fn::GetAtt": ["HttpApiLogGroup", "Arn"]}
    assert set(line.values()) == {
        "$context.requestId", "$context.requestTime", "$context.identity.sourceIp", "$context.httpMethod", "$context.routeKey",
        "$context.status", "$context.responseLength", "$context.responseLatency", "$context.integrationLatency",
        "$context.error.responseType",
    }  # fmt: skip


def test_with_a_domain_the_gateways_address_is_off(resources: dict[str, Template], asked: tuple[str, ...]) -> None:
    """J-14: the gateway's own address is switched off."""
    has_domain = "dns=route53" in asked
    assert resources["HttpApi"]["Properties"].get("DisableExecuteApiEndpoint", False) is has_domain
    names = [resource["Properties"] for resource in resources.values() if resource["Type"] == "AWS::ApiGatewayV2::DomainName"]
    assert all(each["SecurityPolicy"] == "TLS_1_2" for name in names for each in name["DomainNameConfigurations"])
    assert len(names) == (2 if has_domain else 0)


def test_a_new_version_takes_over_by_weights_and_an_alarm_rolls_it_back(resources: dict[str, Template], stage: str) -> None:
    """CodeDeploy moves the alias that the gateway calls; each alarm that stops it exists and is about the new version."""
    policy = resources["ApiSnapStartLambdaAlias"]["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]
    assert policy == {"ApplicationName": {"Ref": "Releases"}, "DeploymentGroupName": {"Ref": "ApiReleases"}}
    group = resources["ApiReleases"]["Properties"]
    wanted = {"dev": "CodeDeployDefault.LambdaAllAtOnce", "prod": "CodeDeployDefault.LambdaCanary10Percent5Minutes"}
    assert group["DeploymentConfigName"] == wanted[stage]
    assert "DEPLOYMENT_STOP_ON_ALARM" in group["AutoRollbackConfiguration"]["Events"]
    alarms = [alarm["Name"]["Ref"] for alarm in group["AlarmConfiguration"]["Alarms"]]
    assert {resources[alarm]["Type"] for alarm in alarms} == {"AWS::CloudWatch::Alarm"}
    assert all(resources[alarm]["Properties"]["Period"] == 60 for alarm in alarms), "sooner than the next weight"


def test_only_the_api_function_has_versions(resources: dict[str, Template]) -> None:
    """Each stack would leave a version of another function at every deployment, and it is never the target of a rollback."""
    versions = [resource["Properties"]["FunctionName"] for resource in resources.values() if resource["Type"] == "AWS::Lambda::Version"]
    assert versions == [{"Ref": "ApiLambdaFunction"}]


def test_failed_background_events_are_kept(resources: dict[str, Template], functions: dict[str, str]) -> None:
    """Every function that is invoked asynchronously has the dead-letter queue and may write to it."""
    waited_for = {
        "ApiLambdaFunction", "FetchLambdaFunction", "AuthorizerLambdaFunction", "ScimLambdaFunction", "ConsoleLambdaFunction",
        "SamlLambdaFunction",
    }  # fmt: skip
    for function, role in functions.items():
        config = resources[function]["Properties"].get("DeadLetterConfig")
        sends = [statement for statement in statements(resources[role]) if "sqs:SendMessage" in listed(statement["Action"])]
        if function in waited_for:
            assert (config, sends) == (None, [])
        else:
            assert config == {"TargetArn": {"Fn::GetAtt": ["DeadLetters", "Arn"]}}
            assert [statement["Resource"] for statement in sends] == [{"Fn::GetAtt": ["DeadLetters", "Arn"]}]


def test_alarms_are_free_and_have_a_topic(resources: dict[str, Template]) -> None:
    """Ten alarms and one dashboard of fifty metrics are free. Those of what is switched on cost ten cents a month each.

    Missing data raises an alarm only for metrics that are written daily, and for the hours of the audit that are sealed.
    """
    alarms = {name: resource["Properties"] for name, resource in resources.items() if resource["Type"] == "AWS::CloudWatch::Alarm"}
    more = {"MailsLostAlarm", "TicketLimitsAlarm", "SamlErrorsAlarm", "ProvisionErrorsAlarm", "ImportErrorsAlarm"}
    more |= {"StreamErrorsAlarm", "StreamAgeAlarm", "AuditSealingAlarm", "AuditErrorsAlarm", "WebhooksErrorsAlarm"}
    assert len(set(alarms) - more) <= 10
    assert all(alarm["AlarmActions"] == [{"Ref": "AlarmTopic"}] for alarm in alarms.values())
    missing = {name: alarm["TreatMissingData"] for name, alarm in alarms.items()}
    assert {name for name, how in missing.items() if how == "breaching"} == {"SigningKeyAgeAlarm"} | {"AuditSealingAlarm"} & set(alarms)
    metrics = [metric for widget in board(resources)["widgets"] for metric in widget["properties"]["metrics"]]
    assert len(metrics) <= 50


@pytest.mark.parametrize(
    ("switch", "function", "alarms"),
    [
        ("stream=on", "Stream", {("Errors", "Sum", 1), ("IteratorAge", "Maximum", 900_000)}),
        ("stream=on", "Webhooks", {("Errors", "Sum", 1)}),
        ("provisioning=on", "Provision", {("Errors", "Sum", 1)}),
        ("audit=on", "Audit", {("Errors", "Sum", 1)}),
    ],
)
def test_streams_and_provisioning_bring_alarms_of_their_functions(
    switch: str, function: str, alarms: set[tuple[str, str, int]], resources: dict[str, Template], asked: tuple[str, ...]
) -> None:
    """On errors, and on changes that wait. Records that are given up are dead letters, which have an alarm anyway."""
    found = {
        (told["MetricName"], told["Statistic"], told["Threshold"])
        for resource in resources.values()
        if resource["Type"] == "AWS::CloudWatch::Alarm"
        for told in [resource["Properties"]]
        if {"Ref": f"{function}LambdaFunction"} in [each["Value"] for each in told["Dimensions"]]
    }
    assert found == (alarms if switch in asked else set())
    assert "DeadLettersAlarm" in resources


@pytest.mark.parametrize(("metrics", "missing", "widgets"), [("off", "notBreaching", 7), ("on", "breaching", 11)])
def test_the_setting_of_metrics_is_that_of_alarm_and_dashboard(node_clients: Path, metrics: str, missing: str, widgets: int) -> None:
    """IDP_METRICS=off: no age of a key is reported, and its alarm must not be raised. IDP_METRICS=on: the dashboard has more widgets."""
    del node_clients
    found = json.loads(cloudformation.render("dev", f"IDP_METRICS={metrics}"))["Resources"]
    assert found["SigningKeyAgeAlarm"]["Properties"]["TreatMissingData"] == missing
    assert found["ApiLambdaFunction"]["Properties"]["Environment"]["Variables"]["IDP_METRICS"] == metrics
    assert len(board(found)["widgets"]) == widgets
    assert sum(len(widget["properties"]["metrics"]) for widget in board(found)["widgets"]) <= 50


def test_a_snapshot_is_paid_for_only_if_it_is_asked_for(resources: dict[str, Template]) -> None:
    """In each stage. Its cache costs money without any sign-in, three times for the versions that are kept."""
    assert resources["ApiLambdaFunction"]["Properties"]["SnapStart"] == {"ApplyOn": "None"}


def test_alarms_and_dashboard_are_about_this_deployment(resources: dict[str, Template], stage: str) -> None:
    """K-12: two stages in one account do not mix their metrics."""
    for resource in resources.values():
        properties = resource["Properties"]
        if resource["Type"] == "AWS::CloudWatch::Alarm" and properties["Namespace"] == "idp":
            assert {"Name": "Deployment", "Value": f"idp-{stage}"} in properties["Dimensions"]
    for widget in board(resources)["widgets"]:
        for metric in widget["properties"]["metrics"]:
            assert metric[0] != "idp" or metric[2:4] == ["Deployment", f"idp-{stage}"]


def board(resources: dict[str, Template]) -> dict[str, Any]:
    """The dashboard, with placeholders for CloudFormation's values."""
    body: dict[str, Any] = json.loads(resources["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"])
    return body


def test_schedules_have_the_documented_rates(resources: dict[str, Template], asked: tuple[str, ...]) -> None:
    """Keys are checked and people erased daily; logout tokens are sent again every five minutes.

    Accounts at apps are provisioned every minute, and compared daily. Webhooks that wait are looked for every minute. An import whose slice
    was cut off goes on within five minutes. With the console the deployment is checked each hour.
    """
    rules = [resource["Properties"] for resource in resources.values() if resource["Type"] == "AWS::Events::Rule"]
    provisioning = ["rate(1 minute)", "rate(1 day)"] if "provisioning=on" in asked else []
    imports = ["rate(5 minutes)"] if "imports=on" in asked else []
    audit = ["rate(10 minutes)"] if "audit=on" in asked else []
    webhooks = ["rate(1 minute)"] if "stream=on" in asked else []
    checks = ["rate(1 hour)"] if "console=on" in asked else []
    assert [rule["ScheduleExpression"] for rule in rules] == [
        "rate(1 day)",
        "rate(5 minutes)",
        "rate(1 day)",
        *checks,
        *webhooks,
        *provisioning,
        *imports,
        *audit,
    ]


def test_roles_have_no_wildcard(resources: dict[str, Template], functions: dict[str, str]) -> None:
    """Neither an action nor a resource has one, and there is no managed policy."""
    for role in functions.values():
        assert "ManagedPolicyArns" not in resources[role]["Properties"]
        for statement in statements(resources[role]):
            assert statement["Effect"] == "Allow"
            assert "NotAction" not in statement
            assert not [action for action in listed(statement["Action"]) if "*" in action]
            assert all(isinstance(resource, dict) for resource in listed(statement["Resource"])), statement


def test_mail_by_smtp_may_read_one_password_and_nothing_else(node_clients: Path) -> None:
    """The function may not send by SES and reads no table. The password is not in the template, only the name of its parameter."""
    del node_clients  # requested for its effect: it installs osls
    given = ("mail=smtp", "mailFrom=id@example.com", "smtpUrl=smtps://idp@mail.example", "smtpPasswordParameter=/idp/smtp")
    found = json.loads(cloudformation.render("prod", *given))["Resources"]
    mail = found["MailLambdaFunction"]["Properties"]
    (reads,) = [each for each in statements(found["MailRole"]) if each["Action"] == "ssm:GetParameter"]
    assert reads["Resource"]["Fn::Sub"].endswith(":parameter/idp/smtp")
    assert others("MailRole", found) - BY_LAMBDA == asked_of_others("idp.functions.mail_smtp") == {"ssm:GetParameter"}
    assert allowed(found["MailRole"]) == asked_of_dynamodb("idp.functions.mail_smtp")
    assert "MailUnderscoreeventsLambdaFunction" not in found
    assert mail["DeadLetterConfig"] == {"TargetArn": {"Fn::GetAtt": ["DeadLetters", "Arn"]}}
    assert find_spec(mail["Handler"].rpartition(".")[0])
    assert mail["Environment"]["Variables"]["IDP_SMTP_PASSWORD_PARAMETER"] == "/idp/smtp"
    assert not [name for name in found if found[name]["Type"].startswith("AWS::SES::")]


def test_only_the_rotation_may_encrypt_the_data_key(resources: dict[str, Template], functions: dict[str, str]) -> None:
    """The api function can decrypt the data key and not encrypt another one; both only for this purpose."""
    keys = {
        role: [statement for statement in statements(resources[role]) if listed(statement["Action"])[0].startswith("kms:")]
        for role in functions.values()
    }
    assert [role for role, found in keys.items() if not found] == [
        role for role in keys if role in {"FetchRole", "MailRole", "MailEventsRole", "AuthorizerRole", "SamlRole", "StreamRole"}
    ]
    keys = {role: found for role, found in keys.items() if found}
    assert {role: [listed(s["Action"]) for s in found] for role, found in keys.items()} == {
        "ApiRole": [["kms:Decrypt"]],
        "RotateKeysRole": [["kms:Decrypt", "kms:Encrypt"]],
        "DeliverRole": [["kms:Decrypt"]],
        "EraseRole": [["kms:Decrypt"]],
        **({"ScimRole": [["kms:Decrypt"]], "ProvisionRole": [["kms:Decrypt"]]} if "ScimRole" in keys else {}),
        **({"ImportRole": [["kms:Decrypt"]], "AuditRole": [["kms:Decrypt"]]} if "ImportRole" in keys else {}),
        **({"WebhooksRole": [["kms:Decrypt"]]} if "WebhooksRole" in keys else {}),
        **({"ConsoleRole": [["kms:Decrypt"]]} if "ConsoleRole" in keys else {}),
        **({"DoctorRole": [["kms:DescribeKey", "kms:GetKeyRotationStatus"]]} if "DoctorRole" in keys else {}),
    }
    for role, found in keys.items():
        if role != "DoctorRole":  # it cannot use the key at all
            assert found[0]["Condition"] == {"StringEquals": {"kms:EncryptionContext:purpose": "idp data key"}}
        assert found[0]["Resource"] == {"Fn::GetAtt": ["DataKey", "Arn"]}


def test_no_role_may_read_or_change_a_whole_table(resources: dict[str, Template], functions: dict[str, str]) -> None:
    """Only an operator scans and changes tables: backup, restore, migrations."""
    for role in functions.values():
        actions = {action for statement in statements(resources[role]) for action in listed(statement["Action"])}
        assert not actions & {
            "dynamodb:Scan",
            "dynamodb:UpdateTable",
            "dynamodb:DeleteTable",
            "dynamodb:CreateTable",
            "dynamodb:UpdateTimeToLive",
        }


def test_the_fetch_function_has_no_permission(stage: str, resources: dict[str, Template], functions: dict[str, str]) -> None:
    """E-09: a URL that an app chose is fetched without permissions. Only the provider may invoke the function.

    SCIM looks up breached passwords and sends logout tokens. SCIM and webhooks invoke `mail` too, for the receipt of an erasure and for an
    endpoint that was switched off: statements of their own, because they are deployed without mail as well. An import invokes itself for
    its next slice, webhooks invoke themselves for each endpoint, and the reader of the streams wakes them. The console reads metadata of
    SAML, mails, and wakes webhooks.
    """
    assert resources["FetchRole"]["Properties"]["Policies"] == []
    assert resources["FetchLambdaFunction"]["Properties"]["FunctionName"] == f"idp-{stage}-fetch"
    assert resources["ApiLambdaFunction"]["Properties"]["Environment"]["Variables"]["IDP_FETCH_FUNCTION"] == f"idp-{stage}-fetch"
    may = {
        role: [statement["Resource"] for statement in statements(resources[role]) if "lambda:InvokeFunction" in listed(statement["Action"])]
        for role in functions.values()
    }
    fetch = [{"Fn::GetAtt": ["FetchLambdaFunction", "Arn"]}]
    mail, itself, webhooks, saml = (
        {"Fn::Sub": f"arn:${{AWS::Partition}}:lambda:${{AWS::Region}}:${{AWS::AccountId}}:function:idp-{stage}-{name}"}
        for name in ("mail", "import", "webhooks", "saml")
    )
    switched = {
        "ProvisionRole": fetch, "ScimRole": [*fetch, mail], "ImportRole": [itself], "StreamRole": [webhooks],
        "ConsoleRole": [*fetch, saml, mail, webhooks], "WebhooksRole": [*fetch, webhooks, mail],
    }  # fmt: skip
    assert {role: resources for role, resources in may.items() if resources} == {
        "ApiRole": fetch, "DeliverRole": fetch, "EraseRole": fetch, **{role: invoked for role, invoked in switched.items() if role in may},
    }  # fmt: skip


def test_the_streams_are_off_by_default_and_never_of_the_keys(resources: dict[str, Template], asked: tuple[str, ...]) -> None:
    """A change of `directory` needs both images. Of `state` only what is new is read."""
    streams = {name: resources[name]["Properties"].get("StreamSpecification", {"Ref": "AWS::NoValue"}) for name in TABLES}
    off = {"Ref": "AWS::NoValue"}
    on = {"DirectoryTable": {"StreamViewType": "NEW_AND_OLD_IMAGES"}, "StateTable": {"StreamViewType": "NEW_IMAGE"}}
    assert streams == {"KeysTable": off, **(on if "stream=on" in asked else dict.fromkeys(on, off))}


def test_lambda_gets_only_the_kinds_that_may_be_read(resources: dict[str, Template], asked: tuple[str, ...]) -> None:
    """R-01: the filters have the kinds of the allow-list and no other. R-02: a bad record stops no shard."""
    mappings = [each["Properties"] for each in resources.values() if each["Type"] == "AWS::Lambda::EventSourceMapping"]
    assert len(mappings) == (2 if "stream=on" in asked else 0)
    for mapping in mappings:
        table = TABLES[mapping["EventSourceArn"]["Fn::GetAtt"][0]]
        patterns = [json.loads(each["Pattern"]) for each in mapping["FilterCriteria"]["Filters"]]
        for pattern in patterns:
            (image,) = pattern["dynamodb"].values()
            assert set(image["kind"]["S"]) == set(ALLOWED[table])
            assert table == "directory" or pattern["eventName"] == ["INSERT"]
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert mapping["BisectBatchOnFunctionError"] is True
        assert (mapping["MaximumRetryAttempts"], mapping["MaximumRecordAgeInSeconds"]) == (5, 43200)
        assert mapping["DestinationConfig"]["OnFailure"]["Destination"] == {"Fn::GetAtt": ["DeadLetters", "Arn"]}


def test_one_function_of_the_operator_may_be_asked_about_passwords(asked: tuple[str, ...], resources: dict[str, Template]) -> None:
    """R-11: only `api` may, only the one that the parameter names, and none by default."""
    named = [each.partition("=")[2] for each in asked if each.startswith("IDP_MIGRATION_FUNCTION=")]
    policies = {name: it["Properties"] for name, it in resources.items() if name == "ApiAsksAboutPasswords"}
    assert len(policies) == len(named)
    for policy in policies.values():
        (statement,) = policy["PolicyDocument"]["Statement"]
        assert policy["Roles"] == [{"Ref": "ApiRole"}]
        assert (listed(statement["Action"]), listed(statement["Resource"])) == (["lambda:InvokeFunction"], named)
        assert resources["ApiLambdaFunction"]["Properties"]["Environment"]["Variables"]["IDP_MIGRATION_FUNCTION"] == named[0]


def test_hooks_may_ask_the_functions_that_the_operator_names(asked: tuple[str, ...], resources: dict[str, Template]) -> None:
    """Only `api` and the console, which gets tokens of an app that is tried; only those that the parameter names, and none by default."""
    named = [each.partition("=")[2] for each in asked if each.startswith("IDP_HOOKS_FUNCTIONS=")]
    roles = [name for name in ("ApiRole", "ConsoleRole") if name in resources]
    policies = {name: it["Properties"] for name, it in resources.items() if name == "ApiAsksHooks"}
    assert len(policies) == len(named)
    for policy in policies.values():
        (statement,) = policy["PolicyDocument"]["Statement"]
        assert policy["Roles"] == [{"Ref": name} for name in roles]
        assert (statement["Action"], statement["Resource"]) == ("lambda:InvokeFunction", {"Fn::Split": [" ", named[0]]})
        variables = resources["ApiLambdaFunction"]["Properties"]["Environment"]["Variables"]
        assert (variables["IDP_HOOKS"], variables["IDP_HOOKS_FUNCTIONS"]) == ("on", named[0])


def test_the_rotation_cannot_read_people(resources: dict[str, Template]) -> None:
    """It writes audit events to `state` and reads nothing there. It cannot access `directory`."""
    for statement in statements(resources["RotateKeysRole"]):
        named = json.dumps(statement["Resource"])
        assert "DirectoryTable" not in named
        if "StateTable" in named:
            assert listed(statement["Action"]) == ["dynamodb:PutItem"]
