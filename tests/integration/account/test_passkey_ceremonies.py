"""The services of passkeys: where a challenge is valid, whose passkey is accepted, and which events and mails follow (threats N)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from idp.domain.errors import Conflict, Forbidden, Invalid
from idp.domain.passkeys.passkey import MOST
from idp.services.passkeys.authentication import CONFIRM, SECOND_FACTOR, Given
from idp.services.passkeys.challenges import LIFETIME
from idp.services.passkeys.registration import PURPOSE
from idp.services.passkeys.sign_in_request import SIGN_IN, sign_in_request
from tests.integration.account.passkeys import ORIGIN, add, authenticator, visitor
from tests.integration.account.people import mails
from tests.support.authenticator import BE, BS, UP, UV, Authenticator
from tests.support.pages import recorded

if TYPE_CHECKING:
    from idp.domain.people.user import User
    from idp.domain.sessions.visitor import Visitor
    from idp.services.factors.password_sign_in import Proved
    from idp.services.passkeys.authentication import UsedPasskey
    from idp.services.passkeys.options import Asked
    from tests.support.people import Person
    from tests.support.world import World


def message(error: pytest.ExceptionInfo[Invalid]) -> str:
    return error.value.message.id


def last_event(world: World, user_id: str) -> tuple[str, str]:
    """Return type and reason of the user's newest event."""
    from idp.store import keys
    from idp.store.events import parse_events

    event = parse_events(world.services.database.query_all("state", keys.user_pk(user_id), sk_begins="EVENT#"))[-1]
    return event.type, event.reason


def asked_to_sign_in(world: World) -> Asked:
    """What the page of a browser asks."""
    return sign_in_request(world.services.settings, world.services.passkey_challenges, "b", "r")


def sign_in(world: World, device: Authenticator, *, handle: str = "", challenge: str = "", browser: str = "b", **changes: Any) -> Proved:
    """Sign in with a passkey alone. Without a given challenge, use a new one of the page."""
    asked = asked_to_sign_in(world)
    answer = device.assertion(challenge or asked.options["challenge"], **changes)
    return world.services.passkey_authentication.sign_in(
        handle or asked.handle, answer, browser=browser, request_id="r", client_id=None, device=None, origin=ORIGIN, now=world.clock()
    )


def second_factor(world: World, who: Visitor, device: Authenticator, purpose: str = SECOND_FACTOR) -> UsedPasskey:
    asked = world.services.passkey_authentication.request(who.user, purpose, who.session.id)
    given = Given(asked.handle, device.assertion(asked.options["challenge"]))
    return world.services.passkey_authentication.use(who.user, purpose, who.session.id, given, origin=ORIGIN, now=world.clock())


def fresh(world: World, user: User) -> User:
    """Return the user as stored now."""
    found = world.services.users.get(user.id)
    assert found
    return found


@pytest.fixture
def person(world: World) -> Person:
    return world.person()


def test_a_passkey_is_added_and_told(world: World, person: Person) -> None:
    """The first second factor comes with recovery codes; a later one does not."""
    device = authenticator(person.user, flags=UP | UV | BE | BS)
    added = add(world, person.user, device)
    assert (added.passkey.backed_up, added.passkey.user_verified, added.methods) == (True, True, ("swk", "user"))
    assert len(added.codes) == 10
    assert world.services.factors.recovery_codes_left(person.user.id) == 10
    assert last_event(world, person.user.id) == ("passkey.added", "")
    assert mails(world, person) == ["A passkey was added to your account"]
    assert fresh(world, person.user).needs_second_factor
    more = add(world, fresh(world, person.user), authenticator(person.user))
    assert more.codes == []
    assert len(world.services.passkeys.of(person.user.id)) == 2


def test_the_options_name_the_user_and_the_passkeys_that_they_have(world: World, person: Person) -> None:
    device = authenticator(person.user)
    user = add(world, person.user, device).user
    offered = world.services.passkey_registration.offer(visitor(world, user, amr=("pwd", "mfa")), now=world.clock()).options
    assert offered["rp"]["id"] == "localhost"
    assert [kind["alg"] for kind in offered["pubKeyCredParams"]] == [-7, -8, -257]
    assert [one["id"] for one in offered["excludeCredentials"]] == [
        user.passkeys[added.id].split()[0] for added in world.services.passkeys.of(user.id)
    ]
    assert offered["attestation"] == "none"


