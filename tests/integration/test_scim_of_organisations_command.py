"""`idp scim … --organization`: the SCIM clients of an organisation at the command line, apart from those of the deployment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.access.tenancy import DEPLOYMENT
from tests.support.cli import CommandLine

if TYPE_CHECKING:
    from pathlib import Path

OF = ("--organization", "acme")


def test_they_are_made_listed_rotated_and_deleted(quick_endpoint: str, table_prefix: str, tmp_path: Path) -> None:
    """The token is shown once. What an organisation cannot have is refused, and nothing is written."""
    plain = CommandLine(quick_endpoint, table_prefix, tmp_path)
    plain.done("bootstrap", "--json")
    plain.done("organizations", "create", "acme", "--name", "Acme Ltd")
    assert "organisation" in plain("scim", "create", "okta", *OF).err
    idp = plain.other(extra={"IDP_ORGANIZATION_SCIM_CLIENTS": "2"})
    idp.done("scim", "create", "okta", "--name", "Of the deployment")

    def listed(*options: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = idp.done("scim", "list", "--json", *options).json
        return found

    for options in (["--domain", "acme.example"], ["--fills-group", "staff"], ["--members", '{"groups": "all"}']):
        assert idp("scim", "create", "okta", *OF, *options).status != 0, options
    for command in (["list"], ["create", "okta"], ["rotate-token", "okta"], ["delete", "okta", "--yes"]):
        assert idp("scim", *command, "--organization", "nobody").status != 0, command
    assert listed(*OF) == []
    made = idp.done("scim", "create", "okta", *OF, "--name", "Okta", "--json").json
    org_id = idp.services().organisation_service.find("acme", scope=DEPLOYMENT).id
    assert made["token"].startswith(f"{org_id}.okta.")
    assert (made["id"], made["organization"], made["name"], "domains" in made) == ("okta", org_id, "Okta", False)
    assert [(each["id"], each["name"]) for each in listed(*OF)] == [("okta", "Okta")]
    assert [(each["id"], each["name"]) for each in listed()] == [("okta", "Of the deployment")]
    assert made["token"] not in idp.done("scim", "list", *OF).out
    second = idp.done("scim", "rotate-token", "okta", "--organization", org_id, "--overlap-days", "0", "--json").json
    assert second["token"] != made["token"]
    assert len(listed(*OF)[0]["tokens"]) == len(listed()[0]["tokens"]) == 1
    assert idp("scim", "delete", "okta", *OF).status == 2
    idp.done("scim", "delete", "okta", *OF, "--yes")
    assert (listed(*OF), [each["id"] for each in listed()]) == ([], ["okta"])
    assert idp("scim", "rotate-token", "okta", *OF).status != 0
