"""`idp plan --url` and `idp apply --url`: a file against the admin API of a running provider, with the rights of a token."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from idp.cli.declared.problems import ApiRefusedError
from idp.cli.declared.remote_api import RemoteApi
from idp.domain.access import admin_scopes
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Invalid
from idp.services.audit.recorder import SYSTEM
from idp.services.upstream.secret import open_secret
from tests.integration.declared_whole import APP_SECRET, NEW_SECRET, TOKEN, WHOLE
from tests.support.cli import CommandLine
from tests.support.served_provider import served_provider

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.served_provider import ServedProvider


@pytest.fixture
def served(quick_endpoint: str, tmp_path: Path) -> Iterator[ServedProvider]:
    with served_provider(quick_endpoint, folder=tmp_path, scim="on", hooks="on", organization_connections=2) as running:
        for name, text in (("secret.txt", "the-secret-of-github"), ("app.txt", APP_SECRET), ("token.txt", TOKEN)):
            (tmp_path / name).write_text(text)
        yield running


@pytest.fixture
def idp(tmp_path: Path) -> CommandLine:
    """A command line without settings of a deployment."""
    return CommandLine("http://127.0.0.1:9", "nothing", tmp_path)


def token(idp: ServedProvider, *scopes: str) -> str:
    """An access token of a service client."""
    metadata = {
        "grant_types": ["client_credentials"], "resources": [f"{idp.issuer}/admin/v1"],
        "scope": " ".join(scopes or sorted(admin_scopes.ALL)),
    }  # fmt: skip
    client, _ = idp.services.client_service.create(metadata, scope=DEPLOYMENT)
    return idp.services.tokens.issue_access_token(client, scopes=client.scopes, resources=())


def written(folder: Path, content: dict[str, object]) -> str:
    file = folder / "wanted.yaml"
    file.write_text(yaml.safe_dump({"managed": "main", **content}))
    return str(file)


def test_apply_makes_all_kinds_and_a_second_run_changes_nothing(idp: CommandLine, served: ServedProvider, tmp_path: Path) -> None:
    """By the token of a service client, over a socket."""
    (tmp_path / "token").write_text(token(served))
    where = ("--url", served.issuer, "--token", f"file:{tmp_path / 'token'}")
    file = written(tmp_path, WHOLE)
    idp.done("apply", file, "--yes", *where)
    assert idp.done("plan", file, "--check", *where).out == "Nothing differs.\n"
    it = served.services.connection_service.get("github", scope=DEPLOYMENT)
    assert open_secret(served.services.keyring, it) == "the-secret-of-github"
    (tmp_path / "app.txt").write_text(NEW_SECRET)
    (tmp_path / "secret.txt").write_text("the-next-secret")
    changed = idp.done("plan", file, *where).out
    assert "~ app shop\n    secret\n" in changed
    assert "~ connection github\n    secret\n" in changed
    idp.done("apply", file, "--yes", *where)
    assert idp.done("plan", file, *where).out == "Nothing differs.\n"
    live = tmp_path / "live.yaml"
    live.write_text(idp.done("plan", "--from-live", *where).out)
    assert idp.done("plan", str(live), "--check", *where).out == "Nothing differs.\n"
    pruned = idp.done("apply", written(tmp_path, {"roles": {"viewer": {}}}), "--prune", "--yes", *where).out
    assert "app shop: done" in pruned
    assert set(served.services.role_service.model(scope=DEPLOYMENT).roles) == {"viewer"}


def test_the_secret_of_a_connection_of_an_organisation_is_compared_there(served: ServedProvider) -> None:
    """By its address below the organisation."""
    services = served.services
    org = services.organisation_service.create("acme", "Acme", scope=DEPLOYMENT)
    upstream = "https://acme.okta.example"
    given = {
        "preset": "oidc", "name": "Okta", "issuer": upstream, "client_id": "ours", "secret": "the-secret-of-okta", "signing_alg": "ES256",
        "authorization_endpoint": f"{upstream}/a", "token_endpoint": f"{upstream}/t", "jwks_uri": f"{upstream}/k",
    }  # fmt: skip
    made = services.organisation_connections.create(org.id, "okta", given, scope=DEPLOYMENT, by=SYSTEM)
    api = RemoteApi(served.issuer, token(served))
    assert api.holds_secret("organization_connections", made.id, "the-secret-of-okta")
    assert not api.holds_secret("organization_connections", made.id, "another")


def test_each_change_is_an_event_of_the_caller(idp: CommandLine, served: ServedProvider, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(token(served))
    where = ("--url", served.issuer, "--token", f"file:{tmp_path / 'token'}")
    idp.done("apply", written(tmp_path, {"roles": {"editor": {}}}), "--yes", *where)
    found = RemoteApi(served.issuer, (tmp_path / "token").read_text()).call("GET", "/audit?limit=50").body["items"]
    (made,) = [each for each in found if each["type"] == "role.created"]
    assert made["actor"].startswith("app_")


def test_a_token_without_the_right_changes_nothing(idp: CommandLine, served: ServedProvider, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(token(served, "roles:read", "clients:read"))
    where = ("--url", served.issuer, "--token", f"file:{tmp_path / 'token'}")
    refused = idp("apply", written(tmp_path, {"roles": {"editor": {}}}), "--yes", *where)
    assert refused.status == 1
    assert "roles:write" in refused.err
    assert "0 of 1 changes" in refused.err
    assert (tmp_path / "token").read_text() not in refused.err + refused.out


def test_a_token_that_is_not_valid_is_told_and_not_shown(idp: CommandLine, served: ServedProvider, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("not-a-token")
    refused = idp("plan", written(tmp_path, {"roles": {}}), "--url", served.issuer, "--token", f"file:{tmp_path / 'token'}")
    assert refused.status == 1
    assert "not-a-token" not in refused.err


@pytest.mark.parametrize("url", ["http://id.example.com", "ftp://id.example.com", "id.example.com", "", "http://localhost.evil.example"])
def test_a_token_is_sent_by_https_only(url: str) -> None:
    with pytest.raises(Invalid):
        RemoteApi(url, "t")


@pytest.mark.parametrize("given", ["a b", "a\nHost: evil", "ü", "a\r\n"])
def test_a_token_that_is_no_word_is_refused(given: str) -> None:
    with pytest.raises(Invalid):
        RemoteApi("https://id.example.com", given)


def test_another_issuer_is_refused(served: ServedProvider) -> None:
    """The address of a provider is exactly its issuer, so that no token goes to a stranger by a typing error in the path."""
    with pytest.raises(Invalid):
        RemoteApi(served.issuer.replace("localhost", "127.0.0.1") if "localhost" in served.issuer else served.issuer + "//", "t")


def test_a_server_that_does_not_answer_is_told() -> None:
    with pytest.raises(ApiRefusedError, match="does not answer"):
        RemoteApi("http://127.0.0.1:9", "t")


@pytest.mark.parametrize("arguments", [("--url", "https://id.example.com"), ("--token", "env:X")])
def test_url_and_token_belong_together(idp: CommandLine, tmp_path: Path, arguments: tuple[str, str]) -> None:
    assert idp("plan", written(tmp_path, {"roles": {}}), *arguments).status == 2


def test_a_refusal_of_another_deployment_does_not_control_the_terminal() -> None:
    """Its words are of the server that the operator named. A status can be one that HTTP does not name."""
    told = str(ApiRefusedError(400, "no\x1b[2J", [{"field": "a\u202eb", "detail": "x\rdone"}], where="apps.x"))
    assert told.splitlines() == ["apps.x: no\\u001b[2J", "a\\u202eb: x\\u000ddone"]
    assert str(ApiRefusedError(799, "")) == "status 799"
