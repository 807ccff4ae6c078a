"""Idempotency-Key: the same request again has no second effect, and the same answer."""

from __future__ import annotations

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from idp.domain.errors import Unavailable
from idp.services.admin.idempotency import digest
from idp.wiring.all_services import AllServices
from tests.support.world import World

NEW_APP = {"redirect_uris": ["https://shop.example/cb"]}


def post(world: World, path: str, key: str, body: Any = None, **kwargs: Any) -> httpx.Response:
    return world.call("POST", path, json=body, headers={"Idempotency-Key": key, **kwargs.pop("headers", {})}, **kwargs)


def test_the_same_request_gets_the_same_answer(world: World) -> None:
    """This includes a secret that is shown once and the headers. Only Idempotency-Replayed differs."""
    first, again = (post(world, "/clients", "k1", NEW_APP) for _ in range(2))
    assert (first.status_code, first.content, first.headers["etag"], first.headers["location"]) == (
        again.status_code, again.content, again.headers["etag"], again.headers["location"]
    )  # fmt: skip
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    reordered = post(world, "/users", "k2", {"email": "a@example.com", "admin": False}).json()
    assert post(world, "/users", "k2", {"admin": False, "email": "a@example.com"}).json() == reordered
    assert len(world.services.clients.listing()[0]) == 2


@pytest.mark.parametrize("path", ["/clients", "/clients/shop/rotate-secret", "/keys/rotate", "/users"])
def test_each_post_has_one_effect_for_one_key(world: World, path: str) -> None:
    """One effect for two requests."""
    world.web_client(client_id="shop")
    body = {"/clients": NEW_APP, "/users": {"email": "a@example.com"}, "/keys/rotate": {"at_once": True}}.get(path)
    first, again = (post(world, path, "k", body) for _ in range(2))
    assert first.status_code in {200, 201}
    assert (first.content, again.headers["idempotency-replayed"]) == (again.content, "true")


def test_what_is_stored_of_a_request_does_not_tell_its_password(world: World) -> None:
    """A plain digest of the body would let a reader of the tables try passwords without Argon2 (FI-10)."""
    body = {"email": "a@example.com", "password": "correct horse battery staple"}
    made = post(world, "/users", "k", body)
    assert made.status_code == 201
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"))
    guessed = digest("POST", made.request.url.path, "", canonical)
    stored = [raw["digest"]["S"] for raw in world.services.database.scan("state") if "digest" in raw and "S" in raw["digest"]]
    assert stored
    assert guessed not in stored
    assert post(world, "/users", "k", body).headers["idempotency-replayed"] == "true"


def test_a_request_that_the_version_before_answered_is_known(world: World) -> None:
    """That version stored the digest itself. Another request is refused by this form, too."""
    body = {"email": "of-before@example.com"}
    made = post(world, "/users", "k", body)
    (item,) = [raw for raw in world.services.database.scan("state") if raw["kind"] == {"S": "idempotency"}]
    plain = digest("POST", made.request.url.path, "", json.dumps(body, separators=(",", ":")))
    world.services.database.write_raw("state", [{**item, "digest": {"S": plain}}])
    assert post(world, "/users", "k", body).json() == made.json()
    assert post(world, "/users", "k", {"email": "another@example.com"}).status_code == 422
    world.services.database.write_raw("state", [{**item, "digest": {"S": ""}}])
    assert post(world, "/users", "k", body).status_code == 422


def test_a_key_is_refused_for_another_request(world: World) -> None:
    """Another body, address or If-Match: 422, and nothing is written."""
    world.web_client(client_id="shop")
    post(world, "/clients", "k", NEW_APP)
    assert post(world, "/clients", "k", {**NEW_APP, "client_name": "Other"}).status_code == 422
    assert post(world, "/users", "k", {"email": "a@example.com"}).status_code == 422
    assert post(world, "/clients/shop/rotate-secret", "k2", headers={"If-Match": '"1"'}).status_code == 200
    assert post(world, "/clients/shop/rotate-secret", "k2", headers={"If-Match": '"2"'}).status_code == 422
    assert len(world.services.clients.listing()[0]) == 3
    assert world.services.users.listing()[0] == []


def test_a_key_is_separate_for_each_caller(world: World) -> None:
    """A caller cannot get another caller's answer or block its key."""
    mine = post(world, "/clients", "k", NEW_APP).json()
    other = world.service_token(world.service_client("clients:write"))
    person = world.token(world.admin, world.console)
    for token in (other, person):
        theirs = post(world, "/clients", "k", NEW_APP, token=token)
        assert theirs.status_code == 201
        assert theirs.json()["client_id"] != mine["client_id"]


