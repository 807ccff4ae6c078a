"""`idp export --everything`: an open format to leave with (docs/moving.md)."""

from __future__ import annotations

import json
import os
import stat
from base64 import urlsafe_b64decode
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwe
from joserfc.jwk import ECKey, RSAKey
from jsonschema import Draft202012Validator

from idp.cli import export_file
from idp.domain.access.roles import Role
from idp.domain.factors import recovery_codes
from idp.services.mail.outbox import Outbox
from idp.services.moving import exporter
from idp.services.moving.export_objects import LEFT_OUT, Objects
from idp.services.moving.export_person import PERSON_ITEMS
from idp.store import organisation_keys, passkey_items
from idp.store.keys import user
from tests.support.cli import CommandLine
from tests.support.full_deployment import WORDS, deployment_with_everything, events, made_passkey, secret_texts
from tests.support.item_kinds import kinds

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "docs/schemas/export-1.json").read_text())
SECRETS = {"$defs": SCHEMA["$defs"], "$ref": "#/$defs/secrets"}
EC, RSA = ECKey.generate_key("P-256"), RSAKey.generate_key(2048)


@pytest.fixture
def idp(quick_endpoint: str, table_prefix: str, tmp_path: Path) -> CommandLine:
    """A deployment with the demo's users and apps, and one of everything else."""
    return deployment_with_everything(quick_endpoint, table_prefix, tmp_path)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The path of the export."""
    return tmp_path / "everything.ndjson"


def key_file(folder: Path, text: str) -> str:
    """A file with this text."""
    path = folder / "taker"
    path.write_text(text)
    return str(path)


def public(key: ECKey | RSAKey) -> str:
    """The public key as a JWK."""
    return json.dumps(key.as_dict(private=False))


def lines(file: Path) -> list[dict[str, Any]]:
    """The parsed lines."""
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def opened(line: dict[str, Any], key: ECKey | RSAKey) -> dict[str, Any]:
    """The secrets of a line."""
    found = jwe.decrypt_compact(line["encrypted"], key, algorithms=["ECDH-ES", "RSA-OAEP-256", "A256GCM"])
    assert found.plaintext
    content: dict[str, Any] = json.loads(found.plaintext)
    return content


def of(file: Path, type_: str, **members: Any) -> dict[str, Any]:
    """The one line of this type with these members."""
    (found,) = [line for line in lines(file) if line["type"] == type_ and members.items() <= line.items()]
    return found


@pytest.mark.parametrize("text", [public(EC), public(RSA), EC.as_pem(private=False).decode(), RSA.as_pem(private=False).decode()])
def test_every_line_fits_the_published_schema(idp: CommandLine, file: Path, tmp_path: Path, text: str) -> None:
    """So do the decrypted secrets, for each kind of key. The last line counts the others."""
    idp.done("export", str(file), "--everything", "--to", key_file(tmp_path, text), "--with-keys")
    key = EC if '"EC"' in text or text == EC.as_pem(private=False).decode() else RSA
    found = lines(file)
    for line in found:
        Draft202012Validator(SCHEMA).validate(line)
        if "encrypted" in line:
            secrets = opened(line, key)
            Draft202012Validator(SECRETS).validate(secrets)
            assert secrets["type"] == line["type"]
            assert secrets["id"] in {line.get(name) for name in ("id", "client_id", "purpose", "kid")}
    assert found[0]["type"] == "export"
    assert found[-1] == {"type": "end", "counts": dict(Counter(line["type"] for line in found[:-1]))}


def test_a_person_is_there_with_everything(idp: CommandLine, file: Path, tmp_path: Path) -> None:
    """Hash, roles, groups, passkey, link and consent are in one line; the hash only for the taker."""
    idp.done("export", str(file), "--everything", "--to", key_file(tmp_path, public(EC)))
    line, services = of(file, "user", email="edith@example.com"), idp.services()
    assert (line["roles"], line["groups"]) == (["reader"], ["staff"])
    assert [(one["credential_id"], one["sign_count"], one["waits"]) for one in line["passkeys"]] == [("Y3JlZGVudGlhbA", 3, False)]
    assert [(one["issuer"], one["subject"], one["connection_id"]) for one in line["links"]] == [
        ("https://accounts.example", "subject-1", "example")
    ]
    assert [(one["client_id"], one["scopes"]) for one in line["consents"]] == [("demo-web", ["openid", "email"])]
    assert services.passwords.verify(opened(line, EC)["password_hash"], WORDS)


def test_the_taker_can_check_second_factors(idp: CommandLine, file: Path, tmp_path: Path) -> None:
    """The seed is the one that the authenticator has, and a recovery code can be checked with the exported key."""
    services = idp.services()
    grace = services.users.id_of("grace@example.com") or ""
    key = services.keyring.derive(recovery_codes.PURPOSE)
    services.factors.put_recovery_codes(grace, [recovery_codes.digest(key, grace, "0123456789ABCDEF")], 1)
    idp.done("export", str(file), "--everything", "--to", key_file(tmp_path, public(EC)))
    credential = services.factors.totp(grace)
    assert credential
    secrets = opened(of(file, "user", id=grace), EC)
    assert secrets["totp"]["secret"].encode() == services.keyring.reveal(f"totp:{grace}", credential.sealed)
    assert (secrets["totp"]["algorithm"], secrets["totp"]["digits"], secrets["totp"]["period"]) == ("SHA1", 6, 30)
    exported = opened(of(file, "derived_key", purpose="recovery_codes"), EC)["key"]
    digest = recovery_codes.digest(urlsafe_b64decode(exported + "="), grace, "0123456789ABCDEF")
    assert secrets["recovery_codes"]["digests"] == [digest]


def test_a_connection_leaves_with_its_secret_for_the_taker_only(idp: CommandLine, file: Path, tmp_path: Path) -> None:
    """The definition has no secret, not even an encrypted one of this deployment."""
    idp.done("export", str(file), "--everything", "--to", key_file(tmp_path, public(RSA)))
    line = of(file, "connection")
    assert "secret" not in line["definition"]
    assert opened(line, RSA) == {"type": "connection", "id": "example", "secret": "upstream secret"}


@pytest.mark.parametrize("encrypted", [True, False])
def test_no_secret_is_in_clear(idp: CommandLine, file: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], *, encrypted: bool) -> None:
    """Neither in the file, nor on the terminal, nor in the log. Without a key nothing is encrypted, and the command says so."""
    to = ("--to", key_file(tmp_path, public(EC))) if encrypted else ()
    done = idp.done("export", str(file), "--everything", *to)
    told = capfd.readouterr()
    everywhere = file.read_text() + done.out + done.err + told.out + told.err
    secrets = list(secret_texts(idp.services()))
    assert len(secrets) > 10
    assert not [each for each in secrets if each in everywhere]
    assert ('"encrypted"' in file.read_text()) == encrypted
    assert ("Without --to" in done.err) != encrypted


def test_keys_leave_only_when_asked(idp: CommandLine, file: Path, tmp_path: Path) -> None:
    """With --to alone there is only the key of recovery codes."""
    idp.done("export", str(file), "--everything", "--to", key_file(tmp_path, public(EC)))
    assert [line.get("purpose") for line in lines(file) if line["type"] in {"signing_key", "derived_key"}] == ["recovery_codes"]


def weak() -> str:
    """An RSA key that is too short."""
    return json.dumps({"kty": "RSA", "e": "AQAB", "n": "y" * 170 + "w"})


@pytest.mark.parametrize(
    ("options", "text", "says"),
    [
        ((), None, "--everything"),
        (("--everything", "--with-keys"), None, "only encrypted"),
        (("--everything", "--to"), lambda: json.dumps(EC.as_dict(private=True)), "private key"),
        (("--everything", "--to"), lambda: RSA.as_pem(private=True).decode(), "private key"),
        (("--everything", "--to"), weak, "no public key"),
        (("--everything", "--to"), lambda: public(ECKey.generate_key("secp256k1")), "no public key"),
        (("--everything", "--to"), lambda: '{"kty":"oct","k":"AAAA"}', "no public key"),
        (("--everything", "--to"), lambda: '{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}', "no public key"),
        (("--everything", "--to"), lambda: json.dumps({**EC.as_dict(private=False), "use": "sig"}), "no public key"),
        (("--everything", "--to"), lambda: "[" * 100_000, "no public key"),
        (("--everything", "--to"), lambda: "", "no public key"),
    ],
)
def test_a_wrong_choice_or_key_writes_nothing(
    idp: CommandLine, file: Path, tmp_path: Path, options: tuple[str, ...], text: Callable[[], str] | None, says: str
) -> None:
    """The status is 2, and there is neither a file nor an event."""
    refused = idp("export", str(file), *options, *([key_file(tmp_path, text())] if text else []))
    assert refused.status == 2
    assert says in refused.err
    assert not list(tmp_path.glob("everything*"))
    assert not events(idp)


def test_a_folder_that_cannot_take_the_file_is_found_before_the_event(
    idp: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is missing, or closed for this user."""
    missing = idp("export", str(tmp_path / "missing" / "x"), "--everything")
    assert missing.status == 2
    assert str(tmp_path / "missing") in missing.err
    monkeypatch.setattr(os, "access", lambda *_: False)
    closed = idp("export", str(tmp_path / "everything"), "--everything")
    assert closed.status == 2
    assert "no file" in closed.err
    assert not events(idp)


