"""Deploys a stage, and takes one away. `make deploy`, `make deploy-edge` and `make destroy` call it; docs/deploy.md explains each step.

    python tools/deploy.py deploy prod --region eu-central-1 dns=route53 domain=id.example.com hostedZone=Z0123456789

Credentials and account are those of every AWS tool: AWS_PROFILE, or what the environment has.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import boto3
from botocore.exceptions import ClientError

ROOT = Path(__file__).resolve().parents[1]
OSLS = ROOT / "tests" / "clients" / "node_modules" / ".bin" / "osls"
KEPT_VERSIONS = 3
"""Of a function: the one that runs, and two to go back to. Each has a price where there are snapshots."""
PATIENCE = 300
"""Seconds until a new name in the DNS has to lead somewhere."""


class Stage:
    """A deployment of this account. `run` runs a command and fails with it."""

    def __init__(self, name: str, region: str) -> None:
        self.name, self.region, self.stack = name, region, f"idp-{name}"

    def client(self, service: str, region: str = "") -> Any:
        """AWS, in the stage's region."""
        return boto3.client(service, region_name=region or self.region)

    def outputs(self, stack: str = "", region: str = "") -> dict[str, str]:
        """What the stack says of itself; nothing when there is none."""
        try:
            (found,) = self.client("cloudformation", region).describe_stacks(StackName=stack or self.stack)["Stacks"]
        except ClientError as error:
            if "does not exist" in str(error):
                return {}
            raise
        return {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", ())}

    def environment(self) -> dict[str, str]:
        """What the command line needs to work on it."""
        given = self.outputs()
        return {
            "IDP_ENV": "prod", "AWS_REGION": self.region, "IDP_ISSUER": given["Issuer"], "IDP_TABLE_PREFIX": given["TablePrefix"],
            "IDP_KMS_KEY_ID": given["DataKeyArn"],
        }  # fmt: skip

    def idp(self, *command: str) -> None:
        """The command line."""
        run([str(Path(sys.executable).with_name("idp")), *command], {**os.environ, **self.environment()})

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


def deploy(stage: Stage, parameters: list[str]) -> None:
    """Expand, deploy by weights, make keys if there are none, contract, look whether all is well."""
    if stage.outputs():
        stage.idp("migrate", "--before-deploy")
    given = [*parameters, *edge_digest(stage)]
    stage.osls("deploy", *(f"--param={each}" for each in given))
    stage.client("lambda").invoke(FunctionName=f"{stage.stack}-rotate_keys", Payload=b"{}")
    stage.idp("migrate")
    smoke(stage.outputs()["Issuer"])
    stage.idp("doctor")
    for version in stage.prune():
        print(f"version {version} is gone")


def edge_digest(stage: Stage) -> list[str]:
    """The parameter by which the provider knows CloudFront, where that stands in front: by the word of now, and the one before it."""
    known = stage.outputs(f"idp-edge-{stage.name}", "us-east-1")
    if not known:
        return []
    secrets = stage.client("secretsmanager", "us-east-1")
    words = []
    for which in ("AWSCURRENT", "AWSPREVIOUS"):
        try:
            words.append(secrets.get_secret_value(SecretId=known["EdgeWordArn"], VersionStage=which)["SecretString"])
        except ClientError as error:
            if which == "AWSCURRENT" or error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
    return [f"edgeSha256={' '.join(sha256(word.encode()).hexdigest() for word in words)}"]


def smoke(issuer: str, *, patience: float = PATIENCE) -> None:
    """Discovery says this issuer, and there are keys. A name that is new to the DNS is waited for."""
    until = time.monotonic() + patience
    while True:
        try:
            metadata = read(f"{issuer}/.well-known/openid-configuration")
            if metadata.get("issuer") != issuer:
                sys.exit(f"{issuer} says that it is {metadata.get('issuer')}")
            if not read(f"{issuer}/jwks").get("keys"):
                sys.exit(f"{issuer} has no keys: run the function rotate_keys")
        except (OSError, ValueError) as problem:
            if time.monotonic() > until:
                sys.exit(f"{issuer} does not answer: {problem}")
            time.sleep(min(5, patience))
        else:
            print(f"\033[32m✓\033[0m {issuer}")
            return


def read(url: str) -> dict[str, Any]:
    """A JSON object."""
    with urlopen(url, timeout=10) as answer:  # noqa: S310  # the issuer that the stack says
        found = json.load(answer)
    if not isinstance(found, dict):
        raise ValueError(url)  # noqa: TRY004  # what answers is something else
    return found


def edge(stage: Stage, parameters: list[str]) -> None:
    """CloudFront before the stage's gateway. The provider believes it from its next deployment on."""
    origin = stage.outputs()["DomainTarget"]
    given = [*parameters, f"origin={origin}"]
    stage.osls("deploy", *(f"--param={each}" for each in given), folder=ROOT / "deploy" / "edge", region="us-east-1")
    print("Now: make deploy, with dns=elsewhere and the same parameters. From then on nobody comes around CloudFront.")


def destroy(stage: Stage) -> None:
    """Ask, and take the stack away. What cannot be made again stays."""
    stays = ", ".join(f"{stage.stack}-{table}" for table in ("directory", "state", "keys"))
    print(
        f"This ends {stage.stack} in {stage.region}: nobody signs in there any more. The tables {stays}, which hold users, apps and keys,"
    )
    print("and the KMS key stay, protected against deletion. docs/deploy.md says how to bring them back, or to delete them too.")
    if input(f"Type {stage.name} to go on: ") != stage.name:
        sys.exit("Nothing was done.")
    stage.osls("remove")


def main() -> None:
    """As the module says."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("act", choices=["deploy", "edge", "destroy"])
    options.add_argument("stage", help="dev, prod or another name")
    options.add_argument("--region", default="us-east-1")
    options.add_argument("parameters", nargs="*", metavar="NAME=VALUE")
    chosen = options.parse_args()
    stage = Stage(chosen.stage, chosen.region)
    if chosen.act == "destroy":
        destroy(stage)
    else:
        {"deploy": deploy, "edge": edge}[chosen.act](stage, chosen.parameters)


if __name__ == "__main__":
    main()