def test_a_stored_answer_needs_the_scope(world: World) -> None:
    """The same client with a token with fewer scopes is refused before its key is looked up."""
    post(world, "/clients", "k", NEW_APP)
    lesser = world.service_token(world.root, "clients:read")
    refused = post(world, "/clients", "k", NEW_APP, token=lesser)
    assert refused.status_code == 403
    assert "client_secret" not in refused.text


def test_a_corrected_request_may_use_the_key_again(world: World) -> None:
    """A request that had no effect leaves the key free."""
    assert post(world, "/users", "k", {"email": "nonsense"}).status_code == 400
    assert post(world, "/users", "k", {"email": "a@example.com", "password": "short"}).status_code == 400
    assert post(world, "/users", "k", {"email": "a@example.com"}).status_code == 201
    assert post(world, "/users", "k2", {"email": "a@example.com"}).status_code == 409
    assert post(world, "/users", "k2", {"email": "b@example.com"}).status_code == 201


def test_a_request_that_may_have_had_its_effect_is_not_repeated(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a fault in the middle: 409 for as long as the key is stored, and no second app."""

    def broken(*_: Any, **__: Any) -> None:
        raise Unavailable

    with monkeypatch.context() as fault:
        fault.setattr(world.services.audit, "act", broken)
        assert post(world, "/clients", "k", NEW_APP).status_code == 503
    assert post(world, "/clients", "k", NEW_APP).status_code == 409
    world.clock.now += 86400
    assert post(world, "/clients", "k", NEW_APP).status_code == 201


def test_a_key_expires_after_a_day(world: World) -> None:
    """Then it is a new key, even if the item still exists (K-07)."""
    first = post(world, "/clients", "k", NEW_APP).json()
    world.clock.now += 86399
    assert post(world, "/clients", "k", NEW_APP).json() == first
    world.clock.now += 1
    assert post(world, "/clients", "k", NEW_APP).json()["client_id"] != first["client_id"]


@pytest.mark.parametrize("key", ["", "x" * 256, "a b", "a\tb"])
def test_a_key_has_1_to_255_visible_characters(shared: World, key: str) -> None:
    """1 to 255 of them."""
    assert post(shared, "/users", key, {"email": "a@example.com"}).status_code == 400
    assert shared.services.users.listing()[0] == []


def test_stored_answers_are_encrypted(world: World) -> None:
    """They are encrypted under the data key, for this caller and key."""
    told = post(world, "/clients", "k", NEW_APP).json()
    at_rest = "".join(str(list(world.services.database.scan(table))) for table in ("directory", "state", "keys"))
    assert told["client_id"] in at_rest
    assert told["client_secret"] not in at_rest


def test_one_of_twenty_parallel_requests_has_its_effect(racing: World) -> None:
    """On a real engine: the others get its answer, or 409 while it is in progress."""
    services: AllServices = racing.services
    token = racing.service_token(racing.root)
    for round_ in range(3):
        before = len(services.clients.listing(limit=100)[0])
        with ThreadPoolExecutor(20) as pool:
            answers = list(pool.map(lambda key: post(racing, "/clients", key, NEW_APP, token=token), [f"race-{round_}"] * 20))
        told = Counter(answer.status_code for answer in answers)
        assert set(told) <= {201, 409}
        assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
        assert len(services.clients.listing(limit=100)[0]) == before + 1


def test_an_erased_user_leaves_no_stored_answer(world: World) -> None:
    """Answers about a user, and about an address that was invited before, are removed with the user; answers about others stay."""
    address = f"erased-{world.services.new_id().lower()}@example.com".replace("_", "-")

    def post(path: str, body: dict[str, object]) -> dict[str, str]:
        answer = world.call("POST", path, json=body, headers={"Idempotency-Key": world.services.new_id()})
        assert answer.is_success, answer.text
        found: dict[str, str] = answer.json()
        return found

    def stored() -> int:
        return sum(raw["kind"] == {"S": "idempotency"} for raw in world.services.database.scan("state"))

    before = stored()
    post("/invitations", {"email": address})
    user = post("/users", {"email": address})
    post(f"/users/{user['id']}/password-reset", {})
    other = post("/users", {"email": f"x{address}"})
    assert stored() == before + 4
    assert world.call("DELETE", f"/users/{user['id']}").status_code == 204
    assert stored() == before + 1
    assert world.services.users.get(other["id"])
    assert not [raw for raw in world.services.database.scan("state") if raw["kind"] == {"S": "answer_about"} and user["id"] in repr(raw)]
