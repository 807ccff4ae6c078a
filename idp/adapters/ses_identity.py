"""The state of a sender in SES (SES API v2: GetEmailIdentity, GetAccount), for `idp doctor`. Deployed code does not use it."""

from __future__ import annotations

from typing import Any


class SesError(Exception):
    """SES refused or did not answer. The text is its error code."""


def is_verified(identity: str, region: str) -> bool:
    """Whether mail may be sent from this address or domain. Raises SesError."""
    answer = _call(region, "get_email_identity", missing={}, EmailIdentity=identity)
    return answer.get("VerificationStatus") == "SUCCESS"


def is_sandbox(region: str) -> bool:
    """Whether the account is in the sandbox: it may send to verified addresses only. Raises SesError."""
    return _call(region, "get_account", missing={}).get("ProductionAccessEnabled") is False


def _call(region: str, operation: str, *, missing: dict[str, Any], **wanted: str) -> dict[str, Any]:
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.session import get_session

    client = get_session().create_client("sesv2", region_name=region)
    try:
        answer: dict[str, Any] = getattr(client, operation)(**wanted)
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code == "NotFoundException":
            return missing
        raise SesError(code) from error
    except BotoCoreError as error:
        raise SesError(type(error).__name__) from error
    return answer
