"""People who were imported without a password sign in with the one of their old system, which is asked once (threats R-11, R-17)."""

from __future__ import annotations

import base64
import hmac
import json
import logging
import uuid
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from idp.domain.errors import Invalid, Throttled
from idp.domain.factors.hash_mix import WAITING
from idp.services.factors.decoys import Decoys
from idp.store import deployment_keys
from idp.store.hash_mixes import HashMixItem
from tests.integration.account.conftest import _world
from tests.integration.account.guessing import WRONG, attempt
from tests.integration.account.migrating import HOOK, OLD, SECRET, OldSystem, migrating, waiting
from tests.integration.account.passkeys import add, authenticator
from tests.store.race import crowd
from tests.support.pages import error, recorded, sign_in
from tests.support.people import PASSWORD

if TYPE_CHECKING:
    from idp.domain.people.user import User
    from idp.settings import Settings
    from tests.support.people import Person
    from tests.support.world import World

AGAIN = "We could not check your password just now. Try again in a minute."


@pytest.fixture(scope="module")
def own(deployment: Settings) -> Settings:
    """The settings of a deployment for this file: there is one list of connections, and one item with the numbers of hashes."""
    return replace(deployment, table_prefix=f"t{uuid.uuid4().hex[:12]}")


@pytest.fixture(scope="module")
def own_prepared() -> set[str]:
    """As `prepared`, of that deployment."""
    return set()


@pytest.fixture
def alone(own: Settings, quick_endpoint: str, own_prepared: set[str], monkeypatch: pytest.MonkeyPatch) -> World:
    """A provider without connections and without foreign hashes."""
    world = _world(own, quick_endpoint, own_prepared, monkeypatch)
    world.services.database.delete(HashMixItem, deployment_keys.hash_mix())
    for each in world.services.connections.all():
        assert world.services.connections.delete(each)
    return world


@pytest.fixture
def racing_alone(deployment: Settings, dynamodb_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> World:
    """A provider with tables of its own on a real engine."""
    return _world(replace(deployment, table_prefix=f"t{uuid.uuid4().hex[:12]}"), dynamodb_endpoint, set(), monkeypatch)


def stored(world: World, person: Person) -> User:
    """The stored account."""
    user = world.services.users.get(person.user.id)
    assert user
    return user


def refused(world: World, email: str, password: str, **options: Any) -> str:
    """The id of the message that refuses the sign-in."""
    with pytest.raises(Invalid) as refusal:
        attempt(world, email, password, **options)
    return refusal.value.message.id


def test_the_old_password_signs_in_and_the_old_system_is_not_needed_again(alone: World) -> None:
    """In a browser: wrong, right, and then right while the old system is down."""
    system = migrating(alone)
    person = waiting(alone, system)
    browser = alone.browser()
    page = browser.submit(alone.authorize(browser, alone.client()), {"email": person.email, "password": "no"})
    assert error(page) == "The email or the password is wrong."
    assert sign_in(alone, alone.browser(), alone.client(), person).redirected_to
    asked = len(system.asked)
    user = stored(alone, person)
    assert user.password_hash
    assert user.password_hash.startswith(alone.services.passwords.own_beginning)
    assert not user.awaits_migration
    assert user.security_stamp == person.user.security_stamp
    (event,) = alone.audited("user.migrated", person)
    assert event.details["connection"] == "old"
    system.down = True
    assert sign_in(alone, alone.browser(), alone.client(), person).redirected_to
    assert refused(alone, person.email, WRONG) == "sign_in.wrong"
    assert len(system.asked) == asked


def test_the_hook_can_check_who_asks(alone: World) -> None:
    """By HMAC-SHA256 over id, time and body (Standard Webhooks). The body has the canonical address, and the password as typed."""
    system = migrating(alone)
    person = waiting(alone, system, password="x² y")
    attempt(alone, f" {person.email.upper()} ", "x² y")
    ((url, body, options),) = system.requests
    assert url == HOOK
    headers = {name.lower(): value for name, value in options["headers"].items()}
    text = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.digest(base64.b64decode(SECRET.removeprefix("whsec_")), text, "sha256")).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert headers["webhook-timestamp"] == str(alone.clock())
    assert json.loads(body) == {"version": 1, "connection": "old", "email": person.email, "password": "x² y"}
    assert options["timeout"] == 3.0
    assert options["limit"] == 16 * 1024


