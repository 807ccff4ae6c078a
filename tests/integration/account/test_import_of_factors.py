"""Links, passkeys, recovery codes and ids of imported people: what is taken over works, the rest is named (threats R-10)."""

from __future__ import annotations

import base64
import secrets
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pyotp
import pytest
from fido2 import cbor

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Invalid
from idp.domain.moving.person import ImportedLink, ImportedPasskey, ImportedPerson, ImportedTotp, RefusedRow
from idp.domain.people.user import may_be_user_id
from idp.services.moving.choices import Choices
from idp.services.moving.importer import Result
from tests.integration.account.passkeys import RP_ID, add, answered, authenticator, options
from tests.integration.account.upstreams import connection, identity, sign_in_as, with_connections
from tests.support.authenticator import BE, BS, UP, UV, Authenticator
from tests.support.kept_ids import SHAPES
from tests.support.pages import ISSUER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idp.domain.people.user import User
    from tests.support.forms import Page
    from tests.support.world import World

LINKS = Choices(links={"Corp": "corp"})
PASSKEYS = Choices(with_passkeys=True, keep_ids=True, with_totp=True, with_recovery_codes=True)


def person(**members: Any) -> ImportedPerson:
    """A person of a file, with an id as many systems have them."""
    source = str(uuid.uuid4())
    return replace(ImportedPerson(1, source, f"p{source}@moved.example"), **members)


def run(world: World, *rows: ImportedPerson, choices: Choices, **more: Any) -> tuple[Result, list[RefusedRow]]:
    """Import these."""
    refused: list[RefusedRow] = []
    return world.services.importer.run(rows, "test", choices, refused=refused.append, **{"workers": 1, **more}), refused


def account(world: World, of: ImportedPerson) -> User:
    """The account of an imported person."""
    user = world.services.users.get(world.services.users.id_of(of.email) or "")
    assert user
    return user


def reasons(refused: Sequence[RefusedRow]) -> list[str]:
    """The ids of the messages."""
    return [each.reason.id for each in refused]


# Links


def test_the_next_sign_in_by_the_connection_finds_the_person(alone: World) -> None:
    """The issuer is the connection's. An account without a password is enough."""
    world = with_connections(alone, connection())
    moved = person(links=(ImportedLink("Corp", "subject-7", email="Ada@Corp.example"), ImportedLink("Corp", "subject-7")))
    result, refused = run(world, moved, choices=LINKS)
    assert (result.created, refused) == (1, [])
    browser = world.browser()
    assert "code" in sign_in_as(world, browser, world.authorize(browser, world.client()), identity("subject-7")).answer
    user = account(world, moved)
    assert [one.user_id for one in world.services.sessions.of(user.id)] == [user.id]
    [link] = world.services.issuer_links.of(user.id)
    assert (link.issuer, link.connection_id, link.how, link.email) == ("https://corp.example", "corp", "import", "ada@corp.example")


def test_a_provider_that_is_not_mapped_is_left_out(alone: World) -> None:
    """It is counted with what to type. Its name is a text of the file: nothing of a terminal's codes is in it."""
    world = with_connections(alone, connection())
    rows = [person(links=(ImportedLink("goo\x1b[2J" + "x" * 99, f"{number}"),)) for number in range(3)]
    result, refused = run(world, *rows, choices=LINKS)
    assert (result.created, refused) == (3, [])
    [(what, number)] = [(what, number) for what, number in result.left_out.items() if "links" in what]
    assert number == 3
    assert "--with-links goo\\x1b[2J" in what
    assert "\x1b" not in what
    assert len(what) < 200
    assert not world.services.issuer_links.of(account(world, rows[0]).id)


def test_many_names_of_providers_are_counted_together(alone: World) -> None:
    """A file cannot fill the memory with them."""
    result, _ = run(alone, *(person(links=(ImportedLink(f"p{number}", "1"),)) for number in range(150)), choices=Choices())
    assert len(result.left_out) <= 101
    assert result.left_out["something else"] >= 49


