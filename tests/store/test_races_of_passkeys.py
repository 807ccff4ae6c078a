"""Concurrent uses and registrations of passkeys, on real engines: each artefact counts once (threats N-02, N-05, N-08, N-13)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from idp.domain.errors import Unavailable
from idp.domain.passkeys.passkey import Passkey
from idp.domain.people.user import User
from idp.store.database import Database
from idp.store.passkeys import CredentialTakenError, Passkeys, Used
from idp.store.users import Users
from tests.store.examples import NOW, passkey
from tests.store.passkeys import ISSUED, added, someone
from tests.store.race import crowd
from tests.support.stored import once

AT_ONCE, TIMES = 20, 10

pytestmark = pytest.mark.engines


def won(verb: Callable[[], object]) -> bool:
    """Whether the call succeeded. It also fails if the engine is too busy with the other transactions."""
    try:
        return bool(verb())
    except (CredentialTakenError, Unavailable):
        return False


def test_one_of_twenty_uses_of_a_challenge_counts(real: Database) -> None:
    passkeys = Passkeys(real)

    def race(made: Passkey, issued: int, counter: int) -> list[Used]:
        def use(n: int) -> Used:
            return passkeys.use(
                made, sign_count=counter, backed_up=False, verified=True, issued=issued, now=NOW, attempt=f"{issued} {n}"
            )  # fmt: skip

        return crowd(AT_ONCE, use)

    for counter in (0, 7):
        _, made = added(real, someone(real))
        for number in range(1, TIMES + 1):
            assert race(made, ISSUED + number, counter and counter + number).count(Used.DONE) == 1


def test_one_of_twenty_first_uses_settles_the_flag(real: Database) -> None:
    """Of an imported passkey whose flag is unknown. The others may try again, and are compared then."""
    passkeys = Passkeys(real)
    for number in range(TIMES):
        owner = someone(real)
        made = replace(passkey(owner), backup_unknown=True, backup_eligible=False, sign_count=0)
        assert passkeys.add(owner, made, issued=ISSUED, attempt="a")

        def use(n: int, made: Passkey = made, number: int = number) -> tuple[Used, bool]:
            eligible = (n + number) % 2 == 0
            done = passkeys.use(
                made, sign_count=0, backed_up=eligible, verified=True, issued=ISSUED + 1 + n, now=NOW, attempt=f"{n}", eligible=eligible
            )  # fmt: skip
            return done, eligible

        answers = crowd(AT_ONCE, use)
        [won_by] = [eligible for done, eligible in answers if done is Used.DONE]
        assert {done for done, _ in answers} == {Used.DONE, Used.NEWER_CHALLENGE}
        [stored] = passkeys.of(owner.id)
        assert (stored.backup_unknown, stored.backup_eligible, stored.backed_up) == (False, won_by, won_by)


def test_one_of_twenty_users_gets_a_credential(real: Database) -> None:
    def race(people: list[User], wanted: Passkey) -> list[bool]:
        def register(n: int) -> bool:
            made = replace(wanted, user_id=people[n].id)
            return won(lambda: Passkeys(real).add(people[n], made, issued=ISSUED, attempt=f"{n}"))

        return crowd(len(people), register)

    for _ in range(TIMES):
        people = [someone(real) for _ in range(AT_ONCE)]
        answers = race(people, passkey(people[0]))
        holders = [one for one in people if Passkeys(real).of(one.id)]
        assert answers.count(True) == len(holders) == 1
        assert [one for one in people if (Users(real).get(one.id) or one).passkeys] == holders


def test_one_of_twenty_answers_to_a_page_adds_a_passkey(real: Database) -> None:
    owner = someone(real)
    answers = crowd(AT_ONCE, lambda n: won(lambda: Passkeys(real).add(owner, passkey(owner), issued=ISSUED, attempt=f"{n}")))
    assert answers.count(True) == len(Passkeys(real).of(owner.id)) == 1


def test_of_two_passkeys_that_are_removed_at_once_one_stays(real: Database) -> None:
    """Each removal was allowed because the other passkey was there."""

    def race(owner: User, both: tuple[Passkey, Passkey]) -> list[bool]:
        return crowd(2, lambda n: won(lambda: Passkeys(real).remove(owner, both[n].id, now=NOW, last_factor=False, event=once(real))))

    for _ in range(TIMES):
        one, first = added(real, someone(real))
        two, second = added(real, one)
        assert race(two, (first, second)).count(True) == len(Passkeys(real).of(two.id)) == 1
