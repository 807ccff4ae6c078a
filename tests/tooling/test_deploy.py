"""tools/deploy.py: the order of its steps, its checks, what it deletes, and what it asks."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.engines.launch import moto
from tools import deploy
from tools.stage import ROOT, Stage

OUTPUTS = {"Issuer": "https://id.example", "TablePrefix": "idp-prod", "DataKeyArn": "arn:key", "DomainTarget": "d-1.execute-api.example"}


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An account on moto."""
    with moto() as endpoint:
        monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
        yield endpoint


class Noted(Stage):
    """A stage that records commands instead of running them."""

    def __init__(self, stacks: dict[str, dict[str, str]]) -> None:
        super().__init__("prod", "us-east-1")
        self.stacks, self.steps = stacks, list[str]()
        self.words = {"AWSCURRENT": "word"}
        self.ran: dict[str, Any] = {}
        self.functions, self.refusal = {"idp-prod-rotate_keys"}, "ResourceNotFoundException"

    def outputs(self, stack: str = "", region: str = "") -> dict[str, str]:
        del region
        return self.stacks.get(stack or self.stack, {})

    def described(self, stack: str = "", region: str = "") -> dict[str, Any]:
        return self.outputs(stack, region)

    def idp(self, *command: str) -> None:
        self.steps.append(" ".join(("idp", *command)))

    def osls(self, *command: str, folder: Path = ROOT, region: str = "") -> None:
        del region
        self.steps.append(" ".join(("osls", *command, *(["in edge"] if folder.name == "edge" else []))))
        self.stacks.setdefault(self.stack, OUTPUTS)

    def client(self, service: str, region: str = "") -> Any:
        del service, region
        noted = self

        class Client:
            def invoke(self, **wanted: Any) -> dict[str, Any]:
                if wanted["FunctionName"] not in noted.functions:
                    raise ClientError({"Error": {"Code": noted.refusal}}, "Invoke")
                noted.steps.append(f"invoke {wanted['FunctionName']}")
                return noted.ran

            def get_secret_value(self, *, VersionStage: str, **_: Any) -> dict[str, str]:  # noqa: N803  # AWS's name
                if VersionStage not in noted.words:
                    raise ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "GetSecretValue")
                return {"SecretString": noted.words[VersionStage]}

        return Client()

    def prune(self) -> list[str]:
        self.steps.append("prune")
        return []


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The issuer answers correctly."""
    known = {"/.well-known/openid-configuration": {"issuer": "https://id.example"}, "/jwks": {"keys": [1]}}
    monkeypatch.setattr(deploy, "read", lambda url: known[url.removeprefix("https://id.example")])


@pytest.mark.usefixtures("answers")
def test_a_first_deployment_has_nothing_to_migrate() -> None:
    """The stack creates the tables; then keys, migrations and the check follow."""
    stage = Noted({})
    deploy.deploy(stage, ["dns=none"])
    assert stage.steps == ["osls deploy --param=dns=none", "invoke idp-prod-rotate_keys", "idp migrate", "prune", "idp doctor"]


@pytest.mark.usefixtures("answers")
def test_with_the_console_the_deployment_is_checked_for_its_overview() -> None:
    stage = Noted({})
    stage.functions |= {"idp-prod-doctor"}
    deploy.deploy(stage, ["console=on"])
    assert stage.steps[-2:] == ["invoke idp-prod-doctor", "idp doctor"]


@pytest.mark.usefixtures("answers")
def test_a_check_for_the_console_that_is_refused_is_no_missing_console() -> None:
    stage = Noted({})
    stage.refusal = "AccessDeniedException"
    with pytest.raises(ClientError, match="AccessDenied"):
        deploy.deploy(stage, [])


@pytest.mark.usefixtures("answers")
def test_after_a_failed_first_deployment_no_migration_runs_before() -> None:
    """A failed deployment leaves a stack with a bucket."""
    stage = Noted({"idp-prod": {"ServerlessDeploymentBucketName": "bucket"}})
    with pytest.raises(KeyError, match="Issuer"):
        deploy.deploy(stage, [])
    assert stage.steps[0] == "osls deploy"


def test_a_failed_key_rotation_stops_the_deployment_with_the_reason() -> None:
    """For example a function that does not start."""
    stage = Noted({})
    stage.ran = {"FunctionError": "Unhandled", "Payload": io.BytesIO(b'{"errorMessage": "IDP_BRAND is too long."}')}
    with pytest.raises(SystemExit, match="IDP_BRAND is too long"):
        deploy.deploy(stage, [])
    assert stage.steps[-1] == "invoke idp-prod-rotate_keys"


@pytest.mark.parametrize(
    ("given", "more"),
    [([], []), (["IDP_KEY_ROTATION_DAYS=30"], ["signingKeyAge=32"]), (["IDP_KEY_ROTATION_DAYS=30", "signingKeyAge=60"], [])],
)
def test_the_alarm_knows_when_a_key_is_due(given: list[str], more: list[str]) -> None:
    """Otherwise keys that rotate once a year would raise an alarm after three months, and keys that rotate monthly a late one."""
    assert deploy.key_age(given) == more


def test_the_command_line_has_the_settings_of_the_function(aws: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With fewer settings `idp doctor` would report differences. No variable of this shell is passed on."""
    del aws
    monkeypatch.setenv("IDP_BRAND", "of the shell")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("f.py", "")
    role = boto3.client("iam").create_role(RoleName="settings", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    variables = {"IDP_ISSUER": "https://id.example", "IDP_REGISTRATION": "open", "IDP_BRAND": "", "IDP_TRACING": "otlp"}
    boto3.client("lambda", region_name="eu-central-1").create_function(
        FunctionName="idp-settings-api", Runtime="python3.13", Role=role, Handler="f.f", Code={"ZipFile": archive.getvalue()},
        Environment={"Variables": variables},
    )  # fmt: skip
    ran: list[dict[str, str]] = []
    monkeypatch.setattr("tools.stage.run", lambda _command, env: ran.append(env))
    Stage("settings", "eu-central-1").idp("doctor")
    found = {name: value for name, value in ran[0].items() if name.startswith("IDP_") or name == "AWS_REGION"}
    assert found == {"IDP_ISSUER": "https://id.example", "IDP_REGISTRATION": "open", "AWS_REGION": "eu-central-1"}
    boto3.client("lambda", region_name="eu-central-1").delete_function(FunctionName="idp-settings-api")


@pytest.mark.usefixtures("answers")
def test_an_upgrade_expands_before_and_contracts_after() -> None:
    """It gives the provider the digest of CloudFront's secret."""
    stage = Noted({"idp-prod": OUTPUTS, "idp-edge-prod": {"EdgeWordArn": "arn:word"}})
    deploy.deploy(stage, [])
    digest = sha256(b"word").hexdigest()
    assert stage.steps[:2] == ["idp migrate --before-deploy", f"osls deploy --param=edgeSha256={digest}"]
    assert stage.steps.index("idp migrate") > 1


def test_the_provider_gets_the_previous_secret_too() -> None:
    """So that CloudFront can get the new secret in between."""
    stage = Noted({"idp-prod": OUTPUTS, "idp-edge-prod": {"EdgeWordArn": "arn:word"}})
    stage.words = {"AWSCURRENT": "new", "AWSPREVIOUS": "old"}
    assert deploy.edge_digest(stage) == [f"edgeSha256={sha256(b'new').hexdigest()} {sha256(b'old').hexdigest()}"]
    stage.words = {}
    with pytest.raises(ClientError):
        deploy.edge_digest(stage)


def test_cloudfront_gets_the_gateways_address_as_origin() -> None:
    stage = Noted({"idp-prod": OUTPUTS})
    deploy.edge(stage, ["domain=id.example"])
    assert stage.steps == ["osls deploy --param=domain=id.example --param=origin=d-1.execute-api.example in edge"]


@pytest.mark.parametrize(("typed", "steps"), [("prod", ["osls remove"]), ("dev", None), ("", None), ("yes", None)])
def test_removing_a_deployment_asks_for_its_name(
    typed: str, steps: list[str] | None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It prints what stays."""
    monkeypatch.setattr("builtins.input", lambda _: typed)
    stage = Noted({})
    if steps is None:
        with pytest.raises(SystemExit, match="Nothing was done"):
            deploy.destroy(stage)
    else:
        deploy.destroy(stage)
    assert stage.steps == (steps or [])
    told = capsys.readouterr().out
    assert all(f"idp-prod-{table}" in told for table in ("directory", "state", "keys"))


def test_cloudfront_is_removed_before_the_stack(monkeypatch: pytest.MonkeyPatch) -> None:
    """If they stayed, CloudFront and its firewall would cost money every month."""
    monkeypatch.setattr("builtins.input", lambda _: "prod")
    stage = Noted({"idp-prod": OUTPUTS, "idp-edge-prod": {"EdgeWordArn": "arn:word"}})
    deploy.destroy(stage)
    assert stage.steps == ["osls remove in edge", "osls remove"]


def test_without_a_terminal_nothing_is_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    """For example in a script."""
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    stage = Noted({})
    with pytest.raises(SystemExit, match="Nothing was done"):
        deploy.destroy(stage)
    assert stage.steps == []


@contextmanager
def issuer(answers: dict[str, Any]) -> Iterator[str]:
    """A server with these answers."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = answers.get(self.path)
            self.send_response(200 if found is not None else 503)
            self.end_headers()
            self.wfile.write(json.dumps(found).replace("SELF", f"http://127.0.0.1:{server.server_port}").encode())

        def log_message(self, *_: Any) -> None:
            """Write no log."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


METADATA, JWKS = "/.well-known/openid-configuration", "/jwks"


def test_a_right_issuer_passes_the_smoke_test(capsys: pytest.CaptureFixture[str]) -> None:
    with issuer({METADATA: {"issuer": "SELF"}, JWKS: {"keys": [{}]}}) as url:
        deploy.smoke(url, patience=0)
        assert url in capsys.readouterr().out


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({}, "does not answer"),
        ({METADATA: []}, "does not answer"),
        ({METADATA: {"issuer": "https://other.example"}}, "says that it is https://other.example"),
        ({METADATA: {"issuer": "SELF"}, JWKS: {"keys": []}}, "has no keys"),
    ],
)
def test_a_wrong_issuer_stops_the_deployment(answers: dict[str, Any], said: str) -> None:
    with issuer(answers) as url, pytest.raises(SystemExit, match=said):
        deploy.smoke(url, patience=0)


def test_a_name_without_a_target_gets_the_target_to_set(capsys: pytest.CaptureFixture[str]) -> None:
    """With DNS elsewhere the record cannot exist before the first deployment has printed its target."""
    with issuer({}) as url, pytest.raises(SystemExit, match=r"d-1\.example"):
        deploy.smoke(url, target="d-1.example", patience=0.05)
    assert "must point to d-1.example" in capsys.readouterr().out


def test_three_versions_are_kept_to_roll_back_to(aws: str) -> None:
    """Older versions are deleted, because each costs money if it has a snapshot."""
    iam, functions = boto3.client("iam"), boto3.client("lambda")
    role = iam.create_role(RoleName="way-back", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("f.py", "")
    functions.create_function(
        FunctionName="idp-way-back-api", Runtime="python3.13", Role=role, Handler="f.f", Code={"ZipFile": archive.getvalue()}
    )
    for number in range(5):
        functions.update_function_code(FunctionName="idp-way-back-api", ZipFile=archive.getvalue() + bytes([number]), Publish=True)
    stage = Stage("way-back", "us-east-1")
    before = {each["Version"] for each in functions.list_versions_by_function(FunctionName="idp-way-back-api")["Versions"]} - {"$LATEST"}
    gone = stage.prune()
    assert len(before) - len(gone) == 3
    assert stage.prune() == []
    assert stage.outputs() == {}, "a stack that is not there says nothing"
    functions.delete_function(FunctionName="idp-way-back-api")  # moto has one account for the whole process
