"""The example for just-in-time migration, under Lambda's runtime client, against the Cognito of moto, which others wrote."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from idp.domain.connections.connection import Connection
from idp.domain.errors import Invalid
from idp.settings import Settings
from tests.support import lambda_invoke
from tests.support.cognito import ARN, KEYS, PASSWORD, Pool, user_pool
from tests.support.lambda_host import FunctionError
from tests.support.world import World


@pytest.fixture(scope="module", params=[True, False], ids=["with a client secret", "without"])
def pool(request: pytest.FixtureRequest) -> Iterator[Pool]:
    with user_pool(client_secret=request.param) as made:
        yield made


def test_a_right_password_tells_who_it_is(pool: Pool) -> None:
    email = pool.person(given_name="Ada", family_name="Byron")
    assert pool.ask(email) == {
        "result": "right",
        "user": {
            "email": email, "email_verified": True, "second_factor": False, "claims": {"given_name": "Ada", "family_name": "Byron"},
        },
    }  # fmt: skip


def test_wrong_unknown_and_temporary_passwords_are_not_right(pool: Pool) -> None:
    email = pool.person()
    assert pool.ask(email, "wrong") == {"result": "wrong"}
    assert pool.ask(email, "x" * 257) == {"result": "wrong"}
    assert pool.ask("nobody@example.com")["result"] in {"unknown", "wrong"}
    assert pool.ask(pool.person(confirmed=False), "Temporary-1") == {"result": "unknown"}


def test_a_disabled_person_is_not_let_in(pool: Pool) -> None:
    email = pool.person()
    pool.cognito.admin_disable_user(UserPoolId=pool.id, Username=email)
    assert pool.ask(email)["result"] in {"wrong", "unknown"}


def test_the_function_writes_nothing_about_a_person(pool: Pool) -> None:
    """Neither for an answer nor for an event that it cannot read."""
    email = pool.person()
    pool.ask(email)
    pool.ask(email, "canary-wrong")
    with pytest.raises(FunctionError):
        pool.function.invoke({"email": email, "password": None})
    for secret in (PASSWORD, "canary-wrong", email):
        assert secret not in pool.function.output


def deployed(settings: Settings, endpoint: str, invoke: str, monkeypatch: pytest.MonkeyPatch) -> World:
    """A provider that asks the function."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", endpoint)
    monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", invoke)
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    world = World(replace(settings, migration_function=ARN))
    world.with_tables()
    made = Connection(
        id="cognito", type="password", preset="password", name="Cognito", client_auth="none", hook=ARN, who="known", scopes=(), shown=False,
        email_trust="verified",
    )  # fmt: skip
    assert world.services.connections.create(made)
    return world


def test_a_person_of_the_pool_signs_in_and_the_pool_is_not_needed_again(
    pool: Pool, quick_endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a signed call of Lambda's API. Afterwards the function is gone, and the password still opens the account."""
    settings = Settings(
        issuer="http://localhost:8000", env="dev", table_prefix=f"t{uuid.uuid4().hex[:12]}", key_file=str(tmp_path / "key"),
        argon2_memory_kib=64, argon2_iterations=1,
    )  # fmt: skip
    email = pool.person(given_name="Ada")
    with lambda_invoke.invoking(pool.function.invoke) as server:
        world = deployed(settings, quick_endpoint, server.url, monkeypatch)
        person = world.person(email)
        stored = world.services.users.replace(replace(person.user, password_hash=None, awaits_migration=True))
        assert stored

        def sign_in(password: str) -> Any:
            return world.services.sign_in.password(
                email, password, client_id=None, device=None, origin=world.origin(), now=world.clock()
            )  # fmt: skip

        with pytest.raises(Invalid):
            sign_in("wrong")
        user = sign_in(PASSWORD).user
        assert (user.email_verified, dict(user.claims)) == (True, {"given_name": "Ada"})
        path, headers, _ = server.asked[0]
        assert path == "/2015-03-31/functions/" + ARN.replace(":", "%3A") + "/invocations"
        assert "/us-east-1/lambda/aws4_request" in headers["authorization"]
    assert sign_in(PASSWORD).user.id == person.user.id
    assert os.environ["AWS_ENDPOINT_URL_LAMBDA"], "no server answers there any more"
