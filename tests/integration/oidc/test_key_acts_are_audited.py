"""The services audit rotation and revocation of keys themselves, so that each caller's act is recorded."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from idp.domain.errors import Conflict, NotFound
from idp.services.audit.recorder import SYSTEM, Actor
from idp.store.trail import Trail
from tests.support.deployment import Deployment

ADMIN = Actor("usr_admin", SYSTEM.origin)


def events(idp: Deployment) -> list[tuple[str, str, str]]:
    """Return type, actor and target of each event of a key, the oldest first."""
    day, now = 86_400_000, idp.clock() * 1000
    page = Trail(idp.services.database).of_all(since=f"{now - day:013d}", before=f"{now + day:013d}", limit=1000)
    return [(event.type, event.actor, event.target) for event in reversed(page.events) if event.type.endswith(("rotated", "revoked"))]


def test_a_rotation_of_signing_keys(fresh: Deployment) -> None:
    rotated = fresh.services.key_rotation.rotate(at_once=True, by=ADMIN)
    assert sorted(events(fresh)) == sorted(("key.rotated", ADMIN.id, key.kid) for key in rotated)


def test_a_revocation_of_a_signing_key_is_one_event(fresh: Deployment) -> None:
    """Revoking an active key includes a rotation, which has no event of its own."""
    (kid,) = (key.kid for key in fresh.services.key_rotation.listing() if (key.alg, key.state) == ("RS256", "active"))
    fresh.services.key_rotation.revoke(kid, by=ADMIN)
    assert events(fresh) == [("key.revoked", ADMIN.id, kid)]


def test_acts_on_sealing_keys_are_audited(fresh: Deployment) -> None:
    made = fresh.services.sealing_keys.rotate(by=ADMIN)
    fresh.services.sealing_keys.revoke(made.id)
    assert events(fresh) == [("sealing_key.rotated", ADMIN.id, made.id), ("sealing_key.revoked", SYSTEM.id, made.id)]


@pytest.mark.parametrize(
    ("act", "error"),
    [
        (lambda idp: idp.services.key_rotation.rotate("RS256"), Conflict),
        (lambda idp: idp.services.key_rotation.revoke("unknown"), NotFound),
        (lambda idp: idp.services.sealing_keys.revoke("unknown"), NotFound),
    ],
)
def test_a_refused_act_leaves_no_event(fresh: Deployment, act: Callable[[Deployment], object], error: type[Exception]) -> None:
    with pytest.raises(error):
        act(fresh)
    assert events(fresh) == []
