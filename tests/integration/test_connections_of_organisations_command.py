"""`idp connections … --organization`: the connections of an organisation at the command line, apart from those of the deployment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.access.tenancy import DEPLOYMENT
from idp.services.upstream.secret import open_secret
from tests.support.cli import CommandLine
from tests.support.saml_idp import metadata

if TYPE_CHECKING:
    from pathlib import Path

OF = ("--organization", "acme")
SECRET = "the-secret-of-okta"
GIVEN = ("--id", "okta", "--name", "Okta", "--issuer", "https://acme.okta.example", "--client-id", "ours", "--secret-stdin")
ENDPOINTS = (
    '{"authorization_endpoint": "https://acme.okta.example/a", "token_endpoint": "https://acme.okta.example/t", '
    '"jwks_uri": "https://acme.okta.example/k", "signing_alg": "ES256"%s}'
)


def test_they_are_made_changed_and_deleted(quick_endpoint: str, table_prefix: str, tmp_path: Path) -> None:
    """The secret is never printed. What an organisation cannot have is refused, and nothing is written."""
    plain = CommandLine(quick_endpoint, table_prefix, tmp_path)
    plain.done("bootstrap", "--json")
    plain.done("organizations", "create", "acme", "--name", "Acme Ltd")
    create = ("connections", "create", "oidc", *GIVEN, "--members", ENDPOINTS % "")
    off = plain(*create, *OF, stdin=SECRET + "\n")
    assert (off.status, "IDP_ORGANIZATION_CONNECTIONS" in off.err) == (1, True), off.err
    idp = plain.other(extra={"IDP_ORGANIZATION_CONNECTIONS": "2"})
    assert idp(*create, stdin=SECRET + "\n").status == 0  # one of the deployment with the same id

    def listed(*options: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = idp.done("connections", "list", "--json", *options).json
        return found

    for more in (["--domain", "acme.example"], ["--app", "app_x"], ["--keeps-tokens"]):
        assert idp(*create, *OF, *more, stdin=SECRET + "\n").status != 0, more
    for member in (', "email_trust": "verified"', ', "shown": true', ', "trusts_factors": true'):
        refused = ("connections", "create", "oidc", *GIVEN, "--members", ENDPOINTS % member, *OF)
        assert idp(*refused, stdin=SECRET + "\n").status != 0, member
    assert idp("connections", "create", "github", "--client-id", "x", "--secret-stdin", *OF, stdin="x\n").status != 0
    for command in (["list"], ["show", "okta"], ["update", "okta", "--disable"], ["delete", "okta", "--yes"], ["rotate-secret", "okta"]):
        assert idp("connections", *command, "--organization", "nobody", stdin="").status != 0, command
    assert listed(*OF) == []

    made = idp(*create, *OF, stdin=SECRET + "\n")
    org_id = idp.services().organisation_service.find("acme", scope=DEPLOYMENT).id
    assert (made.status, f"{org_id}.okta/callback" in made.out) == (0, True), made.err
    assert idp(*create, *OF, stdin="").status != 0  # taken: before the secret is asked for
    [told] = listed(*OF)
    assert (told["id"], told["connection_id"], told["organization"]) == ("okta", f"{org_id}.okta", org_id)
    assert {"email_trust", "domains", "shown", "apps", "secret"}.isdisjoint(told)
    stored = idp.services().connections.get(f"{org_id}.okta")
    assert stored
    assert open_secret(idp.services().keyring, stored) == SECRET
    assert idp("connections", "update", "okta", *OF, "--domain", "gmail.com").status != 0
    assert not idp.done("connections", "update", "okta", "--organization", org_id, "--disable", "--json").json["enabled"]
    assert [each["enabled"] for each in listed()] == [True]
    assert "has a new secret" in idp("connections", "rotate-secret", "okta", *OF, "--secret-stdin", stdin="another\n").out
    said = "".join(idp.done("connections", *command, *OF).out for command in (["list"], ["show", "okta"], ["show", "okta", "--json"]))
    assert not [each for each in (SECRET, "another", stored.secret) if each in said + made.out + made.err]

    lead_domains(idp, plain, org_id)
    (tmp_path / "idp.xml").write_text(metadata())
    idp.done("connections", "create", "saml", "--id", "adfs", "--name", "AD FS", "--metadata", str(tmp_path / "idp.xml"), *OF)
    assert "--activate --organization acme" in idp.done("connections", "rotate-certificate", "adfs", *OF).out
    assert "uses the new keys" in idp.done("connections", "rotate-certificate", "adfs", "--activate", *OF).out
    assert idp("connections", "create", "saml", "--id", "third", "--name", "X", "--metadata", str(tmp_path / "idp.xml"), *OF).status != 0
    assert idp("connections", "delete", "okta", *OF).status == 2
    idp.done("connections", "delete", "okta", *OF, "--yes")
    assert ([each["id"] for each in listed(*OF)], [each["id"] for each in listed()]) == (["adfs"], ["okta"])
    assert idp.services().connections.get(f"{org_id}.okta") is None


def lead_domains(idp: CommandLine, plain: CommandLine, org_id: str) -> None:
    """A domain leads to a connection of its organisation or of the deployment, and never to one of another organisation."""
    idp.done("organizations", "domains", "claim", "acme", "acme.example")
    route = ("organizations", "domains", "route", "acme", "acme.example", "--json")
    assert idp.done(*route, "--own", "okta").json["connection"] == f"{org_id}.okta"
    assert idp.done(*route, "--connection", "okta").json["connection"] == "okta"  # that of the deployment, which has the same id
    assert plain(*route, "--connection", f"{org_id}.okta").status == 0
    idp.done("organizations", "create", "other")
    idp.done("organizations", "domains", "claim", "other", "other.example")
    for option in (("--own", "okta"), ("--connection", f"{org_id}.okta")):
        assert idp("organizations", "domains", "route", "other", "other.example", *option).status != 0, option
    idp.done(*route, "--none")