def test_the_account_that_has_a_link_keeps_it(alone: World) -> None:
    """The row is refused as a whole: neither account nor link is half there. The same in a dry run, and within one file."""
    world = with_connections(alone, connection())
    owner, thief = person(links=(ImportedLink("Corp", "1"),)), person(links=(ImportedLink("Corp", "2"), ImportedLink("Corp", "1")))
    run(world, owner, choices=LINKS)
    assert reasons(run(world, thief, choices=LINKS, dry_run=True)[1]) == ["moving.link_taken"]
    assert reasons(run(world, thief, choices=LINKS)[1]) == ["moving.link_taken"]
    assert world.services.users.id_of(thief.email) is None
    assert [link.subject for link in world.services.issuer_links.of(account(world, owner).id)] == ["1"]
    twice = [person(links=(ImportedLink("Corp", "3"),)) for _ in range(2)]
    result, refused = run(world, *twice, choices=LINKS)
    assert (result.created, reasons(refused)) == (1, ["moving.link_taken"])


def test_a_link_of_the_file_has_no_issuer_of_its_own(alone: World) -> None:
    """O-01: a subject of another connection finds no account, although the subject is the same."""
    world = with_connections(alone, connection(), connection("else"))
    run(world, person(links=(ImportedLink("Corp", "9"),)), choices=LINKS)
    browser = world.browser()
    page = sign_in_as(world, browser, world.authorize(browser, world.client()), identity("9", of="else"), "else")
    assert "code" not in (page.answer if page.redirected_to else {})


@pytest.mark.parametrize(
    ("links", "reason"),
    [
        ([ImportedLink("Corp", "")], "moving.link_subject"),
        ([ImportedLink("Corp", "a\n")], "moving.link_subject"),
        ([ImportedLink("Corp", "ä")], "moving.link_subject"),
        ([ImportedLink("Corp", "x" * 256)], "moving.link_subject"),
        ([ImportedLink("Corp", str(number)) for number in range(21)], "moving.too_many_links"),
    ],
)
def test_a_link_that_no_sign_in_could_have_is_refused(alone: World, links: list[ImportedLink], reason: str) -> None:
    world = with_connections(alone, connection())
    assert reasons(run(world, person(links=tuple(links)), choices=LINKS)[1]) == [reason]


def test_twenty_links_fit_into_a_transaction(alone: World) -> None:
    """People with many parts are written in as many transactions as they need."""
    world = with_connections(alone, connection())
    rows = [person(links=tuple(ImportedLink("Corp", f"{who}-{number}") for number in range(20))) for who in range(6)]
    assert run(world, *rows, choices=LINKS)[0].created == 6
    assert all(len(world.services.issuer_links.of(account(world, each).id)) == 20 for each in rows)


def test_a_connection_that_is_not_there_is_an_error(alone: World) -> None:
    """Before anything is read or written."""
    with pytest.raises(Invalid, match=r"There is no connection corp"):
        run(alone, person(), choices=LINKS)


MICROSOFT: dict[str, Any] = {"preset": "microsoft", "issuer": "https://login.example/{tenantid}/v2.0", "tenants": ("t1", "t2")}


@pytest.mark.parametrize(
    ("tenants", "given", "expected"),
    [
        (("t1", "t2"), "t2", ("https://login.example/t2/v2.0", "t2")), (("t1", "t2"), "", None), (("t1", "t2"), "t3", None),
        (("t1",), "", ("https://login.example/t1/v2.0", "t1")), (("t1",), "t2", None),
    ],
)  # fmt: skip
def test_people_of_several_tenants(alone: World, tenants: tuple[str, ...], given: str, expected: tuple[str, str] | None) -> None:
    """O-06: Microsoft's people are named by the tenant, too. It has to be one that the connection lists."""
    world = with_connections(alone, connection(**{**MICROSOFT, "tenants": tenants}))
    moved = person(links=(ImportedLink("Corp", "oid", given),))
    result, refused = run(world, moved, choices=LINKS)
    if expected is None:
        assert reasons(refused) == ["moving.link_tenant"]
    else:
        [link] = world.services.issuer_links.of(account(world, moved).id)
        assert (result.created, link.issuer, link.tenant) == (1, *expected)


