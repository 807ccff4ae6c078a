"""Concurrent sign-ins by one mail, on real engines: code and link together begin one session (threats M-02, M-05)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from idp.domain.errors import Invalid, Unavailable
from idp.domain.requests.authorization_request import AuthorizationRequest
from idp.domain.tickets.ticket import SIGN_IN_CODE, TRIES
from idp.oauth.sign_in.proofs import FirstFactorProved
from idp.oauth.sign_in.store_proof import store_first_factor
from idp.services.people.mail_code import Came
from tests.integration.account.mail_coding import newest, offering
from tests.store.race import crowd

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.services.factors.password_sign_in import Proved
    from tests.support.people import Person
    from tests.support.world import World

pytestmark = pytest.mark.engines


def attempts(racing: World, person: Person) -> tuple[Callable[[], Proved], Callable[[], Proved], Callable[[Callable[[], Proved]], bool]]:
    """The check of the link, that of the code, and what signs in after one of them: whether a session began."""
    mail_code, came = racing.services.mail_code, Came("b" * 64, "", None, racing.origin())
    mail_code.ask(person.email, came, request="", now=racing.clock())
    mail, owner = newest(racing, person.email), racing.services.tickets.address_owner(person.email)

    def by_link() -> Proved:
        return mail_code.by_link(mail.path.removeprefix("/link/"), came, now=racing.clock())

    def by_code() -> Proved:
        return mail_code.by_code(owner, person.email, mail.code, came, now=racing.clock())

    def sign_in(check: Callable[[], Proved]) -> bool:
        request = AuthorizationRequest(id=racing.services.new_id(), received_at=racing.clock(), browser=came.browser, page="/account")
        try:
            store_first_factor(racing.services.provider, request, FirstFactorProved(check(), None), racing.origin())
        except (Invalid, Unavailable):
            return False
        return True

    return by_link, by_code, sign_in


def test_one_of_twenty_sign_ins_by_one_mail_begins_a_session(racing: World) -> None:
    """Four by the code, the others by the link: all of them saw the ticket unused."""
    for _ in range(3):
        person = offering(racing).person()
        by_link, by_code, sign_in = attempts(racing, person)
        answers = crowd(20, lambda n, ways=(by_code, by_link), act=sign_in: act(ways[n % TRIES > 0]))  # type: ignore[misc]  # mypy infers no type of a lambda with a default
        assert sum(answers) == 1
        assert len(racing.sessions(person)) == 1


def test_of_twenty_wrong_codes_five_are_compared(racing: World) -> None:
    """M-02: a burst is counted before it is compared."""
    person = offering(racing).person()
    _, by_code, _ = attempts(racing, person)
    mail = newest(racing, person.email)
    wrong = mail.code[:-1] + str((int(mail.code[-1]) + 1) % 10)
    owner = racing.services.tickets.address_owner(person.email)

    def guess(_: int) -> str:
        try:
            racing.services.tickets.try_code(owner, SIGN_IN_CODE, wrong, now=racing.clock(), slot="b" * 32)
        except Invalid as refused:
            return refused.message.id
        return ""

    assert crowd(20, guess).count("ticket.wrong_code") == TRIES
    with pytest.raises(Invalid):
        by_code()
