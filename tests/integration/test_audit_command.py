"""`idp audit`: verify, save, seal, export, with tables, files and a bucket with Object Lock."""

from __future__ import annotations

import gzip
import json
import time
import uuid
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest

from idp.domain.audit.block import SHARDS
from idp.domain.audit.event import AuditEvent
from idp.domain.audit.head import START, hour_of
from idp.services.audit_chain.signing import read_head
from idp.store import deployment_keys
from idp.store.events import item
from idp.store.signing_keys import KeyItems
from idp.store.time_shards import TimeShardsItem
from tests.support.cli import CommandLine

HOUR, DAY = 3600, 86400


class Deployed:
    """A deployment with the audit chain, and events of the last hours."""

    def __init__(self, idp: CommandLine) -> None:
        self.idp = idp
        idp.done("bootstrap", "--json")
        self.services = idp.services()
        self.now = int(time.time())
        self.hour = (self.now - 300) // HOUR * HOUR - HOUR
        """The last hour that can be sealed."""

    def happen(self, at: int, count: int = 5) -> list[AuditEvent]:
        """Events at this time, written without a stream."""
        made = [
            AuditEvent(
                uuid.uuid4().hex, at * 1000 + n, "user.updated", actor="usr_a", subject="usr_a", address="192.0.2.77", request_id="r"
            )
            for n in range(count)
        ]
        self.services.database.batch_write(puts=[item(each, retention=400 * DAY) for each in made])
        return made

    def raws(self) -> list[dict[str, Any]]:
        return [
            raw for raw in self.services.database.scan("state") if raw["kind"] == {"S": "event"} and raw.get("subject") == {"S": "usr_a"}
        ]


@pytest.fixture
def deployed(quick_endpoint: str, table_prefix: str, tmp_path: Path) -> Deployed:
    """Five events of the last hour, sealed."""
    made = Deployed(CommandLine(quick_endpoint, table_prefix, tmp_path))
    made.happen(made.hour + 60)
    made.idp.done("audit", "seal")
    return made


def test_an_untouched_audit_is_complete(deployed: Deployed) -> None:
    """Status 0, a line for each hour; the same as JSON."""
    answer = deployed.idp.done("audit", "verify")
    assert "cannot show that their newest hours were removed" in answer.err
    found = answer.out.splitlines()
    hour = time.strftime("%Y-%m-%dT%H", time.gmtime(deployed.hour))
    assert found[0].split() == [hour, "complete", "5", "events"]
    told = [json.loads(line) for line in deployed.idp.done("audit", "verify", "--json").out.splitlines()]
    assert (told[0]["hour"], told[0]["state"], told[0]["events"], told[0]["faults"]) == (hour, "complete", 5, 0)


def test_a_changed_audit_is_named_and_ends_with_a_status(deployed: Deployed) -> None:
    raw = deployed.raws()[0]
    deployed.services.database.write_raw("state", [raw | {"type": {"S": "user.created"}}])
    refused = deployed.idp("audit", "verify")
    assert refused.status == 1
    assert "altered" in refused.out
    assert "is not what it was" in refused.out
    assert "somebody or something changed the audit" in refused.err


def test_what_a_verification_found_is_stored_for_the_console(deployed: Deployed) -> None:
    hour = hour_of(deployed.hour)
    deployed.idp.done("audit", "verify")
    found = deployed.services.audit_verifications.last()
    assert found
    assert (found.source, found.first, found.events, found.faults) == ("tables", hour, 5, 0)
    deployed.services.database.write_raw("state", [deployed.raws()[0] | {"type": {"S": "user.created"}}])
    assert deployed.idp("audit", "verify", "--to", hour).status == 1
    found = deployed.services.audit_verifications.last()
    assert found
    assert (found.last, found.worst, found.faults) == (hour, "altered", 1)


def test_without_a_chain_nothing_is_proved(quick_endpoint: str, table_prefix: str, tmp_path: Path) -> None:
    """No chain is no success: somebody may have removed it."""
    idp = CommandLine(quick_endpoint, table_prefix, tmp_path)
    idp.done("bootstrap", "--json")
    refused = idp("audit", "verify")
    assert (refused.status, refused.out) == (1, "")
    assert "There is no audit chain" in refused.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["--from", "yesterday"], ["--to", "2026-13-01"], ["--from", "2026-11-29T99"], ["--from", "2026-11-29T1"], ["--bucket"],
        ["--key", "pyproject.toml"], ["--file", "nowhere.gz"],
    ],
)  # fmt: skip
def test_a_wrong_option_is_refused(deployed: Deployed, arguments: list[str]) -> None:
    assert deployed.idp("audit", "verify", *arguments).status == 2


