"""Damaged items: only requests that need the item fail (threats FI-17, J-11)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from idp.domain.errors import Invalid, Unavailable
from idp.domain.people.consent import Consent
from idp.domain.people.user import User
from idp.store import app_keys, factor_keys, keys
from idp.store.clients import ClientItem, Clients
from idp.store.consents import ConsentItem, Consents
from idp.store.consents import item as consent_item
from idp.store.database import Database
from idp.store.factors import Factors
from idp.store.faults import fault
from idp.store.grant_outcomes import Missing, Redeemed, Rotated
from idp.store.grants import GrantItem, Grants
from idp.store.sessions import Sessions
from idp.store.sessions import item as session_item
from idp.store.tables import Item
from idp.store.transport import Refusal
from idp.store.user_items import UserItem
from idp.store.user_items import item as user_item
from idp.store.users import Users
from tests.store.examples import NOW, client, grant, new_id, session, user
from tests.support.stored import once

Poison = Callable[[dict[str, Any]], None]


def put(name: str, value: Any) -> Poison:
    """Replace the attribute."""
    return lambda raw: raw.update({name: value})


def drop(name: str) -> Poison:
    """Remove the attribute."""
    return lambda raw: raw.pop(name) and None


USERS = {
    "a number for text": put("email", {"N": "1"}),
    "text for a number": put("security_stamp", {"S": "never"}),
    "text for a flag": put("disabled", {"S": "false"}),
    "null": put("email", {"NULL": True}),
    "a missing attribute": drop("email"),
    "claims that are no JSON": put("claims", {"S": "{"}),
    "claims that are no object": put("claims", {"S": "[1]"}),
    "claims without a bottom": put("claims", {"S": "[" * 100_000}),
}
CLIENTS = {
    "metadata that is no JSON": put("metadata", {"S": "?"}),
    "metadata that is no object": put("metadata", {"S": "null"}),
    "text for a list": put("metadata", {"S": '{"redirect_uris": "https://a.example"}'}),
    "numbers in a list": put("metadata", {"S": '{"redirect_uris": [1]}'}),
    "text for a flag": put("metadata", {"S": '{"disabled": "no"}'}),
    "null for a name": put("metadata", {"S": '{"name": null}'}),
    "secrets of another form": put("metadata", {"S": '{"secrets": [{"plain": "x"}]}'}),
    "a map": put("metadata", {"M": {}}),
    "a missing attribute": drop("metadata"),
}


def poisoned(database: Database, item: Item, poison: Poison) -> None:
    """Store the damaged item."""
    raw = item.raw()
    poison(raw)
    database.write_raw(item.table, [raw])


@pytest.mark.parametrize("poison", USERS.values(), ids=USERS)
def test_a_damaged_user_fails_alone(database: Database, poison: Poison) -> None:
    """A read of that user is refused. Other users are read in the same call, and listed."""
    users = Users(database)
    bad, good = user(email=f"a{new_id()}@example.com"), user(email=f"a{new_id()}@example.com")
    users.create(bad)
    users.create(good)
    item = database.get(UserItem, keys.user(bad.id))
    assert item
    poisoned(database, item, poison)
    with pytest.raises(Unavailable):
        users.get(bad.id)
    with pytest.raises(Unavailable):
        users.end_everything(bad.id, NOW)
    assert users.get(good.id) == good
    assert good.id in {u.id for u in everybody(users)}


def everybody(users: Users) -> list[User]:
    found, more = users.listing(email_prefix="a", limit=100)
    while more:
        page, more = users.listing(email_prefix="a", limit=100, start=more)
        found += page
    return found


@pytest.mark.parametrize("poison", CLIENTS.values(), ids=CLIENTS)
def test_a_damaged_client_fails_alone(database: Database, poison: Poison) -> None:
    """Damaged metadata is found when the client is read, so nothing fails later."""
    clients, bad, good = Clients(database), client(), client()
    clients.create(bad)
    clients.create(good)
    item = database.get(ClientItem, app_keys.client(bad.id))
    assert item
    poisoned(database, item, poison)
    with pytest.raises(Unavailable):
        clients.get(bad.id)
    assert clients.get(good.id) == good
    assert clients.listing(prefix=good.id)[0] == [good]
    assert clients.listing(prefix=bad.id)[0] == []


def test_lists_of_a_user_leave_out_damaged_items(database: Database) -> None:
    """Sessions, grants and consents of the user are still listed and can be ended."""
    who = new_id()
    sessions, grants = [session(user_id=who) for _ in range(2)], [grant(user_id=who) for _ in range(2)]
    database.put(session_item(sessions[0], retention=1))
    poisoned(database, session_item(sessions[1], retention=1), put("expires_at", {"S": "x"}))
    Grants(database).put(grants[0])
    Grants(database).put(grants[1])
    item = database.get(GrantItem, keys.grant(who, grants[1].id))
    assert item
    poisoned(database, item, drop("scope"))
    assert Sessions(database).of(who) == [sessions[0]]
    assert Grants(database).of(who) == [grants[0]]


@pytest.mark.parametrize("more", ["[]", '{"claims": []}', '{"authorization_details": {}}', '{"cnf": "jkt"}', "{"])
def test_a_grant_with_damaged_optional_members_fails_alone(database: Database, more: str) -> None:
    """Claims, details and confirmation are JSON in one attribute."""
    made = grant()
    Grants(database).put(made)
    item = database.get(GrantItem, keys.grant(made.user_id, made.id))
    assert item
    poisoned(database, item, put("more", {"S": more}))
    with pytest.raises(Unavailable):
        Grants(database).get(made.user_id, made.id)


@pytest.mark.parametrize(
    "name",
    ["code_expires_at", "not_after", "expires_at", "generation", "rotated_at", "security_stamp", "client_stamp", "resources",
     "redirect_uri_given", "redeemed_at"],
)  # fmt: skip
def test_a_grant_without_a_time_or_stamp_is_unavailable_and_did_not_end(database: Database, name: str) -> None:
    """A missing one reads as 0, as if the grant had ended. The app would be told so, and would lose its refresh token (threats FI-17)."""
    grants, made = Grants(database), grant()
    grants.put(made)
    assert isinstance(grants.redeem_code(made, attempt="a", now=NOW, expires_at=NOW + 9), Redeemed)
    rotated = grants.rotate(made, generation=0, attempt="b", now=NOW, expires_at=NOW + 9)
    assert isinstance(rotated, Rotated)
    assert grants.get(made.user_id, made.id) == rotated.grant
    item = database.get(GrantItem, keys.grant(made.user_id, made.id))
    assert item
    poisoned(database, item, drop(name))
    with pytest.raises(Unavailable):
        grants.get(made.user_id, made.id)


def test_a_user_or_session_without_its_stamp_is_unavailable(database: Database) -> None:
    """A missing stamp reads as 0: sessions that ended long ago would count again (threats FI-17)."""
    someone, made = user(), session()
    poisoned(database, user_item(someone, sharded=False), drop("security_stamp"))
    with pytest.raises(Unavailable):
        Users(database).get(someone.id)
    poisoned(database, session_item(made, retention=1), drop("security_stamp"))
    with pytest.raises(Unavailable):
        Sessions(database).get(made.user_id, made.id)


@pytest.mark.parametrize("kind", ["", "session", "User", "user ", "revoked_token"])
def test_an_item_of_another_kind_is_not_found(database: Database, kind: str) -> None:
    """It is not found, and it does not count as the old item of a failed condition."""
    made = grant()
    grants = Grants(database)
    grants.put(made)
    item = database.get(GrantItem, keys.grant(made.user_id, made.id))
    assert item
    dead = {"redeemed_at": {"N": "1"}, "redeemed_by": {"S": "a"}}
    poisoned(database, item, lambda raw: raw.update({"kind": {"S": kind}, **dead}))
    assert grants.get(made.user_id, made.id) is None
    assert database.batch_get((GrantItem, item.key)) == [None]
    assert isinstance(grants.redeem_code(made, attempt="a", now=NOW, expires_at=NOW + 1), Missing)


def test_an_item_without_a_kind_is_none(database: Database) -> None:
    made = user()
    Users(database).create(made)
    item = database.get(UserItem, keys.user(made.id))
    assert item
    poisoned(database, item, drop("kind"))
    assert Users(database).get(made.id) is None


def test_damaged_recovery_codes_are_refused(database: Database) -> None:
    """Neither a list instead of the map nor another value instead of a code."""
    factors, who = Factors(database), new_id()
    key = factor_keys.recovery_codes(who)
    wrong: list[dict[str, Any]] = [{"L": []}, {"M": {"aa": {"N": "1"}}}, {"M": {"aa": {"L": []}}}]
    for codes in wrong:
        raw = {"pk": {"S": key.pk}, "sk": {"S": key.sk}, "kind": {"S": "recovery_codes"}, "created_at": {"N": "1"}, "codes": codes}
        database.write_raw("directory", [raw])
        with pytest.raises(Unavailable):
            factors.use_recovery_code(who, "aa", attempt="1")


HUGE = "x" * 420_000


def test_a_too_large_user_is_refused_and_the_stored_one_stays(database: Database) -> None:
    """An item holds at most 400 KB. The error names the input as the reason, not the store (J-11)."""
    users, made = Users(database), user()
    users.create(made)
    large = {"name": HUGE}
    with pytest.raises(Invalid):
        users.create(user(claims=large))
    with pytest.raises(Invalid):
        users.replace(replace(made, claims=large))
    with pytest.raises(Invalid):
        users.replace(replace(made, claims=large, email=f"x{made.email}"), email_was=made.email)
    with pytest.raises(Invalid):
        users.set_password(made.id, HUGE, was=None, now=NOW, end_everything=False)
    assert users.get(made.id) == made
    assert users.id_of(f"x{made.email}") is None


@pytest.mark.parametrize("said", ["Item size has exceeded", "Item size to update has exceeded"])
def test_a_transaction_that_was_cancelled_for_a_size_is_too_large(said: str) -> None:
    """The messages of DynamoDB itself. The test engines refuse such a transaction before it begins."""
    reasons = [{"Code": "None"}, {"Code": "ValidationError", "Message": f"{said} the maximum allowed size"}]
    refusal = Refusal("TransactionCanceledException", {"CancellationReasons": reasons})
    assert isinstance(fault("TransactWriteItems", refusal), Invalid)


def test_too_large_clients_and_batches_are_refused(database: Database) -> None:
    """Also in calls that write several items. Nothing of such a call is written."""
    clients, made = Clients(database), client()
    clients.create(made)
    with pytest.raises(Invalid):
        clients.create(client(name=HUGE))
    with pytest.raises(Invalid):
        clients.replace(replace(made, redirect_uris=("https://a.example/" + HUGE,)))
    with pytest.raises(Invalid):
        database.batch_write(puts=[session_item(session(user_agent=HUGE), retention=1)])
    assert clients.get(made.id) == made


def test_a_consent_is_read_back_with_its_neighbours(database: Database) -> None:
    """A user's partition of `directory` has several kinds of items; each is read as its own kind."""
    who, consents = new_id(), Consents(database)
    made = [Consent(who, f"c{i}", ("openid", "email"), NOW, "r") for i in range(3)]
    for one in made:
        consents.put(one)
    poisoned(database, consent_item(Consent(who, "c9", ("openid",), NOW)), put("scope", {"L": []}))
    assert consents.delete(who, "c1", event=once(database))
    assert not consents.delete(who, "c1", event=once(database))
    assert consents.of(who) == [made[0], made[2]]
    assert database.get(ConsentItem, keys.consent(who, "c1")) is None
