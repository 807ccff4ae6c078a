"""The calls to DynamoDB that lists of organisations cost do not depend on the number of organisations. Each is a read by key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.organisations.membership import Membership
from idp.store.organisation_items import organisation_item
from tests.store.examples import organisation
from tests.support.world import World

MANY = 400


def costs(world: World, monkeypatch: pytest.MonkeyPatch, org_id: str, user_id: str) -> dict[str, list[str]]:
    """The operations of each list."""
    calls: list[str] = []
    call = world.services.database.transport.call

    def counted(operation: str, request: Any) -> Any:
        calls.append(operation)
        return call(operation, request)

    s, found = world.services, dict[str, list[str]]()
    with monkeypatch.context() as patch:
        patch.setattr(s.database.transport, "call", counted)
        acts: dict[str, Callable[[], object]] = {
            "organisations": lambda: s.organisation_service.listing(scope=DEPLOYMENT, limit=50),
            "organisations by slug": lambda: s.organisation_service.listing("acme", scope=DEPLOYMENT, limit=50),
            "organisations by a word of the name": lambda: s.organisation_search.find("acme", scope=DEPLOYMENT, limit=50),
            "organisations by two words": lambda: s.organisation_search.find("ltd acme", scope=DEPLOYMENT, limit=50),
            "one organisation": lambda: s.organisation_service.get(org_id, scope=DEPLOYMENT),
            "members": lambda: s.member_service.listing(org_id, scope=DEPLOYMENT, limit=50),
            "one membership": lambda: s.memberships.get(user_id, org_id),
            "organisations of a person": lambda: s.member_service.of_user(user_id, scope=DEPLOYMENT),
            "roles": lambda: s.organisation_role_service.listing(org_id, scope=DEPLOYMENT, limit=50),
            "domains": lambda: s.domain_service.listing(org_id, scope=DEPLOYMENT),
            "invitations": lambda: s.organisation_invitations.listing(org_id, scope=DEPLOYMENT, limit=50),
            "domains that are due": lambda: s.organisation_domains.due(world.clock(), limit=50),
        }
        for name, act in acts.items():
            calls.clear()
            act()
            found[name] = list(calls)
    return found


def test_lists_cost_the_same_with_few_and_with_many_organisations(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    org = world.services.organisation_service.create("acme", "Acme", scope=DEPLOYMENT)
    world.services.organisation_service.create("other", "Northern Acme Ltd", scope=DEPLOYMENT)
    user = world.user()
    world.services.member_service.add(org.id, user.id, scope=DEPLOYMENT)
    few = costs(world, monkeypatch, org.id, user.id)
    others = [organisation() for _ in range(MANY)]
    items = [organisation_item(one) for one in others]
    world.services.database.batch_write(puts=items)
    assert world.services.organisation_names.fill_all() == MANY + 2
    for one in others[:20]:
        world.services.memberships.add(Membership(world.services.new_id(), one.id, world.user().id))
    many = costs(world, monkeypatch, org.id, user.id)
    assert many == few
    assert {name: len(calls) for name, calls in many.items()} == {
        "organisations": 2, "organisations by slug": 2, "organisations by a word of the name": 4, "organisations by two words": 3,
        "one organisation": 1, "members": 3, "one membership": 1,
        "organisations of a person": 1, "roles": 2, "domains": 2, "invitations": 1, "domains that are due": 1,
    }  # fmt: skip
    assert "Scan" not in {operation for calls in many.values() for operation in calls}
