"""Parallel requests for registration, client configuration and client documents, on real engines."""

from __future__ import annotations

from pathlib import Path

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from tests.integration.oidc.conftest import ENDPOINT
from tests.integration.oidc.published import Published
from tests.integration.oidc.registering import METADATA, initial_access, own, register
from tests.store.race import crowd
from tests.support.deployment import Deployment, asked_by, prepared, settings
from tests.support.tls import Authority, HttpsSite


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """The CA of the https sites."""
    return Authority(tmp_path)


@pytest.fixture
def racing(dynamodb_endpoint: str, tmp_path: Path, authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    """A provider on a real engine, with tables of its own."""
    monkeypatch.setenv(ENDPOINT, dynamodb_endpoint)
    return prepared(
        settings(
            str(tmp_path), registration="token", client_id_metadata="on", dev_fetch_hosts="localhost", dev_fetch_ca=str(authority.file)
        )
    )


def test_one_initial_access_token_registers_as_many_as_it_says(racing: Deployment) -> None:
    """Of twelve parallel registrations three succeed, and no other client is stored."""
    token = initial_access(racing, max_uses=3)
    statuses = crowd(12, lambda _: register(racing, token=token).status)
    assert sorted(statuses) == [201] * 3 + [401] * 9
    assert len(racing.services.clients.listing(prefix="dyn_")[0]) == 3


def test_replacements_at_once_leave_one_of_them_whole(racing: Deployment) -> None:
    """E-11: each request succeeds or gets 409. The stored client is that of one request. A change by an admin in between stays."""
    made = register(racing, token=initial_access(racing)).json

    def act(number: int) -> int:
        if number == 0:
            racing.services.client_service.patch(made["client_id"], {"require_mfa": True, "scope": "openid"}, scope=DEPLOYMENT)
            return 200
        asked = {**METADATA, "client_id": made["client_id"], "client_name": f"Name {number}", "contacts": [f"{number}@app.example"]}
        return own(racing, "PUT", made, asked).status

    assert set(crowd(5, act)) <= {200, 409}  # the admin's change is tried five times, more than the four other writes
    client = racing.services.clients.get(made["client_id"])
    assert client
    assert (client.require_mfa, client.scopes) == (True, ("openid",))
    assert client.contacts == (client.name.replace("Name ", "") + "@app.example",)


def test_a_deletion_wins_over_replacements(racing: Deployment) -> None:
    """A parallel update does not restore a deleted client."""
    made = register(racing, token=initial_access(racing)).json
    asked = {**METADATA, "client_id": made["client_id"], "client_name": "Again"}
    statuses = crowd(6, lambda number: own(racing, "DELETE" if number == 0 else "PUT", made, asked if number else None).status)
    assert statuses[0] == 204
    assert set(statuses[1:]) <= {200, 401, 409}
    assert racing.services.clients.get(made["client_id"]) is None


def test_first_visits_at_once_fetch_at_most_once_each_and_write_once(racing: Deployment, authority: Authority) -> None:
    """Each person gets the consent page. Later requests do not fetch the document."""
    with HttpsSite(authority, "localhost") as site:
        published = Published(site, racing, f"https://localhost:{site.port}/agent.json")
        published.serves()
        browsers = [racing.browser(racing.person()) for _ in range(8)]
        answers = crowd(8, lambda number: browsers[number].get("/authorize", asked_by(published.app)))
        assert {answer.status for answer in answers} == {200}
        assert 1 <= len(site.requests) <= 8
        fetched = len(site.requests)
        assert published.accepted()
        assert len(site.requests) == fetched