def _never_asked(world: World, system: OldSystem) -> dict[str, Person]:
    """People whom no old system is asked about."""
    with_passkey = waiting(world, system)
    add(world, with_passkey.user, authenticator(with_passkey.user))
    with_password = world.person()
    not_imported = replace(world.person())
    user = world.services.users.replace(replace(not_imported.user, password_hash=None))
    assert user
    people = {
        "with a passkey": with_passkey, "with a password": with_password, "not imported": replace(not_imported, user=user),
        "disabled": waiting(world, system, disabled=True), "an admin": waiting(world, system, admin=True),
    }  # fmt: skip
    system.people |= {person.email: OLD for person in people.values()}
    return people


@pytest.mark.parametrize("who", ["known", "all"])
@pytest.mark.parametrize("kind", ["with a passkey", "with a password", "not imported", "disabled", "an admin"])
def test_the_old_system_is_not_asked_about_others(alone: World, kind: str, who: str) -> None:
    """Its word would open their accounts. Their addresses and passwords stay here."""
    system = migrating(alone, who=who)
    person = _never_asked(alone, system)[kind]
    assert refused(alone, person.email, OLD) == "sign_in.wrong"
    assert person.email not in system.about
    assert OLD not in [question["password"] for question in system.asked]
    assert stored(alone, person).password_hash == person.user.password_hash


def test_an_unknown_address_is_not_asked_about(alone: World) -> None:
    system = migrating(alone)
    system.people["new@example.com"] = OLD
    assert refused(alone, "new@example.com", OLD) == "sign_in.wrong"
    assert not system.asked
    assert alone.services.users.id_of("new@example.com") is None


def test_with_all_a_person_whom_only_the_old_system_knows_gets_an_account(alone: World) -> None:
    """With the claims that it told. A text that is no claim is left out."""
    system = migrating(alone, who="all", email_trust="verified")
    email = alone.unused_email()
    system.people[email] = OLD
    system.user = {"email_verified": True, "claims": {"given_name": "Ada", "roles": ["admin"], "email": "other@example.com"}}
    assert refused(alone, email, WRONG) == "sign_in.wrong"
    assert alone.services.users.id_of(email) is None
    user = attempt(alone, email, OLD).user
    assert alone.services.users.get(user.id) == user
    assert (user.email, user.email_verified, user.admin, dict(user.claims)) == (email, True, False, {"given_name": "Ada"})
    assert (user.roles, user.groups, user.mfa_required, user.created_at) == ({}, {}, False, alone.clock())
    system.down = True
    assert attempt(alone, email, OLD).user.id == user.id


@pytest.mark.parametrize("typed", ["not an address", "", "@", "a@b@c", "x" * 5000 + "@example.com"])
def test_with_all_no_question_is_about_what_is_no_address(alone: World, typed: str) -> None:
    system = migrating(alone, who="all")
    assert refused(alone, typed, OLD) == "sign_in.wrong"
    assert not system.asked


@pytest.mark.parametrize("typed", ["", "x" * 5000, "\ud800"])
def test_no_question_is_asked_with_what_can_be_no_password(alone: World, typed: str) -> None:
    """An empty password is an anonymous sign-in at some directories, and right for every address."""
    system = migrating(alone)
    person = waiting(alone, system, password=typed)
    system.answer = json.dumps({"result": "right", "user": {"email": person.email}}).encode()
    assert refused(alone, person.email, typed) == "sign_in.wrong"
    assert not system.asked


@pytest.mark.parametrize(("trust", "told", "verified"), [("none", True, False), ("verified", True, True), ("verified", False, False)])
def test_the_address_is_verified_only_by_a_trusted_system(alone: World, trust: str, told: bool, verified: bool) -> None:
    system = migrating(alone, email_trust=trust)
    person = waiting(alone, system)
    system.user = {"email_verified": told}
    assert attempt(alone, person.email, OLD).user.email_verified is verified
    assert stored(alone, person).email_verified is verified


def test_a_second_factor_there_has_to_be_set_up_here(alone: World) -> None:
    """It cannot be taken over, and the password alone does not stand for both."""
    system = migrating(alone)
    person = waiting(alone, system)
    system.user = {"second_factor": True}
    page = sign_in(alone, alone.browser(), alone.client(), person)
    assert not page.redirected_to
    assert str(page.response.url).endswith("/enrol") or "/enrol" in page.text
    assert stored(alone, person).mfa_required


