"""Just-in-time migration from Amazon Cognito: the provider asks this function once whether a password of the user pool is right.

It prints nothing about a person and keeps nothing. An exception means "no answer": the provider refuses the sign-in and stores nothing.
"""

import base64
import hashlib
import hmac
import os
from functools import cache
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

POOL, CLIENT = os.environ["USER_POOL_ID"], os.environ["CLIENT_ID"]
LONGEST = 256  # Cognito's limit: a longer text is no password there
SECOND_FACTORS = {"SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP", "SELECT_MFA_TYPE", "MFA_SETUP"}
NOT_HERE = {
    "UserNotFoundException": "unknown",
    "UserNotConfirmedException": "unknown",  # nobody proved the address
    "PasswordResetRequiredException": "unknown",  # the password does not count any more
}
CLAIMS = ("name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "locale", "zoneinfo", "phone_number")

# The provider waits five seconds for everything.
cognito = boto3.client("cognito-idp", config=Config(connect_timeout=1, read_timeout=2, retries={"total_max_attempts": 1}))


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer {"result": "right" | "wrong" | "unknown", "user": …}."""
    del context
    email, password = event["email"], event["password"]
    if len(password) > LONGEST:
        return {"result": "wrong"}
    try:
        return _ask(email, password)
    except ClientError as error:
        return {"result": _meaning(error.response["Error"])}
    except BotoCoreError as error:
        # Its text can contain a parameter, and Lambda logs the text of an exception.
        raise RuntimeError(type(error).__name__) from None


def _ask(email: str, password: str) -> dict[str, Any]:
    parameters = {"USERNAME": email, "PASSWORD": password}
    if secret := _client_secret():
        digest = hmac.digest(secret.encode(), (email + CLIENT).encode(), hashlib.sha256)
        parameters["SECRET_HASH"] = base64.b64encode(digest).decode()
    answer = cognito.admin_initiate_auth(UserPoolId=POOL, ClientId=CLIENT, AuthFlow="ADMIN_USER_PASSWORD_AUTH", AuthParameters=parameters)
    challenge = answer.get("ChallengeName", "")
    if challenge == "NEW_PASSWORD_REQUIRED":
        return {"result": "unknown"}  # a temporary password, which others know: the person chooses a new one by "Forgot password?"
    if challenge and challenge not in SECOND_FACTORS:
        raise RuntimeError("unknown challenge")
    return {"result": "right", "user": _user(email, second_factor=bool(challenge) and challenge != "MFA_SETUP")}


def _user(email: str, *, second_factor: bool) -> dict[str, Any]:
    found = cognito.admin_get_user(UserPoolId=POOL, Username=email)
    told = {each["Name"]: each["Value"] for each in found["UserAttributes"]}
    return {
        "email": told.get("email", ""),
        "email_verified": told.get("email_verified") == "true",
        "second_factor": second_factor or bool(found.get("UserMFASettingList")),
        "claims": {name: told[name] for name in CLAIMS if told.get(name)},
    }


def _meaning(error: Any) -> str:
    """Translate an error of Cognito. Its text is compared, because a locked person has the code of a wrong password."""
    if error["Code"] in NOT_HERE:
        return NOT_HERE[error["Code"]]
    if error["Code"] == "NotAuthorizedException" and "attempts exceeded" not in error.get("Message", ""):
        return "wrong"  # also for a disabled person
    raise RuntimeError(error["Code"])  # locked, throttled, or not set up


@cache
def _client_secret() -> str:
    """Read the secret of the app client once, so that it is in no variable and no file."""
    found = cognito.describe_user_pool_client(UserPoolId=POOL, ClientId=CLIENT)
    return str(found["UserPoolClient"].get("ClientSecret", ""))
