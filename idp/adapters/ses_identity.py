"""The state of a sender in SES (SES API v2: GetEmailIdentity, GetAccount), for checks of the deployment."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from idp.adapters.aws_client import AwsClient, AwsError, AwsUnreachableError, Request
from idp.domain.doctor.finding import NotToldError

_MISSING = 404


class SesIdentity:
    """Asks SES in one region."""

    def __init__(self, *, region: str, endpoint: str | None = None) -> None:
        self.region = region
        self._client = AwsClient("email", signing_name="ses", region=region, endpoint=endpoint)

    def is_verified(self, identity: str) -> bool:
        """Return whether mail may be sent from this address or domain.

        Raises:
            NotToldError: SES refused or did not answer.
        """
        return self._get(f"/v2/email/identities/{quote(identity, safe='')}").get("VerificationStatus") == "SUCCESS"

    def is_sandbox(self) -> bool:
        """Return whether the account is in the sandbox: it may send to verified addresses only. Raises NotToldError as `is_verified`."""
        return self._get("/v2/email/account").get("ProductionAccessEnabled") is False

    def _get(self, path: str) -> dict[str, Any]:
        try:
            return self._client.send(Request(b"", path=path, method="GET", idempotent=True)).content
        except AwsError as error:
            if error.status == _MISSING:
                return {}
            raise NotToldError(error.code) from error
        except AwsUnreachableError as error:
            raise NotToldError(str(error)) from error
