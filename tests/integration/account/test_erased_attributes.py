"""A canary in each attribute of each kind of items about a person: after an erasure no table has one (threats J-17).

The attributes come from the models of the store. So a new attribute gets a canary by itself, and a new kind must be added to a table here.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.store.issuer_links import IssuerLinkItem
from idp.store.passkey_items import PasskeyItem
from idp.store.person_items import PERSON_ITEMS
from tests.integration.account.marked_person import ADMIN
from tests.integration.account.planting import planted
from tests.support.item_kinds import item_classes

if TYPE_CHECKING:
    from idp.store.tables import Item
    from tests.support.world import World

MODELS = {model.kind_name: model for model in item_classes()}
FOUND_BY: dict[str, tuple[type[Item], ...]] = {"credential": (PasskeyItem,), "issuer_subject": (IssuerLinkItem,)}
"""Finders, which an erasure knows by the item that they find."""
NOT_PLANTED = {
    "admins": "the ids of admins, without another attribute of theirs",
    "policy_version": "a work for the deployment; it names the admin by id",
    "live_policies": "the same",
    "answer_about": "a finder of an encrypted answer, in the partition of the user",
    "deletion": "the erasure writes it, and removes it at its end",
    "delivery": "a message to an app that ends after two days",
    "device_code": "a request that ends after ten minutes",
    "upstream_session": "a finder with the id of the user only (test_upstream_logout.py)",
    **dict.fromkeys(
        ("scim_finder", "scim_membership", "scim_member"), "ids of the user and of a SCIM client (tests/integration/scim/test_authority.py)"
    ),
    **dict.fromkeys(
        ("provisioned", "provision_due", "provision_failed"),
        "ids here and at an app; the account there is removed first (tests/integration/provisioning)",
    ),
    **dict.fromkeys(("webhook_event", "webhook_dead", "webhook_sent"), "the id alone, for eight days at most (docs/webhooks.md)"),
    "signal_subject": "ids of the user and of an app, for two days after an erasure (tests/integration/signals)",
    "search_row": "the reader of the streams removes it (tests/integration/streams/test_search_and_statistics.py)",
    **dict.fromkeys(("membership", "member"), "each needs the other and the organisation (tests/store/test_memberships.py)"),
    "organisation_event": "the copy of an event for an organisation (tests/integration/account/test_join.py)",
    "throttle": "a keyed hash; without the address it cannot be linked to the user",
}
"""Kinds without a canary, and why."""
KEPT_OF_EVENTS = {"type", "outcome", "client_id", "target", "reason", "org_id"}
"""What an event says without its person, and what remains of a session, which is a sign-in (docs/decisions/0008)."""
PLANTED = [MODELS[each.kind] for each in PERSON_ITEMS if each.kind not in NOT_PLANTED]


def test_every_kind_about_a_person_has_canaries_or_a_reason() -> None:
    assert set(NOT_PLANTED) < {each.kind for each in PERSON_ITEMS}
    assert all(NOT_PLANTED.values())


@pytest.mark.parametrize("model", PLANTED, ids=lambda model: model.kind_name)
def test_no_attribute_survives_an_erasure(world: World, model: type[Item]) -> None:
    """Of an event stays what `KEPT_OF_EVENTS` lists, and nothing else."""
    person = world.person()
    canaries: dict[str, str] = {}
    for each in (*FOUND_BY.get(model.kind_name, ()), model):
        item, canaries = planted(world, each, person.user, itertools.count())
        for name, value in as_written(person.user.id).get(each.kind_name, {}).items():
            setattr(item, name, value)
            canaries.pop(name, None)
        world.services.database.put(item)
    before = stored(world)
    assert [name for name, canary in canaries.items() if canary not in before] == []
    world.services.user_service.delete(person.user.id, by=ADMIN, scope=DEPLOYMENT)
    after = stored(world)
    kept = {name for name, canary in canaries.items() if canary in after}
    assert kept <= (KEPT_OF_EVENTS if model.kind_name in {"event", "session"} else set())
    assert person.email not in after


def as_written(user_id: str) -> dict[str, dict[str, object]]:
    """Attributes by kind whose value the erasure reads: each has the one that the provider writes."""
    own: dict[str, object] = {"actor": user_id, "subject": user_id}
    return {"user": {"admin": False}, "invitation": {"invitation_id": f"invited-{user_id}"}, "event": own, "session": own}


def stored(world: World) -> str:
    """Everything in all tables."""
    return repr([raw for table in ("directory", "state", "keys") for raw in world.services.database.scan(table)])
