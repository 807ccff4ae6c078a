"""A SAML connection that an organisation made, beside one of the deployment to the same identity provider (threats Q-17)."""

from __future__ import annotations

from dataclasses import replace

from idp.domain.organisations.profile import OrganisationPolicy
from idp.store.memberships import Memberships
from tests.integration.account.saml_visits import Left, leave, with_saml
from tests.support.organising import admin_of, domain, organisation
from tests.support.saml_idp import metadata
from tests.support.world import World


def test_it_signs_in_people_of_its_domain_by_answers_for_itself_only(alone: World) -> None:
    """Not by an answer for the connection of the deployment, one without a request, or one with an address elsewhere."""
    world = with_saml(World(replace(alone.settings, organization_connections=5)))
    acme = organisation(world.services, policy=OrganisationPolicy(joins_by_connection=True))
    scope, by = admin_of(acme.id)
    given = {"preset": "saml", "name": "Acme", "metadata": metadata()}
    made = world.services.organisation_connections.create(acme.id, "saml", given, scope=scope, by=by)
    domain(world.services, acme, "acme.example", connection_id=made.id)

    def left() -> Left:
        browser = world.browser()
        return Left(world, browser, world.authorize(browser, world.client()), of=made.id, typed="x@acme.example")

    own, of_corp = left(), leave(world)
    assert own.post(own.answer(request_id=""), "").status_code == 400
    assert own.post(of_corp.answer(), of_corp.relay_state).status_code == 400
    place = f"{world.settings.issuer}/upstream/corp"
    for foreign in ({"audience": place}, {"recipient": f"{place}/callback"}, {"request_id": of_corp.request.get("ID")}):
        assert left().back(**foreign, attributes={"email": ["ada@acme.example"]}).status == 422
    for email in ("ada@corp.example", "ada@sub.acme.example", "ada@acme.example.evil.example", "ada@\u0430cme.example"):
        assert left().back(attributes={"email": [email], "email_verified": ["true"]}).status == 403
        assert world.services.users.id_of(email) is None
    assert "code" in left().back(attributes={"email": ["ada@acme.example"]}).answer
    user_id = world.services.users.id_of("ada@acme.example") or ""
    assert Memberships(world.services.database).get(user_id, acme.id)
    assert "code" in leave(world).back().answer  # the same subject at the deployment's connection is another person
    assert world.services.users.id_of("ada@corp.example") not in {None, user_id}
    assert [one.connection_id for one in world.services.issuer_links.of(user_id)] == [made.id]
