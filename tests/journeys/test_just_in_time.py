"""A person of a Cognito user pool signs in with the password that they had, in Chromium. Cognito is moto's, the function the example's."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

from idp.domain.connections.connection import Connection
from idp.domain.moving.formats import cognito
from idp.services.moving.choices import Choices
from tests.journeys.steps import allow, give_password, heading, leave, refused
from tests.support import lambda_invoke
from tests.support.cognito import ARN, KEYS, PASSWORD, user_pool
from tests.support.people import Person
from tests.support.relying_party import relying_parties
from tests.support.served_provider import served_provider

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.journeys.conftest import Browse


def test_people_of_cognito_keep_their_password(
    browse: Browse, quick_endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are imported from the answer of ListUsers, without a password. The second sign-in needs neither Cognito nor the function."""
    with user_pool() as pool, lambda_invoke.invoking(pool.function.invoke) as server:
        for name, value in {**KEYS, "AWS_ENDPOINT_URL_LAMBDA": server.url}.items():
            monkeypatch.setenv(name, value)
        email = pool.person(given_name="Ada")
        pool.ask("nobody@example.com")  # from now on the function is warm
        listed = json.dumps(pool.cognito.list_users(UserPoolId=pool.id), default=str).encode()
        with served_provider(quick_endpoint, folder=tmp_path, migration_function=ARN) as idp, relying_parties(idp) as apps:
            s = idp.services
            result = s.importer.run(cognito.read(io.BytesIO(listed)), "cognito", Choices(trust_verified=True), refused=print)
            assert (result.created, result.refused) == (1, 0)
            made = Connection(
                id="cognito", type="password", preset="password", name="Cognito", client_auth="none", hook=ARN, who="known", scopes=(),
                shown=False,
            )  # fmt: skip
            assert s.connections.create(made)
            user_id = s.users.id_of(email)
            user = s.users.get(user_id) if user_id else None
            assert user
            assert user.awaits_migration
            person, shop = Person(user, PASSWORD), apps.register("Corner shop")
            page = browse()
            leave(page, shop)
            heading(page, "Sign in")
            give_password(page, person, "wrong")
            refused(page, "The email or the password is wrong.")
            page.get_by_label("Password", exact=True).fill(PASSWORD)
            page.get_by_role("button", name="Sign in", exact=True).click()
            allow(page, shop)
            assert [event["email"] for _, _, event in server.asked] == [email, email]
            server.answer = 500  # Lambda answers nothing useful from now on
            again = browse()
            leave(again, shop)
            give_password(again, person)
            assert shop.answer(again)
            assert len(server.asked) == 2
