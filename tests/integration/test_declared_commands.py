"""`idp plan` and `idp apply`: what they show, write and refuse, and that a secret is never in the file and never printed."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from idp.cli.declared import file as declared_file
from idp.cli.declared.apply import apply
from idp.cli.declared.file import Declared
from idp.cli.declared.local_api import LocalApi
from idp.cli.declared.plan import SAME, Planned, plan
from idp.cli.declared.problems import ApiRefusedError
from idp.cli.declared.references import secret_of
from idp.cli.declared.schema import build
from idp.cli.declared.wanted import wanted_of
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.connections.connection import Connection
from idp.domain.connections.presets import PRESETS
from idp.domain.errors import Invalid
from idp.services.upstream.secret import open_secret
from tests.support.cli import CommandLine

ROOT = Path(__file__).resolve().parents[2]
SECRET = "the-secret-of-github"
GITHUB: dict[str, Any] = {"preset": "github", "client_id": "ours", "secret": {"file": "secret.txt"}}


@pytest.fixture
def idp(quick_endpoint: str, table_prefix: str, tmp_path: Path) -> CommandLine:
    """A deployment with an app and without a connection."""
    made = CommandLine(quick_endpoint, table_prefix, tmp_path)
    made.done("bootstrap", "--json")
    (tmp_path / "secret.txt").write_text(SECRET + "\n")
    return made


def written(idp: CommandLine, **connections: dict[str, Any]) -> str:
    file = idp.folder / "wanted.yaml"
    file.write_text(json.dumps({"managed": "main", "connections": connections}))  # JSON is YAML
    return str(file)


def stored(idp: CommandLine) -> dict[str, Any]:
    return {it.id: it for it in idp.services().connection_service.listing(scope=DEPLOYMENT)}


def compared(api: LocalApi, idp: CommandLine, **connections: dict[str, Any]) -> list[Planned]:
    return plan(api, wanted_of(Declared("main", {"connections": connections}), idp.folder), manager="main", prune=False)


def test_a_plan_shows_what_is_missing_and_writes_nothing(idp: CommandLine) -> None:
    shown = idp.done("plan", written(idp, github=GITHUB)).out
    assert "+ connection github" in shown
    assert 'client_id: – → "ours"' in shown
    assert stored(idp) == {}


def test_apply_creates_and_a_second_run_changes_nothing(idp: CommandLine) -> None:
    """The second one leaves the version as it is, and a check has status 0."""
    file = written(idp, github=GITHUB)
    assert "github: done" in idp.done("apply", file, "--yes").out
    it = stored(idp)["github"]
    assert (it.name, it.client_id, open_secret(idp.services().keyring, it)) == ("GitHub", "ours", SECRET)
    assert idp.done("apply", file).out == "Nothing differs.\n"
    assert idp.done("plan", file, "--check").out == "Nothing differs.\n"
    assert stored(idp)["github"].version == it.version


def test_a_change_by_hand_is_a_difference_and_is_taken_back(idp: CommandLine) -> None:
    file = written(idp, github=GITHUB)
    idp.done("apply", file, "--yes")
    idp.done("connections", "update", "github", "--name", "Code", "--disable")
    checked = idp("plan", file, "--check")
    assert checked.status == 1
    assert '~ connection github\n    name: "Code" → "GitHub"\n    enabled: false → true\n' in checked.out
    idp.done("apply", file, "--yes")
    assert (stored(idp)["github"].name, stored(idp)["github"].enabled) == ("GitHub", True)


def test_another_secret_is_a_difference_that_shows_no_secret(idp: CommandLine) -> None:
    file = written(idp, github=GITHUB)
    idp.done("apply", file, "--yes")
    (idp.folder / "secret.txt").write_text("another-secret")
    told = idp.done("plan", file).out + idp.done("apply", file, "--yes").out
    assert "    secret\n" in told
    assert SECRET not in told
    assert "another-secret" not in told
    assert open_secret(idp.services().keyring, stored(idp)["github"]) == "another-secret"
    assert idp.done("plan", file).out == "Nothing differs.\n"


def test_without_a_secret_in_the_file_the_stored_one_stays(idp: CommandLine) -> None:
    idp.done("apply", written(idp, github=GITHUB), "--yes")
    without = {name: value for name, value in GITHUB.items() if name != "secret"}
    idp.done("apply", written(idp, github={**without, "name": "Code"}), "--yes")
    it = stored(idp)["github"]
    assert (it.name, open_secret(idp.services().keyring, it)) == ("Code", SECRET)


def test_a_change_of_the_host_takes_the_secret_of_the_file(idp: CommandLine) -> None:
    """The rule that a stored secret goes to no other host holds here too: without the secret the change is refused."""
    idp.done("apply", written(idp, github=GITHUB), "--yes")
    moved = {**GITHUB, "token_endpoint": "https://github.example.com/token"}
    refused = idp("apply", written(idp, github={name: value for name, value in moved.items() if name != "secret"}), "--yes")
    assert refused.status == 2
    assert "secret" in refused.err
    idp.done("apply", written(idp, github=moved), "--yes")
    assert stored(idp)["github"].token_endpoint == "https://github.example.com/token"


def test_only_prune_deletes(idp: CommandLine) -> None:
    idp.done("apply", written(idp, github=GITHUB, code={**GITHUB, "name": "Code"}), "--yes")
    file = written(idp, github=GITHUB)
    assert idp.done("apply", file, "--yes").out == "Nothing differs.\n"
    assert set(stored(idp)) == {"github", "code"}
    assert "- connection code\n" in idp.done("plan", file, "--prune").out
    idp.done("apply", file, "--prune", "--yes")
    assert set(stored(idp)) == {"github"}


def test_a_change_between_plan_and_write_is_not_overwritten(idp: CommandLine) -> None:
    idp.done("apply", written(idp, github=GITHUB), "--yes")
    api = LocalApi(idp.services())
    planned = compared(api, idp, github={"preset": "github", "client_id": "theirs"})
    idp.done("connections", "update", "github", "--name", "Code")
    for each in planned:
        with pytest.raises(ApiRefusedError) as refused:
            apply(api, each, manager="main")
        assert refused.value.is_conflict
    assert (stored(idp)["github"].client_id, stored(idp)["github"].name) == ("ours", "Code")


def test_discovered_endpoints_are_no_difference(idp: CommandLine) -> None:
    """They come from the metadata of the upstream. An endpoint that the file has is compared."""
    endpoints = {
        name: f"https://login.acme.example/{name}" for name in ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint")
    }
    acme: dict[str, Any] = {
        "preset": "oidc", "name": "Acme", "issuer": "https://login.acme.example", "client_id": "ours", "secret": {"file": "secret.txt"},
    }  # fmt: skip
    idp.done("apply", written(idp, acme={**acme, **endpoints, "signing_alg": "ES256"}), "--yes")
    api = LocalApi(idp.services())
    plain = {name: value for name, value in acme.items() if name != "secret"}
    assert [each.action for each in compared(api, idp, acme=plain)] == [SAME]
    other = {**plain, "token_endpoint": "https://login.acme.example/other"}
    assert [set(each.changed) for each in compared(api, idp, acme=other)] == [{"token_endpoint"}]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("", "connections", id="empty"),
        pytest.param("- connections", "connections", id="a list"),
        pytest.param("conections: {}", "connections", id="an unknown kind"),
        pytest.param("connections: []", "one object for each id", id="no ids"),
        pytest.param("connections: {github: text}", "one object for each id", id="no object"),
        pytest.param("connections: {github: {preset: github}, github: {}}", "line 1", id="an id twice"),
        pytest.param("connections:\n  a: &x {preset: github}\n  b: *x\n", "line 3", id="a reference"),
        pytest.param("connections:\n  a: {<<: {preset: github}}\n", "connections.a.<<", id="a merge"),
        pytest.param("connections:\n  a: !!python/object/apply:os.getcwd []\n", "line 2", id="a tag"),
        *(
            pytest.param(f"connections:\n  a: {{preset: {tag}}}\n", "line 1", id=f"a tag that does not fit: {tag}")
            for tag in ('!!int ""', "!!int x", "!!float x", "!!bool x")
        ),
        pytest.param("connections:\n  ? !!str [a]\n  : {}\n", "line 1", id="a list as an id"),
        pytest.param("connections:\n  1: {preset: github}\n", "line 2", id="a number as an id"),
        pytest.param("connections: {a: {preset: !!binary aGk=}}", "line 1", id="bytes"),
        pytest.param("connections: {a: {preset: !!timestamp 2026-11-29}}", "line 1", id="a date"),
        pytest.param('connections: {"a\\u202e": {preset: github}}', "id", id="an id that cannot be printed"),
        pytest.param("managed: A b\nconnections: {}", "managed", id="a malformed name of the file"),
        pytest.param("managed: [a]\nconnections: {}", "managed", id="a list as the name of the file"),
        pytest.param("connections: {a: {preset: github}", "line 1", id="cut off"),
        pytest.param("connections: " + "[" * 5000, "YAML", id="nested deeply"),
        pytest.param("connections: {a: {preset: nothing}}", "preset", id="an unknown preset"),
        pytest.param("connections: {a: {preset: github, colour: red}}", "colour", id="an unknown member"),
        pytest.param("connections: {a: {preset: github, client_id: 5}}", "client_id", id="another type"),
        pytest.param("connections: {a: {preset: github, version: 5}}", "version", id="a member of ours"),
        pytest.param("connections: {a: {preset: github, secret: in-the-file}}", "{env: NAME}", id="the secret itself"),
        pytest.param("connections: {a: {preset: github, secret: {env: 5}}}", "{env: NAME}", id="a number as a place"),
        pytest.param("connections: {a: {preset: github, secret: {vault: x}}}", "{env: NAME}", id="an unknown place"),
        pytest.param("connections: {a: {preset: github, secret: {env: X, file: Y}}}", "{env: NAME}", id="two places"),
        pytest.param("connections: {a: {preset: github, secret: {env: IDP_NOT_SET_ANYWHERE}}}", "IDP_NOT_SET_ANYWHERE", id="no variable"),
        pytest.param("connections: {a: {preset: github, secret: {file: nothing.txt}}}", "nothing.txt", id="no file"),
        pytest.param("connections: {a: {preset: github, client_id: x}}", "secret", id="no secret for a new one"),
        pytest.param("connections: {A!: {preset: github, client_id: x, secret: {file: secret.txt}}}", "id", id="a malformed id"),
    ],
)
def test_a_wrong_file_is_refused_with_its_reason(idp: CommandLine, text: str, said: str) -> None:
    """The status is 2, there is no traceback, and nothing is written."""
    file = idp.folder / "wanted.yaml"
    file.write_text(text)
    refused = idp("apply", str(file), "--yes")
    assert refused.status == 2, refused.err
    assert said in refused.err
    assert "Traceback" not in refused.err
    assert "in-the-file" not in refused.err
    assert stored(idp) == {}


@pytest.mark.parametrize("place", ["{env: IDP_NOT_SET_ANYWHERE}", "{file: nothing.txt}", "in-the-file"])
def test_a_missing_secret_is_named_with_its_connection(idp: CommandLine, place: str) -> None:
    file = idp.folder / "wanted.yaml"
    file.write_text(f"connections: {{first: {{preset: github, client_id: x}}, second: {{preset: github, client_id: x, secret: {place}}}}}")
    refused = idp("plan", str(file))
    assert refused.status == 2
    assert "connections.second.secret: " in refused.err


def test_a_connection_of_another_preset_is_refused(idp: CommandLine) -> None:
    idp.done("apply", written(idp, github=GITHUB), "--yes")
    refused = idp("apply", written(idp, github={**GITHUB, "preset": "discord"}), "--yes")
    assert refused.status == 2
    assert "github" in refused.err
    assert stored(idp)["github"].preset == "github"


def test_a_file_of_a_large_deployment_is_read_and_a_larger_one_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "large.yaml"
    file.write_text("roles: {}\n" + "# a comment\n" * 100_000)  # more than 1 MiB, as of 10,000 objects
    assert declared_file.read(file).objects == {"roles": {}}
    file.write_text("connections: {}\n" + "#" * 16 * 1024 * 1024)
    with pytest.raises(Invalid):
        declared_file.read(file)


def test_a_secret_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ACME_SECRET", f" {SECRET}\n")
    assert secret_of({"env": "ACME_SECRET"}, folder=tmp_path, field="secret") == SECRET


@pytest.mark.parametrize("place", ["ssm", "secretsmanager"])
def test_a_secret_in_aws_needs_a_region(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, place: str) -> None:
    monkeypatch.delenv("AWS_REGION", raising=False)
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    with pytest.raises(Invalid, match="AWS_REGION") as refused:
        secret_of({place: "x"}, folder=tmp_path, field="apps.a.secret")
    assert refused.value.field == "apps.a.secret"


@pytest.mark.parametrize("place", ["ssm", "secretsmanager"])
def test_a_secret_in_aws_is_read_decrypted(monkeypatch: pytest.MonkeyPatch, moto_endpoint: str, tmp_path: Path, place: str) -> None:
    """A text in moto's Systems Manager or Secrets Manager. One that does not exist is refused with its name."""
    import boto3

    for name in ("AWS_ENDPOINT_URL_SSM", "AWS_ENDPOINT_URL_SECRETS_MANAGER"):
        monkeypatch.setenv(name, moto_endpoint)
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    client = boto3.client(place, region_name="eu-central-1", endpoint_url=moto_endpoint)
    if place == "ssm":
        client.put_parameter(Name="/idp/github", Value=SECRET, Type="SecureString", Overwrite=True)
    else:
        client.create_secret(Name="/idp/github", SecretString=SECRET)
    assert secret_of({place: "/idp/github"}, folder=tmp_path, field="secret") == SECRET
    with pytest.raises(Invalid, match="/idp/nothing"):
        secret_of({place: "/idp/nothing"}, folder=tmp_path, field="secret")


def test_the_schema_is_that_of_this_release() -> None:
    """`idp plan --schema` prints it. So an editor completes what the command accepts."""
    assert json.loads((ROOT / "docs/schemas/declared-1.json").read_text()) == build()


def test_the_schema_has_the_members_of_a_connection() -> None:
    """Those that a file may have, and the presets."""
    members = build()["properties"]["connections"]["additionalProperties"]["properties"]
    own = {"id", "type", "token_incarnations", "own_certificates", "copies", "version", "created_at", "updated_at"}
    assert set(members) - {"metadata"} == {each.name for each in fields(Connection)} - own
    assert members["preset"]["enum"] == list(PRESETS)