def test_saved_hours_verify_without_the_deployment(deployed: Deployed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting, no table and no network: only the file and the key."""
    folder = tmp_path / "saved"
    folder.mkdir()
    deployed.idp.done("audit", "save", str(folder))
    (file,) = folder.glob("*.ndjson.gz")
    key = tmp_path / "key.json"
    key.write_text(deployed.idp.done("audit", "key").out)
    monkeypatch.setattr("idp.cli.deployment.deployment", None)
    monkeypatch.setattr("idp.cli.audit_verification.deployment", None)
    nobody = CommandLine("", "", tmp_path)
    assert "complete   5 events" in nobody.done("audit", "verify", "--file", str(file), "--key", str(key)).out
    assert "named its own key" in nobody.done("audit", "verify", "--file", str(file)).err
    lines = gzip.decompress(file.read_bytes()).splitlines(keepends=True)
    file.write_bytes(gzip.compress(b"".join(line for number, line in enumerate(lines) if number != 2)))
    assert nobody("audit", "verify", "--file", str(file), "--key", str(key)).status == 1
    key.write_text("[]")
    assert nobody("audit", "verify", "--file", str(file), "--key", str(key)).status == 2


def test_saving_again_keeps_what_is_there(deployed: Deployed, tmp_path: Path) -> None:
    deployed.idp.done("audit", "save", str(tmp_path))
    (file,) = tmp_path.glob("*.ndjson.gz")
    file.write_bytes(b"kept")
    assert "0 segments" in deployed.idp.done("audit", "save", str(tmp_path)).err
    assert file.read_bytes() == b"kept"


@pytest.fixture
def bucket(moto_endpoint: str, quick_endpoint: str, table_prefix: str, tmp_path: Path) -> tuple[Deployed, Any, str]:
    """A deployment with a bucket with Object Lock; a client of S3; the bucket's name."""
    name = f"audit-{uuid.uuid4().hex[:10]}"
    s3: Any = boto3.client("s3", region_name="us-east-1", endpoint_url=moto_endpoint)
    s3.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
    extra = {"IDP_AUDIT_BUCKET": name, "AWS_ENDPOINT_URL_S3": moto_endpoint}
    made = Deployed(CommandLine(quick_endpoint, table_prefix, tmp_path, extra))
    made.happen(made.hour + 60)
    made.idp.done("audit", "seal")
    return made, s3, name


def test_sealed_hours_lie_in_a_locked_bucket(bucket: tuple[Deployed, Any, str]) -> None:
    """Each until its blocks have expired, without personal values. A second run puts nothing."""
    deployed, s3, name = bucket
    (stored,) = s3.list_objects_v2(Bucket=name)["Contents"]
    assert stored["Key"] == time.strftime(f"audit/{deployed.idp.prefix}/%Y/%m/%d/%H.ndjson.gz", time.gmtime(deployed.hour))
    told = s3.head_object(Bucket=name, Key=stored["Key"])
    assert told["ObjectLockMode"] == "GOVERNANCE"
    assert told["ObjectLockRetainUntilDate"] > datetime.fromtimestamp(deployed.now + 400 * DAY, UTC)
    text = gzip.decompress(s3.get_object(Bucket=name, Key=stored["Key"])["Body"].read()).decode()
    assert "192.0.2.77" not in text
    deployed.idp.done("audit", "seal")
    assert len(s3.list_object_versions(Bucket=name)["Versions"]) == 1
    verified = deployed.idp.done("audit", "verify", "--bucket")
    assert "complete   5 events" in verified.out
    assert "Only the tables" not in verified.err


def test_a_run_that_ended_before_the_bucket_is_finished_by_the_next(bucket: tuple[Deployed, Any, str]) -> None:
    """The head is signed, and its segment is missing: a crash between the two."""
    deployed, s3, name = bucket
    (stored,) = s3.list_objects_v2(Bucket=name)["Contents"]
    (version,) = s3.list_object_versions(Bucket=name)["Versions"]
    s3.delete_object(Bucket=name, Key=stored["Key"], VersionId=version["VersionId"], BypassGovernanceRetention=True)
    assert deployed.idp("audit", "verify", "--bucket").status == 1
    deployed.idp.done("audit", "seal")
    assert len(s3.list_objects_v2(Bucket=name)["Contents"]) == 1
    deployed.idp.done("audit", "verify", "--bucket")


def test_the_bucket_shows_a_history_that_was_signed_anew(bucket: tuple[Deployed, Any, str]) -> None:
    """Somebody with the tables and the data key removes the chain and an event, and lets it be sealed again: the tables look whole."""
    deployed, _, _ = bucket
    database = deployed.services.database
    chain = [raw for raw in database.scan("state") if raw["kind"]["S"] in {"audit_block", "audit_head"}]
    from idp.store.keys import Key
    from idp.store.tables import StateItem

    gone = [*chain, deployed.raws()[0]]
    database.batch_write(deletes=[(StateItem, Key(raw["pk"]["S"], raw["sk"]["S"])) for raw in gone])
    deployed.idp.done("audit", "seal")
    assert "complete   4 events" in deployed.idp.done("audit", "verify").out
    refused = deployed.idp("audit", "verify", "--bucket")
    assert refused.status == 1
    assert "another head" in refused.out


@pytest.mark.parametrize("sealed_again", [True, False])
def test_the_bucket_shows_a_chain_that_begins_anew(bucket: tuple[Deployed, Any, str], *, sealed_again: bool) -> None:
    """An attacker removes the chain from the tables with all events, and the next hour is sealed as the first one."""
    from idp.store.keys import Key
    from idp.store.tables import StateItem

    deployed, _, _ = bucket
    database = deployed.services.database
    chain = [raw for raw in database.scan("state") if raw["kind"]["S"] in {"audit_block", "audit_head", "event"}]
    signed = next(raw for raw in chain if raw["kind"] == {"S": "audit_head"})
    database.batch_write(deletes=[(StateItem, Key(raw["pk"]["S"], raw["sk"]["S"])) for raw in chain])
    if sealed_again:
        services = deployed.services
        head = read_head(signed["signed"]["S"], services.head_signer.public)
        assert head is not None
        later = replace(head, hour=hour_of(deployed.hour + HOUR), positions=(START,) * SHARDS, began=deployed.hour + HOUR)
        services.audit_chain.add_head(later.hour, services.head_signer.sign(later), later.until)
    refused = deployed.idp("audit", "verify", "--bucket")
    assert refused.status == 1
    assert "another head" in refused.out


@pytest.mark.parametrize("form", ["ndjson", "ocsf", "cef"])
def test_events_are_exported_to_a_file_that_goes_on(deployed: Deployed, tmp_path: Path, form: str) -> None:
    """It is the owner's only; what is cut off or written beyond its state is written again; later events follow."""
    file = tmp_path / "events"
    command = ("audit", "export", str(file), "--format", form)
    deployed.idp.done(*command)
    first = file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600
    assert first.count(b"usr_a") >= 5
    assert deployed.idp(*command).status == 1  # it exists
    file.write_bytes(first + b"half a li")
    deployed.happen(deployed.now - 120, 2)
    deployed.idp.done(*command, "--resume")
    assert file.read_bytes().startswith(first)
    assert len(file.read_bytes().splitlines()) == len(first.splitlines()) + 2
    deployed.idp.done(*command, "--resume")
    assert len(file.read_bytes().splitlines()) == len(first.splitlines()) + 2
    assert deployed.idp("audit", "export", str(file), "--format", "cef" if form == "ndjson" else "ndjson", "--resume").status == 2
    file.write_bytes(b"")
    assert deployed.idp(*command, "--resume").status == 1


def test_an_export_obeys_its_filters_also_when_it_goes_on(deployed: Deployed, tmp_path: Path) -> None:
    def ids(*options: str) -> set[str]:
        return {json.loads(line).get("subject", "") for line in deployed.idp.done("audit", "export", *options).out.splitlines()}

    chosen = (("--type", "user"), ("--person", "usr_a"), ("--actor", "usr_a"), ("--address", "192.0.2.0/24"), ("--request", "r"))
    assert [ids(*each) for each in chosen] == [{"usr_a"}] * len(chosen)
    assert [ids(*each) for each in (("--outcome", "failure"), ("--app", "usr_b"), ("--type", "use"))] == [set()] * 3
    file = tmp_path / "out"
    deployed.idp.done("audit", "export", str(file), "--type", "user")
    assert deployed.idp("audit", "export", str(file), "--type", "key", "--resume").status == 2
    deployed.idp.done("audit", "export", str(file), "--type", "user", "--resume")


def test_an_export_has_its_bounds(deployed: Deployed) -> None:
    """To standard output, the oldest first, without the last minute."""
    deployed.happen(deployed.now)
    told = [json.loads(line) for line in deployed.idp.done("audit", "export").out.splitlines()]
    mine = [event for event in told if event.get("subject") == "usr_a"]
    assert len(mine) == 5
    assert [event["at"] for event in mine] == sorted(event["at"] for event in mine)
    later = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(deployed.hour + 61))
    assert "usr_a" not in deployed.idp.done("audit", "export", "--since", later).out
    assert deployed.idp.done("audit", "export", "--until", "2001-01-01").out == ""