def test_the_old_system_stands_for_no_second_factor_that_is_here(alone: World) -> None:
    """R-11: its word replaces the password only. Without the code there is no session and no code for the app, with it there is."""
    system, person = migrating(alone), alone.person(totp=True)
    stored_now = alone.services.users.get(person.user.id)
    assert stored_now
    assert alone.services.users.replace(replace(stored_now, password_hash=None, awaits_migration=True))
    system.people[person.email] = OLD
    began = [session.id for session in alone.sessions(person)]
    browser = alone.browser()
    page = browser.submit(alone.authorize(browser, alone.client()), {"email": person.email, "password": OLD})
    assert "code" in page.fields
    assert browser.submit(page, {"code": "000000"}).redirected_to is None
    assert [session.id for session in alone.sessions(person)] == began
    assert browser.submit(page, {"code": person.code(alone.clock())}).redirected_to
    assert len(alone.sessions(person)) == len(began) + 1


def test_claims_that_are_here_stay(alone: World) -> None:
    system = migrating(alone)
    person = waiting(alone, system, claims={"given_name": "Ada"})
    system.user = {"claims": {"given_name": "Eve", "family_name": "Byron"}}
    attempt(alone, person.email, OLD)
    assert dict(stored(alone, person).claims) == {"given_name": "Ada", "family_name": "Byron"}


def right(email: str, **more: Any) -> bytes:
    """An answer that the password is right."""
    return json.dumps({"result": "right", "user": {"email": email, **more}}).encode()


BAD: dict[str, Any] = {
    "not JSON": lambda e: b"right",
    "empty": lambda e: b"",
    "an array": lambda e: b'["right"]',
    "no result": lambda e: json.dumps({"user": {"email": e}}).encode(),
    "result true": lambda e: json.dumps({"result": True, "user": {"email": e}}).encode(),
    "RIGHT": lambda e: json.dumps({"result": "RIGHT", "user": {"email": e}}).encode(),
    "no user": lambda e: b'{"result": "right"}',
    "user is a text": lambda e: json.dumps({"result": "right", "user": e}).encode(),
    "no address": lambda e: b'{"result": "right", "user": {}}',
    "address is a list": lambda e: json.dumps({"result": "right", "user": {"email": [e]}}).encode(),
    "no address in it": lambda e: right("nobody"),
    "another address": lambda e: right("other@example.com"),
    "an address with a tag": lambda e: right(e.replace("@", "+x@")),
    "another member": lambda e: json.dumps({"result": "right", "user": {"email": e}, "admin": True}).encode(),
    "another member of the user": lambda e: right(e, admin=True),
    "a hash": lambda e: right(e, password_hash="x"),
    "email_verified is a text": lambda e: right(e, email_verified="true"),
    "second_factor is a number": lambda e: right(e, second_factor=1),
    "claims are a list": lambda e: right(e, claims=[]),
    "two results": lambda e: b'{"result": "wrong", "result": "right", "user": {"email": "%s"}}' % e.encode(),
    "too long": lambda e: right(e, claims={"name": "x" * 20000}),
    "not UTF-8": lambda e: b'{"result": "right", "user": {"email": "\xff"}}',
    "NaN": lambda e: b'{"result": NaN}',
}


@pytest.mark.parametrize("answer", BAD.values(), ids=BAD)
def test_another_answer_refuses_the_sign_in_and_stores_nothing(alone: World, answer: Any) -> None:
    """Fail closed. The person may try again: the page does not say that the password is wrong."""
    system = migrating(alone)
    person = waiting(alone, system)
    system.answer = answer(person.email)
    assert refused(alone, person.email, OLD) == "sign_in.try_again"
    assert stored(alone, person) == person.user
    system.answer = None
    assert attempt(alone, person.email, OLD).user.id == person.user.id


@pytest.mark.parametrize("status", [201, 204, 301, 302, 307, 400, 401, 500, 503])
def test_another_status_refuses_the_sign_in(alone: World, status: int) -> None:
    """A redirect is not followed: it would take the password elsewhere."""
    system = migrating(alone)
    person = waiting(alone, system)
    system.status = status
    assert refused(alone, person.email, OLD) == "sign_in.try_again"
    assert len(system.asked) == 1
    assert stored(alone, person) == person.user


def test_a_system_that_is_down_refuses_the_sign_in(alone: World) -> None:
    """The page says so, and the event has no password and no text of the system."""
    system = migrating(alone)
    person = waiting(alone, system)
    system.down = True
    browser = alone.browser()
    page = browser.submit(alone.authorize(browser, alone.client()), {"email": person.email, "password": OLD})
    assert error(page) == AGAIN
    assert stored(alone, person) == person.user
    (event,) = alone.audited("sign_in.failed", person)
    assert event.reason == "not_answered"


