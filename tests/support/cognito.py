"""The Cognito of moto, which others wrote, with a user pool, and the function of the example for it under Lambda's runtime client."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import boto3

from tests.support.lambda_host import LambdaHost

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "migrate_from_cognito"
ARN = "arn:aws:lambda:us-east-1:123456789012:function:migrate-from-cognito-dev-ask"
PASSWORD = "the Password of 2019"
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


class Pool(NamedTuple):
    """A user pool, and the function of the example for it."""

    cognito: Any
    id: str
    function: LambdaHost

    def person(self, *, confirmed: bool = True, **attributes: str) -> str:
        """Add a person, and return their address."""
        email = f"ada-{secrets.token_hex(4)}@example.com"
        told = [{"Name": name, "Value": value} for name, value in {"email": email, "email_verified": "true", **attributes}.items()]
        self.cognito.admin_create_user(UserPoolId=self.id, Username=email, UserAttributes=told, TemporaryPassword="Temporary-1")
        if confirmed:
            self.cognito.admin_set_user_password(UserPoolId=self.id, Username=email, Password=PASSWORD, Permanent=True)
        return email

    def ask(self, email: str, password: str = PASSWORD) -> Any:
        """Ask the function as the provider does."""
        return self.function.invoke({"version": 1, "connection": "cognito", "email": email, "password": password})


@contextmanager
def user_pool(*, client_secret: bool = True) -> Iterator[Pool]:
    """A user pool at a Cognito of its own."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    cognito = boto3.client("cognito-idp", region_name="us-east-1", endpoint_url=url, aws_access_key_id="t", aws_secret_access_key="t")
    made = cognito.create_user_pool(PoolName=uuid.uuid4().hex, UsernameAttributes=["email"])["UserPool"]["Id"]
    client = cognito.create_user_pool_client(
        UserPoolId=made, ClientName="idp", GenerateSecret=client_secret, ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH"]
    )["UserPoolClient"]["ClientId"]
    env = {**KEYS, "AWS_ENDPOINT_URL": url, "USER_POOL_ID": made, "CLIENT_ID": client}
    try:
        with LambdaHost("handler.handler", cwd=FOLDER, env=env) as function:
            yield Pool(cognito, made, function)
    finally:
        server.stop()
