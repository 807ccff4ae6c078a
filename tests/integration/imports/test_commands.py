"""`idp imports …`: upload, progress, report, statuses (threats R-19)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.integration.imports.conftest import csv
from tests.support.cli import CommandLine
from tests.support.s3_server import BUCKET, S3Server


@pytest.fixture
def idp(quick_endpoint: str, table_prefix: str, tmp_path: Path, s3: S3Server) -> CommandLine:
    """A deployment with a bucket and without a function."""
    made = CommandLine(quick_endpoint, table_prefix, tmp_path, {"IDP_IMPORT_BUCKET": BUCKET, "AWS_ENDPOINT_URL_S3": s3.url})
    made.done("bootstrap", "--json")
    return made


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file of 30 people."""
    made = tmp_path / "people.csv"
    made.write_bytes(csv(1, 30))
    return made


def test_start_uploads_and_waits_for_the_end(idp: CommandLine, file: Path, s3: S3Server) -> None:
    """Without a function the command does the work. The second time each person exists."""
    done = idp.done("imports", "start", str(file), "--from", "csv", "--rate", "5000")
    job_id = done.out.split()[0]
    assert done.out.splitlines() == [
        f"{job_id} is started.", f"{job_id} finished", "30 imported", "0 imported before", "0 refused", "without passwords: 30"
    ]  # fmt: skip
    assert s3.stored() == []
    again = idp.done("imports", "start", str(file), "--from", "csv", "--rate", "5000")
    assert "30 imported before" in again.out
    listed = idp.done("imports", "list").out.splitlines()
    assert len(listed) == 2
    assert f"{job_id}  csv  finished  30 imported, 0 refused" in listed
    told = idp.done("imports", "show", job_id, "--json").json
    assert (told["status"], told["rows"], told["read"], told["total"]) == ("finished", 30, file.stat().st_size, file.stat().st_size)


def test_refused_rows_are_in_the_report_and_the_status_is_1(idp: CommandLine, file: Path) -> None:
    """Each with its row, id and reason."""
    file.write_bytes(csv(1, 2) + b"x\x1b[2J,nobody\n")
    answer = idp("imports", "start", str(file), "--from", "csv", "--rate", "5000")
    assert answer.status == 1
    job_id = answer.out.split()[0]
    assert f"1 refused: idp imports report {job_id}" in answer.out
    rows = [json.loads(line) for line in idp.done("imports", "report", job_id).out.splitlines()]
    assert [(row["row"], row["code"]) for row in rows] == [(4, "email.malformed")]
    assert "\x1b" not in rows[0]["id"]
    assert idp("imports", "show", job_id).status == 1


def test_a_job_without_a_waiting_command_is_run_or_cancelled(idp: CommandLine, file: Path, s3: S3Server) -> None:
    """`run` works on it; `cancel` ends it and deletes the upload."""
    first = idp.done("imports", "start", str(file), "--from", "csv", "--rate", "5000", "--no-wait").out.split()[0]
    busy = idp("imports", "start", str(file), "--from", "csv", "--no-wait")
    assert (busy.status, "Another import runs" in busy.err) == (1, True)
    idp.done("imports", "run")
    assert idp.done("imports", "show", first, "--follow", "--json").json["status"] == "finished"
    second = idp.done("imports", "start", str(file), "--from", "csv", "--no-wait").out.split()[0]
    assert idp.done("imports", "cancel", second).out.startswith(f"{second} cancelled\n")
    assert [key for key in s3.stored() if second in key] == []
    assert idp("imports", "cancel", second).status == 1


def test_wrong_options_are_refused_before_anything_is_sent(idp: CommandLine, file: Path, s3: S3Server) -> None:
    """An unknown format, a missing file, a connection that does not exist."""
    for given, words in (
        (("--from", "excel"), "There is no such format."),
        (("--from", "csv", "--hashes", str(file)), "does not use this file"),
        (("--from", "csv", "--with-links", "google=nobody"), "There is no connection nobody."),
        (("--from", "csv", "--with-links", "google"), "NAME=CONNECTION_ID"),
    ):
        answer = idp("imports", "start", str(file), *given)
        assert answer.status != 0
        assert words in answer.err.replace("\n", " ")
    assert s3.stored() == []
    assert idp.done("imports", "list", "--json").json == []


def test_a_deployment_without_a_bucket_says_how_to_get_one(quick_endpoint: str, table_prefix: str, tmp_path: Path, file: Path) -> None:
    """The command changes nothing."""
    idp = CommandLine(quick_endpoint, table_prefix, tmp_path)
    idp.done("bootstrap", "--json")
    answer = idp("imports", "start", str(file), "--from", "csv")
    assert (answer.status, "Deploy it with imports=on." in answer.err) == (1, True)