@pytest.mark.parametrize("answer", [b'{"result": "wrong"}', b'{"result": "unknown"}', b'{"result": "wrong", "user": {"email": "x"}}'])
def test_a_wrong_password_is_refused_like_any(alone: World, answer: bytes) -> None:
    system = migrating(alone)
    person = waiting(alone, system)
    system.answer = answer
    assert refused(alone, person.email, OLD) == "sign_in.wrong"
    assert stored(alone, person) == person.user


@pytest.mark.parametrize("changes", [{"enabled": False}, {"apps": ("other",)}, {"domains": ("other.example",)}])
def test_a_connection_that_is_not_for_this_sign_in_is_not_asked(alone: World, changes: dict[str, Any]) -> None:
    system = migrating(alone, **changes)
    person = waiting(alone, system)
    browser = alone.browser()
    page = browser.submit(alone.authorize(browser, alone.client()), {"email": person.email, "password": OLD})
    assert error(page) == "The email or the password is wrong."
    assert not system.asked


def test_a_connection_that_was_switched_off_is_not_asked_although_the_list_is_old(alone: World) -> None:
    """The list is a minute old at most, and decides nothing: the connection is read at each sign-in."""
    system = migrating(alone)
    person = waiting(alone, system)
    assert refused(alone, person.email, WRONG) == "sign_in.wrong"
    before = alone.services.connections.get("old")
    assert before
    assert alone.services.connections.replace(replace(before, enabled=False))
    assert refused(alone, person.email, OLD) == "sign_in.wrong"
    assert len(system.asked) == 1


def test_the_connection_has_no_button_and_no_redirect(alone: World) -> None:
    system = migrating(alone, shown=True, domains=("acme.example",))
    browser = alone.browser()
    page = alone.authorize(browser, alone.client())
    assert "connection-old" not in page.text
    assert not alone.services.connection_buttons.ids("")
    form = next(form for form in page.forms if "request" in form.fields)
    answer = browser.http.post("/upstream", data={**form.fields, "connection": "old"}, headers={"Origin": alone.settings.issuer})
    assert "This way to sign in does not exist any more." in answer.text
    assert answer.status_code != 303
    assert not system.asked


def test_guesses_are_counted_before_the_old_system_is_asked(alone: World) -> None:
    """It gets no more guesses than an account here: five, and then one after each wait (R-11)."""
    system = migrating(alone)
    person = waiting(alone, system)
    for _ in range(5):
        assert refused(alone, person.email, WRONG) == "sign_in.wrong"
    for _ in range(3):
        with pytest.raises(Throttled):
            attempt(alone, person.email, OLD)
    assert len(system.asked) == 5
    alone.clock.advance(31)
    assert attempt(alone, person.email, OLD).user.id == person.user.id


def test_answers_that_never_come_are_counted_too(alone: World) -> None:
    """Otherwise guesses at a system with late answers would not be counted."""
    system = migrating(alone)
    person = waiting(alone, system)
    system.down = True
    for _ in range(5):
        assert refused(alone, person.email, WRONG) == "sign_in.try_again"
    with pytest.raises(Throttled):
        attempt(alone, person.email, WRONG)
    assert len(system.asked) == 5


def test_people_of_one_network_who_come_on_the_same_morning_do_not_lock_it(alone: World) -> None:
    """A question is counted for the account at once, but for the network only if the password is wrong."""
    system = migrating(alone)
    kept = alone.services.throttling._network_free  # noqa: SLF001  # the limit that they would reach
    alone.services.throttling._network_free = 5  # noqa: SLF001  # as above
    people = [waiting(alone, system) for _ in range(12)]
    assert [attempt(alone, each.email, OLD, address="192.0.2.9").user.id for each in people] == [each.user.id for each in people]
    alone.services.throttling._network_free = kept  # noqa: SLF001  # as above


def test_the_counter_is_reset_by_the_right_password(alone: World) -> None:
    system = migrating(alone)
    person = waiting(alone, system)
    for _ in range(4):
        refused(alone, person.email, WRONG)
    attempt(alone, person.email, OLD)
    for _ in range(4):
        assert refused(alone, person.email, WRONG) == "sign_in.wrong"
    assert attempt(alone, person.email, OLD).user.id == person.user.id


