"""`idp users list`, `show`, `disable`, `enable`, `unlock`, `idp clients list`: what they find, change and refuse."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path

import pytest

from idp.cli import list_pages
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Invalid, Throttled, Unavailable
from idp.domain.factors.throttle import FREE
from idp.domain.mail.mail_problem import BOUNCE, MailProblem
from idp.domain.sessions.request_origin import Origin
from idp.domain.sessions.visitor import Visitor
from idp.services.audit.recorder import Actor
from idp.store.user_erasures import UserErasures
from idp.wiring.all_services import AllServices
from tests.store.examples import passkey
from tests.support.cli import CommandLine
from tests.support.smtp_server import SmtpSink
from tests.support.stored import change_user

PASSWORD = "nine wet walruses"
NONE = "0 items have the id or an address of this user.\n"


@pytest.fixture
def idp(quick_endpoint: str, table_prefix: str, tmp_path: Path) -> CommandLine:
    """A deployment with an admin and Ada."""
    made = CommandLine(quick_endpoint, table_prefix, tmp_path)
    made.done("bootstrap", "--json")
    made("users", "create", "ada@example.com", "--password-stdin", "--claims", '{"name": "Ada Lovelace"}', stdin=PASSWORD + "\n")
    return made


def ada(services: AllServices) -> str:
    """Return her id."""
    return services.users.id_of("ada@example.com") or ""


def lock(services: AllServices) -> None:
    """Type wrong passwords until she is locked out."""
    for _ in range(FREE):
        with pytest.raises(Invalid):
            try_password(services, "wrong horse")
    with pytest.raises(Throttled):
        try_password(services, PASSWORD)


def try_password(services: AllServices, password: str) -> None:
    """Sign in as Ada."""
    origin = Origin("203.0.113.9")
    services.sign_in.password("ada@example.com", password, client_id=None, device=None, origin=origin, now=services.clock())


def test_users_are_listed_and_found(idp: CommandLine) -> None:
    """Any part of the address or the name finds a user. With --json the members are those of the admin API."""
    user_id = ada(idp.services())
    line = f"{user_id}  ada@example.com  Ada Lovelace\n"
    assert idp.done("users", "list", "--search", "LOVE ada").out == line
    everybody = idp.done("users", "list").out
    assert line in everybody
    assert "admin@example.com  admin\n" in everybody
    assert idp.done("users", "list", "--search", "nobody").out == ""
    (told,) = idp.done("users", "list", "--search", "lovelace", "--json").json
    assert (told["id"], told["email"], told["disabled"]) == (user_id, "ada@example.com", False)


def test_a_long_list_says_that_it_is_not_whole(idp: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Standard error says whether the limit of results or the limit of reads ended the list."""
    first = idp.done("users", "list", "--limit", "1")
    assert (first.out.count("\n"), "first 1" in first.err) == (1, True)
    assert idp.done("users", "list", "--limit", "3").err == ""
    monkeypatch.setattr(list_pages, "MOST", 1)
    monkeypatch.setattr(list_pages, "_PAGE", 1)
    stopped = idp.done("users", "list", "--limit", "2")
    assert "Looked at 1 and stopped" in stopped.err
    assert idp("users", "list", "--limit", "0").status == 2


@pytest.mark.parametrize("by_id", [True, False])
def test_a_user_is_disabled_and_enabled(idp: CommandLine, *, by_id: bool) -> None:
    """The command takes an id, or an address in any spelling. Enabling does not undo the new security stamp, which ended all sessions."""
    services = idp.services()
    user_id = ada(services)
    who = user_id if by_id else "Ada@Example.com"
    assert idp.done("users", "disable", who).out == f"{user_id}  ada@example.com  Ada Lovelace  disabled\n"
    assert "disabled" in idp.done("users", "show", who).out
    assert (
        services.user_service.get(user_id, scope=DEPLOYMENT).disabled,
        services.user_service.get(user_id, scope=DEPLOYMENT).security_stamp,
    ) == (True, 1)
    assert idp.done("users", "enable", who).out == f"{user_id}  ada@example.com  Ada Lovelace\n"
    assert (
        services.user_service.get(user_id, scope=DEPLOYMENT).disabled,
        services.user_service.get(user_id, scope=DEPLOYMENT).security_stamp,
    ) == (False, 1)


def test_a_locked_user_is_shown_and_unlocked(idp: CommandLine) -> None:
    """The user may sign in at once."""
    services = idp.services()
    lock(services)
    shown = idp.done("users", "show", "ada@example.com").out
    assert "locked: the password, in browsers where they never signed in, after 5 failures, until 2" in shown
    assert [each["what"] for each in idp.done("users", "show", "ada@example.com", "--json").json["locks"]] == ["password"]
    assert "may try again" in idp.done("users", "unlock", "ada@example.com").out
    try_password(services, PASSWORD)
    assert idp.done("users", "show", "ada@example.com", "--json").json["locks"] == []


