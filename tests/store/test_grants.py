"""Grants: a code is redeemed once (RFC 6749 §4.1.2), and a refresh token family advances one generation at a time (RFC 9700 §4.14.2)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from idp.domain.errors import Unavailable
from idp.domain.tokens.grant import Grant
from idp.store import keys
from idp.store.database import Database
from idp.store.grant_outcomes import AlreadyRedeemed, Missing, Redeemed, Rotated, Superseded
from idp.store.grants import GrantItem, Grants
from tests.store.examples import NOW, grant, new_id

MONTH = 30 * 86400


@pytest.fixture
def grants(database: Database) -> Grants:
    return Grants(database)


def stored(grants: Grants, **given: object) -> Grant:
    """A grant in the table."""
    made = grant(**given)
    grants.put(made)
    return made


def redeemed(grants: Grants, **given: object) -> Grant:
    """A grant whose code was redeemed."""
    made = stored(grants, **given)
    done = grants.redeem_code(made, attempt="first", now=NOW, expires_at=NOW + MONTH)
    assert isinstance(done, Redeemed)
    return done.grant


def test_a_grant_is_read_as_it_was_written(grants: Grants) -> None:
    """All members are stored."""
    made = stored(grants, resources=("https://api.example",), redirect_uri_given=False, amr=("pwd", "otp", "mfa"), acr="aal2")
    assert grants.get(made.user_id, made.id) == made


def test_a_code_is_redeemed_once(grants: Grants) -> None:
    """RFC 6749 §4.1.2: "The client MUST NOT use the authorization code more than once." The second attempt gets the first redemption."""
    made = redeemed(grants)
    again = grants.redeem_code(made, attempt="second", now=NOW + 1, expires_at=NOW + MONTH)
    assert isinstance(again, AlreadyRedeemed)
    assert (again.grant.redeemed_by, again.grant.redeemed_at) == ("first", NOW)
    assert grants.get(made.user_id, made.id) == made, "the loser changed nothing"


@pytest.mark.parametrize("verb", ["put", "give"])
def test_a_write_that_arrives_after_its_retry_undoes_nothing(grants: Grants, verb: str) -> None:
    """I1: a code stays redeemed, and a family rotated, if the first call that wrote the grant arrives last."""
    made = redeemed(grants)
    assert isinstance(grants.rotate(made, generation=0, attempt="next", now=NOW, expires_at=NOW + MONTH), Rotated)
    before = grants.get(made.user_id, made.id)
    with pytest.raises(Unavailable):
        getattr(grants, verb)(replace(made, redeemed_at=None, redeemed_by=""))
    assert grants.get(made.user_id, made.id) == before
    again = grants.redeem_code(made, attempt="second", now=NOW + 1, expires_at=NOW + MONTH)
    assert isinstance(again, AlreadyRedeemed)


def test_a_retry_of_the_same_attempt_is_no_replay(grants: Grants) -> None:
    """A lost reply is not an attack (docs/design.md, State 2)."""
    made = redeemed(grants)
    assert isinstance(grants.redeem_code(made, attempt="first", now=NOW, expires_at=NOW + MONTH), Redeemed)


def test_a_retry_after_a_revocation_is_refused(grants: Grants) -> None:
    """A replay revoked the grant before the retry arrived. The grant stays revoked."""
    made = redeemed(grants)
    grants.revoke(made.user_id, made.id, NOW + 1)
    assert isinstance(grants.redeem_code(made, attempt="first", now=NOW + 2, expires_at=NOW + MONTH), AlreadyRedeemed)


@pytest.mark.parametrize("late", [0, 1, 2 * 86400])
def test_an_expired_code_is_refused_before_ttl_removes_it(grants: Grants, late: int) -> None:
    """TTL deletes up to two days late, so the condition checks the expiry itself (K-07)."""
    made = stored(grants)
    assert isinstance(grants.redeem_code(made, attempt="a", now=made.code_expires_at + late, expires_at=NOW + MONTH), Missing)
    assert grants.get(made.user_id, made.id) == made


def test_a_redeemed_code_is_recognised_after_its_expiry(grants: Grants) -> None:
    """A replay is recognised as long as tokens of the code may be live."""
    made = redeemed(grants)
    assert isinstance(grants.redeem_code(made, attempt="b", now=NOW + MONTH, expires_at=NOW + MONTH), AlreadyRedeemed)


def test_the_code_of_a_revoked_or_unknown_grant_is_refused(grants: Grants) -> None:
    """A revoked or unknown grant is not redeemed, and an unknown one is not created."""
    dead, unknown = stored(grants), grant()
    grants.revoke(dead.user_id, dead.id, NOW)
    for refused in (dead, unknown):
        assert isinstance(grants.redeem_code(refused, attempt="a", now=NOW, expires_at=NOW + MONTH), Missing)
    assert grants.get(unknown.user_id, unknown.id) is None


def test_the_ttl_of_a_code_is_short_and_of_a_family_long(database: Database, grants: Grants) -> None:
    """An unused code expires soon. A family is kept until its last token has expired."""
    made = stored(grants)
    key = keys.grant(made.user_id, made.id)
    item = database.get(GrantItem, key)
    assert item
    assert item.ttl == made.code_expires_at + 86400
    grants.redeem_code(made, attempt="a", now=NOW, expires_at=NOW + MONTH)
    item = database.get(GrantItem, key)
    assert item
    assert item.ttl == made.not_after + 86400


def test_a_rotation_advances_one_generation(grants: Grants) -> None:
    """A rotation increments the generation, stores time and attempt, extends the expiry, and removes attributes of the code."""
    made = redeemed(grants)
    done = grants.rotate(made, generation=0, attempt="r1", now=NOW + 5, expires_at=NOW + 5 + MONTH)
    assert isinstance(done, Rotated)
    now = done.grant
    assert (now.generation, now.rotated_at, now.rotated_by, now.expires_at) == (1, NOW + 5, "r1", NOW + 5 + MONTH)
    assert (now.code_challenge, now.nonce) == (None, None)
    assert grants.get(made.user_id, made.id) == now


def test_an_old_generation_is_superseded_without_a_change(grants: Grants) -> None:
    """The caller gets the stored family and decides whether it is a replay (C-01)."""
    made = redeemed(grants)
    grants.rotate(made, generation=0, attempt="r1", now=NOW, expires_at=NOW + MONTH)
    grants.rotate(made, generation=1, attempt="r2", now=NOW, expires_at=NOW + MONTH)
    for generation in (0, 1, 3):
        done = grants.rotate(made, generation=generation, attempt="x", now=NOW, expires_at=NOW + MONTH)
        assert isinstance(done, Superseded)
        assert (done.grant.generation, done.grant.rotated_by) == (2, "r2")


def test_a_retry_of_the_same_rotation_succeeds(grants: Grants) -> None:
    """The same attempt finds its own write. Another attempt at the same generation does not."""
    made = redeemed(grants)
    first = grants.rotate(made, generation=0, attempt="r1", now=NOW, expires_at=NOW + MONTH)
    assert grants.rotate(made, generation=0, attempt="r1", now=NOW, expires_at=NOW + MONTH) == first
    assert isinstance(grants.rotate(made, generation=0, attempt="r2", now=NOW, expires_at=NOW + MONTH), Superseded)


def test_a_retry_of_a_rotation_is_superseded_after_a_later_rotation(grants: Grants) -> None:
    """After the successor was used, the old attempt's retry is superseded like any other."""
    made = redeemed(grants)
    grants.rotate(made, generation=0, attempt="r1", now=NOW, expires_at=NOW + MONTH)
    grants.rotate(made, generation=1, attempt="r2", now=NOW, expires_at=NOW + MONTH)
    assert isinstance(grants.rotate(made, generation=0, attempt="r1", now=NOW, expires_at=NOW + MONTH), Superseded)