# Passkeys


def passkey_of(device: Authenticator, **members: Any) -> ImportedPasskey:
    """What another system stored of this authenticator."""
    made = ImportedPasskey(device.rp_id, device.credential_id, cbor.encode(device.public), sign_count=device.sign_count, name="Phone")
    return replace(made, **members)


def with_passkey(device: Authenticator | None = None, **members: Any) -> tuple[ImportedPerson, Authenticator]:
    """A person with one, and their authenticator."""
    moved = person()
    made = device or Authenticator(origin=ISSUER, rp_id=RP_ID, user_handle=moved.source_id.encode())
    return replace(moved, passkeys=(passkey_of(made, **members),)), made


def enter(world: World, device: Authenticator) -> Page:
    """Sign in with the passkey alone."""
    browser = world.browser()
    page = world.authorize(browser, world.client())
    return answered(browser, page, "/passkey-sign-in", device.assertion(options(page)["challenge"]))


def test_an_imported_passkey_signs_in_alone(world: World) -> None:
    """The user handle is the id of the person in the other system, and the counter goes on."""
    moved, device = with_passkey()
    device.counts, device.sign_count = True, 7
    moved = replace(moved, passkeys=(passkey_of(device),))
    result, refused = run(world, moved, choices=PASSKEYS)
    assert (result.created, refused) == (1, [])
    assert enter(world, device).redirected_to
    user = account(world, moved)
    assert (user.id, user.has_second_factor) == (moved.source_id, True)
    [stored] = world.services.passkeys.of(user.id)
    assert (stored.sign_count, stored.name, stored.alone) == (8, "Phone", True)
    device.sign_count = 2
    assert not enter(world, device).redirected_to


@pytest.mark.parametrize("synced", [True, False])
def test_the_first_use_tells_whether_an_imported_passkey_may_be_synced(world: World, synced: bool) -> None:
    """Keycloak and Kratos do not keep it. Afterwards it never changes (WebAuthn Level 3 §7.2), also not by another imported copy."""
    moved, device = with_passkey(backup_unknown=True)
    run(world, moved, choices=PASSKEYS)
    [stored] = world.services.passkeys.of(moved.source_id)
    assert (stored.backup_unknown, stored.backup_eligible) == (True, False)
    plain, may_be = UP | UV, UP | UV | BE | BS
    device.flags = may_be if synced else plain
    assert enter(world, device).redirected_to
    [stored] = world.services.passkeys.of(moved.source_id)
    assert (stored.backup_unknown, stored.backup_eligible, stored.backed_up) == (False, synced, synced)
    device.flags = plain if synced else may_be
    world.clock.now += 1
    assert not enter(world, device).redirected_to
    assert [one.reason for one in world.audited("sign_in.failed") if one.subject == moved.source_id] == ["backup_eligibility"]
    device.flags = may_be if synced else plain
    world.clock.now += 1
    assert enter(world, device).redirected_to


@pytest.mark.parametrize("flags", [UP | UV | BS, UV | BE, UP | BE])
def test_a_refused_first_use_tells_nothing(world: World, flags: int) -> None:
    """Backed up without being eligible, no touch, no verification."""
    moved, device = with_passkey(backup_unknown=True)
    run(world, moved, choices=PASSKEYS)
    device.flags = flags
    assert not enter(world, device).redirected_to
    [stored] = world.services.passkeys.of(moved.source_id)
    assert (stored.backup_unknown, stored.backup_eligible) == (True, False)


def test_a_passkey_whose_flag_the_file_has_is_compared_at_once(world: World) -> None:
    moved, device = with_passkey()
    run(world, moved, choices=PASSKEYS)
    device.flags = UP | UV | BE
    assert not enter(world, device).redirected_to


