"""The checks before a deployment report all problems at once, each with what to do (tools/preflight.py)."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml

from idp.store import deployment_keys
from idp.store.signing_keys import RpIdItem
from tests.engines.launch import moto
from tools import preflight
from tools.cloudformation import MOST
from tools.stage import ROOT, Stage

EDGE = ["domain=id.example.com", "hostedZone=Z0123456789ABCDEFGHIJ"]


SWITCHES = ("policies", "scim", "console", "saml", "stream", "provisioning", "imports", "audit")


@pytest.fixture(scope="module")
def account() -> Iterator[str]:
    """An account on moto."""
    with moto() as endpoint, pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ENDPOINT_URL", endpoint)
        yield endpoint


def said(given: list[str], stage: str = "dev", *, edge: bool = False) -> str:
    return "\n".join(preflight.parameters(stage, given, edge=edge))


@pytest.mark.parametrize(
    "given",
    [
        [], list(MOST), ["dns=elsewhere", "domain=id.example.com", "certificate=arn:aws:acm:x"], ["requests=50", "logRetention=90"],
        ["scim=on"], ["console=on"], ["saml=on"], ["stream=on"], ["stream=on", "provisioning=on"], ["imports=on"], ["audit=on"],
    ],
)  # fmt: skip
def test_complete_parameters_pass(given: list[str]) -> None:
    """The fewest parameters, the most, a domain with DNS elsewhere, and switches that need no parameter: SCIM goes without mail, too."""
    assert said(given) == ""


@pytest.mark.parametrize("name", ["dev", "prod", "a", "eu-west-2"])
def test_a_valid_stage_name_passes(name: str) -> None:
    assert list(preflight.stage_name(name)) == []


@pytest.mark.parametrize("name", ["", "Prod", "1st", "a_b", "edge-prod", "x" * 21, "-a", "a b", "$(id)"])
def test_an_invalid_stage_name_is_refused(name: str) -> None:
    """A stage is part of the names of tables and buckets. The stack of edge-prod would be the CloudFront stack of prod."""
    assert "cannot be a stage" in "".join(preflight.stage_name(name))


SMTP = ["mail=smtp", "mailFrom=id@example.com", "smtpUrl=smtp://idp@mail.example", "smtpPasswordParameter=/idp/smtp"]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["dns=route53"], "dns=route53 needs domain=…, hostedZone=… in PARAMS"),
        (["dns=route53", "domain=id.example.com"], "dns=route53 needs hostedZone=…"),
        (["dns=elsewhere", "domain=id.example.com"], "dns=elsewhere needs certificate=…"),
        (["dns=cloudflare"], "dns=cloudflare is not one of: elsewhere, none, route53"),
        (["mail=ses", "mailFrom=id@example.com"], "mail=ses needs mailDomain=…"),
        (["mail=smtp", "mailFrom=id@example.com"], "mail=smtp needs smtpUrl=…, smtpPasswordParameter=…"),
        ([*SMTP, "smtpUrl=smtp://u:p@mail.example"], "IDP_SMTP_URL must be"),
        ([*SMTP, "smtpUrl=smtp://mail.example"], "if IDP_SMTP_URL has a user"),
        ([*SMTP, "smtpUrl=smtp://u@mail.example", "smtpPasswordParameter=x"], "IDP_SMTP_PASSWORD_PARAMETER must be"),
        (["mail=yes"], "mail=yes is not one of: none, ses, smtp"),
        *(([f"{name}=true"], f"{name}=true is not one of: off, on") for name in SWITCHES),
        (["provisioning=on"], "provisioning=on needs stream=on in PARAMS"),
        (["eventBus=on", "stream=on"], "eventBus=on needs IDP_EVENT_BUS=…"),
        (["eventBus=on", "IDP_EVENT_BUS=identity"], "eventBus=on needs stream=on in PARAMS"),
        (["mutualTls=on"], "mutualTls=on needs mutualTlsDomain=…"),
        (["authorizer=on"], "authorizer=on needs audience=…"),
        (["alarmMail=on"], "alarmMail=on needs alarmAddress=…"),
        (["migration=on"], "migration=on needs IDP_MIGRATION_FUNCTION=…"),
        (["hookFunctions=on"], "hookFunctions=on needs IDP_HOOKS_FUNCTIONS=…"),
        (["tracing=on"], "tracing=on needs tracingEndpoint=…"),
        (["mailfrom=id@example.com"], "There is no parameter mailfrom. Did you mean mailFrom?"),
        (["IDP_REGISTRATON=open"], "There is no parameter IDP_REGISTRATON"),
        (["edgeSha256=abc"], "There is no parameter edgeSha256"),
        (["IDP_BRAND=My", "Company"], "'Company' is not NAME=VALUE"),
        (["IDP_CODE_LIFETIME=9999"], "IDP_CODE_LIFETIME must be between 1 and 600"),
        (["dns=elsewhere", "certificate=arn:x", "domain=id.example.com", "IDP_RP_ID=id.example"], "IDP_RP_ID is 'id.example'"),
        (["IDP_REGISTRATION=maybe"], "IDP_REGISTRATION"),
        (["IDP_ARGON2_MEMORY_KIB=8"], "IDP_ARGON2_MEMORY_KIB"),
        (["requests=many"], "requests=many is not a whole number"),
        (["signInRequests=-1"], "signInRequests=-1 is not a whole number"),
        (["logRetention=100"], "logRetention=100 is not one of: 1, 3"),
        (["snapStart=on"], "snapStart=on is not one of: None, PublishedVersions"),
        (["logLevel=loud"], "IDP_LOG_LEVEL"),
        (["dns=elsewhere", "certificate=arn:x", "domain=https://id.example.com/"], "IDP_ISSUER"),
        (["issuer=http://id.example.com"], "IDP_ISSUER"),
        (["dns=none", "IDP_BREACHED_PASSWORDS_FILE=files/nowhere"], "is not a file in the folder files"),
        (["dns=none", "IDP_PASSKEY_MDS_FILE=files/blob"], "IDP_PASSKEY_ATTESTATION"),
        (["dns=none", "IDP_PASSKEY_MDS_FILE=files/nowhere"], "IDP_PASSKEY_MDS_FILE=files/nowhere is not a file in the folder files"),
        (["dns=none", "IDP_PASSKEY_MDS_ROOT=files/nowhere"], "IDP_PASSKEY_MDS_ROOT=files/nowhere is not a file in the folder files"),
        (["dns=none", "IDP_THEME=files/nowhere"], "is not a folder in the folder files"),
        (["dns=none", "IDP_THEME=examples/theme"], "is not a folder in the folder files"),
        (["dns=none", "IDP_BREACHED_PASSWORDS_FILE=pyproject.toml"], "is not a file in the folder files"),
    ],
)
def test_wrong_parameters_are_reported(given: list[str], says: str) -> None:
    """Osls would accept each of them, and ignore unknown ones."""
    assert says in said(given)


def test_parameters_of_cloudfront_are_checked() -> None:
    """Only its own parameters are accepted."""
    assert said(EDGE, edge=True) == ""
    assert said(EDGE[:1], edge=True) == "Give hostedZone=… in PARAMS."
    assert "There is no parameter mail" in said([*EDGE, "mail=on"], edge=True)


def test_every_switch_is_checked() -> None:
    """Parameters that select a file of deploy/, and parameters that are off."""
    defaults: dict[str, Any] = yaml.safe_load((ROOT / "serverless.yml").read_text())["params"]["default"]
    found = preflight.switches(defaults)
    assert set(found) == {
        "dns", "mutualTls", "mail", "authorizer", "scim", "console", "saml", "policies", "stream", "provisioning", "imports", "audit",
        "eventBus", "hookFunctions",
        "tracing", "alarmMail", "budget", "migration",
    }  # fmt: skip
    assert {name for name, folder in found.items() if folder is None} == {"policies"}


def test_every_parameter_is_in_the_page() -> None:
    """Each message refers to docs/deploy.md."""
    page = (ROOT / "docs" / "deploy.md").read_text()
    defaults: dict[str, Any] = yaml.safe_load((ROOT / "serverless.yml").read_text())["params"]["default"]
    assert [name for name in defaults if f"`{name}`" not in page and name != "edgeSha256"] == []


def test_missing_credentials_are_reported_in_one_line(tmp_path: Path) -> None:
    """Before anything is built, with status 1 and without a traceback."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    env |= {"HOME": str(tmp_path), "AWS_EC2_METADATA_DISABLED": "true"}
    for act in (["check", "dev"], ["check-edge", "dev", *EDGE], ["destroy", "dev"], ["idp", "dev", "--", "doctor"]):
        done = subprocess.run(
            [sys.executable, "-m", "tools.deploy", *act],
            env=env,
            cwd=ROOT,
            check=False,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.splitlines() == [
            "\033[31m✗\033[0m There are no AWS credentials. Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
        ]


def test_an_unknown_profile_or_region_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    assert "AWS cannot be asked" in "".join(preflight.account(Stage("dev", "us-east-1")))


def test_an_account_without_anything_can_be_deployed_to(account: str) -> None:
    del account
    assert preflight.problems(Stage("fresh", "us-east-1"), []) == []
    (found,) = preflight.problems(Stage("fresh", "us-east-1"), EDGE, edge=True)
    assert "First: make deploy STAGE=fresh" in found


def test_tables_without_a_stack_are_reported(account: str) -> None:
    """A failed first deployment or a removed stage leaves them. CloudFormation would report them after minutes."""
    del account
    dynamodb = boto3.client("dynamodb")
    for table in ("directory", "keys"):
        dynamodb.create_table(
            TableName=f"idp-orphan-{table}", BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        )  # fmt: skip
    (found,) = preflight.problems(Stage("orphan", "us-east-1"), [])
    assert "idp-orphan-directory, idp-orphan-keys are there without a stack" in found


class Described(Stage):
    """A stage whose stack is in a state that moto does not have."""

    def __init__(self, status: str) -> None:
        super().__init__("prod", "us-east-1")
        self.status = status

    def described(self, stack: str = "", region: str = "") -> dict[str, Any]:
        del stack, region
        return {"StackStatus": self.status, "Outputs": [{"OutputKey": "Issuer", "OutputValue": "https://id.example"}]}


@pytest.mark.parametrize(
    ("status", "says"),
    [
        ("UPDATE_IN_PROGRESS", "Wait until that is over"),
        ("ROLLBACK_COMPLETE", "delete-stack --region us-east-1 --stack-name idp-prod"),
        ("ROLLBACK_FAILED", "delete-stack"),
        ("DELETE_FAILED", "delete-stack"),
        ("UPDATE_ROLLBACK_FAILED", "continue-update-rollback"),
        ("CREATE_COMPLETE", ""),
        ("UPDATE_COMPLETE", ""),
        ("UPDATE_ROLLBACK_COMPLETE", ""),
    ],
)
def test_a_stack_in_a_state_without_updates_is_reported(status: str, says: str) -> None:
    found = "".join(preflight.stack(Described(status)))
    assert (says in found) if says else found == ""


class Stored(Described):
    """A deployment that has stored an RP ID. `issuer`: its output."""

    def __init__(self, name: str, rp_id: str = "id.example.com", issuer: str = "https://id.example.com") -> None:
        super().__init__("UPDATE_COMPLETE")
        self.name, self.stack, self.issuer = name, f"idp-{name}", issuer
        key = [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]
        types = [{"AttributeName": each["AttributeName"], "AttributeType": "S"} for each in key]
        dynamodb = self.client("dynamodb")
        dynamodb.create_table(TableName=f"idp-{name}-keys", BillingMode="PAY_PER_REQUEST", KeySchema=key, AttributeDefinitions=types)
        stored = RpIdItem.new(deployment_keys.rp_id(), rp_id=rp_id, stored_at=1).raw()
        dynamodb.put_item(TableName=f"idp-{name}-keys", Item=stored)

    def outputs(self, stack: str = "", region: str = "") -> dict[str, str]:
        del stack, region
        return {"Issuer": self.issuer}


DOMAIN = ["dns=elsewhere", "certificate=arn:aws:acm:x"]


def test_a_deployment_with_another_rp_id_is_refused_before_anything_is_built(account: str) -> None:
    """Otherwise a typing error in the domain, or a missing setting, would end in 503 for every sign-in."""
    del account
    stage = Stored("rp-id")
    for given in (
        [*DOMAIN, "domain=other.example"],
        [*DOMAIN, "domain=id.example.com", "IDP_RP_ID=example.com"],
        ["issuer=https://x.example"],
        [],
    ):
        (found,) = preflight.problems(stage, given)
        assert "has stored the RP ID id.example.com, and this deployment would have" in found
        assert "Give IDP_RP_ID=id.example.com in PARAMS" in found


def test_a_deployment_with_the_stored_rp_id_passes(account: str) -> None:
    """By the domain, by the setting, by another issuer, and without a domain by the address of the stack."""
    del account
    stage = Stored("same-rp-id")
    for given in (
        [*DOMAIN, "domain=id.example.com"], [*DOMAIN, "domain=eu.id.example.com", "IDP_RP_ID=id.example.com"],
        ["issuer=https://id.example.com:8443"],
    ):  # fmt: skip
        assert preflight.problems(stage, given) == []
    gateway = "a1.execute-api.eu-central-1.amazonaws.com"
    assert preflight.problems(Stored("gateway-rp-id", gateway, f"https://{gateway}"), []) == []