@pytest.mark.engines
def test_of_parallel_guesses_the_old_system_gets_five(racing_alone: World) -> None:
    world = racing_alone
    system = migrating(world)
    person = waiting(world, system)

    def guess(number: int) -> str:
        try:
            return refused(world, person.email, f"guess {number}", address=f"10.2.{number}.1")
        except Throttled:
            return "throttled"

    answers = crowd(20, guess)
    assert len(system.asked) <= 5
    assert answers.count("sign_in.wrong") == len(system.asked)


@pytest.mark.engines
def test_of_first_sign_ins_at_once_one_is_kept(racing_alone: World) -> None:
    """All who are let in have one account with one hash, and there is one event."""
    world = racing_alone
    system = migrating(world)
    person = waiting(world, system)

    def one(number: int) -> str:
        return attempt(world, person.email, OLD, address=f"10.3.{number}.1").user.id

    assert set(crowd(4, one)) == {person.user.id}
    assert len(world.audited("user.migrated", person)) == 1
    system.down = True
    assert attempt(world, person.email, OLD).user.id == person.user.id


@pytest.mark.engines
def test_of_new_accounts_at_once_one_is_made(racing_alone: World) -> None:
    world = racing_alone
    system = migrating(world, who="all")
    email = world.unused_email()
    system.people[email] = OLD
    made = set(crowd(4, lambda number: attempt(world, email, OLD, address=f"10.4.{number}.1").user.id))
    assert len(made) == 1
    assert world.services.users.id_of(email) in made


def test_a_password_that_was_set_meanwhile_stays(alone: World) -> None:
    """While the old system answers, the person resets the password. The old one opens nothing any more."""
    system = migrating(alone)
    person = waiting(alone, system)
    other = alone.services.passwords.hash(PASSWORD)

    def reset_first(question: dict[str, Any]) -> bytes:
        assert alone.services.users.set_password(person.user.id, other, was=None, now=1, end_everything=True)
        return right(question["email"])

    system.answer = reset_first
    assert refused(alone, person.email, OLD) == "sign_in.wrong"
    user = stored(alone, person)
    assert (user.password_hash, user.awaits_migration) == (other, False)


def test_an_account_that_was_disabled_meanwhile_stays_closed(alone: World) -> None:
    system = migrating(alone)
    person = waiting(alone, system)

    def disable_first(question: dict[str, Any]) -> bytes:
        assert alone.services.users.replace(replace(stored(alone, person), disabled=True))
        return right(question["email"])

    system.answer = disable_first
    assert refused(alone, person.email, OLD) == "sign_in.wrong"
    assert stored(alone, person).password_hash is None


def test_another_write_meanwhile_is_kept(alone: World) -> None:
    """The name that an admin sets while the old system answers."""
    system = migrating(alone)
    person = waiting(alone, system)

    def rename_first(question: dict[str, Any]) -> bytes:
        system.answer = None
        assert alone.services.users.replace(replace(stored(alone, person), claims={"name": "Ada"}))
        return right(question["email"])

    system.answer = rename_first
    attempt(alone, person.email, OLD)
    user = stored(alone, person)
    assert user.password_hash
    assert dict(user.claims) == {"name": "Ada"}


@pytest.mark.parametrize("how", ["password", "passkey"])
def test_a_person_who_chose_another_way_is_never_asked_about_again(alone: World, how: str) -> None:
    """Not even after that password or passkey is gone."""
    system = migrating(alone)
    person = waiting(alone, system)
    if how == "password":
        assert alone.services.users.set_password(person.user.id, "x", was=None, now=1, end_everything=True)
        assert alone.services.users.remove_password(stored(alone, person), 2)
    else:
        passkey = add(alone, person.user, authenticator(person.user))
        del passkey
        assert alone.services.users.replace(replace(stored(alone, person), passkeys={}))
    assert refused(alone, person.email, OLD) == "sign_in.wrong"
    assert not system.asked