def test_a_passkey_that_waits_is_no_second_factor_yet(world: World) -> None:
    moved, _ = with_passkey(waits=True)
    run(world, moved, choices=PASSKEYS)
    user = account(world, moved)
    assert (dict(user.passkeys), len(user.waiting_passkeys)) == ({}, 1)


@pytest.mark.parametrize(
    ("members", "choices", "said"),
    [
        ({"rp_id": "old.example"}, PASSKEYS, "passkeys of old.example (here it is localhost)"),
        ({"rp_id": ""}, PASSKEYS, "passkeys of an unknown RP ID (here it is localhost)"),
        ({}, replace(PASSKEYS, keep_ids=False), "passkeys of another user handle (they need --keep-ids)"),
        ({"user_handle": b"other"}, PASSKEYS, "passkeys of another user handle (they need --keep-ids)"),
        ({}, replace(PASSKEYS, with_passkeys=False), "passkeys"),
    ],
)
def test_a_passkey_that_would_not_work_here_is_left_out(world: World, members: dict[str, Any], choices: Choices, said: str) -> None:
    """It is counted with the reason, and the account does not ask for it."""
    moved, _ = with_passkey(**members)
    result, refused = run(world, moved, choices=choices)
    assert (result.created, refused, result.left_out[said]) == (1, [], 1)
    user = account(world, moved)
    assert not user.has_second_factor
    assert not world.services.passkeys.of(user.id)


P256 = cbor.encode({1: 2, 3: -7, -1: 1, -2: bytes(32), -3: bytes(32)})


@pytest.mark.parametrize(
    "members",
    [
        {"public_key": b""}, {"public_key": b"\xff"}, {"public_key": b"x" * 2000}, {"public_key": cbor.encode([1])}, {"public_key": P256},
        {"public_key": cbor.encode({1: 2, 3: -35, -1: 2, -2: bytes(48), -3: bytes(48)})},
        {"public_key": cbor.encode({1: 3, 3: -257, -1: b"\x01" * 128, -2: b"\x01\x00\x01"})},
        {"credential_id": b""}, {"credential_id": b"x" * 1024}, {"sign_count": -1}, {"sign_count": 2**32}, {"backed_up": True},
    ],
)  # fmt: skip
def test_a_passkey_with_a_key_that_is_not_accepted_is_refused(world: World, members: dict[str, Any]) -> None:
    """R-10: the same rules as for one that is made here. The person is not imported without the factor."""
    moved, _ = with_passkey(**members)
    assert reasons(run(world, moved, choices=PASSKEYS)[1]) == ["moving.passkey_unusable"]
    assert world.services.users.id_of(moved.email) is None


def test_the_passkey_of_another_account_is_refused(world: World) -> None:
    """A credential id belongs to one account: of this deployment, or of the same file. Dry runs say so."""
    owner = world.person().user
    device = authenticator(owner)
    add(world, owner, device)
    thief, _ = with_passkey(device, user_handle=None)
    assert reasons(run(world, thief, choices=PASSKEYS, dry_run=True)[1]) == ["moving.passkey_taken"]
    assert reasons(run(world, thief, choices=PASSKEYS)[1]) == ["moving.passkey_taken"]
    assert [one.user_id for one in world.services.passkeys.of(owner.id)] == [owner.id]
    first, shared = with_passkey()
    second, _ = with_passkey(shared, user_handle=None)
    result, refused = run(world, first, second, choices=PASSKEYS)
    assert (result.created, reasons(refused)) == (1, ["moving.passkey_taken"])


def test_more_than_twenty_passkeys_are_refused(world: World) -> None:
    moved, device = with_passkey()
    many = tuple(passkey_of(device, credential_id=secrets.token_bytes(16)) for _ in range(21))
    assert reasons(run(world, replace(moved, passkeys=many), choices=PASSKEYS)[1]) == ["moving.too_many_passkeys"]
    assert run(world, replace(moved, passkeys=many[:20]), choices=PASSKEYS)[0].created == 1


