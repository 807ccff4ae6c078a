"""Deploys a stage, and takes one away. `make deploy`, `make deploy-edge`, `make destroy` and `make idp` call it; docs/deploy.md explains.

    python -m tools.deploy --region eu-central-1 deploy prod dns=route53 domain=id.example.com hostedZone=Z0123456789
    python -m tools.deploy --region eu-central-1 idp prod -- bootstrap --json

Credentials and account are those of every AWS tool: AWS_PROFILE, or what the environment has.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from typing import Any
from urllib.request import urlopen

from botocore.exceptions import ClientError

from tools import preflight
from tools.stage import EDGE_REGION, ROOT, Stage

PATIENCE = 300
"""Seconds until a new name in the DNS has to lead somewhere."""
TOLD = ("Issuer", "TablePrefix", "DataKeyArn", "DomainTarget", "MailRecords", "AuthorizerArn")
"""Outputs of the stack that somebody needs."""


def check(stage: Stage, parameters: list[str], *, edge: bool = False) -> None:
    """Look at what a deployment needs, before anything is built."""
    if found := preflight.problems(stage, parameters, edge=edge):
        sys.exit("\n".join(f"\033[31m✗\033[0m {problem}" for problem in found))


def deploy(stage: Stage, parameters: list[str]) -> None:
    """Expand, deploy by weights, make keys if there are none, contract, look whether all is well."""
    if stage.deployed():
        stage.idp("migrate", "--before-deploy")
    given = [*parameters, *edge_digest(stage), *key_age(parameters)]
    stage.osls("deploy", *(f"--param={each}" for each in given))
    make_keys(stage)
    stage.idp("migrate")
    outputs = stage.outputs()
    for name in TOLD:
        if name in outputs:
            print(f"  {name:12} {outputs[name]}")
    smoke(outputs["Issuer"], target=outputs.get("DomainTarget", ""))
    for version in stage.prune():
        print(f"version {version} is gone")
    stage.idp("doctor")


def make_keys(stage: Stage) -> None:
    """The job that moves keys along; its first run makes them. That it fails is told: what it says is the function's own error."""
    answer = stage.client("lambda").invoke(FunctionName=f"{stage.stack}-rotate_keys", Payload=b"{}")
    if answer.get("FunctionError"):
        sys.exit(f"{stage.stack}-rotate_keys failed: {answer['Payload'].read().decode()[:2000]}\nSee its log; then: make deploy once more.")


def key_age(parameters: list[str]) -> list[str]:
    """The parameter by which the alarm knows when a signing key is too old: two days after it was due."""
    given = dict(each.partition("=")[::2] for each in parameters)
    days = given.get("IDP_KEY_ROTATION_DAYS", "")
    return [f"signingKeyAge={int(days) + 2}"] if days and "signingKeyAge" not in given else []


def edge_digest(stage: Stage) -> list[str]:
    """The parameter by which the provider knows CloudFront, where that stands in front: by the word of now, and the one before it."""
    known = stage.outputs(stage.edge_stack, EDGE_REGION)
    if not known:
        return []
    secrets = stage.client("secretsmanager", EDGE_REGION)
    words = []
    for which in ("AWSCURRENT", "AWSPREVIOUS"):
        try:
            words.append(secrets.get_secret_value(SecretId=known["EdgeWordArn"], VersionStage=which)["SecretString"])
        except ClientError as error:
            if which == "AWSCURRENT" or error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
    return [f"edgeSha256={' '.join(sha256(word.encode()).hexdigest() for word in words)}"]