def test_it_does_not_write_over_a_file(idp: CommandLine, file: Path) -> None:
    """Also not over a link to a file that is not there."""
    file.write_text("mine")
    for options in ((), ("--resume",)):
        assert idp("export", str(file), "--everything", *options).status == 1
    assert file.read_text() == "mine"
    file.unlink()
    file.symlink_to(file.with_name("elsewhere"))
    assert idp("export", str(file), "--everything").status == 1
    assert not file.with_name("elsewhere").exists()


def test_the_file_is_readable_for_its_owner_only(idp: CommandLine, file: Path) -> None:
    """And nothing else is left."""
    idp.done("export", str(file), "--everything")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.glob("everything*")] == [file.name]


@pytest.fixture
def interrupted(idp: CommandLine, file: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Begins an export that is interrupted after some groups. A state is kept after every second one."""
    monkeypatch.setattr(export_file, "_GROUPS", 2)

    def begin(after: int, *options: str) -> None:
        count = 0

        def seen() -> None:
            nonlocal count
            count += 1
            if count == after:
                raise KeyboardInterrupt

        real = export_file.ExportFile.write
        with monkeypatch.context() as patched:
            patched.setattr(export_file.ExportFile, "write", lambda self, state, head, groups, _: real(self, state, head, groups, seen))
            answer = idp("export", str(file), "--everything", *options)
        assert answer.status != 0
        assert "Stopped. Add --resume to the same command" in answer.err
        assert not file.exists()

    return begin


@pytest.mark.parametrize("first", [1, 2, 3, 7])
def test_an_interrupted_export_goes_on_exactly(idp: CommandLine, file: Path, interrupted: Callable[..., None], first: int) -> None:
    """Interrupted twice and resumed, it has each line once, as one that was not interrupted."""
    whole = file.with_name("whole")
    idp.done("export", str(whole), "--everything")
    interrupted(first)
    part = file.with_name(file.name + ".part")
    assert stat.S_IMODE(part.stat().st_mode) == 0o600
    assert stat.S_IMODE(part.with_name(part.name + ".state").stat().st_mode) == 0o600
    with part.open("ab") as cut:
        cut.write(b'{"type":"user","id":"half a li')
    interrupted(2, "--resume")
    idp.done("export", str(file), "--everything", "--resume")
    assert [line for line in lines(file) if line["type"] != "export"] == [line for line in lines(whole) if line["type"] != "export"]
    assert not part.exists()


def test_an_interrupted_export_is_not_begun_anew_or_for_another_key(
    idp: CommandLine, file: Path, tmp_path: Path, interrupted: Callable[..., None]
) -> None:
    """The part stays as it is."""
    interrupted(3)
    part = file.with_name(file.name + ".part")
    before = part.read_bytes()
    assert idp("export", str(file), "--everything").status == 1
    other = idp("export", str(file), "--everything", "--resume", "--to", key_file(tmp_path, public(EC)))
    assert other.status == 2
    assert part.read_bytes() == before


def test_there_is_nothing_to_resume(idp: CommandLine, file: Path, interrupted: Callable[..., None]) -> None:
    """Without an interrupted export, with a part that is shorter than its state, and with a damaged state."""
    assert idp("export", str(file), "--everything", "--resume").status == 1
    interrupted(5)
    part = file.with_name(file.name + ".part")
    part.write_bytes(b"")
    assert idp("export", str(file), "--everything", "--resume").status == 1
    part.with_name(part.name + ".state").write_text("[]")
    assert idp("export", str(file), "--everything", "--resume").status == 1


def test_the_audit_and_every_admin_are_told_before_the_first_line(
    idp: CommandLine, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each admin who is not disabled gets the mail, and the event names the key. Also when an export goes on."""
    idp.done("users", "create", "second@example.com", "--no-password", "--admin")
    told: list[tuple[str, str, bool]] = []

    def send(_: Outbox, to: str, template: str, context: dict[str, str], **__: Any) -> None:
        told.append((to, template, any_part(file)))
        assert context["at"]

    monkeypatch.setattr(Outbox, "send", send)
    mailing = idp.other(extra={"IDP_SMTP_URL": "smtp://127.0.0.1:9", "IDP_MAIL_FROM": "idp@example.com"})
    mailing.done("export", str(file), "--everything", "--to", key_file(tmp_path, public(EC)))
    assert sorted(told) == [("admin@example.com", "export_made", False), ("second@example.com", "export_made", False)]
    (event,) = events(idp)
    assert of(file, "export")["encrypted_to"] in json.dumps(event)


def any_part(file: Path) -> bool:
    """Whether something was written."""
    return bool(list(file.parent.glob(file.name + "*")))


def test_without_an_event_nothing_is_exported(idp: CommandLine, file: Path) -> None:
    """An export that the audit does not know of is refused."""
    database = idp.services().database
    database.transport.call("DeleteTable", {"TableName": f"{database.prefix}-state"})
    assert idp("export", str(file), "--everything").status == 1
    assert not any_part(file)


def test_what_no_longer_counts_does_not_come_to_life(idp: CommandLine, file: Path) -> None:
    """A role that was made again has not the assignments of the former one, and an app not the consents."""
    services = idp.services()
    role = services.roles.role("reader")
    assert role
    assert services.roles.delete(role)
    assert services.roles.create(Role("reader", "another-id"))
    services.clients.delete("demo-web")
    idp.done("clients", "create", "Other", "--client-id", "demo-web", "--redirect-uri", "https://other.example/cb")
    idp.done("export", str(file), "--everything")
    line = of(file, "user", email="edith@example.com")
    assert (line["roles"], line["consents"]) == ([], [])
    assert of(file, "group", name="staff")["roles"] == []


def test_a_damaged_item_is_named_and_the_others_leave(idp: CommandLine, file: Path) -> None:
    """The command says how many there are."""
    services = idp.services()
    ada = services.users.id_of("ada@example.com") or ""
    place = user(ada)
    services.database.write_raw("directory", [{"pk": {"S": place.pk}, "sk": {"S": place.sk}, "kind": {"S": "user"}}])
    services.database.write_raw("directory", [{"pk": {"S": "NEW#1"}, "sk": {"S": "NEW"}, "kind": {"S": "of a newer release"}}])
    done = idp.done("export", str(file), "--everything")
    assert {(line["kind"], line["pk"]) for line in lines(file) if line["type"] == "unreadable"} == {
        ("user", place.pk), ("of a newer release", "NEW#1"),
    }  # fmt: skip
    assert "2 items cannot be read" in done.err
    assert of(file, "user", email="edith@example.com")


def test_every_kind_of_the_directory_leaves_or_has_a_reason() -> None:
    """A new kind must get a line, or a reason."""
    has_lines = {each.kind_name for each in PERSON_ITEMS} | set(Objects(None, lambda _: [], lambda _: None).kinds)
    there = {kind for kind, table in kinds() if table == "directory"}
    assert not has_lines & set(LEFT_OUT)
    assert has_lines | set(LEFT_OUT) == there


def test_a_passkey_that_the_account_does_not_list_stays(idp: CommandLine, file: Path) -> None:
    """Only what is in both items counts."""
    services = idp.services()
    edith = services.users.id_of("edith@example.com") or ""
    stray = made_passkey(edith, b"stray", "Stray")
    services.database.put(passkey_items.passkey_item(stray, last_challenge_at=1))
    idp.done("export", str(file), "--everything")
    assert [one["name"] for one in of(file, "user", id=edith)["passkeys"]] == ["Phone"]


def test_an_organisation_leaves_with_roles_members_and_domains(idp: CommandLine, file: Path) -> None:
    """The value of a TXT record stays, and an assignment of a removed role does, too."""
    services = idp.services()
    acme = services.organisations.by_slug("acme")
    assert acme
    viewer = services.organisation_roles.get(acme.id, "viewer")
    assert viewer
    assert services.organisation_roles.delete(acme.id, viewer)
    assert services.organisation_roles.create(acme.id, Role("viewer", "another-id"))
    idp.done("export", str(file), "--everything")
    edith, ada = (services.users.id_of(f"{name}@example.com") for name in ("edith", "ada"))
    line = of(file, "organisation", id=acme.id)
    assert (line["slug"], line["policy"], line["metadata"]) == ("acme", {"mfa_required": True, "session_hours": 8}, {"plan": "gold"})
    assert of(file, "organisation_role", org_id=acme.id, name="buyer")["permissions"] == ["orders:write"]
    member = of(file, "organisation_member", org_id=acme.id, user_id=edith)
    assert (member["roles"], member["admin"], member["admin_scopes"], member["owned"]) == (["buyer"], True, ["users:read"], True)
    assert of(file, "organisation_member", org_id=acme.id, user_id=ada)["roles"] == ["buyer"]
    assert of(file, "organisation_domain", domain="acme.example")["state"] == "proven"
    assert of(file, "client", client_id="acme-sync")["roles"] == ["buyer"]
    assert not [line for line in lines(file) if line["type"] == "unreadable"]


def test_an_organisation_that_is_being_deleted_stays(idp: CommandLine, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of it has a line, also while its members are still stored. The other one is whole, in parts of one item."""
    services = idp.services()
    acme, other = (services.organisations.by_slug(slug) for slug in ("acme", "other-school"))
    assert acme
    assert other
    assert services.organisations.begin_deletion(acme, by="", now=1)
    monkeypatch.setattr(exporter, "_TOGETHER", 1)
    idp.done("export", str(file), "--everything")
    found = [(line["type"], line.get("org_id", line.get("id"))) for line in lines(file) if line["type"].startswith("organisation")]
    kinds_of_a_whole = ("organisation", "organisation_domain", "organisation_member", "organisation_role")
    assert sorted(found) == [(kind, other.id) for kind in kinds_of_a_whole]
    assert of(file, "client", client_id="acme-sync")["roles"] == []


def test_an_organisation_that_cannot_be_read_is_named(idp: CommandLine, file: Path) -> None:
    """Its members and roles leave."""
    services = idp.services()
    acme = services.organisations.by_slug("acme")
    assert acme
    place = organisation_keys.organisation(acme.id)
    services.database.write_raw("directory", [{"pk": {"S": place.pk}, "sk": {"S": place.sk}, "kind": {"S": "organisation"}}])
    idp.done("export", str(file), "--everything")
    assert [line["kind"] for line in lines(file) if line["type"] == "unreadable"] == ["organisation"]
    assert len([line for line in lines(file) if line["type"] == "organisation_member" and line["org_id"] == acme.id]) == 2