@pytest.mark.parametrize("arguments", [["--resume"], ["--since", "soon"], ["--format", "csv"], ["--until", "25:00"]])
def test_a_wrong_option_of_an_export_is_refused(deployed: Deployed, arguments: list[str]) -> None:
    assert deployed.idp("audit", "export", *arguments).status == 2


def test_an_old_deployment_passes_to_shards_and_a_new_one_begins_with_them(quick_endpoint: str, table_prefix: str, tmp_path: Path) -> None:
    """Without the mark an event lies under its day; the command may run twice."""
    deployment = CommandLine(quick_endpoint, table_prefix, tmp_path)
    deployment.done("bootstrap")
    database = deployment.services().database
    days = [raw["day"]["S"] for raw in database.scan("state") if "day" in raw]
    assert days
    assert all(day.startswith("SHARD#") for day in days)
    database.delete(TimeShardsItem, deployment_keys.time_shards())
    deployment.done("users", "create", "old@example.com", "--generate-password")
    assert [raw["day"]["S"] for raw in database.scan("state") if "day" in raw and "SHARD#" not in raw["day"]["S"]]
    assert "16 partitions" in deployment.done("audit", "spread").err
    assert "16 partitions" in deployment.done("audit", "spread").err
    assert KeyItems(database).load()
    assert database.time_shards
