"""The Python client of the admin API against the provider in this process: answers, pages, versions, repetition, refusals."""

from __future__ import annotations

import json

import pytest
from idp_admin_client import AdminClient, ClientCredentials, NoAnswerError, ProblemError, Reply, Request, send

from idp.domain.access.tenancy import DEPLOYMENT
from tests.support.admin_calls import ISSUER
from tests.support.world import World


class Network:
    """Passes requests on to a world. `lose`: how many replies are lost from now on; the requests were done."""

    def __init__(self, world: World) -> None:
        self._world, self.sent, self.lose, self.answers = world, list[Request](), 0, list[Reply]()

    def __call__(self, request: Request) -> Reply:
        self.sent.append(request)
        if self.answers:
            return self.answers.pop(0)
        headers = dict(request.headers)
        got = self._world.http.request(request.method, request.url, headers=headers, content=request.body)
        if self.lose:
            self.lose -= 1
            raise NoAnswerError("lost")
        return Reply(got.status_code, {name.lower(): value for name, value in got.headers.items()}, got.content)


@pytest.fixture
def network(world: World) -> Network:
    return Network(world)


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def admin(world: World, network: Network, waits: list[float]) -> AdminClient:
    """A client with every scope."""
    return AdminClient(ISSUER, lambda: world.service_token(world.root), transport=network, pause=waits.append)


def test_an_object_is_made_read_changed_and_deleted(admin: AdminClient) -> None:
    made = admin.create_role({"name": "editor", "permissions": ["orders:read"]})
    assert (made.status, made.etag, made.location, made.replayed) == (201, '"1"', "/admin/v1/roles/editor", False)
    changed = admin.change_role("editor", {"description": "Edits."}, if_match=made.etag)
    assert (changed.value["description"], changed.etag) == ("Edits.", '"2"')
    assert admin.get_role("editor").value == changed.value
    assert admin.delete_role("editor", if_match=changed.etag).value is None
    with pytest.raises(ProblemError) as missing:
        admin.get_role("editor")
    assert missing.value.status == 404


def test_a_stale_version_is_refused(admin: AdminClient) -> None:
    etag = admin.create_role({"name": "editor"}).etag
    admin.change_role("editor", {"description": "One."})
    with pytest.raises(ProblemError, match="412") as refused:
        admin.change_role("editor", {"description": "Two."}, if_match=etag)
    assert (refused.value.status, refused.value.title) == (412, "Precondition Failed")
    assert admin.get_role("editor").value["description"] == "One."


def test_a_new_object_must_not_exist(admin: AdminClient) -> None:
    admin.put_scope_text("a/b?c", {"name": "See"}, if_none_match="*")
    with pytest.raises(ProblemError, match="412"):
        admin.put_scope_text("a/b?c", {"name": "Other"}, if_none_match="*")
    assert admin.get_scope_text("a/b?c").value["name"] == "See"


def test_all_pages_are_listed_once(admin: AdminClient, network: Network) -> None:
    for number in range(7):
        admin.create_role({"name": f"role-{number}"})
    network.sent.clear()
    assert [each["name"] for each in admin.all_roles(limit=3)] == [f"role-{number}" for number in range(7)]
    assert len(network.sent) == 3
    assert admin.list_roles(limit=2).value["next_cursor"]


def test_a_lost_answer_of_a_post_is_repeated_and_done_once(admin: AdminClient, network: Network, waits: list[float]) -> None:
    """The second request has the key of the first, so it gets the first answer: also the secret that is shown once."""
    network.lose = 1
    made = admin.create_client({"redirect_uris": ["https://app.example/cb"]})
    assert made.replayed
    assert made.value["client_secret"]
    assert [each.headers["Idempotency-Key"] for each in network.sent[:1]] * 2 == [each.headers["Idempotency-Key"] for each in network.sent]
    assert waits == [1.0]


def test_a_lost_answer_of_a_change_is_not_repeated(admin: AdminClient, network: Network) -> None:
    """A second one would meet its own version."""
    etag = admin.create_role({"name": "editor"}).etag
    network.sent.clear()
    network.lose = 1
    with pytest.raises(NoAnswerError):
        admin.change_role("editor", {"description": "Edits."}, if_match=etag)
    assert len(network.sent) == 1


def test_a_read_is_tried_three_times(admin: AdminClient, network: Network, waits: list[float]) -> None:
    network.lose = 9
    with pytest.raises(NoAnswerError):
        admin.list_roles()
    assert len(network.sent) == 3
    assert waits == [1.0, 2.0]


def test_an_overload_waits_as_long_as_the_api_says(admin: AdminClient, network: Network, waits: list[float]) -> None:
    busy = Reply(503, {"retry-after": "2"}, b"{}")
    network.answers = [busy]
    assert admin.list_roles().status == 200
    assert waits == [2.0]
    network.answers = [busy] * 3
    with pytest.raises(ProblemError) as refused:
        admin.list_roles()
    assert (refused.value.status, refused.value.retry_after) == (503, 2)


