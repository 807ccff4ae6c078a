"""The links of connections in the admin API: an admin sees them, and removes one with all that came by it (threats O-16)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.access.trusted_issuer import IssuerLink
from idp.domain.sessions.request_origin import Origin

if TYPE_CHECKING:
    from tests.support.people import Person
    from tests.support.world import World


def linked(world: World, person: Person, subject: str = "1") -> IssuerLink:
    """A link of a connection."""
    made = IssuerLink(person.user.id, "https://corp.example", "", subject, world.clock(), "corp", "ada@corp.example", "sign_in")
    user = world.services.users.get(person.user.id)
    assert user
    assert world.services.issuer_links.create(made, user)
    return made


def session_by(world: World, person: Person, link: IssuerLink | None) -> str:
    """The id of a stored session that began with this link, or with a password."""
    upstream = {"connection": "corp", "link": link.id} if link else None
    session = world.services.session_service.begin(person.user, proved_for="", origin=Origin(), upstream=upstream)
    world.services.session_service.write(session)
    return session.id


def test_an_admin_sees_the_links_of_connections(world: World) -> None:
    person = world.person()
    made = linked(world, person)
    [found] = world.call("GET", f"/users/{person.user.id}/issuer-links").json()["items"]
    assert (found["id"], found["connection_id"], found["email"], found["how"]) == (made.id, "corp", "ada@corp.example", "sign_in")


def test_removing_a_link_of_a_connection_ends_what_came_by_it(world: World) -> None:
    """Sessions of a password and of another link stay. The identity signs in no more."""
    person = world.person()
    made, other = linked(world, person), linked(world, person, "2")
    gone, kept = session_by(world, person, made), {session_by(world, person, None), session_by(world, person, other)}
    assert world.call("DELETE", f"/users/{person.user.id}/issuer-links/{made.id}").status_code == 204
    assert gone not in kept
    assert {one.id for one in world.sessions(person)} == kept
    assert [one.id for one in world.services.issuer_links.of(person.user.id)] == [other.id]
    assert world.services.issuer_links.user_of(made.id) is None
    assert [event.target for event in world.audited("issuer_link.deleted", person)] == [made.id]
    assert world.call("DELETE", f"/users/{person.user.id}/issuer-links/{made.id}").status_code == 404
