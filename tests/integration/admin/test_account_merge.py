"""Two accounts of one person become one, by one write, and no person gets a right that an admin did not give (docs/merging.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from idp.domain.access.account_merge import MergeChoice
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.access.trusted_issuer import IssuerLink
from idp.domain.errors import Conflict, IdpError, Unavailable
from idp.services.audit.recorder import SYSTEM
from idp.services.people.erasure import Erasure
from tests.store.race import crowd
from tests.support.stored import change_user

if TYPE_CHECKING:
    from tests.support.people import Person
    from tests.support.world import World

NOTHING = MergeChoice()


def linked(world: World, person: Person, subject: str) -> str:
    """The id of a new link of a connection."""
    user = world.services.users.get(person.user.id)
    assert user
    link = IssuerLink(user.id, "https://corp.example", "", subject, world.clock(), "corp", "a@corp.example", "sign_in", 1)
    assert world.services.issuer_links.create(link, user)
    return link.id


def organisation(world: World, *members: Person, **facts: Any) -> str:
    """The id of a new organisation with these members."""
    org = world.services.organisation_service.create(f"o{world.services.new_id()[:8].lower()}0".replace("_", "0"), "Acme", scope=DEPLOYMENT)
    for each in members:
        world.services.member_service.add(org.id, each.user.id, scope=DEPLOYMENT, **facts)
    return org.id


def merge(world: World, kept: Person, gone: Person, *, headers: dict[str, str] | None = None, token: str | None = None, **body: Any) -> Any:
    """The answer of the admin API."""
    path = f"/users/{kept.user.id}/merge"
    return world.call("POST", path, json={"user_id": gone.user.id, **body}, headers=headers or {}, token=token)


def test_what_was_chosen_moves_and_the_other_account_is_erased(world: World) -> None:
    """Roles, a link and a membership. The organisation keeps its numbers, and does not own the account that stays."""
    kept, gone = world.person(), world.person()
    world.services.role_service.create("editor", scope=DEPLOYMENT)
    world.services.user_service.patch(gone.user.id, {"roles": ["editor"]}, scope=DEPLOYMENT)
    moves, stays = linked(world, gone, "1"), linked(world, gone, "2")
    org = organisation(world, gone, owned=True)
    both = organisation(world, kept, gone)
    told = world.call("GET", f"/users/{kept.user.id}/merge/{gone.user.id}").json()
    assert (told["roles"], told["organizations"], told["shared_organizations"]) == (["editor"], [org], [both])
    assert {each["id"] for each in told["links"]} == {moves, stays}
    answer = merge(
        world, kept, gone, roles=True, links=[moves], organizations=[org], etag=told["merged"]["etag"],
        headers={"If-Match": told["kept"]["etag"]},
    )  # fmt: skip
    assert (answer.status_code, answer.json()["roles"]) == (200, ["editor"]), answer.text
    assert world.services.users.get(gone.user.id) is None
    assert world.services.users.id_of(gone.email) is None
    [link] = world.services.issuer_links.of(kept.user.id)
    assert (link.id, link.browser_known_since) == (moves, None)
    assert (world.services.issuer_links.user_of(moves), world.services.issuer_links.user_of(stays)) == (kept.user.id, None)
    found = world.services.memberships.get(kept.user.id, org)
    assert found
    assert (found.owned, found.user_id) == (False, kept.user.id)
    for each in (org, both):
        assert world.services.organisation_service.get(each, scope=DEPLOYMENT).members == 1
    stored = world.services.users.get(kept.user.id)
    assert stored
    assert (stored.memberships, stored.password_hash) == (2, kept.user.password_hash)
    [event] = world.audited("user.merged", kept)
    assert (event.target, event.actor, event.details["roles_added"]) == (gone.user.id, "root-service", "editor")
    [away] = world.audited("user.merged_away")
    assert (away.subject, away.target) == (gone.user.id, kept.user.id)
    mails = {mail.to: mail.subject for mail in world.mails}
    assert mails[kept.email] == "Another account was merged into yours"


def test_without_a_choice_nothing_moves(world: World) -> None:
    """The account that stays has the ways in and the rights that it had. Its sessions go on."""
    kept, gone = world.person(), world.person(totp=True)
    world.services.role_service.create("editor", scope=DEPLOYMENT)
    world.services.user_service.patch(gone.user.id, {"roles": ["editor"], "claims": {"name": "Eve"}}, scope=DEPLOYMENT)
    linked(world, gone, "1")
    organisation(world, gone)
    session = world.signed_in(kept.user)
    assert merge(world, kept, gone).status_code == 200
    after = world.services.users.get(kept.user.id)
    assert after
    assert (after.roles, after.claims, after.memberships, after.totp_enabled) == ({}, {}, 0, False)
    assert (after.security_stamp, after.password_hash) == (kept.user.security_stamp, kept.user.password_hash)
    assert not world.services.issuer_links.of(kept.user.id)
    assert [each.id for each in world.sessions(kept)] == [session.id]


def test_a_second_factor_that_was_needed_stays_needed(world: World) -> None:
    kept, gone = world.person(), world.person(totp=True)
    assert world.call("GET", f"/users/{kept.user.id}/merge/{gone.user.id}").json()["needs_second_factor"]
    assert merge(world, kept, gone).json()["mfa_required"]


def test_what_is_asked_for_has_to_be_there(world: World) -> None:
    kept, gone, other = world.person(), world.person(), world.person()
    foreign, org = linked(world, other, "1"), organisation(world, kept, gone)
    assert merge(world, kept, kept).status_code == 400
    assert merge(world, kept, gone, links=[foreign]).status_code == 400
    assert merge(world, kept, gone, organizations=[org]).status_code == 400
    assert world.call("POST", f"/users/{kept.user.id}/merge", json={"user_id": "usr_nothing"}).status_code == 400
    assert world.call("POST", "/users/usr_nothing/merge", json={"user_id": gone.user.id}).status_code == 404
    assert world.services.users.get(gone.user.id)


def test_a_caller_needs_the_rights_of_both_accounts(world: World) -> None:
    """An admin is merged with every scope only, an admin of an organisation by one who has what it may; roles need their scope."""
    kept, gone, boss = world.person(), world.person(), world.person(admin=True)
    limited = world.service_token(world.root, "users:write")
    world.services.role_service.create("editor", scope=DEPLOYMENT)
    world.services.user_service.patch(gone.user.id, {"roles": ["editor"]}, scope=DEPLOYMENT)
    for one, other in ((kept, boss), (boss, kept)):
        assert merge(world, one, other, token=limited).status_code == 403
    assert merge(world, kept, gone, roles=True, token=limited).status_code == 403
    assert merge(world, kept, gone, organizations=["org_x"], token=limited).status_code == 403
    chief = world.person()
    organisation(world, chief, admin=True)
    assert merge(world, kept, chief, token=limited).status_code == 403
    assert merge(world, chief, kept, token=limited).status_code == 403
    assert all(world.services.users.get(each.user.id) for each in (kept, gone, boss, chief))
    assert merge(world, kept, gone, token=limited).status_code == 200


def test_an_admin_merges_neither_their_own_account_nor_the_last_admin(world: World) -> None:
    person, only = world.person(), world.admin
    token = world.token(only, world.console)
    for body, path in (({"user_id": only.id}, person.user.id), ({"user_id": person.user.id}, only.id)):
        assert world.call("POST", f"/users/{path}/merge", json=body, token=token).status_code == 403
    answer = world.call("POST", f"/users/{person.user.id}/merge", json={"user_id": only.id})
    assert (answer.status_code, "last admin" in answer.json()["detail"]) == (403, True)
    stored = world.services.users.get(only.id)
    assert stored
    assert (stored.is_live_admin, stored.deleting_until) == (True, 0)


def test_disabled_accounts_and_those_that_are_deleted_are_refused(world: World) -> None:
    """No person is left without an account, and no person who was locked out signs in by the other account."""
    kept, gone = world.person(), world.person()
    for facts in ({"disabled": True}, {"disabled": True, "deleting_until": world.clock() + 99}):
        change_user(world.services.users, gone.user.id, **facts)
        assert (merge(world, kept, gone).status_code, merge(world, gone, kept).status_code) == (409, 409)
    assert world.services.users.get(kept.user.id)


def test_both_versions_are_compared(world: World) -> None:
    kept, gone = world.person(), world.person()
    assert merge(world, kept, gone, headers={"If-Match": '"99"'}).status_code == 412
    assert merge(world, kept, gone, etag='"99"').status_code == 412
    assert world.services.users.get(gone.user.id)


def test_a_merge_that_is_sent_again_gets_the_same_answer(world: World) -> None:
    kept, gone, once = world.person(), world.person(), {"Idempotency-Key": "merge-them-once"}
    first, again = (merge(world, kept, gone, headers=once) for _ in range(2))
    assert (first.status_code, again.status_code, again.json()) == (200, 200, first.json())
    assert len(world.audited("user.merged", kept)) == 1


def test_sessions_and_access_of_the_merged_account_end(world: World) -> None:
    kept, gone = world.person(), world.person()
    token = world.token(gone.user, world.console, "openid")
    assert merge(world, kept, gone).status_code == 200
    answer = world.http.get("/userinfo", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401


def test_more_than_one_transaction_holds_is_refused_whole(world: World) -> None:
    kept, gone = world.person(), world.person()
    orgs = [organisation(world, gone) for _ in range(13)]
    assert merge(world, kept, gone, organizations=orgs).status_code == 409
    assert world.services.memberships.of_user(kept.user.id) == []
    assert merge(world, kept, gone, organizations=orgs[:3]).status_code == 200


def test_what_a_crash_leaves_is_finished_by_the_daily_job(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The decision and the moves were one write. The account that stays works at once; a second merge cannot begin."""
    kept, gone = world.person(), world.person()
    link = linked(world, gone, "1")

    def crash(*_: Any, **__: Any) -> bool:
        raise Unavailable

    with monkeypatch.context() as patched:
        patched.setattr(Erasure, "erase", crash)
        assert merge(world, kept, gone, links=[link]).status_code == 503
    assert world.services.issuer_links.user_of(link) == kept.user.id
    assert merge(world, kept, gone).status_code == 409
    assert merge(world, gone, kept).status_code == 409
    world.clock.now += 1
    assert world.services.due_deletions.run(scope=DEPLOYMENT) == 1
    assert world.services.users.get(gone.user.id) is None
    stored = world.services.users.get(kept.user.id)
    assert stored
    assert not stored.disabled