@pytest.mark.parametrize("when", ["expires_at", "not_after"])
def test_an_expired_family_does_not_rotate_before_ttl_removes_it(grants: Grants, when: str) -> None:
    """Neither after the idle lifetime nor after the absolute one (C-06, K-07)."""
    made = redeemed(grants, not_after=NOW + 2 * MONTH)
    at = {"expires_at": NOW + MONTH, "not_after": NOW + 2 * MONTH}[when]
    if when == "not_after":  # the idle lifetime is longer than the rest of the absolute one
        grants.rotate(made, generation=0, attempt="r", now=NOW, expires_at=NOW + 3 * MONTH)
    done = grants.rotate(made, generation=made.generation + (when == "not_after"), attempt="x", now=at, expires_at=at + MONTH)
    assert isinstance(done, Superseded)
    assert done.grant.rotated_by != "x"


def test_a_family_needs_a_redeemed_code_and_no_revocation(grants: Grants) -> None:
    """No rotation before the code is redeemed, after the grant has ended, or without an item."""
    pending, dead, unknown = stored(grants), redeemed(grants), grant()
    grants.revoke(dead.user_id, dead.id, NOW)
    assert isinstance(grants.rotate(pending, generation=0, attempt="a", now=NOW, expires_at=NOW + MONTH), Superseded)
    assert isinstance(grants.rotate(dead, generation=0, attempt="a", now=NOW, expires_at=NOW + MONTH), Superseded)
    assert isinstance(grants.rotate(unknown, generation=0, attempt="a", now=NOW, expires_at=NOW + MONTH), Missing)
    assert grants.get(unknown.user_id, unknown.id) is None


