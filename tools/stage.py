"""A deployment in somebody's account: what its stack says of it, and the two commands that work on it, osls and idp."""

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
"""Of a function: the one that runs, and two to go back to. Each has a price where there are snapshots."""
EDGE_REGION = "us-east-1"
"""Where CloudFront's firewalls and certificates have to be."""
_NOT_HERE = {"IDP_TRACING"}
"""Settings of the functions that the command line has no use for: what they need is a layer there."""


class Stage:
    """A deployment of this account. `run` runs a command and fails with it."""

    def __init__(self, name: str, region: str) -> None:
        self.name, self.region, self.stack, self.edge_stack = name, region, f"idp-{name}", f"idp-edge-{name}"

    def client(self, service: str, region: str = "") -> Any:
        """AWS, in the stage's region."""
        return boto3.client(service, region_name=region or self.region)

    def described(self, stack: str = "", region: str = "") -> dict[str, Any]:
        """The stack as CloudFormation has it; empty when there is none."""
        try:
            (found,) = self.client("cloudformation", region).describe_stacks(StackName=stack or self.stack)["Stacks"]
        except ClientError as error:
            if "does not exist" in str(error):
                return {}
            raise
        return dict(found)

    def outputs(self, stack: str = "", region: str = "") -> dict[str, str]:
        """What the stack says of itself; nothing when there is none."""
        return {output["OutputKey"]: output["OutputValue"] for output in self.described(stack, region).get("Outputs", ())}

    def deployed(self) -> bool:
        """Whether the provider is there: a first deployment that failed leaves a stack with nothing but the bucket of packages."""
        return "Issuer" in self.outputs()

    def environment(self) -> dict[str, str]:
        """What the command line needs to work on it: the settings that the function `api` has, each of them."""
        configured = self.client("lambda").get_function_configuration(FunctionName=f"{self.stack}-api")
        given = {name: value for name, value in configured["Environment"]["Variables"].items() if value and name not in _NOT_HERE}
        return {**given, "AWS_REGION": self.region}

    def idp(self, *command: str) -> None:
        """The command line."""
        others = {name: value for name, value in os.environ.items() if not name.startswith("IDP_")}
        run([str(Path(sys.executable).with_name("idp")), *command], {**others, **self.environment()})

    def osls(self, *command: str, folder: Path = ROOT, region: str = "") -> None:
        """The deployment tool."""
        run([str(OSLS), *command, "--stage", self.name, "--region", region or self.region], {**os.environ}, folder)

    def prune(self) -> list[str]:
        """Versions of the provider that are older than those one may go back to are deleted: which."""
        functions = self.client("lambda")
        name = f"{self.stack}-api"
        pages = functions.get_paginator("list_versions_by_function").paginate(FunctionName=name)
        numbers = sorted(int(each["Version"]) for page in pages for each in page["Versions"] if each["Version"] != "$LATEST")
        old = [str(number) for number in numbers[:-KEPT_VERSIONS]]
        for version in old:
            functions.delete_function(FunctionName=name, Qualifier=version)
        return old


def run(command: list[str], env: dict[str, str], folder: Path = ROOT) -> None:
    """A command, whose output is seen; its failure is this one's."""
    print(f"\033[2m$ {' '.join(Path(command[0]).name if not i else part for i, part in enumerate(command))}\033[0m", flush=True)
    if done := subprocess.run(command, env=env, cwd=folder, check=False).returncode:
        sys.exit(done)
