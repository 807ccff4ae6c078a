"""What to do when the store fails, by its error (`Unavailable.detail`: operation, code, message)."""

from __future__ import annotations

import os

from idp.cli.environment import endpoint
from idp.cli.local.shared_store import BUSY, ENDED

_BY_CODE = {
    "ResourceNotFoundException": (
        "The tables do not exist. Run idp bootstrap, which creates them on an engine of your own; in AWS, deploy serverless.yml, "
        "and set IDP_TABLE_PREFIX to its prefix and AWS_REGION to its region."
    ),
    **dict.fromkeys(
        ("no AWS credentials", "NoCredentialsError", "PartialCredentialsError", "CredentialRetrievalError"),
        "There are no AWS credentials. Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
    ),
    **dict.fromkeys(
        ("UnrecognizedClientException", "AccessDeniedException", "ExpiredTokenException", "InvalidSignatureException"),
        "AWS refuses these credentials. Set AWS_PROFILE to one that may use the tables and the key.",
    ),
}
_KMS = "KMS did not open the stored keys. Set IDP_KMS_KEY_ID to the key that encrypted them, and AWS_PROFILE to one that may use it."
_BY_WORDS = {
    BUSY: "The store of idp dev has not answered for a minute. It is for trials with a few people: for more use DynamoDB Local.",
    ENDED: "The server of idp dev ended meanwhile. Run the command again.",
    "idp bootstrap": "The deployment has no keys yet. Run: idp bootstrap",
    "does not open": "The stored data was encrypted with another key. Set IDP_KEY_FILE or IDP_KMS_KEY_ID to that key.",
}


def sentence(detail: str) -> str:
    """Return the message for this detail."""
    if detail.startswith(("RP ID", "region")):
        return detail
    if detail.startswith("kms"):
        return f"{_KMS} ({detail})"
    code = ([*detail.split(": "), ""])[1]
    known = _BY_CODE.get(code) or next((advice for words, advice in _BY_WORDS.items() if words in detail), "")
    if not known and code.endswith("Error"):
        where = endpoint(os.environ)
        known = (
            f"Nothing answers at {where} ({code}). Start the engine, or set AWS_ENDPOINT_URL_DYNAMODB to where it is."
            if where
            else f"DynamoDB can't be reached ({code}). Set AWS_REGION, or AWS_ENDPOINT_URL_DYNAMODB to an engine of your own."
        )
    return known or f"The store failed ({detail or 'no reason given'}). Try again; every command may be run twice."
