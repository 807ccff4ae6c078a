"""The Terraform provider of packages/terraform against a running provider: by the `terraform` program, and over gRPC."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from tests.support.served_provider import served_provider
from tests.support.terraform import PROVIDER, SCOPES, Terraform, blocks, go, program

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.served_provider import ServedProvider

POLICIES = 'permit (principal, action == Action::"read", resource);'
SCHEMA = "entity User; entity Document; action read appliesTo { principal: User, resource: Document };"
BACKEND, GITHUB = "b" * 20 + "K3" * 10, "g" * 20 + "Q7" * 10
ACME, CRM = "a" * 20 + "M4" * 10, "c" * 20 + "P9" * 10
IMPORTED = {
    "idp_role.editor": "order-editor", "idp_group.sales": "sales", "idp_app.backend": "app_backend", "idp_connection.github": "github",
    "idp_policy.live": "live", "idp_scim_client.okta": "okta", "idp_provisioning_target.crm": "crm", "idp_hook.plan": "plan",
    "idp_scope_text.orders": "orders:read", "idp_authorization_details_type.payment": "payment",
}  # fmt: skip
TAKEN_OVER = r'resource "idp_(role|app|connection|policy|scim_client|provisioning_target|hook|scope_text)"'


@pytest.fixture
def served(quick_endpoint: str, tmp_path: Path) -> Iterator[ServedProvider]:
    with served_provider(quick_endpoint, folder=tmp_path, hooks="on", organization_connections=5, organization_scim_clients=5) as running:
        yield running


def _service(idp: ServedProvider) -> tuple[str, str]:
    made, secret = idp.client(grant_types=["client_credentials"], scope=SCOPES, resources=[f"{idp.issuer}/admin/v1"])
    assert secret
    return made.id, secret


def _folder(path: Path, idp: ServedProvider, configuration: str) -> Terraform:
    path.mkdir()
    (path / "policies.cedar").write_text(POLICIES)
    (path / "schema.cedarschema").write_text(SCHEMA)
    terraform = Terraform(path, idp.issuer, *_service(idp))
    terraform.write(configuration)
    return terraform


@pytest.fixture
def terraform(served: ServedProvider, tmp_path: Path) -> Terraform:
    """A folder with every example of the page, but the import."""
    program()
    return _folder(tmp_path / "shop", served, "\n".join(each for each in blocks() if not each.startswith("import ")))


def test_every_example_of_the_page_is_made_compared_taken_over_and_removed(
    served: ServedProvider, terraform: Terraform, tmp_path: Path
) -> None:
    secrets = {"backend_secret": BACKEND, "github_secret": GITHUB, "acme_secret": ACME, "crm_token": CRM}
    terraform.apply(**secrets)
    assert terraform.plan(**secrets) == {}
    service = served.services.client_service
    assert served.services.secret_comparison.app_has("app_backend", BACKEND, scope=DEPLOYMENT)
    assert served.services.secret_comparison.connection_has("github", GITHUB, scope=DEPLOYMENT)
    assert served.services.secret_comparison.target_has("crm", CRM, scope=DEPLOYMENT)
    # What somebody changed by hand is a difference, also of members that the configuration leaves out, and of secrets.
    service.patch("app_backend", {"contacts": ["eve@example.com"]}, scope=DEPLOYMENT)
    service.rotate_secret(terraform.state("idp_app.shop")["client_id"], scope=DEPLOYMENT)
    others = {"github_secret": GITHUB + "!", "acme_secret": ACME + "!", "crm_token": CRM + "!"}
    assert terraform.plan(**{**secrets, **others}) == {
        "idp_app.backend": ["update"], "idp_connection.github": ["update"], "idp_organization_connection.staff": ["update"],
        "idp_provisioning_target.crm": ["update"],
    }  # fmt: skip
    terraform.apply(**secrets)
    assert service.get("app_backend", scope=DEPLOYMENT).contacts == ()
    # Another configuration takes the same objects over without a change.
    imports = "".join(f'import {{\n  to = {to}\n  id = "{each}"\n}}\n' for to, each in IMPORTED.items())
    wanted = "\n".join(each for each in blocks() if re.search(TAKEN_OVER, each) and not each.startswith("data"))
    other = _folder(tmp_path / "other", served, wanted.replace("apps      = [idp_app.shop.client_id]", "") + imports)
    assert other.plan(**secrets) == {"idp_app.shop": ["create"], "idp_connection.github": ["update"]}
    told = terraform.run("destroy", "-auto-approve", **secrets)
    assert "stay live" in told
    assert served.services.policy_service.live(scope=DEPLOYMENT)
    written = terraform.written() + other.written()
    assert all(each.encode() not in written for each in (BACKEND, GITHUB, ACME, CRM, terraform.client_secret))


def test_the_provider_does_over_grpc_what_it_promises(served: ServedProvider) -> None:
    """All tests in Go. Those of `acceptance_test.go` drive it as Terraform does, with each refusal. None may be left out."""
    client_id, secret = _service(served)
    environment = {"IDP_TEST_ISSUER": served.issuer, "IDP_TEST_CLIENT_ID": client_id, "IDP_TEST_CLIENT_SECRET": secret}
    done = go("test", "-trimpath", "-count=1", "-v", "./...", **environment)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "--- PASS: TestAcceptance" in done.stdout
    assert "SKIP" not in done.stdout


def test_the_built_provider_is_there() -> None:
    assert (PROVIDER / "terraform-provider-idp").is_file(), "build it with: make terraform"
