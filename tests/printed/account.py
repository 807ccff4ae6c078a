"""An account on moto with idp-prod in each region that the pages name: stack, function with settings, KMS key, tables."""

from __future__ import annotations

import io
import json
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import boto3
from botocore.exceptions import ClientError

from idp.store import deployment_keys
from tests.support.cli import CHEAP, CommandLine

SIMPLE = {**CHEAP, "IDP_SIGNING_ALGORITHMS": "RS256 ES256"}
"""Few keys and cheap hashing, because both are tested elsewhere."""
TABLES = ("directory", "state", "keys")
REGIONS = ("eu-central-1", "us-east-1")
STACK = {
    "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
    "Outputs": {name: {"Value": value} for name, value in {"Issuer": "https://id.example.com", "DomainTarget": "d-1.example"}.items()},
}


class Account:
    """Use it in a `with`. It removes everything at the end, because moto has one account for the whole process."""

    def __init__(self, endpoint: str, issuer: str, folder: Path) -> None:
        self.endpoint, self.issuer, self.folder = endpoint, issuer, folder
        self.keys: dict[str, str] = {}
        self.spare = ""

    def environment(self, region: str) -> dict[str, str]:
        """The variables that direct every AWS tool, and idp, to it."""
        by_service = {f"AWS_ENDPOINT_URL_{service}": self.endpoint for service in ("DYNAMODB", "KMS")}
        return {"AWS_ENDPOINT_URL": self.endpoint, **by_service, "AWS_REGION": region, "AWS_DEFAULT_REGION": region}

    def client(self, service: str, region: str = REGIONS[0]) -> Any:
        """A client of an AWS service."""
        return boto3.client(service, region_name=region, endpoint_url=self.endpoint)

    def __enter__(self) -> Self:
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as made:
            made.writestr("f.py", "")
        role = self.client("iam").create_role(RoleName="printed", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
        for region in REGIONS:
            self.keys[region] = self.client("kms", region).create_key()["KeyMetadata"]["Arn"]
            self.client("cloudformation", region).create_stack(StackName="idp-prod", TemplateBody=json.dumps(STACK))
            settings = {
                "IDP_ISSUER": self.issuer, "IDP_ENV": "dev", "IDP_TABLE_PREFIX": "idp-prod", "IDP_KMS_KEY_ID": self.keys[region],
                **SIMPLE,
            }  # fmt: skip
            there = {**settings, **self.environment(region), "IDP_KEY_FILE": ""}
            CommandLine(self.endpoint, "idp-prod", self.folder, there).done("bootstrap", "--json")
            function = self.client("lambda", region).create_function(
                FunctionName="idp-prod-api", Runtime="python3.13", Role=role, Handler="f.f", Code={"ZipFile": archive.getvalue()},
                Environment={"Variables": settings}, Publish=True,
            )  # fmt: skip
            self.client("lambda", region).create_alias(FunctionName="idp-prod-api", Name="snapstart", FunctionVersion=function["Version"])
        self.spare = self.client("kms").create_key()["KeyMetadata"]["Arn"]
        for table in TABLES:
            self.client("dynamodb").create_table(
                TableName=f"idp-dev-{table}", BillingMode="PAY_PER_REQUEST", DeletionProtectionEnabled=True,
                KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
                AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            )  # fmt: skip
        return self

    def __exit__(self, *_: object) -> None:
        self.client("iam").delete_role(RoleName="printed")
        for region in REGIONS:
            self.clear(region)
            self.client("lambda", region).delete_function(FunctionName="idp-prod-api")
            self.client("cloudformation", region).delete_stack(StackName="idp-prod")

    def forget_rp_id(self) -> None:
        """Remove the stored RP ID, because the pages deploy the stage with domains of their own."""
        key = {"pk": {"S": deployment_keys.rp_id().pk}, "sk": {"S": deployment_keys.rp_id().sk}}
        for region in REGIONS:
            self.client("dynamodb", region).delete_item(TableName="idp-prod-keys", Key=key)

    def clear(self, region: str) -> None:
        """Delete the tables that it and the commands have created."""
        dynamodb = self.client("dynamodb", region)
        for name in dynamodb.list_tables()["TableNames"]:
            if name.startswith(("idp-prod-", "idp-dev-", "idp-restored-")):
                with suppress(ClientError):
                    dynamodb.update_table(TableName=name, DeletionProtectionEnabled=False)
                dynamodb.delete_table(TableName=name)
