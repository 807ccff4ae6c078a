"""The environment of the command line before there are settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from idp.cli import environment
from idp.settings import SettingsError


def test_development_has_a_default_for_every_required_setting() -> None:
    """In an empty environment `idp dev` has an issuer, a key file, credentials and a region."""
    environ: dict[str, str] = {}
    settings = environment.settings(environ, dev=True)
    assert (settings.issuer, settings.key_file, settings.env) == ("http://localhost:8000", ".idp/key", "dev")
    assert environ == {"AWS_ACCESS_KEY_ID": "dev", "AWS_SECRET_ACCESS_KEY": "dev", "AWS_REGION": "us-east-1"}


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder in which no development server has run."""
    monkeypatch.chdir(tmp_path)


def test_other_environments_have_no_default() -> None:
    """A command in an empty environment does not guess a deployment."""
    with pytest.raises(SettingsError, match="IDP_ISSUER is not set"):
        environment.settings({})


def test_production_gets_no_default_credentials_and_no_default_issuer() -> None:
    """The defaults of development are used only there."""
    environ = {"IDP_ENV": "prod", "IDP_ISSUER": "https://id.example.com", "IDP_KMS_KEY_ID": "k"}
    before = dict(environ)
    assert not environment.settings(environ, dev=True).dev
    assert environ == before


def test_development_keeps_given_settings() -> None:
    """A given issuer, key and credentials override the defaults."""
    environ = {
        "IDP_ENV": "dev",
        "IDP_ISSUER": "https://id.test",
        "IDP_KMS_KEY_ID": "k",
        "AWS_ACCESS_KEY_ID": "mine",
        "AWS_REGION": "eu-west-1",
    }
    settings = environment.settings(environ)
    assert (settings.issuer, settings.kms_key_id, settings.key_file) == ("https://id.test", "k", "")
    assert (environ["AWS_ACCESS_KEY_ID"], environ["AWS_REGION"]) == ("mine", "eu-west-1")


def test_a_profile_is_not_mixed_with_default_credentials() -> None:
    """AWS_PROFILE selects the credentials."""
    environ = {"IDP_ENV": "dev", "AWS_PROFILE": "me"}
    environment.settings(environ)
    assert "AWS_ACCESS_KEY_ID" not in environ


@pytest.mark.parametrize(
    ("environ", "port"),
    [
        ({}, 8000),
        ({"PORT": "8080"}, 8080),
        ({"PORT": "", "IDP_ISSUER": ""}, 8000),
        ({"IDP_ISSUER": "http://localhost:9000"}, 9000),
        ({"IDP_ISSUER": "http://127.0.0.1:9000"}, 9000),
        ({"IDP_ISSUER": "http://localhost"}, 8000),
        ({"IDP_ISSUER": "https://tunnel.example:8443"}, 8000),
        ({"IDP_ISSUER": "https://tunnel.example", "PORT": "9001"}, 9001),
        ({"IDP_ISSUER": "http://localhost:no"}, 8000),
        ({"IDP_ISSUER": "http://[::1"}, 8000),
    ],
)
def test_the_port_is_PORT_or_the_port_of_a_local_issuer(environ: dict[str, str], port: int) -> None:  # noqa: N802  # the variable's name
    """Behind a tunnel the outer port differs from the port here."""
    assert environment.port(environ) == port


@pytest.mark.parametrize("given", ["nonsense", "127.0.0.1:8000", "ftp://engine", "http://[::1", "http://engine:port", "http://a engine"])
def test_an_engine_without_a_url_is_refused_with_what_to_set(given: str) -> None:
    """Before the first call, and without a traceback."""
    with pytest.raises(SettingsError, match="Set it to the URL of an engine"):
        environment.is_own_engine({"AWS_ENDPOINT_URL_DYNAMODB": given})


@pytest.mark.parametrize("raw", ["abc", "0", "65535", "99999", "-1", "8000.0", "८०००"])
def test_a_wrong_port_is_refused_with_what_to_set(raw: str) -> None:
    """65535 too, because the demo app needs the next port."""
    with pytest.raises(SettingsError, match="Set it to a number from 1 to 65534"):
        environment.port({"PORT": raw})


@pytest.mark.parametrize(
    ("endpoint", "own"),
    [
        ("http://127.0.0.1:8125", True),
        ("http://dynamodb:8000", True),
        ("https://vpce-1.dynamodb.eu-west-1.vpce.amazonaws.com", False),
        ("https://dynamodb.cn-north-1.amazonaws.com.cn", False),
        ("https://dynamodb.us-east-1.api.aws", False),
        ("", False),
    ],
)
def test_tables_are_created_only_outside_of_aws(endpoint: str, own: bool) -> None:
    """A table that a command creates in AWS would have no recovery, no deletion protection and no stack."""
    assert environment.is_own_engine({"AWS_ENDPOINT_URL_DYNAMODB": endpoint}) is own


def test_the_store_is_embedded_in_development_without_an_engine() -> None:
    """And in no other case."""
    assert environment.is_embedded({"IDP_ENV": "dev"})
    assert not environment.is_embedded({"IDP_ENV": "dev", "AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:1"})
    assert not environment.is_embedded({"IDP_ENV": "prod"})