def test_only_a_recent_sign_in_adds_a_passkey(world: World, person: Person) -> None:
    """N-13: a page that was made in time is accepted as long as its challenge is valid."""
    who = visitor(world, person.user)
    registration = world.services.passkey_registration
    offer = registration.offer(who, now=world.clock())
    world.clock.advance(LIFETIME - 1)
    assert registration.may_add(who, offer.handle, now=world.clock())
    world.clock.advance(1)
    assert not registration.may_add(who, offer.handle, now=world.clock())
    with pytest.raises(Forbidden):
        registration.offer(who, now=world.clock())


def test_a_pending_session_adds_no_passkey_beside_another_factor(world: World, person: Person) -> None:
    """N-13: otherwise a thief of the password could replace the second factor."""
    user = add(world, person.user, authenticator(person.user)).user
    pending = visitor(world, user)
    assert pending.session.pending
    with pytest.raises(Forbidden):
        world.services.passkey_registration.offer(pending, now=world.clock())


@pytest.mark.parametrize("other", ["session", "user", "version"])
def test_a_registration_is_of_one_session_and_one_state_of_the_account(world: World, person: Person, other: str) -> None:
    """N-03: the challenge is sealed for both."""
    who, registration = visitor(world, person.user), world.services.passkey_registration
    offer = registration.offer(who, now=world.clock())
    elsewhere = {
        "session": visitor(world, person.user),
        "user": replace(who, user=world.person().user),
        "version": replace(who, user=replace(person.user, version=person.user.version + 1)),
    }[other]
    answer = authenticator(person.user).registration(offer.options["challenge"])
    with pytest.raises(Invalid) as refused:
        registration.finish(elsewhere, offer.handle, answer, name="", origin=ORIGIN, now=world.clock())
    assert message(refused) == "passkey.expired"


def test_the_same_page_adds_no_second_passkey(world: World, person: Person) -> None:
    """N-02."""
    who, registration = visitor(world, person.user), world.services.passkey_registration
    offer = registration.offer(who, now=world.clock())

    def finish() -> None:
        answer = authenticator(person.user).registration(offer.options["challenge"])
        registration.finish(who, offer.handle, answer, name="", origin=ORIGIN, now=world.clock())

    finish()
    with pytest.raises(Invalid) as refused:
        finish()
    assert message(refused) == "passkey.expired"
    assert len(world.services.passkeys.of(person.user.id)) == 1


def test_the_credential_of_another_person_is_refused(world: World, person: Person) -> None:
    """N-05: the finder of a credential exists for one user."""
    device, thief = authenticator(person.user), world.person()
    add(world, person.user, device)
    with pytest.raises(Invalid) as refused:
        add(world, thief.user, device)
    assert message(refused) == "passkey.taken"
    assert world.services.passkeys.of(thief.user.id) == []


def test_a_refused_registration_is_audited(world: World, person: Person) -> None:
    with pytest.raises(Invalid) as refused:
        add(world, person.user, authenticator(person.user, origin="http://localhost:8001"))
    assert message(refused) == "passkey.not_added"
    assert last_event(world, person.user.id) == ("passkey.refused", "origin")


def test_an_account_has_at_most_twenty(world: World, person: Person) -> None:
    user = replace(person.user, passkeys={str(number): "x" for number in range(MOST)})
    with pytest.raises(Conflict):
        world.services.passkey_registration.offer(visitor(world, user, amr=("pwd", "mfa")), now=world.clock())


@pytest.mark.parametrize(("flags", "amr"), [(UP | UV, ("hwk", "user", "mfa")), (UP | UV | BE, ("swk", "user", "mfa"))])
def test_a_passkey_alone_stands_for_two_factors(world: World, person: Person, flags: int, amr: tuple[str, ...]) -> None:
    """`amr` by what the authenticator says of itself."""
    device = authenticator(person.user, flags=flags)
    add(world, person.user, device)
    with recorded(world) as calls:
        proved = sign_in(world, device)
    assert (proved.user.id, proved.amr) == (person.user.id, amr)
    assert calls == ["BatchGetItem", "UpdateItem"]


def test_a_sign_in_needs_the_person_verified(world: World, person: Person) -> None:
    """N-07: a key without user verification is one factor."""
    device = authenticator(person.user)
    add(world, person.user, device)
    device.flags = UP
    with pytest.raises(Invalid):
        sign_in(world, device)
    assert last_event(world, person.user.id) == ("sign_in.failed", "not_verified")