@pytest.mark.parametrize("first", ["-", "--", "x"])
def test_a_passkey_is_shown_and_removed(idp: CommandLine, first: str) -> None:
    """By its id, also one that begins like an option; a wrong id removes nothing."""
    services = idp.services()
    user = services.user_service.get(ada(services), scope=DEPLOYMENT)
    ids = (passkey(user, credential_id=number.to_bytes(32)) for number in count())
    made = next(one for one in ids if one.id.startswith(first))
    assert services.passkeys.add(user, made, issued=1, attempt="a")
    assert f"passkey  {made.id}  Phone" in idp.done("users", "show", "ada@example.com").out
    assert idp("users", "remove-passkey", "ada@example.com", "x" * 43).status == 1
    assert "the passkey is removed" in idp.done("users", "remove-passkey", "ada@example.com", made.id).out
    assert services.passkeys.of(user.id) == []


@pytest.mark.parametrize("command", ["show", "disable", "enable", "unlock"])
@pytest.mark.parametrize(
    ("who", "status", "says"),
    [
        ("nobody@example.com", 1, "There is no user nobody@example.com"), ("usr_nobody", 1, "There is no user usr_nobody"),
        ("USER#x", 1, "There is no user USER#x"), ("a@b@c", 2, "name@domain.example"),
    ],
)  # fmt: skip
def test_a_user_who_is_not_there_is_not_found(idp: CommandLine, command: str, who: str, status: int, says: str) -> None:
    """A sentence, and standard output is empty."""
    refused = idp("users", command, who)
    assert (refused.status, refused.out) == (status, "")
    assert says in refused.err


def test_the_last_admin_is_not_disabled(idp: CommandLine) -> None:
    """No other admin could enable the user again."""
    refused = idp("users", "disable", "admin@example.com")
    assert (refused.status, refused.out) == (1, "")
    assert "last admin" in refused.err


def test_apps_are_listed_and_found(idp: CommandLine) -> None:
    """Part of the name, or the id, finds an app."""
    idp.done("clients", "create", "Shop", "--client-id", "app_1", "--redirect-uri", "https://a.example/cb")
    assert idp.done("clients", "list", "--search", "SHO").out == "app_1  Shop\n"
    assert idp.done("clients", "list", "--search", "app_1", "--json").json == [
        {"client_id": "app_1", "client_name": "Shop", "disabled": False}
    ]
    assert len(idp.done("clients", "list").out.splitlines()) == 2


def test_a_reset_is_mailed_and_printed_without_its_link(idp: CommandLine) -> None:
    """By SMTP, from this process. The output has neither link nor code."""
    with SmtpSink() as sink:
        sending = idp.other(extra={"IDP_SMTP_URL": f"smtp://127.0.0.1:{sink.port}", "IDP_MAIL_FROM": "id@example.com"})
        done = sending.done("users", "reset-password", "ada@example.com")
        (mail,) = sink.mails
    assert "mail sent, valid until" in done.out
    assert "/link/" not in done.out
    assert mail.recipients == ["ada@example.com"]
    body = mail.message.get_body(("plain",))
    assert body
    assert "/link/" in body.get_content()


def test_a_reset_without_a_way_to_send_mail_is_refused(idp: CommandLine) -> None:
    refused = idp("users", "reset-password", "ada@example.com")
    assert refused.status == 1
    assert "IDP_SMTP_URL" in refused.err


def test_an_erased_user_is_verified(idp: CommandLine) -> None:
    """Before the erasure each place is printed without personal data, with status 1. Afterwards there is none."""
    user_id = ada(idp.services())
    before = idp("users", "verify-erased", user_id, "--email", "Ada@Example.com")
    assert before.status == 1
    assert "directory  USER#…/USER  user  1\n" in before.out
    assert "directory  EMAIL#…/EMAIL  email  1\n" in before.out
    assert "2 items have the id or an address of this user." in before.out
    assert "ada" not in before.out.lower()
    assert user_id not in before.out
    idp.services().user_service.delete(user_id, scope=DEPLOYMENT)
    after = idp.done("users", "verify-erased", user_id, "--email", "ada@example.com").out
    assert after.startswith("0 items have the id or an address of this user.\n2 audit events")


def test_an_address_without_an_account_is_found_by_its_hashes(idp: CommandLine) -> None:
    """A ticket, a mark and an attempt of an address have no address in their keys. An id that contains another one is not that one."""
    services = idp.services()
    user_id = ada(services)
    services.mail_problems.put("bob@example.com", MailProblem(BOUNCE, "General", services.clock()))
    with pytest.raises(Invalid):
        services.sign_in.password(
            "bob@example.com", "wrong horse", client_id=None, device=None, origin=Origin("203.0.113.9"), now=services.clock()
        )
    found = idp("users", "verify-erased", "usr_unknown", "--email", "bob@example.com")
    assert found.status == 1
    assert {line.split("  ")[2] for line in found.out.splitlines()[:-1]} == {"mail_problem", "event"}
    assert idp.done("users", "verify-erased", user_id[:-1], "--email", "da@example.com").out == NONE
    assert idp("users", "verify-erased", "usr_unknown", "--email", "bob").status == 2


