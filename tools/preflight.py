"""Checks what a deployment needs before anything is built. Each problem is a sentence that says what to do.

Parameters and their switches are read from serverless.yml and deploy/, so that none is forgotten here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import yaml
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

from idp import settings
from idp.http.theme_check import check_theme
from idp.store import deployment_keys
from tools.stage import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tools.stage import Stage

TABLES = ("directory", "state", "keys")
_OPTIONAL = {"authorizerRules", "authorizerDecisions"}
"""Parameters of a switch that may be empty."""
_OURS = {"edgeSha256", "origin"}
"""Parameters that `make deploy` and `make deploy-edge` set themselves."""
_DAYS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)
_WORDS: dict[str, tuple[object, ...]] = {
    "snapStart": ("None", "PublishedVersions"),
    "logRetention": _DAYS,
    "authorizerSubjects": ("token", "stored"),
    "authorizerCache": ("token", "route", "off"),
    "authorizerResponse": ("policy", "simple"),
}
"""Values that AWS and the functions accept. They would refuse others only after minutes."""
_NEEDS = {"provisioning": "stream", "eventBus": "stream"}
"""Switches that are of no use without another one."""
_STAGE = re.compile(r"[a-z][a-z0-9-]{0,19}")
_PARAM = re.compile(r"\$\{param:(\w+)")
_FILES = ("IDP_BREACHED_PASSWORDS_FILE", "IDP_PASSKEY_MDS_FILE", "IDP_PASSKEY_MDS_ROOT")
"""Parameters that name a file of the archive."""
_SWITCH = re.compile(r"\$\{file\(deploy/(\w+)/\$\{param:(\w+)\}\.yml\)")


def stage_name(name: str) -> Iterator[str]:
    """Check the name of the stage, which is part of the name of every resource."""
    if not _STAGE.fullmatch(name) or name.startswith("edge-"):
        yield (
            f"STAGE={name} cannot be a stage: at most 20 small letters, digits and hyphens, a letter first, and not edge-…. "
            "For example: STAGE=dev"
        )


def parameters(stage: str, given: list[str], *, edge: bool = False) -> Iterator[str]:
    """Check the given parameters, together with those of serverless.yml."""
    source = (ROOT / "deploy" / "edge" / "serverless.yml" if edge else ROOT / "serverless.yml").read_text(encoding="utf-8")
    defaults: dict[str, dict[str, Any]] = yaml.safe_load(source)["params"]
    by_settings = set() if edge else set(_PARAM.findall((ROOT / "deploy" / "settings.yml").read_text(encoding="utf-8")))
    known = {*defaults["default"], *by_settings} - _OURS
    told: dict[str, str] = {}
    for each in given:
        name, equals, value = each.partition("=")
        if not equals:
            yield f"{each!r} is not NAME=VALUE. Values with spaces go into serverless.yml, under params: and {stage}:"
        elif name not in known:
            yield f"There is no parameter {name}. {_meant(name, known)}docs/deploy.md has the list."
        else:
            told[name] = value
    chosen = {**defaults["default"], **(defaults.get(stage) or {}), **told}
    yield from (
        f"{name}={chosen[name]} is not a whole number."
        for name, value in defaults["default"].items()
        if isinstance(value, int) and not str(chosen[name]).isdecimal()
    )
    yield from (
        f"{name}={chosen[name]} is not one of: {', '.join(map(str, words))}."
        for name, words in _WORDS.items()
        if name in chosen and str(chosen[name]) not in map(str, words)
    )
    yield from _needed(chosen, defaults["default"], edge=edge)
    if not edge:
        yield from _together(chosen)
        yield from _settings(chosen)


def _chosen(stage: str, given: list[str]) -> dict[str, Any]:
    """The parameters of a deployment: those of serverless.yml for every stage, for this stage, and those that are given."""
    defaults: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "serverless.yml").read_text(encoding="utf-8"))["params"]
    return {**defaults["default"], **(defaults.get(stage) or {}), **dict(each.partition("=")[::2] for each in given)}


def _needed(chosen: dict[str, Any], defaults: dict[str, Any], *, edge: bool) -> Iterator[str]:
    if edge:
        yield from (f"Give {name}=… in PARAMS." for name in ("domain", "hostedZone") if not chosen[name])
        return
    for switch, folder in switches(defaults).items():
        there = sorted(file.stem for file in folder.glob("*.yml")) if folder else ["off", "on"]
        if chosen[switch] not in there:
            yield f"{switch}={chosen[switch]} is not one of: {', '.join(there)}."
        elif folder:
            used = dict.fromkeys(_PARAM.findall((folder / f"{chosen[switch]}.yml").read_text(encoding="utf-8")))
            if lacks := [f"{name}=…" for name in used if name not in _OPTIONAL and not chosen.get(name)]:
                yield f"{switch}={chosen[switch]} needs {', '.join(lacks)} in PARAMS."


def _together(chosen: dict[str, Any]) -> Iterator[str]:
    for switch, other in _NEEDS.items():
        if chosen[switch] == "on" and chosen[other] == "off":
            yield f"{switch}=on needs {other}=on in PARAMS: the function that reads the streams tells it what changed."


def switches(defaults: dict[str, Any]) -> dict[str, Path | None]:
    """Return the parameters that choose a file, with its folder. Those that are only on or off have none."""
    sources = "".join((ROOT / name).read_text(encoding="utf-8") for name in ("serverless.yml", "deploy/settings.yml"))
    found: dict[str, Path | None] = {name: None for name, value in defaults.items() if value == "off"}
    return found | {switch: ROOT / "deploy" / folder for folder, switch in _SWITCH.findall(sources)}


def _settings(given: dict[str, Any]) -> Iterator[str]:
    """Check the settings as the functions will read them."""
    issuer = given.get("issuer") or f"https://{given['domain'] or 'id.example.com'}"
    elsewhere = {"IDP_ISSUER": issuer, "IDP_KMS_KEY_ID": "key", "IDP_LOG_LEVEL": str(given["logLevel"]), "IDP_MAIL_FROM": given["mailFrom"]}
    if given["mail"] == "smtp":
        elsewhere |= {"IDP_SMTP_URL": given["smtpUrl"], "IDP_SMTP_PASSWORD_PARAMETER": given["smtpPasswordParameter"]}
    try:
        settings.load({**elsewhere, **{name: str(value) for name, value in given.items() if name.startswith(settings.PREFIX)}})
    except settings.SettingsError as wrong:
        yield str(wrong)
    yield from _theme(str(given.get("IDP_THEME") or ""))
    for name in _FILES:
        packed = str(given.get(name) or "")
        if packed and not (packed.startswith("files/") and (ROOT / packed).is_file()):
            yield f"{name}={packed} is not a file in the folder files of this checkout, which the archive contains."


def _theme(folder: str) -> Iterator[str]:
    """Check the theme as the functions will read it, with its templates."""
    if not folder:
        return
    if not (folder.startswith("files/") and (ROOT / folder).is_dir()):
        yield f"IDP_THEME={folder} is not a folder in the folder files of this checkout, which the archive contains."
        return
    try:
        check_theme(str(ROOT / folder))
    except settings.SettingsError as wrong:
        yield str(wrong)


def _meant(name: str, known: set[str]) -> str:
    same = [each for each in known if each.lower() == name.lower()]
    return f"Did you mean {same[0]}? " if same else ""


def account(stage: Stage) -> Iterator[str]:
    """Check that AWS accepts the credentials and knows the region."""
    try:
        stage.client("sts").get_caller_identity()
    except NoCredentialsError:
        yield "There are no AWS credentials. Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
    except ClientError as refused:
        code = refused.response["Error"]["Code"]
        yield f"AWS refuses these credentials ({code}). Sign in again, or set AWS_PROFILE to another."
    except BotoCoreError as problem:
        yield f"AWS cannot be asked: {problem}. Look at AWS_PROFILE, and at REGION={stage.region}."


def stack(stage: Stage) -> Iterator[str]:
    """Check that the stack can be deployed to, and that no tables exist without a stack."""
    found = stage.described()
    status = str(found.get("StackStatus", ""))
    if status.endswith("_IN_PROGRESS"):
        yield f"{stage.stack} is {status}. Wait until that is over."
    elif status.endswith("ROLLBACK_FAILED") or status in {"ROLLBACK_COMPLETE", "CREATE_FAILED", "DELETE_FAILED"}:
        yield (
            f"{stage.stack} is {status}: nothing can be deployed to it. See why in the console's events of the stack; then "
            f"aws cloudformation {'continue-update-rollback' if status.startswith('UPDATE') else 'delete-stack'} "
            f"--region {stage.region} --stack-name {stage.stack}"
        )
    if "Issuer" not in {output["OutputKey"] for output in found.get("Outputs", ())} and (orphans := list(_tables(stage))):
        yield (
            f"{', '.join(orphans)} {'is' if len(orphans) == 1 else 'are'} there without a stack that has them, left by an earlier "
            "deployment or by a first one that failed. docs/deploy.md, Removing a deployment, says how to delete them or to take them over."
        )


def _tables(stage: Stage) -> Iterator[str]:
    dynamodb = stage.client("dynamodb")
    for table in TABLES:
        name = f"{stage.stack}-{table}"
        try:
            dynamodb.describe_table(TableName=name)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
        else:
            yield name


def rp_id(stage: Stage, given: list[str]) -> Iterator[str]:
    """Check whether the deployment has stored another RP ID than the one it would get. Its new version would answer 503."""
    wanted = _rp_id(stage, _chosen(stage.name, given))
    try:
        key = {"pk": {"S": deployment_keys.rp_id().pk}, "sk": {"S": deployment_keys.rp_id().sk}}
        item = stage.client("dynamodb").get_item(TableName=f"{stage.stack}-keys", Key=key, ConsistentRead=True).get("Item")
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return
    if item and item["rp_id"]["S"] != wanted:
        stored = item["rp_id"]["S"]
        yield (
            f"{stage.stack} has stored the RP ID {stored}, and this deployment would have {wanted}. Give IDP_RP_ID={stored} in PARAMS, "
            "which must be the issuer's host or a parent domain of it. To give up the stored one, while there are no passkeys: "
            f"make idp STAGE={stage.name} REGION={stage.region} ARGS='rp-id reset'"
        )


def _rp_id(stage: Stage, chosen: dict[str, Any]) -> str:
    """Return the RP ID of a deployment with these parameters.

    Without a domain the issuer is the gateway's address. It is an output of the stack, unless the last deployment had a domain.
    """
    if chosen.get("IDP_RP_ID"):
        return str(chosen["IDP_RP_ID"])
    if chosen.get("issuer") or chosen["dns"] != "none":
        return urlsplit(chosen.get("issuer") or f"https://{chosen['domain']}").hostname or ""
    host = urlsplit(stage.outputs().get("Issuer", "")).hostname or ""
    return host if ".execute-api." in host else "the gateway's address"


def provider(stage: Stage) -> Iterator[str]:
    """Check, for CloudFront, that the provider is deployed with a domain of its own."""
    if "DomainTarget" not in stage.outputs():
        yield (
            f"{stage.stack} in {stage.region} has no domain that CloudFront could point to. First: "
            f'make deploy STAGE={stage.name} REGION={stage.region} PARAMS="dns=elsewhere domain=… certificate=arn:…"'
        )


def problems(stage: Stage, given: list[str], *, edge: bool = False) -> list[str]:
    """Return all problems at once. AWS is asked about the stack only if everything else is right."""
    found = [*stage_name(stage.name), *parameters(stage.name, given, edge=edge), *account(stage)]
    found = found or [*(provider(stage) if edge else stack(stage))]
    return found or ([] if edge else [*rp_id(stage, given)])
