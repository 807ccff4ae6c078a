"""Single use of client assertions, DPoP proofs and pushed requests (D-15)."""

from __future__ import annotations

import pytest

from idp.domain.errors import Unavailable
from idp.store.database import Database
from idp.store.used_once import Begun, UsedOnce
from tests.store.conftest import Faulty
from tests.store.examples import NOW, new_id
from tests.store.race import crowd

ARTEFACTS, AT_ONCE = 30, 20


def test_only_the_first_attempt_uses_the_mark(database: Database) -> None:
    """For any `expires_at`. A retry of the first attempt is accepted."""
    once, name = UsedOnce(database), new_id()
    assert once.use("client_assertion", name, expires_at=NOW + 60, attempt="one")
    assert not once.use("client_assertion", name, expires_at=NOW + 60, attempt="two")
    assert not once.use("client_assertion", name, expires_at=NOW + 3600, attempt="three")
    assert once.use("client_assertion", name, expires_at=NOW + 60, attempt="one")


def test_a_use_that_did_not_finish_may_begin_again_and_one_that_did_may_not(database: Database) -> None:
    """FI-4: the effect of a logout token takes several calls, and a function can end between them."""
    once, name = UsedOnce(database), new_id()

    def begin(attempt: str) -> Begun:
        return once.begin("logout", name, expires_at=NOW + 60, attempt=attempt)

    assert [begin("one"), begin("one"), begin("two"), begin("three")] == [Begun.FIRST, Begun.FIRST, Begun.AGAIN, Begun.AGAIN]
    once.finish("logout", name)
    assert {begin("one"), begin("two")} == {Begun.USED}
    once.finish("logout", name)
    assert begin("two") is Begun.USED
    assert not once.use("logout", name, expires_at=NOW + 60, attempt="four")


def test_marks_of_different_kinds_and_names_are_independent(database: Database) -> None:
    """With any characters."""
    once, name = UsedOnce(database), new_id()
    names = [name, name + "x", name + "#", "#" + name, name + "/" + name, name.swapcase()]
    for kind in ("client_assertion", "dpop"):
        assert all(once.use(kind, each, expires_at=NOW, attempt=f"{kind} {each}") for each in names)


@pytest.mark.engines
def test_one_of_concurrent_attempts_uses_the_mark(real: Database) -> None:
    """Thirty artefacts, twenty attempts each: below 0.5 % with 95 % certainty, on each engine."""
    once = UsedOnce(real)
    for _ in range(ARTEFACTS):
        name = new_id()
        used = crowd(AT_ONCE, lambda n, name=name: once.use("client_assertion", name, expires_at=NOW + 60, attempt=f"a{n}"))  # type: ignore[misc]  # mypy infers no type of a lambda with a default
        assert sum(used) == 1


def test_a_retry_after_a_lost_reply_is_accepted(lossy_store: Faulty) -> None:
    """FI-3: the retry is recognised as the same attempt. The next attempt is refused."""
    once, name = UsedOnce(lossy_store.through), new_id()
    lost = lossy_store.proxy.drop_reply("PutItem")
    assert once.use("dpop", name, expires_at=NOW + 60, attempt="mine")
    assert lost.hits == 1
    assert not once.use("dpop", name, expires_at=NOW + 60, attempt="other")


def test_without_an_answer_the_use_is_unavailable(faulty_store: Faulty) -> None:
    """Fail closed: the answer is Unavailable, neither used nor unused."""
    faulty_store.proxy.drop_reply("PutItem", times=99)
    with pytest.raises(Unavailable):
        UsedOnce(faulty_store.through).use("dpop", new_id(), expires_at=NOW + 60, attempt="mine")


def test_a_part_of_a_transaction_uses_the_mark_once(database: Database) -> None:
    """The sign-in at an upstream: the second transaction writes nothing. A use before or after is refused, too."""
    once, name, other = UsedOnce(database), new_id(), new_id()

    def transact(attempt: str, of: str = name) -> bool:
        mark = once.use_part("upstream", of, expires_at=NOW + 600, attempt=attempt)
        beside = once.use_part("beside", f"{of} {attempt}", expires_at=NOW + 600, attempt=attempt)
        return database.transact(mark, beside) is None

    assert transact("one")
    assert not transact("two")
    assert once.use("beside", f"{name} two", expires_at=NOW + 600, attempt="three")  # so nothing of the second one was written
    assert not once.use("upstream", name, expires_at=NOW + 600, attempt="three")
    assert once.use("upstream", other, expires_at=NOW + 600, attempt="one")
    assert not transact("two", other)
