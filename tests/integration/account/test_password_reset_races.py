"""Concurrent new passwords by one link, on real engines (threats H-12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from idp.domain.errors import Invalid, Unavailable
from idp.services.passkeys.authentication import Given
from tests.integration.account.resetting import asked, newest
from tests.store.race import crowd

if TYPE_CHECKING:
    from tests.support.world import World

pytestmark = pytest.mark.engines


def test_one_of_twenty_new_passwords_wins(racing: World) -> None:
    """All of them saw the ticket unused. One password is stored, and the stamp moved once."""
    racing.services.passwords.hash("loaded before the race")
    reset = racing.services.password_reset
    for _ in range(3):
        person, browser = racing.person(), racing.browser()
        asked(racing, browser, person.email)
        handle = newest(racing, person.email).path.rpartition("/")[2]

        def finish(n: int, handle: str = handle) -> bool:
            try:
                reset.finish(handle, f"an unguessable sentence {n}", "", Given(None, ""), origin=racing.origin(), now=racing.clock())
            except (Invalid, Unavailable):
                return False
            return True

        answers = crowd(20, finish)
        assert sum(answers) == 1
        user = racing.services.users.get(person.user.id)
        assert user
        assert user.security_stamp == person.user.security_stamp + 1
        assert racing.services.passwords.verify(user.password_hash, f"an unguessable sentence {answers.index(True)}")
        assert len(racing.audited("password.reset", person)) == 1