def test_the_password_is_in_no_item_event_or_log(alone: World, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever the old system answers (R-11)."""
    caplog.set_level(logging.DEBUG)
    system = migrating(alone)
    secret = "canary-4711-of-the-old-system"
    person, other = waiting(alone, system, password=secret), waiting(alone, system)
    for answer in (b"no JSON " + secret.encode(), right("other@example.com"), None):
        system.answer = answer
        for who in (person, other):
            with suppress(Invalid):
                attempt(alone, who.email, secret)
    tables = ("directory", "state", "keys")
    assert secret not in json.dumps([list(alone.services.database.scan(table)) for table in tables], default=repr)
    assert secret not in caplog.text


# Time


def mixed(world: World, waiting_people: int, others: int) -> Decoys:
    """Count so many people as waiting, and return the decoys."""
    world.services.hash_counts._store.add({WAITING: waiting_people}, waiting_people + others)  # noqa: SLF001  # so many people need not be made
    world.services.keyring.reload()
    return Decoys(world.services.keyring)


def test_unknown_addresses_are_asked_about_as_often_as_people_wait(alone: World) -> None:
    """A question takes long. If only people who wait caused one, the time would tell who has an account (R-17)."""
    system = migrating(alone)
    decoys = mixed(alone, 30, 70)
    unknown = [alone.unused_email() for _ in range(40)]
    pretending = {email for email in unknown if decoys.label(email) == WAITING}
    assert 3 <= len(pretending) <= 24
    asked: set[str] = set()
    for email in unknown:
        before = len(system.asked)
        assert refused(alone, email, OLD, address=f"198.51.{len(asked)}.{before % 250}") == "sign_in.wrong"
        if len(system.asked) > before:
            asked.add(email)
    assert asked == pretending


def test_a_pretended_question_has_neither_the_address_nor_the_password(alone: World) -> None:
    """The sign-in is refused after each such answer."""
    system = migrating(alone)
    decoys = mixed(alone, 100, 0)
    email = alone.unused_email()
    assert decoys.label(email) == WAITING
    system.answer = lambda question: right(question["email"])
    assert refused(alone, email, OLD) == "sign_in.wrong"
    ((_, body, _),) = system.requests
    assert email.encode() not in body
    assert OLD.encode() not in body
    assert len(json.loads(body)["password"]) == len(OLD)
    assert json.loads(body)["email"].endswith("@decoy.invalid")
    assert alone.services.users.id_of(email) is None
    system.down = True
    assert refused(alone, email, OLD) == "sign_in.try_again"


@pytest.mark.parametrize("kind", ["disabled", "an admin"])
def test_people_who_may_not_come_by_the_old_system_take_as_long(alone: World, kind: str) -> None:
    """As those who wait."""
    system = migrating(alone)
    person = _never_asked(alone, system)[kind]
    refused(alone, person.email, OLD)
    assert len(system.asked) == 1
    assert person.email not in system.about


@pytest.mark.parametrize("kind", ["with a passkey", "with a password", "not imported", "disabled", "an admin", "waiting", "unknown"])
def test_with_all_each_wrong_password_causes_one_question_and_the_same_calls(alone: World, kind: str) -> None:
    system = migrating(alone, who="all")
    people = {**_never_asked(alone, system), "waiting": waiting(alone, system)}
    email = people[kind].email if kind in people else alone.unused_email()
    refused(alone, alone.unused_email(), WRONG)  # the list of connections is in memory from now on
    before = len(system.asked)
    with recorded(alone) as calls:
        assert refused(alone, email, WRONG) == "sign_in.wrong"
    assert len(system.asked) == before + 1
    assert calls == ["BatchGetItem", "BatchGetItem", "UpdateItem", "UpdateItem", "PutItem"]


def test_a_waiting_person_and_a_pretended_one_cause_the_same_calls(alone: World) -> None:
    system = migrating(alone)
    mixed(alone, 100, 0)
    calls: list[list[str]] = []
    for email in (alone.unused_email(), waiting(alone, system).email, alone.unused_email()):
        with recorded(alone) as made:
            refused(alone, email, WRONG)
        calls.append(made)
    assert calls[1] == calls[2]


def test_each_migrated_person_is_counted(alone: World) -> None:
    """So that unknown addresses are asked about less and less, and at last not at all."""
    system = migrating(alone)
    people = [waiting(alone, system) for _ in range(3)]
    mixed(alone, 3, 0)
    left = []
    for person in people:
        attempt(alone, person.email, OLD)
        alone.services.keyring.reload()
        mix = alone.services.keyring.hash_mix()
        assert mix
        left.append(mix.left[WAITING])
    assert left == [2, 1, 0]
    asked = len(system.asked)
    for _ in range(5):
        refused(alone, alone.unused_email(), WRONG)
    assert len(system.asked) == asked


def test_without_a_connection_nothing_is_asked_and_no_call_is_added(alone: World) -> None:
    mixed(alone, 100, 0)
    person = waiting(alone)
    refused(alone, alone.unused_email(), WRONG)
    with recorded(alone) as calls:
        assert refused(alone, person.email, OLD) == "sign_in.wrong"
    assert calls == ["BatchGetItem", "BatchGetItem", "UpdateItem", "UpdateItem", "PutItem"]
