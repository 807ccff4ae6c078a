"""Concurrent returns with one answer of an upstream, on real engines: one session, one account, one link (threats O-08)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from idp.domain.errors import Invalid, Unavailable
from idp.domain.requests.authorization_request import AuthorizationRequest
from idp.oauth.sign_in.proofs import FirstFactorProved
from idp.oauth.sign_in.store_proof import store_first_factor
from idp.services.connections.upstream_proof import Came
from tests.integration.account.upstreams import connection, identity, link, link_of, with_connections
from tests.store.race import crowd

if TYPE_CHECKING:
    from idp.services.factors.password_sign_in import Proved
    from tests.support.world import World

pytestmark = pytest.mark.engines
CORP = connection(shown=False)
"""Without a button: the deployment is shared with other tests, which look at its pages."""


def signed_in(world: World, proved: Proved | None, replaces: tuple[str, str] | None = None) -> bool:
    """Whether a session began."""
    request = AuthorizationRequest(id=world.services.new_id(), received_at=world.clock(), browser="b" * 64, page="/account")
    if proved is None:
        return False
    try:
        store_first_factor(world.services.provider, request, FirstFactorProved(proved, replaces), world.origin())
    except (Invalid, Unavailable):
        return False
    return True


def test_one_of_twenty_returns_begins_a_session_and_ends_the_one_before(racing: World) -> None:
    """The refused ones end nothing."""
    world = with_connections(racing, CORP)
    person, people, came = world.person(), world.services.upstream_people, Came("", None, None, world.origin())
    who = identity()
    link(world, person, who)
    before: tuple[str, str] | None = None
    for _ in range(3):
        used = (world.services.new_id(), world.clock() + 600)

        def come_back(_: int, used: tuple[str, int] = used, before: tuple[str, str] | None = before) -> bool:
            mark = world.services.upstream_sign_in.mark_of(used)
            proved = people.arrive(CORP, who, came, parts=(mark,), attempt=used, now=world.clock()).proved
            return signed_in(world, proved, before)

        assert sum(crowd(20, come_back)) == 1
        [session] = world.sessions(person)
        before = (person.user.id, session.id)


def test_twenty_returns_make_one_account_with_one_session(racing: World) -> None:
    world = with_connections(racing, CORP)
    people, accounts, came = world.services.upstream_people, world.services.upstream_accounts, Came("", None, None, world.origin())
    email, used = world.unused_email(), (world.services.new_id(), world.clock() + 600)
    who = identity(email=email)
    pending = people.arrive(CORP, who, came, attempt=used, now=world.clock()).pending

    def come_back(_: int) -> bool:
        parts = (world.services.upstream_sign_in.mark_of(used),)
        try:
            return signed_in(world, accounts.create(CORP, pending, email, {}, None, came, parts=parts, now=world.clock()))
        except Unavailable:
            return False

    assert sum(crowd(20, come_back)) <= 1
    user_id = world.services.users.id_of(email)
    assert user_id
    assert len(world.services.sessions.of(user_id)) <= 1
    assert len(world.services.issuer_links.of(user_id)) == 1


def test_twenty_links_with_one_answer_make_one(racing: World) -> None:
    """Two people at once: the identity belongs to one account."""
    world = with_connections(racing, CORP)
    people, persons = world.services.upstream_people, [world.person() for _ in range(2)]
    used = (world.services.new_id(), world.clock() + 600)
    pending = people.arrive(CORP, identity(), Came("", None, None, world.origin()), attempt=used, now=world.clock()).pending

    def connect(n: int) -> bool:
        parts = (world.services.upstream_sign_in.mark_of(used),)
        user = world.services.users.get(persons[n % 2].user.id)
        assert user
        try:
            world.services.upstream_links.link(
                CORP, pending, user, how="test", browser_known_since=None, parts=parts, origin=world.origin(), now=world.clock()
            )
        except (Invalid, Unavailable):
            return False
        return True

    crowd(20, connect)
    connect(0)  # if the others disturbed one another, the person tries again
    assert sum(len(link_of(world, person)) for person in persons) == 1
