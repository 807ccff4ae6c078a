"""Everything leaves a deployment and comes to an empty one: people sign in as before, apps authenticate as before (threats R-10, R-14)."""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64decode
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyotp
import pytest
from fido2 import cbor
from joserfc.jwk import ECKey

from idp.domain.access.policy_version import LivePolicies, PolicyVersion
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.access.trusted_issuer import TrustedIssuer
from idp.domain.factors import recovery_codes
from idp.domain.factors.totp import Parameters
from idp.domain.passkeys.passkey import Passkey
from idp.domain.passkeys.response import parse_assertion
from idp.domain.people.user import User
from idp.domain.sessions.request_origin import Origin
from idp.services.moving.own_people import LONGEST_GRACE
from idp.services.passkeys.verification import Expected, verify_assertion
from idp.store.factors import totp_item
from tests.support.access_cases import RULES
from tests.support.authenticator import Authenticator
from tests.support.cli import CommandLine
from tests.support.full_deployment import WORDS, deployment_with_everything

KEY = ECKey.generate_key("P-256")
CODE = "0123456789ABCDEF"
NEW_ADMIN = "first@new.example"
ORIGIN = Origin("198.51.100.7")
TIMES = {"created_at", "updated_at", "password_changed_at", "published_at", "granted_at", "confirmed_at", "at", "used_at", "proven_at"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the keys of the taker."""
    (tmp_path / "taker").write_text(json.dumps(KEY.as_dict(private=False)))
    (tmp_path / "private").write_text(json.dumps(KEY.as_dict(private=True)))
    return tmp_path


@pytest.fixture
def device() -> Authenticator:
    """Edith's."""
    return Authenticator(origin="https://id.example.com", rp_id="id.example.com", counts=True, sign_count=5)


@pytest.fixture
def old(quick_endpoint: str, table_prefix: str, folder: Path, device: Authenticator) -> CommandLine:
    """The deployment that people leave: with one of everything, a real passkey, authenticators of six and eight digits, and codes."""
    made = deployment_with_everything(quick_endpoint, table_prefix, folder)
    services = made.services()
    edith = services.users.id_of("edith@example.com") or ""
    user = services.users.get(edith)
    assert user
    event = services.audit.once_part("user.passkey_removed", origin=ORIGIN, subject=edith)
    assert services.passkeys.remove(user, next(iter(user.passkeys)), now=1, last_factor=True, event=event)
    user = services.users.get(edith)
    assert user
    passkey = Passkey(
        edith, device.credential_id, cbor.encode(device.public), -7, 5, backup_eligible=False, backed_up=False, user_verified=True,
        transports=("internal",), aaguid="", name="Phone", created_at=1, alone=True,
    )  # fmt: skip
    assert services.passkeys.add(user, passkey, issued=1, attempt="a")
    grace = services.users.id_of("grace@example.com") or ""
    credential = services.factors.totp(grace)
    assert credential
    services.database.put(totp_item(replace(credential, parameters=Parameters("SHA256", 60, 8))))
    key = services.keyring.derive(recovery_codes.PURPOSE)
    services.factors.put_recovery_codes(grace, [recovery_codes.digest(key, grace, CODE)], 1)
    assert services.trusted_issuers.create(TrustedIssuer("https://i.example", "https://i.example/jwks", clients=("demo-web",)))
    return made


@pytest.fixture
def new(old: CommandLine, folder: Path) -> CommandLine:
    """The empty deployment to which they come, with keys of its own."""
    (folder / "new").mkdir()
    made = old.other(prefix=old.prefix + "new", folder=folder / "new")
    made.done("bootstrap", "--json", "--admin-email", NEW_ADMIN)
    return made


def leave(old: CommandLine, folder: Path, name: str = "everything.ndjson") -> Path:
    """Export."""
    file = folder / name
    old.done("export", str(file), "--everything", "--to", str(folder / "taker"))
    return file


def arrive(new: CommandLine, file: Path, folder: Path, *options: str) -> Any:
    """Import."""
    return new("import", str(file), "--key", str(folder / "private"), *options)


def both(old: CommandLine, new: CommandLine, address: str) -> tuple[User, User]:
    """The person there and here."""
    there, here = (each.services().users.get(each.services().users.id_of(address) or "") for each in (old, new))
    assert there
    assert here
    return there, here


def test_people_keep_id_password_factors_and_links(old: CommandLine, new: CommandLine, folder: Path, device: Authenticator) -> None:
    """The same `sub`, password, authenticator of eight digits, recovery code, passkey, link and consent. No person is an admin."""
    answer = arrive(new, leave(old, folder), folder)
    assert answer.status == 0, answer.err
    services = new.services()
    there, here = both(old, new, "edith@example.com")
    assert (here.id, here.claims, dict(here.passkeys)) == (there.id, there.claims, dict(there.passkeys))
    assert services.passwords.verify(here.password_hash, WORDS)
    assert sorted(services.roles.model().live_roles(here.roles)) == ["reader"]
    assert services.roles.model().live_groups(here.groups) == ("staff",)
    [passkey] = services.passkeys.of(here.id)
    expected = Expected("Y2hhbGxlbmdl", "id.example.com", frozenset({"https://id.example.com"}), verified=True)
    assert verify_assertion(parse_assertion(device.assertion("Y2hhbGxlbmdl")), passkey, expected).sign_count == 6
    [link] = services.issuer_links.of(here.id)
    assert services.issuer_links.user_of(link.id) == here.id
    assert link == replace(old.services().issuer_links.of(there.id)[0], browser_known_since=None)
    app = services.clients.get("demo-web")
    assert app
    assert [app.holds_consent(each) for each in services.consents.of(here.id)] == [True]
    there, here = both(old, new, "grace@example.com")
    credential = services.factors.totp(here.id)
    assert credential
    assert credential.parameters == Parameters("SHA256", 60, 8)
    before = old.services().factors.totp(there.id)
    assert before
    assert services.keyring.reveal(f"totp:{here.id}", credential.sealed) == old.services().keyring.reveal(f"totp:{there.id}", before.sealed)
    assert not any(user.admin for user in map(services.users.get, [here.id]) if user)


def test_the_codes_of_the_old_deployment_work_once(old: CommandLine, new: CommandLine, folder: Path) -> None:
    """The digests were made under another key, which came with the file. The authenticator's last code does not work again."""
    arrive(new, leave(old, folder), folder)
    services, now = new.services(), new.services().clock()
    _, grace = both(old, new, "grace@example.com")
    factor = services.second_factor
    with pytest.raises(Exception, match=r"recovery code is wrong"):
        factor.again(grace, CODE[::-1], origin=ORIGIN, now=now)
    assert factor.again(grace, CODE, origin=ORIGIN, now=now) == "mfa"
    with pytest.raises(Exception, match=r"recovery code is wrong"):
        factor.again(grace, CODE, origin=ORIGIN, now=now)
    credential = services.factors.totp(grace.id)
    assert credential
    secret = services.keyring.reveal(f"totp:{grace.id}", credential.sealed).decode()
    app = pyotp.TOTP(secret, digits=8, digest=hashlib.sha256, interval=60)
    assert factor.again(grace, app.at(now), origin=ORIGIN, now=now) == "otp"


def test_apps_and_settings_come_with_their_secrets(old: CommandLine, new: CommandLine, folder: Path) -> None:
    """Digests of client secrets, the secret of a connection under the key of this deployment, roles with new ids, trusted issuers."""
    arrive(new, leave(old, folder), folder)
    before, after = old.services(), new.services()
    for client_id in ("demo-web", "demo-api"):
        there, here = before.clients.get(client_id), after.clients.get(client_id)
        if there is None:
            continue
        assert here
        assert here.secrets == there.secrets
        assert here.redirect_uris == there.redirect_uris
        assert here.incarnation != there.incarnation
    connection = after.connections.get("example")
    assert connection
    sealed = urlsafe_b64decode(connection.secret)
    assert after.keyring.reveal("connection:secret:example", sealed) == b"upstream secret"
    assert after.roles.model().roles["reader"].permissions == ("orders:read",)
    app, trusted = after.clients.get("demo-web"), after.trusted_issuers.all()
    assert app
    assert [each.names(app) for each in trusted] == [True]


def test_policies_texts_and_types_come_as_they_are(old: CommandLine, new: CommandLine, folder: Path) -> None:
    """All versions, and the live one decides. Its revision begins anew."""
    arrive(new, leave(old, folder), folder)
    before, after = old.services(), new.services()
    for number in (1, 2, 3):
        assert after.policies.get(number) == before.policies.get(number) is not None
    there, here = before.policies.live(), after.policies.live()
    assert there
    assert here == replace(there, revision=1)
    assert here.number == 2
    assert after.scope_texts.all() == before.scope_texts.all() != []
    assert after.detail_types.all() == before.detail_types.all() != []


@pytest.mark.parametrize("published", [False, True])
def test_the_policies_of_an_admin_stay(old: CommandLine, new: CommandLine, folder: Path, *, published: bool) -> None:
    """R-14: a version of this deployment with the number of the live one there is another one, and is not made live by the file."""
    policies = new.services().policies
    mine = [PolicyVersion(number, rules=RULES, note="a draft", created_at=1) for number in (1, 2)]
    for each in mine:
        assert policies.create(each, attempt="b")
    if published:
        assert policies.publish(LivePolicies(1, 1, 1, ""), attempt="b")
    answer = arrive(new, leave(old, folder), folder)
    assert [policies.get(1), policies.get(2)] == mine
    live = policies.live()
    assert (live.number if live else None) == (1 if published else None)
    assert answer.status == (0 if published else 1)
    assert ("Version 2 of the policies is another one here" in answer.err) is not published


def test_policies_that_cannot_be_used_are_refused(old: CommandLine, new: CommandLine, folder: Path) -> None:
    """And they are not made live."""

    def change(lines: list[dict[str, Any]]) -> None:
        next(line for line in lines if line["type"] == "policy_version" and line["number"] == 2).update(rules={"rules": [{"id": 7}]})

    answer = arrive(new, changed(leave(old, folder), change), folder)
    assert answer.status == 1
    assert "The policies cannot be used" in answer.err
    assert new.services().policies.live() is None
    assert [bool(new.services().policies.get(number)) for number in (1, 2, 3)] == [True, False, True]


def told(file: Path) -> list[Any]:
    """What an export says, without times, keys and what bootstrap made."""
    found = []
    for line in map(json.loads, file.read_text().splitlines()):
        if line["type"] in {"export", "end", "derived_key"} or line.get("email") == NEW_ADMIN:
            continue
        line.pop("encrypted", None)
        if line["type"] == "organisation_domain":
            line.pop("state")  # it is proven to one deployment
        found.append(without_times(line))
    return sorted(found, key=lambda line: json.dumps(line, sort_keys=True))


def without_times(value: Any) -> Any:
    """The same without times and what only this deployment has."""
    if isinstance(value, dict):
        return {name: without_times(each) for name, each in value.items() if name not in TIMES}
    return [without_times(each) for each in value] if isinstance(value, list) else value


def test_an_export_of_what_was_imported_says_the_same(old: CommandLine, new: CommandLine, folder: Path) -> None:
    """All people, apps and settings but times. With --with-admins also who is an admin."""
    first = leave(old, folder)
    assert arrive(new, first, folder, "--with-admins").status == 0
    assert told(leave(new, folder, "again.ndjson")) == told(first)


def test_a_second_import_changes_nothing(old: CommandLine, new: CommandLine, folder: Path) -> None:
    """Also not what an admin changed meanwhile."""
    file = leave(old, folder)
    arrive(new, file, folder)
    roles = new.services().roles
    assert roles.replace(replace(roles.model().roles["reader"], description="changed here"))
    before = told(leave(new, folder, "one.ndjson"))
    again = arrive(new, file, folder)
    assert again.status == 0
    assert "0 imported\n" in again.out
    assert told(leave(new, folder, "two.ndjson")) == before


def test_a_dry_run_says_what_would_come_and_writes_nothing(old: CommandLine, new: CommandLine, folder: Path) -> None:
    """People are judged with the roles and apps that would come with them. Afterwards it says what is there."""
    file = leave(old, folder)
    state = [list(new.services().database.scan(table)) for table in ("directory", "state", "keys")]
    dry = arrive(new, file, folder, "--dry-run")
    assert dry.status == 0, dry.err
    assert [list(new.services().database.scan(table)) for table in ("directory", "state", "keys")] == state
    real = arrive(new, file, folder)
    assert dry.out == real.out.replace(" imported\n", " would be imported\n", 1).replace(" created,", " would be created,")
    again = arrive(new, file, folder, "--dry-run")
    assert again.status == 0, again.err
    assert "0 would be imported\n" in again.out
    assert " 0 would be created," in again.out


def test_refresh_tokens_stay_behind(old: CommandLine, new: CommandLine, folder: Path) -> None:
    """There is neither a session nor a grant: each person signs in once."""
    arrive(new, leave(old, folder), folder)
    kinds = {raw["kind"]["S"] for raw in new.services().database.scan("state")}
    assert not kinds & {"session", "grant"}


def test_admins_need_an_option(old: CommandLine, new: CommandLine, folder: Path) -> None:
    address = "ada@example.com"
    services = old.services()
    user = services.users.get(services.users.id_of(address) or "")
    assert user
    services.users.replace(replace(user, admin=True))
    file = leave(old, folder)
    arrive(new, file, folder)
    assert [user.admin for user in both(old, new, address)] == [True, False]


def test_an_imported_admin_counts_as_one(old: CommandLine, new: CommandLine, folder: Path) -> None:
    """They are on the list of admins, which gets the mails and keeps the last one. A disabled one is not."""
    services, addresses = old.services(), ("ada@example.com", "grace@example.com", "edith@example.com")
    for address in addresses:
        user = services.users.get(services.users.id_of(address) or "")
        assert user
        services.users.replace(replace(user, admin=True, disabled=address.startswith("edith")))
    arrive(new, leave(old, folder), folder, "--with-admins", "--workers", "1")
    listed = {user.email for user in new.services().admins.all()}
    assert listed & {*addresses} == {"ada@example.com", "grace@example.com"}
    assert both(old, new, "edith@example.com")[1].admin


def test_an_account_that_is_being_deleted_is_erased_here(old: CommandLine, new: CommandLine, folder: Path) -> None:
    """When it is due, by the job. Until then an admin can cancel the deletion."""
    now = old.services().clock()
    for address, due in (("ada@example.com", now + 86400), ("grace@example.com", now + 86400), ("edith@example.com", now - 1)):
        user = old.services().users.get(old.services().users.id_of(address) or "")
        assert user
        assert old.services().users.replace(replace(user, disabled=True, deleting_until=due))
    assert arrive(new, leave(old, folder), folder).status == 0
    services = new.services()
    ada, grace, edith = (both(old, new, f"{name}@example.com")[1] for name in ("ada", "grace", "edith"))
    assert services.self_deletion.cancel(ada.id, scope=DEPLOYMENT).disabled is False
    assert [one.user_id for one in services.deletions.due(now, limit=10)] == [edith.id]
    assert {one.user_id for one in services.deletions.due(now + 86400, limit=10)} == {edith.id, grace.id}
    for one in services.deletions.due(now + 86400, limit=10):
        assert services.erasure.erase(one, scope=DEPLOYMENT)
    assert [services.users.get(each.id) is None for each in (ada, grace, edith)] == [False, True, True]


def test_a_deletion_of_a_changed_file_ends(old: CommandLine, new: CommandLine, folder: Path) -> None:
    """A time in the far future would disable the account for ever, and one without `disabled` would erase a person who can sign in."""
    file = leave(old, folder)

    def far(lines: list[dict[str, Any]]) -> None:
        for line in lines:
            if line.get("email") == "edith@example.com":
                line |= {"deleting_until": 4_000_000_000, "disabled": False}

    arrive(new, changed(file, far), folder)
    services = new.services()
    user = both(old, new, "edith@example.com")[1]
    assert user.disabled
    assert 0 < user.deleting_until - services.clock() <= LONGEST_GRACE
    assert services.deletions.get(user.id, user.deleting_until)


def test_the_old_system_is_asked_only_about_those_who_wait(old: CommandLine, new: CommandLine, folder: Path) -> None:
    """A person who gave up the password here is never asked about again, also after a move. So is one of an older file."""
    for address, waits in (("ada@example.com", False), ("grace@example.com", True), ("edith@example.com", True)):
        user = old.services().users.get(old.services().users.id_of(address) or "")
        assert user
        kept = user.password_hash if address.startswith("edith") else None
        assert old.services().users.replace(replace(user, password_hash=kept, awaits_migration=waits))
    file = leave(old, folder)
    assert arrive(new, file, folder).status == 0
    here = [both(old, new, f"{name}@example.com")[1] for name in ("ada", "grace", "edith")]
    assert [user.awaits_migration for user in here] == [False, True, False]


def test_a_browser_makes_no_second_passkey_by_itself(old: CommandLine, new: CommandLine, folder: Path) -> None:
    """An account gets one in its life (docs/decisions/0010), also if it was removed there."""
    removed = "A" * 43
    user = old.services().users.get(old.services().users.id_of("ada@example.com") or "")
    assert user
    assert old.services().users.replace(replace(user, automatic_passkeys={removed: ""}))
    assert arrive(new, leave(old, folder), folder).status == 0
    assert dict(both(old, new, "ada@example.com")[1].automatic_passkeys) == {removed: ""}


@pytest.mark.parametrize("value", [["x"], "x", [1], ["A" * 43] * 21])
def test_malformed_automatic_passkeys_refuse_the_line(old: CommandLine, new: CommandLine, folder: Path, value: Any) -> None:
    file = leave(old, folder)

    def malformed(lines: list[dict[str, Any]]) -> None:
        next(line for line in lines if line.get("email") == "ada@example.com")["automatic_passkeys"] = value

    assert arrive(new, changed(file, malformed), folder).status == 1
    assert new.services().users.id_of("ada@example.com") is None


def changed(file: Path, change: Callable[[list[dict[str, Any]]], list[dict[str, Any]] | None]) -> Path:
    """The file with changed lines."""
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    made = change(lines)
    file.write_text("".join(json.dumps(line, separators=(",", ":")) + "\n" for line in (lines if made is None else made)))
    return file


def swap_secrets(lines: list[dict[str, Any]]) -> None:
    """Give Edith the encrypted part of Grace."""
    edith, grace = (next(line for line in lines if line.get("email") == f"{name}@example.com") for name in ("edith", "grace"))
    edith["encrypted"] = grace["encrypted"]


def test_the_secrets_of_another_line_are_refused(old: CommandLine, new: CommandLine, folder: Path) -> None:
    """R-14: Edith would have Grace's password. The others are imported."""
    answer = arrive(new, changed(leave(old, folder), swap_secrets), folder)
    assert answer.status == 1
    assert "belongs to another line" in answer.err
    assert new.services().users.id_of("edith@example.com") is None
    assert new.services().users.id_of("grace@example.com")


def make_role(lines: list[dict[str, Any]]) -> None:
    """Take the encrypted part of a client for a person."""
    client = next(line for line in lines if line["type"] == "client" and "encrypted" in line)
    next(line for line in lines if line.get("email") == "edith@example.com")["encrypted"] = client["encrypted"]


def break_one(lines: list[dict[str, Any]]) -> None:
    """Change a letter of the tag."""
    line = next(line for line in lines if line.get("email") == "edith@example.com")
    head, _, tag = line["encrypted"].rpartition(".")
    line["encrypted"] = f"{head}.{'A' if tag[0] != 'A' else 'B'}{tag[1:]}"


@pytest.mark.parametrize("change", [make_role, break_one, lambda lines: lines[1].update(encrypted=7)])
def test_an_encrypted_part_that_does_not_open_is_refused(
    old: CommandLine, new: CommandLine, folder: Path, change: Callable[[list[dict[str, Any]]], None]
) -> None:
    assert arrive(new, changed(leave(old, folder), change), folder).status != 0


CUTS: dict[str, Callable[[list[dict[str, Any]]], list[dict[str, Any]]]] = {
    "no end": lambda lines: lines[:-1],
    "a line is missing": lambda lines: [*lines[:5], *lines[6:]],
    "a line twice": lambda lines: [*lines[:5], lines[4], *lines[5:]],
    "something after the end": lambda lines: [*lines, lines[4]],
    "two ends": lambda lines: [*lines, lines[-1]],
    "no beginning": lambda lines: lines[1:],
    "another version": lambda lines: [{**lines[0], "version": 2}, *lines[1:]],
    "nothing": lambda _: [],
}


@pytest.mark.parametrize("cut", CUTS)
def test_a_file_that_is_not_whole_imports_nothing(old: CommandLine, new: CommandLine, folder: Path, cut: str) -> None:
    """R-14: a cut-off file is found before the first write."""
    before = list(new.services().database.scan("directory"))
    answer = arrive(new, changed(leave(old, folder), CUTS[cut]), folder)
    assert answer.status != 0
    assert answer.err.strip().endswith(".")
    assert list(new.services().database.scan("directory")) == before


HOSTILE: dict[str, dict[str, Any]] = {
    "role": {"permissions": "x"}, "group": {"roles": ["nobody"]}, "client": {"metadata": {"redirect_uris": 7}},
    "connection": {"definition": []},
    "trusted_issuer": {"clients": {}}, "user": {"claims": []}, "policy_version": {"rules": 7}, "live_policies": {"number": 10**9},
    "organisation": {"slug": "-"}, "organisation_role": {"permissions": [7]}, "organisation_member": {"roles": ["nobody"]},
    "organisation_domain": {"domain": "gmail.com"},
    "scope_text": {"words": {"name": 7}}, "authorization_detail_type": {"definition": {"title": "x", "members": {"a": {"kind": []}}}},
}  # fmt: skip


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_malformed_line_is_refused_alone(old: CommandLine, new: CommandLine, folder: Path, kind: str) -> None:
    """With its number and a sentence; the others are written."""

    def change(lines: list[dict[str, Any]]) -> None:
        next(line for line in lines if line["type"] == kind).update(HOSTILE[kind])

    answer = arrive(new, changed(leave(old, folder), change), folder)
    assert answer.status == 1
    assert "row " in answer.err
    assert "Traceback" not in answer.err


def test_another_key_opens_nothing(old: CommandLine, new: CommandLine, folder: Path) -> None:
    """And a public one, or none at all, is no key."""
    file = leave(old, folder)
    (folder / "private").write_text(json.dumps(ECKey.generate_key("P-256").as_dict(private=True)))
    assert arrive(new, file, folder).status != 0
    for text in (json.dumps(KEY.as_dict(private=False)), "", "[]", '{"kty":"oct","k":"AAAA"}'):
        (folder / "private").write_text(text)
        answer = arrive(new, file, folder)
        assert answer.status == 2
        assert "private key" in answer.err


def test_without_a_key_people_have_no_secrets(old: CommandLine, new: CommandLine, folder: Path) -> None:
    """They keep their ids and links, and the command says what is missing."""
    answer = new("import", str(leave(old, folder)))
    assert "Without --key" in answer.err
    _, edith = both(old, new, "edith@example.com")
    assert edith.password_hash is None
    _, grace = both(old, new, "grace@example.com")
    assert not grace.totp_enabled


def test_the_people_alone_come_as_from_any_system(old: CommandLine, new: CommandLine, folder: Path) -> None:
    """`idp users import --from idp`: what the options name, and no more."""
    file = leave(old, folder)
    done = new.done("users", "import", str(file), "--from", "idp", "--key", str(folder / "private"))
    _, edith = both(old, new, "edith@example.com")
    assert new.services().passwords.verify(edith.password_hash, WORDS)
    assert (edith.has_second_factor, dict(edith.roles), edith.email_verified) == (False, {}, False)
    assert "without links to example (take them: --with-links example=CONNECTION_ID): 1" in done.out
    assert new.services().clients.get("demo-web") is None
