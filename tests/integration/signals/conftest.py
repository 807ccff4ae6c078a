"""A transmitter of shared signals whose tables have streams, an app that is a receiver, and a person who uses the app.

`Transmitter.take` gives what was committed since the last time to the function, as Lambda hands it over.
"""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.settings import Settings
from tests.support.admin_calls import ISSUER
from tests.support.table_stream import TableStream
from tests.support.tls import Authority
from tests.support.webhook_receiver import WebhookReceiver
from tests.support.world import World

if TYPE_CHECKING:
    import httpx

    from idp.domain.apps.client import Client
    from idp.domain.people.user import User

RESOURCE = f"{ISSUER}/signals/v1"
TYPES = "https://schemas.openid.net/secevent/"
PUSH, POLL = "urn:ietf:rfc:8935", "urn:ietf:rfc:8936"


def claims(token: str) -> dict[str, Any]:
    """The claims of a JWT."""
    part = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


class Transmitter(World):
    """The provider. `directory` and `state`: the streams of its tables."""

    directory: TableStream
    state: TableStream

    def receiver(self, *scopes: str, **members: Any) -> Client:
        """An app that people sign in to, and that is a receiver of signals."""
        given = {
            "redirect_uris": ["https://app.example/cb"], "grant_types": ["authorization_code", "client_credentials"],
            "scope": " ".join(("openid", *(scopes or ("ssf.manage", "ssf.read")))), "resources": [RESOURCE], **members,
        }  # fmt: skip
        return self.services.client_service.create(given, scope=DEPLOYMENT)[0]

    def ask(self, client: Client, method: str, path: str, *, scopes: tuple[str, ...] = (), **kwargs: Any) -> httpx.Response:
        """One request of a receiver."""
        token = self.service_token(client, *scopes)
        return self.http.request(method, f"/signals/v1/{path}", headers={"Authorization": f"Bearer {token}"}, **kwargs)

    def stream(self, client: Client, **members: Any) -> str:
        """Make the stream of a receiver. Returns the id."""
        made = self.ask(client, "POST", "streams", json=members)
        assert made.status_code == 201, made.text
        return str(made.json()["stream_id"])

    def poll(self, client: Client, stream_id: str, **body: Any) -> list[dict[str, Any]]:
        """The claims of the SETs that wait."""
        answer = self.ask(client, "POST", f"poll/{stream_id}", json=body)
        assert answer.status_code == 200, answer.text
        sets = answer.json()["sets"]
        told = [claims(each) for each in sets.values()]
        assert [each["jti"] for each in told] == list(sets)
        return told

    def told(self, client: Client, stream_id: str) -> dict[str, dict[str, Any]]:
        """By the last words of the type, the events that wait."""
        return {
            type_.removeprefix(TYPES): event for each in self.poll(client, stream_id) for type_, event in each["events"].items()
        }  # fmt: skip

    def read(self) -> list[dict[str, Any]]:
        """What was committed since the last time."""
        return self.directory.read() + self.state.read()

    def take(self) -> list[dict[str, Any]]:
        """Give it to the function. Returns the records."""
        records = self.read()
        assert self.services.stream.take(records) == {"batchItemFailures": []}
        return records

    def user_of(self, client: Client, **members: Any) -> User:
        """A person who uses this app."""
        user = self.user(email=f"{uuid.uuid4().hex}@example.com", password="correct horse battery", **members)
        self.granted(user, client, "openid")
        self.take()
        return user


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """The authority of the receivers."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def endpoint(authority: Authority) -> Iterator[WebhookReceiver]:
    """The endpoint of a receiver of pushes."""
    with WebhookReceiver(authority) as running:
        yield running


Make = Callable[[], Transmitter]


@pytest.fixture(scope="session")
def make_transmitter(quick_endpoint: str, tmp_path_factory: pytest.TempPathFactory, authority: Authority) -> Make:
    """Makes transmitters. They share only their keys."""
    key_file, keys = str(tmp_path_factory.mktemp("signals") / "key"), list[dict[str, Any]]()

    def make() -> Transmitter:
        settings = Settings(
            issuer=ISSUER, table_prefix="t" + uuid.uuid4().hex[:12], key_file=key_file, argon2_memory_kib=8, argon2_iterations=1,
            shared_signals="on", env="dev", dev_fetch_hosts="localhost", dev_fetch_ca=str(authority.file),
        )  # fmt: skip
        # Only while the database is made: the fixture lasts to the end of the process, and other tests read the environment.
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("AWS_ENDPOINT_URL_DYNAMODB", quick_endpoint)
            made = Transmitter(settings, keys).begun()
        made.directory, made.state = (TableStream(quick_endpoint, f"{settings.table_prefix}-{table}") for table in ("directory", "state"))
        made.read()
        return made

    return make


@pytest.fixture(scope="module")
def transmitter(make_transmitter: Make) -> Transmitter:
    """The transmitter for all tests of a module."""
    return make_transmitter()
