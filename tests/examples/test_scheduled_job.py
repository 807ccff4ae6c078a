"""The scheduled job: its token is bound to its own key, and the FastAPI service accepts it on a real site."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any
from urllib.error import HTTPError

import boto3
import httpx
import pytest

from tests.examples.tokens import ORDERS, service
from tests.support.served_provider import ServedProvider
from tests.support.site import site


def test_the_job_gets_its_answer_and_a_copy_of_its_token_is_refused(
    idp: ServedProvider, example: Callable[..., ModuleType], moto_endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same token as a bearer token, with another key's proof, or without a proof: 401."""
    client_id, secret = service(idp)
    monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", moto_endpoint)
    name = f"open-orders/{client_id}"
    boto3.client("secretsmanager").create_secret(Name=name, SecretString=secret)

    def build(origin: str) -> Any:
        return example("fastapi_service.app", ISSUER=idp.issuer, AUDIENCE=ORDERS, BASE_URL=origin).app

    with site(build) as origin:
        settings = {"ISSUER": idp.issuer, "API": origin, "AUDIENCE": ORDERS, "CLIENT_ID": client_id, "CLIENT_SECRET_NAME": name}
        job = example("scheduled_job.handler", **settings)
        assert job.handler({}, None) == {"orders": []}
        held, url = job.access_token(), f"{origin}/orders"
        thief = example("scheduled_job.handler")
        for headers in (
            {"Authorization": f"Bearer {held}"},
            {"Authorization": f"DPoP {held}"},
            {"Authorization": f"DPoP {held}", "DPoP": thief.proof("GET", url, held)},
            {"Authorization": f"DPoP {held}", "DPoP": job.proof("PUT", url, held)},
            {"Authorization": f"DPoP {held}", "DPoP": job.proof("GET", url + "/other", held)},
        ):
            assert httpx.get(url, headers=headers).status_code == 401, headers
        assert httpx.get(url, headers={"Authorization": f"DPoP {held}", "DPoP": job.proof("GET", url, held)}).status_code == 200
        monkeypatch.setattr(job, "client_secret", lambda: "wrong")
        with pytest.raises(HTTPError, match="401"):
            job.handler({}, None)