def test_a_key_of_another_request_is_refused(admin: AdminClient) -> None:
    admin.create_role({"name": "one"}, idempotency_key="k1")
    assert admin.create_role({"name": "one"}, idempotency_key="k1").replayed
    with pytest.raises(ProblemError) as refused:
        admin.create_role({"name": "two"}, idempotency_key="k1")
    assert refused.value.status == 422


def test_a_wrong_member_is_named(admin: AdminClient) -> None:
    with pytest.raises(ProblemError) as refused:
        admin.create_role({"name": "editor", "permissions": 5})  # type: ignore[typeddict-item]  # a wrong type is the case
    assert [each["field"] for each in refused.value.errors] == ["permissions"]
    assert refused.value.request_id


def test_a_missing_scope_is_told_with_its_code(world: World, network: Network) -> None:
    token = world.service_token(world.root, "users:read")
    with pytest.raises(ProblemError) as refused:
        AdminClient(ISSUER, token, transport=network).list_roles()
    assert (refused.value.status, refused.value.error) == (403, "insufficient_scope")
    assert token not in str(refused.value)


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(200, {}, b"<html>"), "no JSON"),
        (Reply(302, {"location": "https://evil.example/"}, b""), "302"),
        (Reply(101, {}, b""), "101"),
    ],
)
def test_an_answer_that_is_none_of_the_api(admin: AdminClient, network: Network, reply: Reply, said: str) -> None:
    network.answers = [reply]
    with pytest.raises(NoAnswerError, match=said):
        admin.list_roles()


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"errors": 5}', b'{"errors": [5]}'])
def test_a_refusal_without_a_problem_document(admin: AdminClient, network: Network, body: bytes) -> None:
    network.answers = [Reply(500, {}, body)]
    with pytest.raises(ProblemError) as refused:
        admin.list_roles()
    assert (refused.value.status, refused.value.errors) == (500, [])


def test_client_credentials_get_a_token_once_and_again_after_it_ends(world: World, network: Network) -> None:
    client, secret = _client(world)
    now = [0.0]
    token = ClientCredentials(ISSUER, client, secret, "roles:read", transport=network, clock=lambda: now[0])
    admin = AdminClient(ISSUER, token, transport=network)
    admin.list_roles()
    admin.list_roles()
    assert [each.url.removeprefix(ISSUER) for each in network.sent].count("/token") == 1
    now[0] = 10_000
    admin.list_roles()
    assert [each.url.removeprefix(ISSUER) for each in network.sent].count("/token") == 2


def test_a_token_that_was_refused_is_renewed_once(world: World, network: Network) -> None:
    client, secret = _client(world)
    token = ClientCredentials(ISSUER, client, secret, "roles:read", transport=network)
    admin = AdminClient(ISSUER, token, transport=network)
    token()
    network.answers = [Reply(401, {}, b"{}")]
    assert admin.list_roles().status == 200
    network.sent.clear()
    network.answers = [Reply(401, {}, b"{}"), *_token_reply(world), Reply(401, {}, b"{}")]
    with pytest.raises(ProblemError, match="401"):
        admin.list_roles()


def test_a_wrong_secret_of_the_client_is_a_problem(world: World, network: Network) -> None:
    client, _ = _client(world)
    with pytest.raises(ProblemError) as refused:
        ClientCredentials(ISSUER, client, "wrong", "roles:read", transport=network)()
    assert refused.value.status == 401


@pytest.mark.parametrize(
    "url", ["http://id.example.com/x", "ftp://id.example.com/", "file:///etc/passwd", "http://localhost.evil.example/"]
)
def test_a_token_is_sent_by_https_only(url: str) -> None:
    with pytest.raises(ValueError, match="https"):
        send(Request("GET", url, {"Authorization": "Bearer secret"}))


def test_a_path_is_encoded(admin: AdminClient, network: Network) -> None:
    with pytest.raises(ProblemError):
        admin.get_role("../users?x=#")
    assert network.sent[0].url == f"{ISSUER}/admin/v1/roles/..%2Fusers%3Fx%3D%23"


def _client(world: World) -> tuple[str, str]:
    made = world.services.client_service.create(
        {"grant_types": ["client_credentials"], "scope": "roles:read", "resources": [ISSUER + "/admin/v1"]}, scope=DEPLOYMENT
    )
    assert made[1]
    return made[0].id, made[1]


def _token_reply(world: World) -> list[Reply]:
    body = {"access_token": world.service_token(world.root), "expires_in": 60}
    return [Reply(200, {}, json.dumps(body).encode())]