# Recovery codes


PASSWORD = "walrus and carpenter"
SECRET = b"12345678901234567890"


def with_codes(world: World, *codes: str, **members: Any) -> ImportedPerson:
    """A person with a password, an authenticator and these codes."""
    hashed = world.services.passwords.hash(PASSWORD)
    return person(password_hash=hashed, recovery_codes=codes, **{"totp": ImportedTotp(SECRET, "SHA1", 30, 8), **members})


def at_recovery(world: World, moved: ImportedPerson, code: str) -> Page:
    """Sign in with the password and this recovery code."""
    browser = world.browser()
    page = browser.submit(world.authorize(browser, world.client()), {"email": moved.email, "password": PASSWORD})
    fields = next(form for form in page.forms if "/recovery-code" in form.action).fields
    answer = browser.http.post("/recovery-code", data={**fields, "code": code}, headers={"Origin": ISSUER})
    return type(page)(answer, answer.headers.get("location"))


@pytest.mark.parametrize(("code", "typed"), [("okkibhlv", "okki bhlv"), ("ABCD-EFGH-1234", "abcdefgh1234"), ("Z" * 24, "Z" * 24)])
def test_an_imported_recovery_code_signs_in_once(world: World, code: str, typed: str) -> None:
    """As people have written it down, in each usual spelling. It is stored as an HMAC."""
    moved = with_codes(world, code, "another0code")
    assert run(world, moved, choices=PASSKEYS)[0].created == 1
    user_id = account(world, moved).id
    assert not at_recovery(world, moved, typed[:-1] + "q").redirected_to
    assert at_recovery(world, moved, typed).redirected_to
    assert not at_recovery(world, moved, typed).redirected_to
    assert world.services.factors.recovery_codes_left(user_id) == 1
    stored = str(list(world.services.database.query_all("directory", f"USER#{user_id}", sk_begins="RECOVERY")))
    assert code not in stored
    assert code.upper() not in stored


def test_eight_digits_and_the_old_code_are_two_factors(world: World) -> None:
    """The authenticator of eight digits signs in, too."""
    moved = with_codes(world, "okkibhlv")
    run(world, moved, choices=PASSKEYS)
    browser = world.browser()
    page = browser.submit(world.authorize(browser, world.client()), {"email": moved.email, "password": PASSWORD})
    code = pyotp.TOTP(base64.b32encode(SECRET).decode(), digits=8).at(world.clock())
    assert browser.submit(page, {"code": code}).redirected_to


@pytest.mark.parametrize(
    "codes",
    [("1234567",), ("12345678",), ("a1b2c3",), ("abcdefg!",), ("äöüäöüäö",), ("x" * 49,), ("",), tuple(f"code{n:04}" for n in range(21))],
)
def test_codes_that_cannot_be_typed_or_guessed_are_left_out(world: World, codes: tuple[str, ...]) -> None:
    """Digits alone are codes of authenticators and mails. They are counted, and the person is imported."""
    moved = with_codes(world, *codes)
    result, refused = run(world, moved, choices=PASSKEYS)
    assert (result.created, refused) == (1, [])
    assert result.left_out["some recovery codes (too short, too many, or of other characters)"] == 1
    assert world.services.factors.recovery_codes_left(account(world, moved).id) == (20 if len(codes) > 1 else 0)


def test_codes_without_a_second_factor_are_left_out(world: World) -> None:
    """They would be a second factor that nothing asks for."""
    for moved, choices in (
        (with_codes(world, "okkibhlv", totp=None), PASSKEYS), (with_codes(world, "okkibhlv"), replace(PASSKEYS, with_totp=False)),
        (with_codes(world, "okkibhlv"), replace(PASSKEYS, with_recovery_codes=False)),
    ):  # fmt: skip
        result, _ = run(world, moved, choices=choices)
        assert (result.created, result.left_out["recovery codes"]) == (1, 1)
        assert world.services.factors.recovery_codes_left(account(world, moved).id) == 0


