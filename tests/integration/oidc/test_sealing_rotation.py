"""Rotation of sealing keys: each environment opens the handles of the others, no session ends, and old keys are erased."""

from __future__ import annotations

import pytest

from idp.domain.errors import NotFound
from idp.domain.factors.known_device import LIFETIME
from idp.services.keys.keyring import REFRESH, SEALS_AFTER
from idp.wiring import build_services
from tests.support.deployment import SESSION, WEB, Deployment

DAY = 86_400


def elsewhere(idp: Deployment) -> Deployment:
    """Another execution environment with its own memory, on the same tables."""
    return Deployment(build_services(idp.services.settings, clock=idp.clock), idp.clock)


def sealed_by(handle: str) -> str:
    return handle.partition(".")[0]


def seals(idp: Deployment) -> str:
    """The id of the key that this environment seals with now."""
    return sealed_by(idp.services.keyring.sealer().seal("x", 1))


def states(idp: Deployment) -> dict[str, str]:
    return {key.id: key.state for key in idp.services.sealing_keys.listing()}


def test_a_new_key_is_known_before_it_seals(fresh: Deployment) -> None:
    """All environments read a new key before it seals, so during a rotation each opens the handles of the others."""
    other = elsewhere(fresh)
    old = seals(other)
    fresh.clock.advance(DAY)
    assert seals(other) == old, "it has just read the keys, and does so again in a minute"
    new = fresh.services.sealing_keys.rotate().id
    for _ in range(0, 4 * REFRESH, 5):
        for here, there in ((fresh, other), (other, fresh)):
            handle = here.services.keyring.sealer().seal("x", "payload")
            assert there.services.keyring.sealer().open("x", handle) == "payload"
        fresh.clock.advance(5)
    assert seals(fresh) == seals(other) == new
    assert states(fresh) == {old: "opening", new: "active"}


def test_it_seals_no_sooner(fresh: Deployment) -> None:
    """No environment seals with the new key one second before SEALS_AFTER."""
    fresh.clock.advance(DAY)
    old = seals(fresh)
    new = fresh.services.sealing_keys.rotate().id
    assert states(fresh)[new] == "next"
    fresh.clock.advance(SEALS_AFTER - 1)
    assert {seals(fresh), seals(elsewhere(fresh))} == {old}
    fresh.clock.advance(1)
    assert seals(elsewhere(fresh)) == new


def test_a_rotation_ends_no_session(fresh: Deployment) -> None:
    """An earlier session, refresh token and code stay valid. The handles issued from them are sealed with the new key."""
    fresh.clock.advance(DAY)
    ada = fresh.person()
    browser = fresh.browser(ada)
    tokens, code = fresh.tokens(WEB, browser), fresh.code(WEB, browser)
    fresh.services.sealing_keys.rotate()
    assert fresh.redeem(WEB, code).status == 200
    fresh.clock.advance(SEALS_AFTER)
    refreshed = fresh.refresh(WEB, tokens["refresh_token"])
    assert refreshed.status == 200
    assert sealed_by(refreshed.json["refresh_token"]) == seals(fresh) != sealed_by(tokens["refresh_token"])
    assert sealed_by(fresh.code(WEB, browser)) == seals(fresh) != sealed_by(browser.cookies[SESSION])


def test_it_opens_until_its_last_handle_is_over_and_no_longer(fresh: Deployment) -> None:
    """The old key is then erased. A second retirement erases no other key."""
    fresh.clock.advance(DAY)
    handle = fresh.services.keyring.sealer().seal("x", 1)
    old, new = sealed_by(handle), fresh.services.sealing_keys.rotate().id
    fresh.clock.advance(SEALS_AFTER + REFRESH + LIFETIME - 1)
    assert fresh.services.sealing_keys.retire() == []
    assert fresh.services.keyring.sealer().open("x", handle) == 1
    fresh.clock.advance(1)
    assert [fresh.services.sealing_keys.retire() for _ in range(2)] == [[old], []]
    assert fresh.services.keyring.sealer().open("x", handle) is None
    assert states(fresh) == {old: "retired", new: "active"}
    items = fresh.services.key_items.load().sealing
    assert {item.key_id: item.sealed is None for item in items} == {old: True, new: False}


def test_it_is_due_after_ninety_days(fresh: Deployment) -> None:
    """IDP_KEY_ROTATION_DAYS is also the age at which signing keys are due."""
    fresh.clock.advance(90 * DAY - 1)
    assert not fresh.services.sealing_keys.is_due()
    fresh.clock.advance(1)
    assert fresh.services.sealing_keys.is_due()
    fresh.services.sealing_keys.rotate()
    assert not fresh.services.sealing_keys.is_due()


@pytest.mark.parametrize("newest", [True, False])
def test_a_revoked_sealing_key_opens_nothing_and_another_seals(fresh: Deployment, newest: bool) -> None:
    """Handles of a revoked key do not open, here at once and elsewhere within REFRESH seconds. Another key seals."""
    fresh.clock.advance(DAY)
    if not newest:
        ada_before = fresh.browser(fresh.person())
        fresh.services.sealing_keys.rotate()
        fresh.clock.advance(SEALS_AFTER)
    else:
        ada_before = fresh.browser(fresh.person())
    after = None if newest else fresh.browser(fresh.person())
    other = elsewhere(fresh)
    other.services.keyring.sealer()
    fresh.services.sealing_keys.revoke(sealed_by(ada_before.cookies[SESSION]))
    assert "code" not in fresh.authorize(ada_before, WEB, prompt="none").answered
    if after:
        assert fresh.authorize(after, WEB, prompt="none").answered["code"]
    fresh.clock.advance(REFRESH)
    assert other.services.keyring.sealer().open("session", ada_before.cookies[SESSION]) is None
    assert fresh.code(WEB, fresh.person())


def test_an_unknown_key_cannot_be_revoked(fresh: Deployment) -> None:
    """Revoking an unknown id, or a key a second time, raises NotFound."""
    doomed = seals(fresh)
    fresh.services.sealing_keys.revoke(doomed)
    for name in ("nothing", doomed):
        with pytest.raises(NotFound):
            fresh.services.sealing_keys.revoke(name)


def test_counters_outlive_a_rotation(fresh: Deployment) -> None:
    """A rotation does not change the counters' names, so it does not reset failed attempts (G-04)."""
    ada = fresh.person(password="a long and quiet river")
    browser = fresh.browser()
    page = fresh.authorize(browser, WEB)
    for _ in range(12):
        fresh.log_in(browser, page, ada, "wrong")
    assert fresh.log_in(browser, page, ada, "wrong").status == 429
    fresh.services.sealing_keys.rotate()
    fresh.services.keyring.reload()
    assert fresh.log_in(browser, page, ada, "wrong").status == 429


def test_keys_of_one_second_keep_their_order(fresh: Deployment) -> None:
    """Several keys may be made within one second: the oldest seals, and the others wait in their order."""
    keys = fresh.services.sealing_keys
    made = [keys.listing()[0].id, *(keys.rotate().id for _ in range(6))]
    assert [key.id for key in keys.listing()] == made[::-1]
    assert [key.state for key in keys.listing()] == [*["next"] * 6, "active"]
