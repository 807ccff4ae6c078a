"""`idp backup` and `idp restore`: all tables to and from one file, keys and state only when asked."""

from __future__ import annotations

import gzip
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from idp.cli import archive, archive_file, migrations_runner
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Unavailable
from idp.domain.factors.password_policy import normalise
from idp.domain.home import Home
from idp.domain.passkeys.passkey import Passkey
from idp.services.audit.recorder import SYSTEM
from idp.services.keys.keyring import REFRESH, Keyring
from idp.services.keys.rp_id import RpIdDiffers
from idp.store.migrations import Migrations
from idp.store.trail import Trail
from tests.support import deployment
from tests.support.cli import CommandLine
from tests.support.deployment import WEB

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idp.domain.audit.event import AuditEvent
    from idp.domain.people.user import User
    from idp.store.database import Database


@pytest.fixture
def idp(moto_endpoint: str, table_prefix: str, tmp_path: Path) -> CommandLine:
    """A deployment with the demo's users and apps."""
    made = CommandLine(moto_endpoint, table_prefix, tmp_path)
    made.done("bootstrap", "--json", "--demo")
    return made


@pytest.fixture
def empty(idp: CommandLine) -> CommandLine:
    """Another deployment with the same key file and without tables."""
    return idp.other(prefix=idp.prefix + "other")


@pytest.fixture
def file(tmp_path: Path) -> str:
    """The path of the backup."""
    return str(tmp_path / "backup.jsonl.gz")


def test_directory_comes_back_as_it_was_and_nothing_else(idp: CommandLine, empty: CommandLine, file: str) -> None:
    """Users, clients and factors are restored item by item. Sessions, grants, keys and earlier events are not restored."""
    idp.done("backup", file)
    idp.done("backup", file)
    assert "into directory" in empty.done("restore", file, "--without-keys").err
    before, after = idp.services().database, empty.services().database
    assert rows(after, "directory") == rows(before, "directory")
    assert [row["type"]["S"] for row in rows(after, "state")] == ["backup.restored"]
    assert {row["kind"]["S"] for row in after.scan("keys")} == {"migration"}


def test_a_backup_has_all_tables_and_the_keys_only_when_asked(idp: CommandLine, file: str) -> None:
    """The file names its contents."""
    idp.done("backup", file)
    assert set(archive_file.inspect(Path(file)).counts) == {"directory", "state"}
    there = {table: len(rows(idp.services().database, table)) for table in ("directory", "state", "keys")}
    idp.done("backup", file, "--with-keys")
    assert archive_file.inspect(Path(file)).counts == there


def test_with_everything_it_is_the_same_deployment(idp: CommandLine, empty: CommandLine, file: str) -> None:
    """The restored deployment has the same items, signs with the same key, and opens the same second factor."""
    there = {table: rows(idp.services().database, table) for table in ("directory", "state", "keys")}
    idp.done("backup", file, "--with-keys")
    empty.done("restore", file, "--with-keys", "--with-state")
    before, after = idp.services(), empty.services()
    for table, items in there.items():
        assert [row for row in rows(after.database, table) if row.get("type") != {"S": "backup.restored"}] == items
    assert after.keyring.active().kid == before.keyring.active().kid
    grace = after.users.id_of("grace@example.com") or ""
    credential = after.factors.totp(grace)
    assert credential
    assert after.keyring.reveal(f"totp:{grace}", credential.sealed)


def test_restoring_keys_replaces_those_that_are_there(idp: CommandLine, empty: CommandLine, file: str) -> None:
    """The restored keys take the place of the stored ones. With two active keys, or two data keys, no key would be usable."""
    idp.done("backup", file, "--with-keys")
    empty.done("bootstrap", "--json")
    empty.done("restore", file, "--with-keys", "--yes")
    after = empty.services()
    assert after.keyring.active().kid == idp.services().keyring.active().kid
    active = [key.alg for key in after.key_rotation.listing() if key.state == "active"]
    assert len(active) == len(set(active))


