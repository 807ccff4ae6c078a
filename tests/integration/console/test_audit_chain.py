"""The state of the audit chain in the console."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.audit.report import COMPLETE, FAULTS
from idp.http.console.audit_chain import WORDS
from idp.store.audit_verification import LastVerification
from tests.integration.console.organisations import company
from tests.support.audited import Chained
from tests.support.pages import recorded

if TYPE_CHECKING:
    from tests.integration.console.admins import Admin
    from tests.support.world import World


def test_the_page_says_where_the_chain_stands_and_what_was_found(world: World, admin: Admin) -> None:
    """Nothing sealed; sealed in time; late; a verification that found nothing, one with faults; a head with another key."""
    assert "No hour is sealed yet." in admin.open("/console/audit/chain").text
    services = world.services
    world.clock.now += 400  # behind the time in which an hour waits for late events
    chained = Chained(services.database, services.head_signer, world.clock)
    chained.hour()
    head = chained.chain.last_head()
    page = admin.open("/console/audit/chain").text
    assert "The head is signed by this deployment." in page
    assert "No result of" in page
    assert 'id="late"' not in page
    last = {block.shard: block.hash for shard in range(4) for block in chained.chain.blocks(shard)}
    assert last
    assert [each for each in last.values() if each not in page] == []
    for worst, faults, words in [(COMPLETE, 0, "Nothing was removed, changed or put in."), *((each, 2, WORDS[each]) for each in FAULTS)]:
        found = LastVerification(world.clock(), "tables", "2027-01-15T08", "2027-01-15T09", worst, 5, faults)
        services.audit_verifications.keep(found, until=world.clock() + 86400)
        text = admin.open("/console/audit/chain").text
        assert words in text
        assert ("2 findings" in text) == bool(faults)
    admin.later(3 * 3600)
    assert 'id="late"' in admin.open("/console/audit/chain").text
    assert head
    chained.chain.add_head("2027-12-31T00", head[:-8] + "AAAAAAAA", world.clock() + 86400)
    page = admin.open("/console/audit/chain").text
    assert "is not signed by this deployment" in page
    assert "The head is signed" not in page


def test_the_page_takes_two_calls_more_than_the_visit(admin: Admin) -> None:
    with recorded(admin.world) as calls:
        assert admin.open("/console/audit/chain").status == 200
    assert len(calls) <= 3


def test_an_admin_of_an_organisation_is_refused(world: World) -> None:
    boss = company(world).come()
    assert boss.browser.http.get("/console/audit/chain").status_code == 403
    assert "/console/audit/chain" not in boss.open("/console/audit").text