def test_a_key_without_verification_is_a_second_factor(world: World, person: Person) -> None:
    """N-07: `amr` has only the methods that were used."""
    device = authenticator(person.user, flags=UP)
    user = add(world, person.user, device).user
    used = second_factor(world, visitor(world, user), device)
    assert (used.methods, used.verified) == (("hwk", "user"), False)


def test_the_page_of_a_sign_in_names_no_passkeys(world: World, person: Person) -> None:
    """N-12: the list is empty for each person; as a second factor it has those of the person."""
    device = authenticator(person.user)
    user = add(world, person.user, device).user
    assert asked_to_sign_in(world).options["allowCredentials"] == []
    asked = world.services.passkey_authentication.request(user, SECOND_FACTOR, "session").options
    assert [one["id"] for one in asked["allowCredentials"]] == [user.passkeys[name].split()[0] for name in user.passkeys]


@pytest.mark.parametrize("handle", [None, b"usr_unknown", b"\xff", b"#", b"USER"])
def test_a_passkey_without_a_user_handle_of_its_user_is_refused(world: World, person: Person, handle: bytes | None) -> None:
    """N-06: no library of the three that were compared checks the user handle."""
    device = authenticator(person.user)
    add(world, person.user, device)
    device.user_handle = handle
    with pytest.raises(Invalid) as refused:
        sign_in(world, device)
    assert message(refused) == "passkey.refused"


def test_ones_own_passkey_does_not_open_another_account(world: World, person: Person) -> None:
    """N-06: it names the victim, who does not have it; as the first and as the second factor."""
    victim = world.person()
    mine, theirs = authenticator(person.user), authenticator(victim.user)
    add(world, person.user, mine)
    user = add(world, victim.user, theirs).user
    mine.user_handle = victim.user.id.encode()
    with pytest.raises(Invalid):
        sign_in(world, mine)
    assert last_event(world, victim.user.id) == ("passkey.added", ""), "strangers do not fill the trail of a user"
    with pytest.raises(Invalid):
        second_factor(world, visitor(world, user), mine)
    mine.user_handle, mine.credential_id = person.user.id.encode(), theirs.credential_id
    with pytest.raises(Invalid):
        second_factor(world, visitor(world, user), mine)
    theirs.user_handle = person.user.id.encode()
    with pytest.raises(Invalid):
        second_factor(world, visitor(world, user), theirs)


def test_a_second_factor_need_not_name_the_user(world: World, person: Person) -> None:
    """WebAuthn Level 3 §7.2 step 6: an old security key sends no user handle."""
    device = authenticator(person.user)
    user = add(world, person.user, device).user
    device.user_handle = None
    assert second_factor(world, visitor(world, user), device).verified


def test_an_assertion_counts_once(world: World, person: Person) -> None:
    """N-02: neither the same one, nor one for a page that was shown before it."""
    device = authenticator(person.user)
    add(world, person.user, device)
    older, asked = asked_to_sign_in(world), asked_to_sign_in(world)
    sign_in(world, device, handle=asked.handle, challenge=asked.options["challenge"])
    for page in (asked, older):
        with pytest.raises(Invalid) as refused:
            sign_in(world, device, handle=page.handle, challenge=page.options["challenge"])
        assert message(refused) == "passkey.expired"
    assert sign_in(world, device).user.id == person.user.id


def test_a_challenge_lives_five_minutes(world: World, person: Person) -> None:
    """N-02."""
    device = authenticator(person.user)
    add(world, person.user, device)
    asked = asked_to_sign_in(world)
    world.clock.advance(LIFETIME + 1)
    with pytest.raises(Invalid) as refused:
        sign_in(world, device, handle=asked.handle, challenge=asked.options["challenge"])
    assert message(refused) == "passkey.expired"


def test_a_challenge_of_another_browser_purpose_or_page_is_refused(world: World, person: Person) -> None:
    """N-03."""
    device = authenticator(person.user)
    user = add(world, person.user, device).user
    service, who = world.services.passkey_authentication, visitor(world, user)
    with pytest.raises(Invalid):
        sign_in(world, device, browser="other")
    for handle in (
        service.request(who.user, SECOND_FACTOR, who.session.id).handle,
        service.request(who.user, CONFIRM, who.session.id).handle,
        "",
        "x",
        "x.y",
    ):
        with pytest.raises(Invalid):
            sign_in(world, device, handle=handle or "-")
    for other in (
        service.request(who.user, CONFIRM, who.session.id),
        asked_to_sign_in(world),
        service.request(user, SECOND_FACTOR, "other"),
    ):
        given = Given(other.handle, device.assertion(other.options["challenge"]))
        with pytest.raises(Invalid) as refused:
            service.use(who.user, SECOND_FACTOR, who.session.id, given, origin=ORIGIN, now=world.clock())
        assert message(refused) == "passkey.expired"
    sealed = world.services.keyring.sealer().seal("authorization_request", [SIGN_IN, ["b", "r"], "x", world.clock() * 1000])
    with pytest.raises(Invalid):
        sign_in(world, device, handle=sealed)
    assert PURPOSE not in {SIGN_IN, SECOND_FACTOR, CONFIRM}