def test_sealing_keys_come_back_with_their_lives(idp: CommandLine, empty: CommandLine, file: str) -> None:
    """The active, the next and the retired sealing key keep their states. A handle of the active key opens."""
    before = idp.services()
    (first,) = before.sealing_keys.listing()
    handle = before.keyring.sealer().seal("x", "payload")
    following = before.sealing_keys.rotate().id
    over = before.sealing_keys.rotate().id
    before.sealing_keys.revoke(over)
    idp.done("backup", file, "--with-keys")
    empty.done("restore", file, "--with-keys", "--with-state")
    after = empty.services()
    states = {key.id: key.state for key in after.sealing_keys.listing()}
    assert (states[first.id], states[following], states[over]) == ("active", "next", "retired")
    assert after.keyring.sealer().open("x", handle) == "payload"


def test_keys_that_this_deployment_cannot_open_are_refused_before_its_own_are_gone(
    idp: CommandLine, empty: CommandLine, file: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A restore with another key file exits with 2 and changes nothing."""
    idp.done("backup", file, "--with-keys")
    stranger = empty.other(folder=tmp_path_factory.mktemp("stranger"))
    stranger.done("bootstrap", "--json")
    before = rows(stranger.services().database, "keys")
    refused = stranger("restore", file, "--with-keys")
    assert refused.status == 2
    assert "IDP_KEY_FILE" in refused.err
    assert rows(stranger.services().database, "keys") == before


def test_another_region_opens_what_this_one_sealed(
    moto_endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, table_prefix: str, file: str
) -> None:
    """A region with its own KMS key gets the same signing keys, second factors and pairwise names. Without its key's name it is refused."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_KMS", moto_endpoint)
    arn = {
        region: boto3.client("kms", endpoint_url=moto_endpoint, region_name=region).create_key()["KeyMetadata"]["Arn"]
        for region in ("us-east-1", "eu-central-1")
    }
    here, there = (
        CommandLine(moto_endpoint, f"{table_prefix}{region}", tmp_path, {"IDP_KMS_KEY_ID": key, "IDP_KEY_FILE": "", "AWS_REGION": region})
        for region, key in arn.items()
    )
    here.done("bootstrap", "--json")
    there.done("bootstrap", "--json")
    before = here.services()
    sealed, pairwise, kid = (
        before.keyring.protect("totp:ada", b"a second factor"),
        before.keyring.derive("pairwise"),
        before.keyring.active().kid,
    )
    here.done("backup", file, "--with-keys")
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    running = there.services()
    assert running.keyring.derive("pairwise") != pairwise
    untouched = rows(running.database, "keys")
    refused = there("restore", file, "--with-keys")
    assert refused.status == 1
    assert "KMS did not open" in refused.err
    assert there("restore", file, "--made-under", arn["us-east-1"]).status == 2
    assert rows(running.database, "keys") == untouched
    there.done("restore", file, "--with-keys", "--yes", "--made-under", arn["us-east-1"])
    after = there.services().keyring
    assert after.reveal("totp:ada", sealed) == b"a second factor"
    assert (after.derive("pairwise"), after.active().kid) == (pairwise, kid)


def test_an_environment_that_runs_opens_the_keys_that_were_restored(idp: CommandLine, empty: CommandLine, file: str) -> None:
    """It has opened the former data key. A minute later it uses the restored data key, without a restart."""
    idp.done("backup", file, "--with-keys")
    empty.done("bootstrap", "--json")
    made, moment = empty.services(), [int(time.time())]
    running = Keyring(made.key_items, made.envelope, lambda: moment[0], rp_id=made.settings.webauthn_rp_id)
    was = running.active().kid
    empty.done("restore", file, "--with-keys", "--yes")
    assert running.active().kid == was
    moment[0] += REFRESH
    now = idp.services().keyring
    assert (running.active().kid, running.derive("pairwise")) == (now.active().kid, now.derive("pairwise"))


def test_asking_for_keys_that_are_not_in_the_file_is_refused(idp: CommandLine, empty: CommandLine, file: str) -> None:
    """The restore fails; it does not restore the rest silently."""
    idp.done("backup", file)
    refused = empty("restore", file, "--with-keys")
    assert refused.status == 1
    assert "has no keys" in refused.err


def test_what_was_revoked_does_not_come_back_unasked(idp: CommandLine, file: str) -> None:
    """A restore does not make revoked tokens valid again (docs/design.md, State)."""
    state = {"pk": {"S": "USER#1"}, "sk": {"S": "GRANT#1"}, "kind": {"S": "grant"}}
    database = idp.services().database
    database.write_raw("state", [state])
    idp.done("backup", file)
    revoked = {**state, "revoked_at": {"N": "1"}}
    database.write_raw("state", [revoked])
    idp.done("restore", file, "--yes")
    assert revoked in rows(database, "state")
    idp.done("restore", file, "--with-state", "--yes")
    assert state in rows(database, "state")


def test_a_moment_of_the_directory_brings_no_token_back(
    moto_endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    """As docs/deploy.md has it: two tables restored to a moment, beside the deployment, and what is in `directory` put back from there.

    The user is as then. A refresh token that was revoked since is refused as before, and so is one that was used; the others work.
    """
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", moto_endpoint)
    provider = deployment.prepared(deployment.settings(str(tmp_path)))
    prefix = provider.services.settings.table_prefix
    command = CommandLine(moto_endpoint, prefix, tmp_path)
    command.done("migrate")
    ada = provider.person()
    revoked, used, live = (provider.tokens(WEB, ada)["refresh_token"] for _ in range(3))
    dynamodb = boto3.client("dynamodb", endpoint_url=moto_endpoint, region_name="us-east-1")
    moment = command.other(prefix=f"{prefix}restored")
    for table in ("directory", "keys"):
        name = f"{prefix}-{table}"
        dynamodb.update_continuous_backups(TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True})
        dynamodb.restore_table_to_point_in_time(
            SourceTableName=name, TargetTableName=f"{moment.prefix}-{table}", UseLatestRestorableTime=True
        )
    # What happens between that moment and the restore:
    assert provider.call(WEB, "/revoke", token=revoked).status == 200
    assert provider.refresh(WEB, used).status == 200
    provider.clock.advance(60)
    provider.alter(ada, disabled=True)
    assert provider.refresh(WEB, live).status == 400
    moment.done("backup", file, "--without-state")
    command.done("restore", file, "--yes")
    assert [provider.refresh(WEB, token).status for token in (live, revoked, used)] == [200, 400, 400]


def test_a_backup_without_state_restores_none(idp: CommandLine, empty: CommandLine, file: str) -> None:
    """The backup has no `state`. A restore that asks for it says so."""
    idp.done("backup", file, "--without-state")
    assert set(archive_file.inspect(Path(file)).counts) == {"directory"}
    refused = empty("restore", file, "--with-state")
    assert refused.status == 1
    assert "has no state" in refused.err


def test_a_table_that_is_not_there_is_a_sentence(idp: CommandLine, moto_endpoint: str, file: str) -> None:
    """The command prints no traceback."""
    boto3.client("dynamodb", endpoint_url=moto_endpoint, region_name="us-east-1").delete_table(TableName=f"{idp.prefix}-state")
    refused = idp("backup", file)
    assert refused.status == 1
    assert "The tables do not exist" in refused.err
    idp.done("backup", file, "--without-state")


def test_what_changed_is_as_it_was_and_what_is_new_stays(idp: CommandLine, file: str) -> None:
    """Changed items get their stored values again. Items that are newer than the backup stay."""
    password = idp.done("bootstrap", "--json", "--demo").json["users"][0]["password"]
    idp.done("backup", file)
    idp("users", "set-password", "ada@example.com", "--password-stdin", stdin="nine wet walruses\n")
    idp.done("users", "create", "new@example.com", "--no-password")
    idp.done("restore", file, "--yes")
    services = idp.services()
    assert services.users.id_of("new@example.com")
    ada = services.users.get(services.users.id_of("ada@example.com") or "")
    assert ada
    assert services.passwords.verify(ada.password_hash, normalise(password))


def test_what_expired_meanwhile_is_left_out(idp: CommandLine, file: str) -> None:
    """DynamoDB would delete an expired item anyway, up to two days later."""
    services = idp.services()
    long, over = (
        {"pk": {"S": "X"}, "sk": {"S": sk}, "kind": {"S": "x"}, "ttl": {"N": ttl}} for sk, ttl in (("1", "9999999999"), ("2", "100"))
    )
    services.database.write_raw("state", [long, over])
    path = Path(file)
    archive.backup(services.database, path, 1, with_keys=False, seen=lambda: None)
    other = idp.other(prefix=idp.prefix + "b").services().database
    archive.restore(other, path, archive_file.inspect(path), 101, tables=["state"], seen=lambda: None)
    restored = rows(other, "state")
    assert long in restored
    assert over not in restored


def test_a_damaged_file_writes_nothing(idp: CommandLine, empty: CommandLine, file: str) -> None:
    """The file is read to its end before the first write."""
    idp.done("backup", file)
    whole = Path(file).read_bytes()
    Path(file).write_bytes(whole[: len(whole) // 2])
    empty.done("migrate")
    refused = empty("restore", file, "--without-keys")
    assert refused.status == 1
    assert "Nothing was restored" in refused.err
    assert rows(empty.services().database, "directory") == []


def test_a_backup_of_a_newer_release_is_refused(idp: CommandLine, empty: CommandLine, file: str) -> None:
    """Status 3, and the message names the migration that this release does not know."""
    services = idp.services()
    Migrations(services.database).record("9999_of_the_future", 1)
    archive.backup(services.database, Path(file), 1, with_keys=False, seen=lambda: None)
    refused = empty("restore", file)
    assert refused.status == 3
    assert "9999_of_the_future" in refused.err


def test_a_backup_of_an_older_release_is_brought_up(
    idp: CommandLine, empty: CommandLine, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Migrations that had run on the target before run again, because the restored items are older."""
    idp.done("backup", file)
    whole = archive_file.inspect(Path(file))
    older = archive_file.Contents(whole.prefix, whole.at, [], whole.counts)
    monkeypatch.setattr(archive_file, "inspect", lambda _: older)
    asked: list[Any] = []
    run = migrations_runner.run
    monkeypatch.setattr(migrations_runner, "run", lambda *args, **named: asked.append(run(*args, **named)))
    empty.done("migrate")
    empty.done("restore", file, "--without-keys")
    assert asked[-1] == [path.stem for path in migrations_runner.list_migrations()]


@pytest.mark.parametrize("with_keys", ["--with-keys", ""])
@pytest.mark.parametrize("before", ["bootstrap", "migrate"])
def test_other_keys_than_the_backups_need_a_choice(idp: CommandLine, empty: CommandLine, file: str, with_keys: str, before: str) -> None:
    """The target has other keys, or none. The command says what cannot be decrypted, names both options and writes nothing."""
    idp.done("backup", file, *with_keys.split())
    empty.done(before)
    was = {table: rows(empty.services().database, table) for table in archive_file.TABLES}
    refused = empty("restore", file, "--yes")
    assert refused.status == 2
    for words in ("Second factors in it (1)", "--with-keys", "--without-keys", "Nothing was restored"):
        assert words in refused.err
    assert {table: rows(empty.services().database, table) for table in archive_file.TABLES} == was
    assert "second factors (1) cannot be decrypted here" in empty.done("restore", file, "--yes", "--without-keys").err
    assert empty("restore", file, "--yes", "--without-keys", "--with-keys").status == 2


def test_after_a_restore_without_keys_the_development_server_can_start(idp: CommandLine, empty: CommandLine, file: str) -> None:
    """`idp dev` begins with `bootstrap --demo`, which reports that the second factor is different and goes on."""
    idp.done("backup", file)
    empty.done("restore", file, "--without-keys")
    told = empty.done("bootstrap", "--json", "--demo")
    assert "The second factor of grace@example.com has been changed" in told.err


def test_the_same_keys_need_no_choice(idp: CommandLine, file: str) -> None:
    """A rotation does not change the data key, so a deployment can restore its own backup, with or without its keys."""
    idp.done("backup", file)
    idp.done("keys", "rotate", "--at-once")
    idp.done("keys", "rotate", "--kind", "sealing")
    assert "do not open" not in idp.done("restore", file, "--yes").err
    idp.done("backup", file, "--with-keys")
    assert "do not open" not in idp.done("restore", file, "--yes").err


def test_a_backup_of_a_release_that_named_no_data_key(idp: CommandLine, empty: CommandLine, file: str) -> None:
    """A second factor in the backup shows whether the data key is the same. A backup without one needs no choice."""
    services = idp.services()
    lines = [("directory", item) for item in rows(services.database, "directory")]
    header = {"prefix": services.database.prefix, "at": 1, "tables": ["directory"], "migrations": Migrations(services.database).ran()}
    archive_file.write(Path(file), header, lines)
    idp.done("restore", file, "--yes")
    for command in ("migrate", "bootstrap"):
        empty.done(command)
        assert empty("restore", file, "--yes").status == 2
    archive_file.write(Path(file), header, [line for line in lines if line[1]["kind"] != {"S": "totp"}])
    empty.done("restore", file, "--yes")


def test_thousands_of_items_pass_through(idp: CommandLine, empty: CommandLine, file: str) -> None:
    """There are more items than one page of a scan and one batch of writes hold."""
    items = [{"pk": {"S": f"USER#{n}"}, "sk": {"S": "USER"}, "kind": {"S": "x"}, "data": {"S": "x" * 1500}} for n in range(1200)]
    idp.services().database.write_raw("directory", items)
    idp.done("backup", file)
    empty.done("restore", file, "--without-keys")
    assert rows(empty.services().database, "directory") == rows(idp.services().database, "directory")


def test_a_batch_that_fails_ends_the_restore_with_an_error(
    idp: CommandLine, empty: CommandLine, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of several batches at once, and the last one, whose failure comes when everything was given."""
    idp.done("backup", file)
    real, written = archive.write_items, []

    def failing(database: Database, table: str, items: Sequence[Any]) -> None:
        written.append(table)
        if table == "state":
            raise Unavailable
        real(database, table, items)

    monkeypatch.setattr(archive, "write_items", failing)
    answer = empty("restore", file, "--with-state", "--without-keys", "--yes")
    assert answer.status != 0
    assert "items into" not in answer.out + answer.err
    assert "state" in written


def rows(database: Database, table: str) -> list[dict[str, Any]]:
    """Return all items, sorted."""
    return sorted(database.scan(table), key=lambda item: (item["pk"]["S"], item["sk"]["S"]))


def test_roles_and_who_has_them_come_back(idp: CommandLine, empty: CommandLine, file: str) -> None:
    """A role that was deleted after the backup comes back with its users. It replaces a newer role of the same name."""
    idp.done("roles", "create", "editor", "--permission", "orders:read")
    idp.done("groups", "create", "sales", "--role", "editor")
    given = ("--no-password", "--group", "sales", "--attributes", '{"x": 1}', "--json")
    made = idp.done("users", "create", "charles@example.com", *given).json
    idp.done("backup", file)
    services = idp.services()
    services.role_service.delete("editor", by=SYSTEM, scope=DEPLOYMENT)
    services.role_service.create("editor", permissions=["everything"], scope=DEPLOYMENT)
    for restored in (idp, empty):
        restored.done("restore", file, "--yes", "--without-keys")
        model, user = (
            restored.services().role_service.model(scope=DEPLOYMENT),
            restored.services().user_service.get(made["id"], scope=DEPLOYMENT),
        )
        assert model.permissions(model.effective(user.roles, user.groups)) == ("orders:read",)
        assert user.attributes == {"x": 1}


def test_both_are_in_the_audit(idp: CommandLine, empty: CommandLine, file: str) -> None:
    """The event names the tables and the number of items, because a backup copies the data of all users and a restore replaces it."""
    idp.done("backup", file, "--with-keys", "--without-state")
    (written,) = [event for event in events(idp) if event.type == "backup.written"]
    assert (written.actor, written.details["tables"]) == ("system", "directory keys")
    empty.done("restore", file, "--with-keys")
    (restored,) = [event for event in events(empty) if event.type == "backup.restored"]
    assert (restored.actor, restored.details["tables"]) == ("system", "directory keys")
    assert restored.details["items"] == written.details["items"]


def test_a_backup_beside_no_state_is_written_and_says_what_is_missing(idp: CommandLine, file: str) -> None:
    """An operator needs the backup after a recovery. Only the audit event cannot be written."""
    services = idp.services()
    services.database.transport.call("DeleteTable", {"TableName": f"{idp.prefix}-state"})
    done = idp("backup", file, "--without-state")
    assert (done.status, Path(file).stat().st_size > 0) == (0, True)
    assert "The audit has no event of this (backup.written)" in done.err


def events(idp: CommandLine) -> list[AuditEvent]:
    """Return today's audit events."""
    services = idp.services()
    now = services.clock() * 1000
    return Trail(services.database).of_all(since=f"{now - 3_600_000:013d}", before=f"{now + 3_600_000:013d}", limit=100).events


INTERIM = {"IDP_ISSUER": "https://interim.example.net"}
FINAL = {"IDP_ISSUER": "https://id.example.com"}


def test_restored_keys_bring_their_rp_id(idp: CommandLine, empty: CommandLine, file: str) -> None:
    """A region with an interim domain reports the difference, and answers 503 until it has the backup's domain (docs/deploy.md)."""
    interim = empty.other(extra=INTERIM)
    interim.done("bootstrap", "--json")
    idp.done("backup", file, "--with-keys")
    said = interim.done("restore", file, "--with-keys", "--yes").err
    assert "Restored with another RP ID: id.example.com is stored, and the settings have interim.example.net" in said
    with pytest.raises(RpIdDiffers):
        interim.services().keyring.sealer()
    refused = interim("bootstrap", "--json")
    assert (refused.status, refused.out) == (1, "")
    assert refused.err.startswith("RP ID: id.example.com is stored")
    final = empty.other(extra=FINAL)
    final.done("bootstrap", "--json")
    assert final.services().keyring.active().kid == idp.services().keyring.active().kid


def test_restored_keys_bring_a_later_home(idp: CommandLine, empty: CommandLine, file: str) -> None:
    """Else what was sealed before the region changed would count again. It is said why the deployment answers 503 then (FI-11)."""
    there = {"IDP_REGION": "us-east-1"}
    assert idp.services().key_items.put_home(Home("us-east-1", 5, 305), before=None)
    idp.other(extra=there).done("backup", file, "--with-keys")
    empty.done("bootstrap", "--json")
    said = empty.done("restore", file, "--with-keys", "--yes").err
    assert "Restored with another region: us-east-1 serves, and IDP_REGION is not set" in said
    restored = empty.other(extra=there)
    restored.services().keyring.require_serving()
    assert "another region" not in restored.done("restore", file, "--with-keys", "--yes").err


def test_restored_keys_without_an_rp_id_leave_the_stored_one(idp: CommandLine, empty: CommandLine, file: str) -> None:
    """A backup of an earlier release has no RP ID. Without the stored one the next start could store another, and passkeys would fail."""
    assert idp.services().key_items.remove_rp_id("id.example.com")
    idp.done("backup", file, "--with-keys")
    empty.done("bootstrap", "--json")
    empty.done("restore", file, "--with-keys", "--yes")
    assert empty.services().relying_party.read_stored() == "id.example.com"


def with_a_passkey(idp: CommandLine) -> User:
    """Store a passkey of a user, as one that was made there. Returns the user."""
    services = idp.services()
    user = services.users.listing()[0][0]
    made = Passkey(
        user_id=user.id, credential_id=b"credential", public_key=b"key", alg=-7, sign_count=0, backup_eligible=False, backed_up=False,
        user_verified=True, transports=(), aaguid="", name="Phone", created_at=1,
    )  # fmt: skip
    assert services.passkeys.add(user, made, issued=1, attempt="a")
    return user


def test_passkeys_of_another_rp_id_need_a_choice(idp: CommandLine, empty: CommandLine, file: str) -> None:
    """N-14: browsers bind them to the domain. Nothing is written without the choice, and the sentence says what to set."""
    user = with_a_passkey(idp)
    idp.done("backup", file, "--with-keys")
    interim = empty.other(extra=INTERIM)
    for keys in ("--without-keys", "--with-keys"):
        refused = interim("restore", file, keys, "--yes")
        assert refused.status == 2
        for words in ("Passkeys in it (1)", "id.example.com", "interim.example.net", "--other-rp-id", "Nothing was restored"):
            assert words in refused.err
        assert interim.services().users.get(user.id) is None
    assert "into directory" in interim.done("restore", file, "--without-keys", "--other-rp-id", "--yes").err
    assert interim.services().users.get(user.id)


def test_passkeys_of_the_same_rp_id_need_no_choice(idp: CommandLine, empty: CommandLine, file: str) -> None:
    with_a_passkey(idp)
    idp.done("backup", file)
    contents = archive_file.inspect(Path(file))
    assert (contents.rp_id, contents.passkeys) == ("id.example.com", 1)
    assert "into directory" in empty.done("restore", file, "--without-keys").err


def test_a_backup_of_a_release_that_named_no_rp_id_needs_no_choice(idp: CommandLine, empty: CommandLine, file: str) -> None:
    with_a_passkey(idp)
    idp.done("backup", file)
    lines = gzip.decompress(Path(file).read_bytes()).splitlines(keepends=True)
    header = json.loads(lines[0])
    del header["rp_id"]
    Path(file).write_bytes(gzip.compress(json.dumps(header).encode() + b"\n" + b"".join(lines[1:])))
    assert "into directory" in empty.other(extra=INTERIM).done("restore", file, "--without-keys").err