# Ids

KEEP = Choices(keep_ids=True)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_kept_id_is_the_subject(world: World, shape: str) -> None:
    """Apps that stored `sub` find their people, and the person reaches the pages of the account."""
    kept = SHAPES[shape]()
    moved = with_codes(world, source_id=kept, totp=None)
    assert run(world, moved, choices=KEEP)[0].created == 1
    user = account(world, moved)
    assert user.id == kept
    browser = world.browser()
    page = browser.submit(world.authorize(browser, world.client()), {"email": moved.email, "password": PASSWORD})
    assert page.redirected_to
    assert [one.user_id for one in world.services.sessions.of(kept)] == [kept]
    for path in ("/account", "/account/data", "/account/profile", "/account/password"):
        assert browser.open(path).status == 200, path
    again, _ = run(world, moved, choices=KEEP)
    assert (again.created, again.known) == (0, 1)


@pytest.mark.parametrize(
    "kept",
    [
        "7", "ada@example.com", "app_x", "dyn_" + "x" * 24, "admin", "https://app.example/",
        "auth0|", "auth0|a b", "auth0|ä", "a|" + "x" * 63,
        "usr_a b", "usr_" + "x" * 61, "x" * 27, "x" * 29, "USER#1", "", "00000000-0000-0000-0000-00000000000g",
    ],
)  # fmt: skip
def test_an_id_of_another_form_is_not_kept(world: World, kept: str) -> None:
    """B-18: it could be, or become, the id of an app. A passkey could not carry a longer one."""
    assert not may_be_user_id(kept)
    moved = person(source_id=kept)
    assert reasons(run(world, moved, choices=KEEP)[1]) == ["moving.id_not_kept"]


def test_the_id_of_an_account_is_refused(world: World) -> None:
    """The account stays as it is. The same within one file, and in a dry run."""
    owner = world.person().user
    thief = person(source_id=owner.id)
    assert reasons(run(world, thief, choices=KEEP, dry_run=True)[1]) == ["moving.id_taken"]
    assert reasons(run(world, thief, choices=KEEP)[1]) == ["moving.id_taken"]
    assert world.services.users.get(owner.id) == owner
    assert world.services.users.id_of(thief.email) is None


@pytest.mark.parametrize("imported", [False, True])
def test_the_id_of_an_erased_person_is_refused(world: World, imported: bool) -> None:
    """Whatever system the file is of: an id is never used again, neither one that was made here nor one that was kept (threats R-18)."""
    owner = world.person().user
    if imported:
        kept = person()
        run(world, kept, choices=KEEP)
        owner = account(world, kept)
    world.services.user_service.delete(owner.id, scope=DEPLOYMENT)
    again = person(source_id=owner.id)
    for dry_run in (True, False):
        refused: list[RefusedRow] = []
        world.services.importer.run([again], "another", KEEP, refused=refused.append, dry_run=dry_run)
        assert reasons(refused) == ["moving.id_taken"]
    assert world.services.users.get(owner.id) is None
    assert world.services.users.id_of(again.email) is None
    stored = str([*world.services.database.scan("directory")])
    assert owner.id not in stored


def test_the_id_of_an_app_is_refused(world: World) -> None:
    """B-18: of one that an admin gave this id before ids of people could be kept. No new app gets such an id."""
    taken = str(uuid.uuid4())
    world.services.clients.create(replace(world.client(), id=taken))
    assert reasons(run(world, person(source_id=taken), choices=KEEP)[1]) == ["moving.id_of_an_app"]
    for chosen in (str(uuid.uuid4()), "x" * 28):
        with pytest.raises(Invalid, match=r"."):
            world.services.client_service.preview({"client_id": chosen, "client_name": "x"}, scope=DEPLOYMENT)


def test_without_the_option_ids_are_new(world: World) -> None:
    moved = person(source_id=f"usr_{secrets.token_hex(10)}")
    run(world, moved, choices=Choices())
    assert account(world, moved).id != moved.source_id