def test_of_merges_in_both_directions_one_wins(racing: World) -> None:
    """At the same time: one account stays, with the links of both, in each order."""
    one, other = racing.person(), racing.person()
    links = [linked(racing, one, "1"), linked(racing, other, "2")]

    def run(number: int) -> bool:
        kept, gone, link = (one, other, links[1]) if number % 2 else (other, one, links[0])
        choice = MergeChoice(links=frozenset({link}))
        try:
            racing.services.account_merge.merge(kept.user.id, gone.user.id, choice, scope=DEPLOYMENT, by=SYSTEM)
        except (IdpError, Unavailable):
            return False
        return True

    assert sum(crowd(6, run)) == 1
    there = [user for each in (one, other) if (user := racing.services.users.get(each.user.id)) and not user.disabled]
    assert len(there) == 1
    assert {racing.services.issuer_links.user_of(link) for link in links} == {there[0].id}
    assert len(racing.audited("user.merged")) == 1


def test_a_merge_that_meets_another_change_decides_on_what_is_stored(racing: World) -> None:
    """An admin disables the account that stays while others merge: no person is left with neither."""
    for _ in range(3):
        kept, gone = racing.person(), racing.person()

        def run(number: int, kept: Person = kept, gone: Person = gone) -> bool:
            try:
                if number:
                    racing.services.user_service.patch(kept.user.id, {"disabled": True}, scope=DEPLOYMENT)
                else:
                    racing.services.account_merge.merge(kept.user.id, gone.user.id, NOTHING, scope=DEPLOYMENT)
            except (Conflict, Unavailable):
                return False
            return True

        merged, _ = crowd(2, run)
        assert (racing.services.users.get(gone.user.id) is None) == merged
