"""Secrets in the Parameter Store of AWS Systems Manager, as SecureString parameters (operation GetParameter)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.adapters.aws_client import AwsError, AwsUnreachableError
from idp.adapters.aws_json import SSM, AwsJson
from idp.domain.mail.failures import MailNotSentError

if TYPE_CHECKING:
    from idp.adapters.aws_credentials import CredentialSource


class ParameterStore:
    """Reads parameters in one region. Nothing is kept, so that a changed password takes effect at once."""

    def __init__(self, *, region: str, endpoint: str | None = None, credentials: CredentialSource | None = None) -> None:
        self._service = AwsJson(SSM, region=region, endpoint=endpoint, credentials=credentials)

    def read(self, name: str) -> str:
        """Return the decrypted value.

        Raises:
            MailNotSentError: it does not exist or cannot be read. The message contains the name and not the value.
        """
        try:
            answer = self._service.call("GetParameter", {"Name": name, "WithDecryption": True})
        except AwsError as error:
            raise MailNotSentError(f"Systems Manager does not give the parameter {name}: {error.code}") from error
        except AwsUnreachableError as error:
            raise MailNotSentError(str(error)) from error
        return str(answer["Parameter"]["Value"])
