"""A lost reply is not an attack (docs/design.md, State 2; threats FI-3). The write is applied, its reply is lost, and it is sent again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from idp.domain.errors import Unavailable
from idp.store.database import Database
from idp.store.factors import Factors, Totp
from idp.store.grant_outcomes import Rotated, Superseded
from idp.store.grants import Grants
from idp.store.throttles import Throttles
from tests.store import verbs
from tests.store.conftest import Faulty
from tests.store.examples import NOW, grant, new_id
from tests.store.race import count, crowd
from tests.store.verb import Verb
from tests.support.stored import put_totp

LATER = NOW + 86400
every_verb = pytest.mark.parametrize("verb", verbs.ALL, ids=lambda verb: verb.__name__)


@every_verb
@pytest.mark.parametrize("times", [1, 2])
def test_a_write_whose_reply_was_lost_succeeds_once(lossy_store: Faulty, verb: Callable[[Database], Verb], times: int) -> None:
    """The call reports success, the write happened once, and a later call is refused as usual."""
    case = verb(lossy_store.direct)
    before = case.effect(lossy_store.direct)
    lost = lossy_store.proxy.drop_reply(case.operation, times=times)
    assert case.act(lossy_store.through)
    assert lost.hits == times
    after = case.effect(lossy_store.direct)
    assert after != before
    if case.rival:
        assert not case.rival(lossy_store.direct)
        assert case.effect(lossy_store.direct) == after


@every_verb
def test_a_write_whose_replies_are_all_lost_is_unavailable(lossy_store: Faulty, verb: Callable[[Database], Verb]) -> None:
    """The call raises Unavailable: neither success nor refusal. The write stays."""
    case = verb(lossy_store.direct)
    before = case.effect(lossy_store.direct)
    lossy_store.proxy.drop_reply(case.operation, times=99)
    with pytest.raises(Unavailable):
        case.act(lossy_store.through)
    assert case.effect(lossy_store.direct) != before


def test_one_rotation_succeeds_when_every_first_reply_is_lost(lossy_store: Faulty) -> None:
    """Twenty concurrent rotations, each sent twice: one succeeds, and the family advanced once and is live."""
    direct, grants = Grants(lossy_store.direct), Grants(lossy_store.through)
    for _ in range(5):
        made = grant()
        direct.put(made)
        direct.redeem_code(made, attempt="code", now=NOW, expires_at=LATER)
        lossy_store.proxy.heal()
        lossy_store.proxy.drop_reply("UpdateItem", times=20)
        answers = crowd(20, _rotation(grants, made.user_id, made.id))
        assert (count(Rotated, answers), count(Superseded, answers)) == (1, 19)
        found = direct.get(made.user_id, made.id)
        assert found
        assert (found.generation, found.revoked_at) == (1, None)


def _rotation(grants: Grants, user_id: str, grant_id: str) -> Callable[[int], object]:
    made = grant(user_id=user_id, id=grant_id)
    return lambda n: grants.rotate(made, generation=0, attempt=f"a{n}", now=NOW, expires_at=LATER)


def test_a_failure_whose_reply_was_lost_counts_once_or_twice(lossy_store: Faulty) -> None:
    """A repeated count is not recognised. A lost reply may cost a wait, but never gives a free guess."""
    who, throttles, factors = new_id(), Throttles(lossy_store.through), Factors(lossy_store.through)
    put_totp(lossy_store.through, Totp(who, b"sealed", NOW, 1, 0))
    lossy_store.proxy.drop_reply("UpdateItem")
    assert throttles.fail("account", who, NOW) in {1, 2}
    assert throttles.fail("account", who, NOW) in {2, 3}
    lossy_store.proxy.drop_reply("UpdateItem")
    assert factors.fail_totp(who) in {1, 2}
    assert factors.fail_totp(who) in {2, 3}
