"""Secrets that an operator keeps in AWS: SecureString parameters of Systems Manager, and secrets of Secrets Manager."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from idp.adapters.aws_client import AwsError, AwsUnreachableError
from idp.adapters.aws_json import SECRETS_MANAGER, SSM, AwsJson

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.adapters.aws_credentials import CredentialSource


class SecretNotReadError(Exception):
    """A secret does not exist, or cannot be read. The message has no value."""


class StoredSecrets:
    """Reads secrets in one region. `endpoints`: URLs by the service's name, in place of AWS's own."""

    def __init__(self, *, region: str, endpoints: Mapping[str, str | None], credentials: CredentialSource | None = None) -> None:
        self._services = {
            each.name: AwsJson(each, region=region, endpoint=endpoints.get(each.name), credentials=credentials)
            for each in (SSM, SECRETS_MANAGER)
        }

    @classmethod
    def of_environment(cls) -> StoredSecrets:
        """Return the one for the region and the endpoints in AWS's variables of the environment.

        Raises:
            SecretNotReadError: the environment has no region.
        """
        region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
        if not region:
            raise SecretNotReadError("AWS_REGION is not set")
        endpoints = {"ssm": os.environ.get("AWS_ENDPOINT_URL_SSM"), "secretsmanager": os.environ.get("AWS_ENDPOINT_URL_SECRETS_MANAGER")}
        return cls(region=region, endpoints=endpoints)

    def read(self, service: str, name: str) -> str:
        """Return the decrypted value. `service`: ssm or secretsmanager.

        Raises:
            SecretNotReadError: it does not exist, is no text, or cannot be read.
        """
        operation, request = (
            ("GetParameter", {"Name": name, "WithDecryption": True}) if service == SSM.name else ("GetSecretValue", {"SecretId": name})
        )
        try:
            answer = self._services[service].call(operation, request)
            found = answer["Parameter"]["Value"] if service == SSM.name else answer["SecretString"]
        except AwsError as error:
            raise SecretNotReadError(error.code) from error
        except AwsUnreachableError as error:
            raise SecretNotReadError(str(error)) from error
        except (KeyError, TypeError) as error:
            raise SecretNotReadError("it is not a text") from error
        return str(found)
