"""A fault is not an answer (threats FI-1, FI-2, FI-8): not "not found", "refused" or "done", and it revokes nothing."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable

import pytest

from idp.domain.errors import Invalid, Unavailable
from idp.domain.people.user import User
from idp.store import keys
from idp.store.account_items import AccountItems
from idp.store.clients import Clients
from idp.store.consents import Consents
from idp.store.database import Database
from idp.store.factors import Factors
from idp.store.grants import GrantItem, Grants
from idp.store.sessions import Sessions
from idp.store.signing_keys import KeyItems
from idp.store.user_items import UserItem
from idp.store.users import Users
from tests.engines.lossy_proxy import FOREVER
from tests.store import verbs
from tests.store.conftest import Faulty
from tests.store.examples import NOW, client, grant, new_id
from tests.store.verb import Verb
from tests.support.stored import is_revoked, read_failures

LATER = NOW + 86400
THROTTLING = ("ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded")
ERRORS = (
    *THROTTLING, "InternalServerError", "ServiceUnavailable", "TransactionConflictException", "ItemCollectionSizeLimitExceededException",
    "ResourceNotFoundException", "AccessDeniedException", "UnrecognizedClientException", "ExpiredTokenException", "ValidationException",
    "LimitExceededException", "SomethingThatDoesNotExistYet",
)  # fmt: skip
REASONS = ("TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded", "ItemCollectionSizeLimitExceeded", "ValidationError")
every_verb = pytest.mark.parametrize("verb", verbs.ALL, ids=lambda verb: verb.__name__)


def refused(faulty_store: Faulty, case: Verb) -> None:
    """The call raises Unavailable and changes nothing."""
    before = case.effect(faulty_store.direct)
    with pytest.raises(Unavailable):
        case.act(faulty_store.through)
    assert case.effect(faulty_store.direct) == before


@every_verb
def test_an_error_is_unavailable_and_changes_nothing(faulty_store: Faulty, verb: Callable[[Database], Verb]) -> None:
    """All known errors of DynamoDB, and an unknown one."""
    case = verb(faulty_store.direct)
    for error in ERRORS:
        faulty_store.proxy.heal()
        rule = faulty_store.proxy.fail(case.operation, error, times=FOREVER)
        refused(faulty_store, case)
        assert rule.hits


@every_verb
def test_no_reply_is_unavailable_and_changes_nothing(faulty_store: Faulty, verb: Callable[[Database], Verb]) -> None:
    """The engine does not reply."""
    case = verb(faulty_store.direct)
    faulty_store.proxy.refuse()
    refused(faulty_store, case)


@every_verb
def test_a_transient_error_is_retried(faulty_store: Faulty, verb: Callable[[Database], Verb]) -> None:
    """One throttled call, one item that a transaction locked, one broken connection: the caller sees none of them."""
    for error in (*THROTTLING, "InternalServerError", "TransactionConflictException", None):
        case = verb(faulty_store.direct)
        faulty_store.proxy.heal()
        rule = faulty_store.proxy.fail(case.operation, error) if error else faulty_store.proxy.refuse(case.operation, times=1)
        assert case.act(faulty_store.through)
        assert rule.hits == 1


@pytest.mark.parametrize("verb", verbs.TRANSACTIONS, ids=lambda verb: verb.__name__)
@pytest.mark.parametrize("reason", REASONS)
def test_a_cancelled_transaction_is_unavailable(faulty_store: Faulty, verb: Callable[[Database], Verb], reason: str) -> None:
    """Only a failed condition means that a value is taken. A transaction that was cancelled for another reason is tried again."""
    case = verb(faulty_store.direct)
    faulty_store.proxy.fail(case.operation, "TransactionCanceledException", times=FOREVER, reasons=["None", reason])
    refused(faulty_store, case)
    faulty_store.proxy.heal()
    faulty_store.proxy.fail(case.operation, "TransactionCanceledException", reasons=[reason, "None"])
    assert case.act(faulty_store.through)


def test_a_fault_while_rotating_revokes_no_family(faulty_store: Faulty) -> None:
    """Throttled at 1, 10, 50 and 100 %: each refresh succeeds or is Unavailable. None counts as a replay, and no generation is skipped."""
    direct, grants, chance = Grants(faulty_store.direct), Grants(faulty_store.through), random.Random(7)  # noqa: S311  # the same faults in each run
    for rate in (0.01, 0.1, 0.5, 1):
        made = grant()
        direct.put(made)
        direct.redeem_code(made, attempt="code", now=NOW, expires_at=LATER)
        seen: Counter[str] = Counter()
        for attempt in range(60):
            faulty_store.proxy.heal()
            for call in range(1, 4):
                if chance.random() < rate:
                    faulty_store.proxy.fail("UpdateItem", chance.choice(THROTTLING), nth=call)
            try:
                done = grants.rotate(made, generation=seen["Rotated"], attempt=f"a{attempt}", now=NOW, expires_at=LATER)
            except Unavailable:
                seen["Unavailable"] += 1
            else:
                seen[type(done).__name__] += 1
        found = direct.get(made.user_id, made.id)
        assert found
        assert (found.generation, found.revoked_at) == (seen["Rotated"], None)
        assert seen["Rotated"] + seen["Unavailable"] == 60
        assert (seen["Unavailable"] == 60) == (rate == 1)


READS: dict[str, tuple[str, Callable[[Database], object]]] = {
    "user": ("GetItem", lambda db: Users(db).get("x")),
    "email": ("GetItem", lambda db: Users(db).id_of("x")),
    "client": ("GetItem", lambda db: Clients(db).get("x")),
    "session": ("GetItem", lambda db: Sessions(db).get("x", "y")),
    "grant": ("GetItem", lambda db: Grants(db).get("x", "y")),
    "factor": ("GetItem", lambda db: Factors(db).totp("x")),
    "recovery codes": ("GetItem", lambda db: Factors(db).recovery_codes_left("x")),
    "counter": ("GetItem", lambda db: read_failures(db, "account", "x", NOW)),
    "revoked token": ("GetItem", lambda db: is_revoked(db, "x", NOW)),
    "several": ("BatchGetItem", lambda db: db.batch_get((UserItem, keys.user("x")), (GrantItem, keys.grant("x", "y")))),
    "grants": ("Query", lambda db: Grants(db).of("x")),
    "sessions": ("Query", lambda db: Sessions(db).of("x")),
    "consents": ("Query", lambda db: Consents(db).of("x")),
    "items of the account page": ("Query", lambda db: AccountItems(db).of(User("x", "x@example.com"))),
    "keys": ("Query", lambda db: KeyItems(db).load()),
    "users": ("Query", lambda db: Users(db).listing()),
    "clients": ("Query", lambda db: Clients(db).listing()),
}


@pytest.mark.parametrize(("operation", "read"), READS.values(), ids=READS)
def test_a_read_that_failed_found_nothing_and_missed_nothing(
    faulty_store: Faulty, operation: str, read: Callable[[Database], object]
) -> None:
    """The answer "not found" would undo a revocation, or refuse what is allowed."""
    for error in (*ERRORS, None):
        faulty_store.proxy.heal()
        rule = faulty_store.proxy.fail(operation, error, times=FOREVER) if error else faulty_store.proxy.refuse(operation)
        with pytest.raises(Unavailable, check=lambda problem: operation in problem.detail):
            read(faulty_store.through)
        assert rule.hits


def test_text_that_cannot_be_stored_is_an_input_error(faulty_store: Faulty) -> None:
    """Some engines accept half of a surrogate pair and some do not. It is an error of the input, not of the store."""
    faulty_store.proxy.fail("PutItem", "SerializationException", times=FOREVER)
    with pytest.raises(Invalid):
        Clients(faulty_store.through).create(client(name="\ud800"))


def test_a_failed_batch_of_writes_is_unavailable(faulty_store: Faulty) -> None:
    """A session that was not written is not returned."""
    faulty_store.proxy.fail("BatchWriteItem", THROTTLING[0], times=FOREVER)
    who = new_id()
    with pytest.raises(Unavailable):
        faulty_store.through.batch_write(deletes=[(UserItem, keys.user(who))])