def test_revoking_ends_a_grant_once(grants: Grants) -> None:
    """True for the call that revoked it, False for others, in the same second too. An unknown grant is not created (C-11)."""
    made = redeemed(grants)
    assert grants.revoke(made.user_id, made.id, NOW + 1)
    assert not grants.revoke(made.user_id, made.id, NOW + 1)
    assert not grants.revoke(made.user_id, made.id, NOW + 2)
    found = grants.get(made.user_id, made.id)
    assert found
    assert found.revoked_at == NOW + 1
    assert not found.is_live(NOW + 1)
    assert not grants.revoke(made.user_id, new_id(), NOW)


def test_only_the_user_s_own_grants_are_listed(grants: Grants) -> None:
    """All grants over several pages. Another user's partition is not read."""
    user_id = new_id()
    made = {stored(grants, user_id=user_id).id for _ in range(105)}
    stored(grants, user_id=user_id + "x")
    assert {g.id for g in grants.of(user_id)} == made


def test_a_rotated_grant_costs_one_write_unit(database: Database, grants: Grants) -> None:
    """DynamoDB counts a write unit per KB. An ordinary family has less than one KB of names and values (docs/design.md, Promises)."""
    made = redeemed(
        grants, client_id=new_id() * 2, scopes=("openid", "profile", "email", "offline_access", "read:orders", "write:orders"),
        resources=("https://api.example.com/orders",), redirect_uri="https://shop.example.com/signin/callback", amr=("pwd", "otp", "mfa"),
    )  # fmt: skip
    grants.rotate(made, generation=0, attempt=new_id(), now=NOW, expires_at=NOW + MONTH)
    item = database.get(GrantItem, keys.grant(made.user_id, made.id))
    assert item
    assert sum(len(name) + len(str(next(iter(value.values())))) for name, value in item.raw().items()) < 1024


def test_the_redemption_stores_the_key_of_the_refresh_tokens(grants: Grants) -> None:
    """The write that redeems the code also stores the key of a public client's refresh tokens. Other members stay."""
    made = stored(grants, claims={"userinfo": {"name": None}})
    done = grants.redeem_code(made, attempt="first", now=NOW, expires_at=NOW + MONTH, confirmation={"jkt": "one"})
    assert isinstance(done, Redeemed)
    assert (done.grant.confirmation, done.grant.claims) == ({"jkt": "one"}, made.claims)
    late = grants.redeem_code(made, attempt="second", now=NOW, expires_at=NOW + MONTH, confirmation={"jkt": "other"})
    assert isinstance(late, AlreadyRedeemed)
    assert late.grant.confirmation == {"jkt": "one"}


def test_a_code_keeps_the_key_that_it_was_given_for(grants: Grants) -> None:
    """dpop_jkt of the authorization request."""
    made = stored(grants, confirmation={"jkt": "asked"})
    assert grants.get(made.user_id, made.id) == made
    done = grants.redeem_code(made, attempt="first", now=NOW, expires_at=NOW + MONTH)
    assert isinstance(done, Redeemed)
    assert done.grant.confirmation == {"jkt": "asked"}


def test_a_family_is_prolonged_without_a_rotation(grants: Grants) -> None:
    """FAPI 2.0: the refresh token stays and its expiry moves. Not before the code is redeemed, and not after the grant has ended."""
    made = stored(grants)
    assert not grants.prolong(made, now=NOW, expires_at=NOW + MONTH)
    done = grants.redeem_code(made, attempt="first", now=NOW, expires_at=NOW + 10)
    assert isinstance(done, Redeemed)
    assert grants.prolong(done.grant, now=NOW + 9, expires_at=NOW + 20)
    assert grants.get(made.user_id, made.id) == replace(done.grant, expires_at=NOW + 20)
    assert not grants.prolong(done.grant, now=NOW + 20, expires_at=NOW + 30)
    assert not grants.prolong(replace(done.grant, generation=1), now=NOW + 10, expires_at=NOW + 30)
    assert grants.revoke(made.user_id, made.id, NOW + 10)
    assert not grants.prolong(done.grant, now=NOW + 11, expires_at=NOW + 30)