def smoke(issuer: str, *, target: str = "", patience: float = PATIENCE) -> None:
    """Discovery says this issuer, and there are keys. A name that is new to the DNS is waited for; `target` is where it has to lead."""
    until = time.monotonic() + patience
    leads = f" Its name has to lead to {target}, or to CloudFront (make deploy-edge)." if target else ""
    told = False
    while True:
        try:
            metadata = read(f"{issuer}/.well-known/openid-configuration")
            if metadata.get("issuer") != issuer:
                sys.exit(f"{issuer} says that it is {metadata.get('issuer')}")
            if not read(f"{issuer}/jwks").get("keys"):
                sys.exit(f"{issuer} has no keys: run the function rotate_keys")
        except (OSError, ValueError) as problem:
            if time.monotonic() > until:
                sys.exit(f"{issuer} does not answer: {problem}.{leads}\nIt is deployed. When the name leads there: make deploy once more.")
            if not told:
                print(f"waiting for {issuer}, {patience:.0f} seconds at most …{leads}", flush=True)
                told = True
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
    stage.osls("deploy", *(f"--param={each}" for each in given), folder=ROOT / "deploy" / "edge", region=EDGE_REGION)
    print("Now: make deploy, with dns=elsewhere and the same parameters. From then on nobody comes around CloudFront.")


def destroy(stage: Stage) -> None:
    """Ask, and take the stack away, and the one in front of it. What cannot be made again stays."""
    in_front = bool(stage.described(stage.edge_stack, EDGE_REGION))
    stays = ", ".join(f"{stage.stack}-{table}" for table in preflight.TABLES)
    print(
        f"This ends {stage.stack} in {stage.region}: nobody signs in there any more. The tables {stays}, which hold users, apps and keys,"
    )
    print("and the KMS key stay, protected against deletion. docs/deploy.md says how to bring them back, or to delete them too.")
    if in_front:
        print(f"CloudFront and its firewall ({stage.edge_stack} in {EDGE_REGION}) go first.")
    if typed(f"Type {stage.name} to go on: ") != stage.name:
        sys.exit("Nothing was done.")
    if in_front:
        stage.osls("remove", folder=ROOT / "deploy" / "edge", region=EDGE_REGION)
    stage.osls("remove")


def typed(question: str) -> str:
    """What somebody answers; nothing, where nobody is."""
    try:
        return input(question)
    except EOFError:
        print()
        return ""


def chosen_from(arguments: list[str]) -> argparse.Namespace:
    """Parse the command line. `--region` may stand before, between or after the others; all after `--` is a command of idp.

    argparse gives optional positionals an empty value at the first option that interrupts them, so options are read apart from them.
    """
    given = arguments.index("--") if "--" in arguments else len(arguments)
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False)
    options.add_argument("act", choices=["check", "check-edge", "deploy", "edge", "destroy", "idp"])
    options.add_argument("stage", help="dev, prod or another name")
    options.add_argument("--region", default="us-east-1")
    options.add_argument("parameters", nargs="*", metavar="NAME=VALUE", help="of idp: the command and its options, after --")
    chosen = options.parse_intermixed_args(arguments[:given])
    chosen.parameters += arguments[given + 1 :]
    return chosen


def main() -> None:
    """As the module says."""
    chosen = chosen_from(sys.argv[1:])
    stage = Stage(chosen.stage, chosen.region)
    act: Callable[[], None] = {
        "check": partial(check, stage, chosen.parameters),
        "check-edge": partial(check, stage, chosen.parameters, edge=True),
        "deploy": partial(deploy, stage, chosen.parameters),
        "edge": partial(edge, stage, chosen.parameters),
        "destroy": partial(destroy, stage),
        "idp": partial(stage.idp, *chosen.parameters),
    }[chosen.act]
    if chosen.act in {"destroy", "idp"}:
        account(stage, deployed=chosen.act == "idp")
    act()


def account(stage: Stage, *, deployed: bool = False) -> None:
    """AWS answers, and with `deployed` the provider is there."""
    found = [*preflight.stage_name(stage.name), *preflight.account(stage)]
    if not found and deployed and not stage.deployed():
        found = [f"{stage.stack} is not deployed in {stage.region}. Give the STAGE and the REGION of a deployment."]
    if found:
        sys.exit("\n".join(f"\033[31m✗\033[0m {problem}" for problem in found))


if __name__ == "__main__":
    main()