def test_the_network_address_of_a_former_admin_is_removed_from_events_about_others(idp: CommandLine) -> None:
    """The search finds these events; with --strip-events they keep the id alone."""
    services = idp.services()
    one, other = (services.user_service.create(f"{name}@example.com", admin=True, scope=DEPLOYMENT) for name in ("one", "other"))
    by = Actor(one.id, Origin("192.0.2.9", "", "request"))
    services.user_service.patch(other.id, {"email_verified": True}, by=by, scope=DEPLOYMENT)
    services.user_service.delete(one.id, scope=DEPLOYMENT)
    found = idp("users", "verify-erased", one.id, "--email", one.email)
    assert found.out.startswith("state  USER#…/EVENT#…  event  1\n1 items")
    stripped = idp.done("users", "verify-erased", one.id, "--email", one.email, "--strip-events").out
    assert stripped.startswith("0 items have the id or an address of this user.\n1 audit events about others lost")
    assert "192.0.2.9" not in repr(list(services.database.scan("state")))
    assert idp.done("users", "verify-erased", one.id, "--email", one.email).out.startswith("0 items")


def test_a_deletion_is_seen_cancelled_and_hurried(idp: CommandLine) -> None:
    """`show` and `list` tell it. Without a terminal nothing is erased unless --yes says so."""
    services = idp.services()
    user_id = ada(services)
    user = services.users.get(user_id)
    assert user
    assert idp("users", "cancel-deletion", user_id).err.startswith("This user is not being deleted.")
    visitor = Visitor(services.session_service.begin(user, proved_for="", origin=Origin("203.0.113.9")), user)
    services.self_deletion.ask(visitor, attempt="a", origin=Origin("203.0.113.9"), now=services.clock())
    assert "is being deleted: erased after 2" in idp.done("users", "show", "ada@example.com").out
    assert "disabled  deleting" in idp.done("users", "list").out
    assert "not deleted" in idp.done("users", "cancel-deletion", "ada@example.com").out
    restored = services.users.get(user_id)
    assert restored
    assert not restored.disabled
    assert idp("users", "delete", user_id).status == 2
    assert services.users.get(user_id)
    assert idp.done("users", "delete", user_id, "--yes").out == f"{user_id}: erased\n"
    assert services.users.get(user_id) is None


def test_deletions_that_are_due_are_finished_by_a_command(idp: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    """For a deployment without Lambda. A crash left the user disabled."""
    services = idp.services()
    user_id = ada(services)
    with monkeypatch.context() as broken:
        broken.setattr(UserErasures, "delete", lambda *_, **__: (_ for _ in ()).throw(Unavailable(detail="ended")))
        with pytest.raises(Unavailable):
            services.user_service.delete(user_id, scope=DEPLOYMENT)
    assert services.user_service.get(user_id, scope=DEPLOYMENT).disabled
    assert idp.done("users", "erase-due").out == "1 people erased\n"
    assert services.users.get(user_id) is None
    assert idp.done("users", "erase-due").out == "0 people erased\n"


def test_everything_about_a_user_is_printed(idp: CommandLine) -> None:
    """As JSON, without the password's hash. The export is recorded, and an unknown user is said."""
    told = json.loads(idp.done("users", "export", "ada@example.com").out)
    assert told["account"]["profile"] == {"name": "Ada Lovelace"}
    assert told["account"]["email"] == "ada@example.com"
    assert "argon2" not in str(told)
    again = json.loads(idp.done("users", "export", told["account"]["id"]).out)
    assert [event["by"] for event in again["events"] if event["type"] == "user.exported"] == ["system"]
    assert idp("users", "export", "nobody@example.com").status != 0


def test_the_hashes_of_other_systems_are_counted(idp: CommandLine) -> None:
    """`users hashes`: nothing at first; after an import how many came and are left. `users show` names the scheme of one person."""
    services = idp.services()
    assert "was counted" in idp.done("users", "hashes").out
    assert idp.done("users", "hashes", "--json").json is None
    assert "was counted" in idp.done("users", "hashes", "--count").out
    stored = services.foreign_hashes.accept("$2b$12$" + "a" * 53)
    change_user(services.users, ada(services), password_hash=stored)
    told = idp.done("users", "hashes", "--count").out
    assert told.startswith("bcrypt:12 ")
    assert "1 of 1 left\n2 people with a password" in told
    found = idp.done("users", "hashes", "--json").json
    assert (found["people"], found["hashes"]) == (2, [{"kind": "bcrypt:12", "imported": 1, "left": 1}])
    shown = idp.done("users", "show", "ada@example.com").out
    assert "has the password hash of another system: bcrypt" in shown
    assert stored not in shown
    assert idp.done("users", "show", "ada@example.com", "--json").json["password_scheme"] == "bcrypt"
