"""Deploys a stage, and removes one. `make deploy`, `make deploy-edge`, `make destroy` and `make idp` call it (docs/deploy.md).

    python -m tools.deploy --region eu-central-1 deploy prod dns=route53 domain=id.example.com hostedZone=Z0123456789
    python -m tools.deploy --region eu-central-1 idp prod -- bootstrap --json

Credentials and account are those of every AWS tool: AWS_PROFILE, or the environment's.
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
"""Seconds to wait until a new name resolves."""
TOLD = ("Issuer", "TablePrefix", "DataKeyArn", "DomainTarget", "MailRecords", "AuthorizerArn")
"""Outputs of the stack that are printed."""


def check(stage: Stage, parameters: list[str], *, edge: bool = False) -> None:
    """Check what a deployment needs, before anything is built."""
    if found := preflight.problems(stage, parameters, edge=edge):
        sys.exit("\n".join(f"\033[31m✗\033[0m {problem}" for problem in found))


def deploy(stage: Stage, parameters: list[str]) -> None:
    """Run expanding migrations, deploy by weights, create missing keys, run the other migrations, and check the result."""
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
    check_for_console(stage)
    stage.idp("doctor")


def make_keys(stage: Stage) -> None:
    """Run the key rotation, whose first run creates the keys. If the function fails, its error is printed."""
    answer = stage.client("lambda").invoke(FunctionName=f"{stage.stack}-rotate_keys", Payload=b"{}")
    if answer.get("FunctionError"):
        sys.exit(f"{stage.stack}-rotate_keys failed: {answer['Payload'].read().decode()[:2000]}\nSee its log; then: make deploy once more.")


def check_for_console(stage: Stage) -> None:
    """Let the function `doctor` check what was deployed, for the overview of the console. Without the console there is none."""
    try:
        stage.client("lambda").invoke(FunctionName=f"{stage.stack}-doctor", InvocationType="Event", Payload=b"{}")
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise


def key_age(parameters: list[str]) -> list[str]:
    """Return the parameter of the alarm on old signing keys: two days after a rotation is due."""
    given = dict(each.partition("=")[::2] for each in parameters)
    days = given.get("IDP_KEY_ROTATION_DAYS", "")
    return [f"signingKeyAge={int(days) + 2}"] if days and "signingKeyAge" not in given else []


def edge_digest(stage: Stage) -> list[str]:
    """Return the parameter by which the provider recognises CloudFront, if there is one: digests of its present and its previous secret."""
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
    """Check that discovery has this issuer, and that there are keys. Waits for a new DNS name; `target` is where it must point."""
    until = time.monotonic() + patience
    leads = f" Its name must point to {target}, or to CloudFront (make deploy-edge)." if target else ""
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
                sys.exit(f"{issuer} does not answer: {problem}.{leads}\nIt is deployed. When the name points there: make deploy once more.")
            if not told:
                print(f"waiting for {issuer}, {patience:.0f} seconds at most …{leads}", flush=True)
                told = True
            time.sleep(min(5, patience))
        else:
            print(f"\033[32m✓\033[0m {issuer}")
            return


def read(url: str) -> dict[str, Any]:
    """Fetch a JSON object."""
    with urlopen(url, timeout=10) as answer:  # noqa: S310  # the issuer is an output of the stack
        found = json.load(answer)
    if not isinstance(found, dict):
        raise ValueError(url)  # noqa: TRY004  # the answer is wrong, not an argument
    return found


def edge(stage: Stage, parameters: list[str]) -> None:
    """Deploy CloudFront before the stage's gateway. The provider accepts it from its next deployment on."""
    origin = stage.outputs()["DomainTarget"]
    given = [*parameters, f"origin={origin}"]
    stage.osls("deploy", *(f"--param={each}" for each in given), folder=ROOT / "deploy" / "edge", region=EDGE_REGION)
    print("Now: make deploy, with dns=elsewhere and the same parameters. From then on requests must come through CloudFront.")


def destroy(stage: Stage) -> None:
    """Ask, then remove the stack, and CloudFront's stack before it. Tables and the KMS key stay."""
    in_front = bool(stage.described(stage.edge_stack, EDGE_REGION))
    stays = ", ".join(f"{stage.stack}-{table}" for table in preflight.TABLES)
    print(f"This ends {stage.stack} in {stage.region}: signing in there becomes impossible. The tables {stays}, with users, apps and keys,")
    print("and the KMS key stay, protected against deletion. docs/deploy.md says how to take them over, or to delete them too.")
    if in_front:
        print(f"CloudFront and its firewall ({stage.edge_stack} in {EDGE_REGION}) go first.")
    if typed(f"Type {stage.name} to go on: ") != stage.name:
        sys.exit("Nothing was done.")
    if in_front:
        stage.osls("remove", folder=ROOT / "deploy" / "edge", region=EDGE_REGION)
    stage.osls("remove")


def typed(question: str) -> str:
    """Ask a question. Returns "" without a terminal."""
    try:
        return input(question)
    except EOFError:
        print()
        return ""


def chosen_from(arguments: list[str]) -> argparse.Namespace:
    """Parse the command line. `--region` may come before, between or after the others; everything after `--` is a command of idp.

    argparse gives optional positionals an empty value at the first option that interrupts them, so options are parsed separately.
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
    """Run the chosen act."""
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
    """Check that AWS answers, and with `deployed` that the provider is deployed. Exits otherwise."""
    found = [*preflight.stage_name(stage.name), *preflight.account(stage)]
    if not found and deployed and not stage.deployed():
        found = [f"{stage.stack} is not deployed in {stage.region}. Give the STAGE and the REGION of a deployment."]
    if found:
        sys.exit("\n".join(f"\033[31m✗\033[0m {problem}" for problem in found))


if __name__ == "__main__":
    main()
