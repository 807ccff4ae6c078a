"""A deployment in an AWS account: the outputs of its stack, and the two commands that work on it, osls and idp."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError

ROOT = Path(__file__).resolve().parents[1]
OSLS = ROOT / "tests" / "clients" / "node_modules" / ".bin" / "osls"
KEPT_VERSIONS = 3
"""Versions of a function to keep: the live one, and two to go back to. Each costs money if it has a snapshot."""
EDGE_REGION = "us-east-1"
"""The region in which firewalls and certificates of CloudFront must be."""
_NOT_HERE = {"IDP_TRACING"}
"""Settings of the functions that the command line cannot use, because they need a layer of the function."""


class Stage:
    """A deployment in this account. `run` runs a command and exits if it fails."""

    def __init__(self, name: str, region: str) -> None:
        self.name, self.region, self.stack, self.edge_stack = name, region, f"idp-{name}", f"idp-edge-{name}"

    def client(self, service: str, region: str = "") -> Any:
        """Return a client of an AWS service, in the stage's region."""
        return boto3.client(service, region_name=region or self.region)

    def described(self, stack: str = "", region: str = "") -> dict[str, Any]:
        """Return CloudFormation's description of the stack, empty if there is none."""
        try:
            (found,) = self.client("cloudformation", region).describe_stacks(StackName=stack or self.stack)["Stacks"]
        except ClientError as error:
            if "does not exist" in str(error):
                return {}
            raise
        return dict(found)

    def outputs(self, stack: str = "", region: str = "") -> dict[str, str]:
        """Return the outputs of the stack, none if there is no stack."""
        return {output["OutputKey"]: output["OutputValue"] for output in self.described(stack, region).get("Outputs", ())}

    def deployed(self) -> bool:
        """Return whether the provider is deployed. A failed first deployment leaves a stack that only has the bucket of packages."""
        return "Issuer" in self.outputs()

    def environment(self) -> dict[str, str]:
        """Return what the command line needs to work on it: all settings of the function `api`."""
        configured = self.client("lambda").get_function_configuration(FunctionName=f"{self.stack}-api")
        given = {name: value for name, value in configured["Environment"]["Variables"].items() if value and name not in _NOT_HERE}
        return {**given, "AWS_REGION": self.region}

    def idp(self, *command: str) -> None:
        """Run the command line."""
        others = {name: value for name, value in os.environ.items() if not name.startswith("IDP_")}
        run([str(Path(sys.executable).with_name("idp")), *command], {**others, **self.environment()})

    def osls(self, *command: str, folder: Path = ROOT, region: str = "") -> None:
        """Run the deployment tool."""
        run([str(OSLS), *command, "--stage", self.name, "--region", region or self.region], {**os.environ}, folder)

    def prune(self) -> list[str]:
        """Delete versions of the provider that are older than those to go back to. Returns them."""
        functions = self.client("lambda")
        name = f"{self.stack}-api"
        pages = functions.get_paginator("list_versions_by_function").paginate(FunctionName=name)
        numbers = sorted(int(each["Version"]) for page in pages for each in page["Versions"] if each["Version"] != "$LATEST")
        old = [str(number) for number in numbers[:-KEPT_VERSIONS]]
        for version in old:
            functions.delete_function(FunctionName=name, Qualifier=version)
        return old


def run(command: list[str], env: dict[str, str], folder: Path = ROOT) -> None:
    """Run a command with visible output. Exits if it fails."""
    print(f"\033[2m$ {' '.join(Path(command[0]).name if not i else part for i, part in enumerate(command))}\033[0m", flush=True)
    if done := subprocess.run(command, env=env, cwd=folder, check=False).returncode:
        sys.exit(done)
