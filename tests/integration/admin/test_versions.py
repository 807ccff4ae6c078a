"""ETag and If-Match: a caller cannot overwrite a version that it has not read (threats E-11; RFC 9110 §13.1.1)."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from tests.support.people import PASSWORD
from tests.support.world import World

CHANGES: list[tuple[str, str, Any]] = [
    ("PATCH", "/users/{user}", {"mfa_required": True}), ("DELETE", "/users/{user}", None), ("DELETE", "/users/{user}/factors", None),
    ("PUT", "/users/{user}/password", {"password": PASSWORD}), ("PATCH", "/clients/{client}", {"client_name": "New"}),
    ("DELETE", "/clients/{client}", None), ("POST", "/clients/{client}/rotate-secret", None),
]  # fmt: skip


def things(world: World) -> dict[str, str]:
    return {"user": world.user().id, "client": world.web_client().id}


@pytest.mark.parametrize(("method", "path", "body"), CHANGES, ids=lambda part: str(part)[:30])
def test_a_stale_version_is_refused(shared: World, method: str, path: str, body: Any) -> None:
    """412, and nothing changes. The current version, a list with it and a star pass."""
    for given, status in (('"7"', 412), ('W/"1"', 412), ('"x"', 412), ('""', 412), ('"1"', 200), ('"9", "1"', 200), ("*", 200)):
        names = things(shared)
        target = path.format(**names)
        answer = shared.call(method, target, json=body, headers={"If-Match": given})
        assert (answer.status_code == 412) == (status == 412), (given, answer.text)
        if status == 412:
            assert shared.services.user_service.get(names["user"], scope=DEPLOYMENT).version == 1
            assert shared.services.client_service.get(names["client"], scope=DEPLOYMENT).version == 1


@pytest.mark.parametrize("given", ["1", "", '"1', '1"', '"1" "2"', '"1";x', "x" * 600, '"\x01"', ",".join(['"1"'] * 30)])
def test_an_invalid_entity_tag_is_refused(shared: World, given: str) -> None:
    """400, and nothing changes."""
    user = shared.user()
    assert shared.call("PATCH", f"/users/{user.id}", json={"disabled": True}, headers={"If-Match": given}).status_code == 400
    assert shared.services.user_service.get(user.id, scope=DEPLOYMENT) == user


def test_each_change_has_a_new_entity_tag(world: World) -> None:
    """GET shows the same one."""
    user = world.user()
    tags = [world.call("PATCH", f"/users/{user.id}", json={"mfa_required": flag}).headers["etag"] for flag in (True, False, True)]
    tags.append(world.call("PUT", f"/users/{user.id}/password", json={"password": PASSWORD}).headers["etag"])
    assert len(set(tags)) == 4
    assert world.call("GET", f"/users/{user.id}").headers["etag"] == tags[-1]


def test_one_of_parallel_changes_to_one_version_wins(racing: World) -> None:
    """On a real engine: the others get 412, and the winner's value stays."""
    token, client, user = racing.service_token(racing.root), racing.web_client(), racing.user()

    def rename(number: int) -> tuple[int, int]:
        body = {"client_name": f"name {number}"}
        return number, racing.call("PATCH", f"/clients/{client.id}", token=token, json=body, headers={"If-Match": '"1"'}).status_code

    def call_me(number: int) -> int:
        body = {"claims": {"name": f"name {number}"}}
        return racing.call("PATCH", f"/users/{user.id}", token=token, json=body, headers={"If-Match": '"1"'}).status_code

    with ThreadPoolExecutor(20) as pool:
        told = dict(pool.map(rename, range(20)))
        assert Counter(told.values()) == {200: 1, 412: 19}
        assert Counter(pool.map(call_me, range(20))) == {200: 1, 412: 19}
    winner = next(number for number, status in told.items() if status == 200)
    assert racing.services.client_service.get(client.id, scope=DEPLOYMENT).name == f"name {winner}"


def test_parallel_changes_to_different_members_all_stay(racing: World) -> None:
    """Without If-Match a lost race is repeated. A change that loses each time gets 409, and nothing is half written."""
    token, user = racing.service_token(racing.root), racing.user()
    members = ["name", "nickname", "given_name", "family_name"]

    def set_claim(member: str) -> int:
        return racing.call("PATCH", f"/users/{user.id}", token=token, json={"claims": {member: member}}).status_code

    with ThreadPoolExecutor(4) as pool:
        told = dict(zip(members, pool.map(set_claim, members), strict=True))
    assert set(told.values()) <= {200, 409}
    written = {member: member for member, status in told.items() if status == 200}
    assert racing.services.user_service.get(user.id, scope=DEPLOYMENT).claims == written