def test_a_copied_authenticator_is_refused_and_told(world: World, person: Person) -> None:
    """N-08: the copy counts for itself, so one of the two is behind."""
    device = authenticator(person.user, sign_count=5, counts=True)
    add(world, person.user, device)
    sign_in(world, device)
    copy = replace(device, sign_count=4)
    with pytest.raises(Invalid) as refused:
        sign_in(world, copy)
    assert message(refused) == "passkey.refused"
    assert mails(world, person)[0] == "A passkey of your account may have been copied"
    assert last_event(world, person.user.id) == ("sign_in.failed", "counter")
    assert sign_in(world, device).user.id == person.user.id


def test_a_disabled_user_does_not_get_in(world: World, person: Person) -> None:
    device = authenticator(person.user)
    user = add(world, person.user, device).user
    assert world.services.users.replace(replace(user, disabled=True))
    with pytest.raises(Invalid):
        sign_in(world, device)
    assert last_event(world, person.user.id) == ("sign_in.failed", "disabled")


def test_a_passkey_without_its_user_gives_no_access(world: World, person: Person) -> None:
    """Both the item and the user's own list must have it: a reset of factors that lost its replies cannot leave a way in."""
    device = authenticator(person.user)
    user = add(world, person.user, device).user
    assert world.services.users.replace(replace(user, passkeys={}))
    with pytest.raises(Invalid):
        sign_in(world, device)


def test_the_last_way_in_stays(world: World, person: Person) -> None:
    """N-13: of a user without a password, of an admin, and of a user who must have a second factor."""
    own = world.services.own_passkeys
    user = add(world, person.user, authenticator(person.user)).user
    [name] = user.passkeys
    for kept in ({"password_hash": None}, {"admin": True}, {"mfa_required": True}):
        who = visitor(world, replace(user, **kept), amr=("pwd", "mfa"))
        with pytest.raises(Forbidden):
            own.remove(who, name, origin=ORIGIN, now=world.clock())
    device = authenticator(person.user)
    two = add(world, user, device).user
    who = visitor(world, replace(two, password_hash=None), amr=("pwd", "mfa"))
    with pytest.raises(Forbidden, match="opened it alone"):
        own.remove(who, name, origin=ORIGIN, now=world.clock())
    sign_in(world, device)
    own.remove(replace(who, user=replace(fresh(world, user), password_hash=None)), name, origin=ORIGIN, now=world.clock())
    assert name not in fresh(world, user).passkeys


def test_a_removal_needs_a_recent_sign_in_and_is_told(world: World, person: Person) -> None:
    """N-13. The recovery codes go with the last factor."""
    own = world.services.own_passkeys
    user = add(world, person.user, authenticator(person.user)).user
    [name] = user.passkeys
    who = visitor(world, user, amr=("pwd", "mfa"))
    old = replace(who, session=replace(who.session, auth_time=who.session.auth_time - 300))
    for stale in (old, visitor(world, user)):
        with pytest.raises(Forbidden):
            own.remove(stale, name, origin=ORIGIN, now=world.clock())
    own.remove(who, name, origin=ORIGIN, now=world.clock())
    assert not fresh(world, user).has_second_factor
    assert world.services.factors.recovery_codes_left(user.id) == 0
    assert mails(world, person)[0] == "A passkey was removed from your account"
    assert last_event(world, user.id) == ("passkey.removed", "")


def test_names_of_others_change_nothing(world: World, person: Person) -> None:
    """Only the visitor's own passkeys are searched for the id."""
    victim = world.person()
    theirs = add(world, victim.user, authenticator(victim.user)).user
    [name] = theirs.passkeys
    who = visitor(world, add(world, person.user, authenticator(person.user)).user, amr=("pwd", "mfa"))
    world.services.own_passkeys.rename(who, name, "Mine", origin=ORIGIN)
    world.services.own_passkeys.remove(who, name, origin=ORIGIN, now=world.clock())
    assert [one.name for one in world.services.passkeys.of(victim.user.id)] == ["Phone"]
