"""Terraform with the provider of packages/terraform, which `make test` builds in .tools.

with Terraform(folder, issuer=…, client_id=…, client_secret=…) as terraform:
    terraform.write('resource "idp_role" "editor" { name = "editor" }')
    terraform.apply()
    terraform.plan() == []
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from idp.domain.access import admin_scopes

ROOT = Path(__file__).resolve().parents[2]
PROVIDER = ROOT / ".tools" / "terraform-provider"
_HEADER = 'terraform {\n  required_providers {\n    idp = { source = "idp/idp" }\n  }\n}\n'
SCOPES = " ".join(sorted(admin_scopes.ALL))
"""Those of the service client. A hook needs every one."""


def program() -> str:
    """The path of Terraform, or OpenTofu. Without one the test is skipped: the Go tests drive the provider over gRPC on every machine."""
    if found := os.environ.get("IDP_TEST_TERRAFORM") or shutil.which("terraform") or shutil.which("tofu"):
        return found
    pytest.skip("Terraform 1.11 or OpenTofu 1.11 is not installed, so the provider ran over gRPC only; IDP_TEST_TERRAFORM names its path")


@dataclass
class Terraform:
    """A folder with a configuration and its state. `issuer`, `client_id` and `client_secret` are given by the environment."""

    folder: Path
    issuer: str
    client_id: str
    client_secret: str

    def write(self, configuration: str) -> None:
        """Replace the configuration."""
        (self.folder / "main.tf").write_text(configuration if "required_providers" in configuration else _HEADER + configuration)

    def run(self, *arguments: str, **variables: str) -> str:
        """Run a command. Returns what it prints. `variables`: of the configuration."""
        rc = self.folder / "terraform.rc"
        rc.write_text(f'provider_installation {{\n  dev_overrides {{ "idp/idp" = "{PROVIDER}" }}\n  direct {{}}\n}}\n')
        own = {
            "TF_CLI_CONFIG_FILE": str(rc), "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1", "TF_LOG": "TRACE",
            "TF_LOG_PATH": str(self.folder / "trace.log"), "IDP_ISSUER": self.issuer, "IDP_CLIENT_ID": self.client_id,
            "IDP_CLIENT_SECRET": self.client_secret, **{f"TF_VAR_{name}": value for name, value in variables.items()},
        }  # fmt: skip
        done = subprocess.run(
            [program(), *arguments, "-no-color"], cwd=self.folder, env={**os.environ, **own}, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def apply(self, **variables: str) -> str:
        """Make it so."""
        return self.run("apply", "-auto-approve", "-input=false", **variables)

    def plan(self, **variables: str) -> dict[str, list[str]]:
        """The actions of the plan by address, without those that change nothing."""
        self.run("plan", "-input=false", "-out=plan.bin", **variables)
        shown = json.loads(self.run("show", "-json", "plan.bin"))
        return {each["address"]: each["change"]["actions"] for each in shown["resource_changes"] if each["change"]["actions"] != ["no-op"]}

    def state(self, address: str) -> Any:
        """The attributes of a resource in the state."""
        kind, name = address.split(".")
        for each in json.loads((self.folder / "terraform.tfstate").read_text())["resources"]:
            if each["mode"] == "managed" and (each["type"], each["name"]) == (kind, name):
                return each["instances"][0]["attributes"]
        raise AssertionError(f"{address} is not in the state")

    def written(self) -> bytes:
        """All that Terraform wrote: states, plans and logs."""
        return b"".join(path.read_bytes() for path in self.folder.rglob("*") if path.is_file())


def blocks(page: str = "docs/terraform.md") -> list[str]:
    """The blocks in HCL that a page prints, without those of the command's own configuration."""
    found = re.findall(r"^```hcl\n(.*?)^```$", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    return [each for each in found if not each.startswith("provider_installation")]


def go(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Go in the provider's folder, with the locked modules."""
    uv = shutil.which("uv") or str(ROOT / ".tools/uv/bin/uv")
    own = {"CGO_ENABLED": "0", "GOFLAGS": "-mod=readonly -buildvcs=false", "UV": uv, **environment}
    command = [str(ROOT / "tools" / "go.sh"), *arguments]
    return subprocess.run(command, cwd=ROOT / "packages/terraform", env={**os.environ, **own}, capture_output=True, text=True, check=False)
