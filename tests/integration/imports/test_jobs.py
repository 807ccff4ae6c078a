"""Import jobs of the admin API, from the upload to the report (threats R-19)."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import zipfile
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from idp.domain.errors import Unavailable
from idp.store import import_job_keys
from idp.store.import_job_items import ImportJobItem
from tests.integration.imports.conftest import Importing, csv


def _json(wrap: Callable[[list[dict[str, Any]]], object], one: Callable[[str], dict[str, Any]]) -> Callable[[list[str]], bytes]:
    return lambda numbers: json.dumps(wrap([one(each) for each in numbers])).encode()


VENDORS: dict[str, Callable[[list[str]], bytes]] = {
    "auth0": _json(list, lambda n: {"user_id": f"auth0|{n}", "email": f"p{n}@meadow.example"}),
    "cognito": _json(
        lambda all_: {"Users": all_},
        lambda n: {"Username": n, "Attributes": [{"Name": "sub", "Value": f"s{n}"}, {"Name": "email", "Value": f"p{n}@meadow.example"}]},
    ),
    "keycloak": _json(lambda all_: {"users": all_}, lambda n: {"id": n, "username": n, "email": f"p{n}@meadow.example", "enabled": True}),
    "kratos": _json(list, lambda n: {"id": n, "schema_id": "default", "state": "active", "traits": {"email": f"p{n}@meadow.example"}}),
    "scim": _json(
        lambda all_: {"schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"], "Resources": all_},
        lambda n: {"id": n, "userName": f"p{n}@meadow.example", "emails": [{"value": f"p{n}@meadow.example", "primary": True}]},
    ),
}
"""A file of each format with these people."""


def once() -> Callable[[], bool]:
    """Return what says that there is time for one batch."""
    numbers = count()
    return lambda: next(numbers) < 1


def test_a_file_is_imported(importing: Importing) -> None:
    """Create, upload, start, work: people are there, the job tells the numbers, the report names the refused row, the upload is gone."""
    content = csv(1, 40) + b"id-41,nobody\n"
    job_id = importing.started(content)
    assert importing.job(job_id)["status"] == "running"
    assert importing.s3.stored() == [f"imports/{job_id}/people"]
    assert importing.work() is False
    told = importing.job(job_id)
    assert (told["status"], told["rows"], told["created"], told["known"], told["refused"]) == ("finished", 41, 40, 0, 1)
    assert (told["bytes_read"], told["bytes_total"], told["problem"]) == (len(content), len(content), None)
    assert told["left_out"] == {"passwords": 40}
    assert len(importing.people()) == 40
    (row,) = importing.report(job_id)
    assert (row["row"], row["id"], row["code"]) == (42, "id-41", "email.malformed")
    assert importing.s3.stored() == []


def test_each_slice_goes_on_where_the_last_one_ended(importing: Importing) -> None:
    """The numbers add up, and no person is missing or stored twice."""
    job_id = importing.started(csv(1, 250), rate=5)
    rows = []
    for _ in range(2):
        assert importing.work(once()) is True
        rows.append(importing.job(job_id)["rows"])
    assert rows == [100, 200]
    assert 0 < importing.job(job_id)["bytes_read"] <= importing.job(job_id)["bytes_total"]
    assert importing.work() is False
    told = importing.job(job_id)
    assert (told["status"], told["rows"], told["created"], told["known"]) == ("finished", 250, 250, 0)
    assert len(importing.people()) == 250


def test_a_file_that_ends_with_a_batch_is_finished(importing: Importing) -> None:
    """The next batch is empty, and ends the job."""
    job_id = importing.started(csv(1, 100), rate=5)
    assert importing.work() is False
    assert (importing.job(job_id)["status"], importing.job(job_id)["created"]) == ("finished", 100)


def test_the_same_person_in_two_jobs_is_made_once(importing: Importing) -> None:
    """The mark of the source id makes the second job idempotent."""
    importing.started(csv(1, 30))
    importing.work()
    again = importing.started(csv(11, 40))
    importing.work()
    told = importing.job(again)
    assert (told["created"], told["known"], told["refused"]) == (10, 20, 0)
    assert len(importing.people()) == 40


def test_a_dry_run_writes_no_account(importing: Importing) -> None:
    """It tells the same numbers."""
    job_id = importing.started(csv(1, 30), dry_run=True)
    importing.work()
    told = importing.job(job_id)
    assert (told["status"], told["created"], told["dry_run"]) == ("finished", 30, True)
    assert importing.people() == []


def test_a_file_that_cannot_be_read_on_fails_the_job(importing: Importing) -> None:
    """People before that place are imported, and the job says why."""
    content = b'{"users": [{"id": "a", "email": "a@meadow.example", "username": "a", "enabled": true}, {"id": '
    job_id = importing.started(content, format="keycloak")
    importing.work()
    told = importing.job(job_id)
    assert (told["status"], told["created"]) == ("failed", 1)
    assert told["problem"] == "The file ends in the middle of a value. What follows is missing."
    assert importing.s3.stored() == []


@pytest.mark.parametrize("system", ["auth0", "cognito", "keycloak", "kratos", "scim"])
def test_a_format_that_is_not_written_in_lines_is_resumed(importing: Importing, system: str) -> None:
    """Its reader skips what was done. Some readers look at the beginning of the file first."""
    everybody = [*map(str, range(120))]
    made = importing.started(VENDORS[system](everybody), format=system, rate=2)
    while importing.work(once()):
        pass
    told = importing.job(made)
    assert (told["status"], told["rows"], told["created"], told["refused"]) == ("finished", 120, 120, 0), importing.report(made)
    assert len(importing.people()) == 120


PACKED = io.BytesIO()
with zipfile.ZipFile(PACKED, "w") as archive:
    archive.writestr("people.csv", csv(1, 3))


@pytest.mark.parametrize(
    "content",
    [
        PACKED.getvalue(), gzip.compress(csv(1, 3)), bz2.compress(csv(1, 3)), lzma.compress(csv(1, 3)), csv(1, 3).decode().encode("utf-16"),
        b"\x1f\x8b\x08" + bytes(200), b"\x00", b"\xff\xfe\x00" * 50,
    ],
    ids=["zip", "gzip", "bzip2", "xz", "UTF-16", "half a gzip", "NUL", "no text"],
)  # fmt: skip
def test_a_compressed_or_binary_file_makes_no_account(importing: Importing, content: bytes) -> None:
    """Only plain text is read, so nothing can grow when it is unpacked."""
    job_id = importing.started(content)
    importing.work()
    assert importing.job(job_id)["created"] == 0
    assert importing.job(job_id)["status"] in {"failed", "finished"}


def test_one_job_runs_at_a_time(importing: Importing) -> None:
    """The second one starts when the first one has ended."""
    first = importing.started(csv(1, 3))
    second = importing.create(csv(4, 6))
    importing.upload(second, csv(4, 6))
    refused = importing.start(second["id"])
    assert (refused.status_code, refused.json()["detail"]) == (409, "Another import runs. Only one runs at a time.")
    importing.work()
    assert importing.start(second["id"]).status_code == 202
    importing.work()
    assert {importing.job(each)["status"] for each in (first, second["id"])} == {"finished"}


def test_a_second_start_changes_nothing(importing: Importing) -> None:
    """A job that runs is only woken. A job that ended is not started again."""
    job_id = importing.started(csv(1, 3))
    importing.world.clock.now += 5
    assert importing.start(job_id).json()["started_at"] == importing.job(job_id)["started_at"]
    importing.work()
    assert importing.start(job_id).status_code == 409


def test_a_job_without_its_upload_does_not_start(importing: Importing) -> None:
    """It waits, and can be started after the upload."""
    made = importing.create(csv(1, 3))
    refused = importing.start(made["id"])
    assert (refused.status_code, refused.json()["detail"]) == (409, "The file people was not uploaded.")
    importing.upload(made, csv(1, 3))
    assert importing.start(made["id"]).status_code == 202


def test_an_upload_of_another_size_does_not_start(importing: Importing) -> None:
    """Also if the store has taken it: here it came past the signed address."""
    made = importing.create(csv(1, 3))
    importing.s3.client.put_object(Bucket="uploads", Key=f"imports/{made['id']}/people", Body=csv(1, 5000))
    refused = importing.start(made["id"])
    assert refused.status_code == 409
    assert "bytes in place of" in refused.json()["detail"]
    assert importing.work() is False
    assert importing.people() == []


def test_an_upload_that_is_replaced_after_the_start_fails_the_job(importing: Importing) -> None:
    """The address stays valid for minutes. What was checked is what is read."""
    made = importing.create(csv(1, 3))
    importing.upload(made, csv(1, 3))
    importing.start(made["id"])
    assert importing.upload(made, csv(4, 6)).status_code == 200
    importing.work()
    told = importing.job(made["id"])
    assert (told["status"], told["problem"][:38]) == ("failed", "An upload is gone or was replaced afte")
    assert importing.people() == []


def test_an_upload_that_is_gone_fails_the_job(importing: Importing) -> None:
    """The bucket deletes uploads after a day."""
    job_id = importing.started(csv(1, 3))
    importing.s3.client.delete_object(Bucket="uploads", Key=f"imports/{job_id}/people")
    importing.work()
    assert importing.job(job_id)["status"] == "failed"


def test_a_cancelled_job_makes_no_more_accounts(importing: Importing) -> None:
    """Its uploads are deleted, people of before stay, and another job can start."""
    job_id = importing.started(csv(1, 250), rate=5)
    importing.work(once())
    answer = importing.world.call("POST", f"/imports/{job_id}/cancel")
    assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
    assert importing.s3.stored() == []
    assert importing.work() is False
    assert len(importing.people()) == 100
    assert importing.world.call("POST", f"/imports/{job_id}/cancel").status_code == 409
    importing.started(csv(200, 210))
    importing.work()
    assert len(importing.people()) == 111


def test_a_worker_stops_when_its_job_is_cancelled(importing: Importing) -> None:
    """After the batch that it has in hand. It changes nothing of the cancelled job."""
    job_id = importing.started(csv(1, 250), rate=5)
    numbers = count()

    def cancel_after_the_first() -> bool:
        if next(numbers) == 1:
            assert importing.world.call("POST", f"/imports/{job_id}/cancel").status_code == 200
        return True

    assert importing.work(cancel_after_the_first) is False
    told = importing.job(job_id)
    assert (told["status"], told["rows"]) == ("cancelled", 100)
    assert len(importing.people()) == 200


def test_a_job_that_waits_can_be_cancelled_while_another_runs(importing: Importing) -> None:
    """The running one goes on."""
    running = importing.started(csv(1, 3))
    waits = importing.create(csv(4, 6))
    assert importing.world.call("POST", f"/imports/{waits['id']}/cancel").status_code == 200
    importing.work()
    assert importing.job(running)["status"] == "finished"


def test_a_job_that_does_not_go_on_is_given_up(importing: Importing) -> None:
    """Something in the file ends each worker. The sixth one ends the job, so that others can run."""
    job_id = importing.started(csv(1, 3))
    for _ in range(5):
        assert importing.world.services.import_jobs.take(job_id, "dies", now=importing.world.clock())
        importing.world.clock.now += 301
    assert importing.work() is False
    told = importing.job(job_id)
    assert (told["status"], told["problem"][:31]) == ("failed", "The import was begun 5 times at")


def test_slices_that_have_no_time_for_a_batch_are_five(importing: Importing) -> None:
    """If rows took longer to skip than a slice lasts, the function would call itself for ever."""
    job_id = importing.started(csv(1, 3))
    assert [importing.work(lambda: False) for _ in range(6)] == [True] * 5 + [False]
    told = importing.job(job_id)
    assert (told["status"], told["rows"], told["problem"][:31]) == ("failed", 0, "The import was begun 5 times at")


def test_a_job_waits_a_day_for_its_start(importing: Importing) -> None:
    """Then it is no more, also before the table has removed the item."""
    made = importing.create(csv(1, 3))
    importing.upload(made, csv(1, 3))
    importing.world.clock.now += 86_401
    assert importing.start(made["id"]).status_code == 404
    assert importing.world.call("GET", "/imports").json()["items"] == []


def test_the_report_has_no_text_that_does_harm(importing: Importing) -> None:
    """Control characters, halves of characters and long texts of the file; and never a hash."""
    lines = [
        b"id,email,password_hash",
        b"id-\x1b[31m\x00,x,",
        b"\xff\xfe,y,",
        b"i" * 5000 + b",z,",
        b"=cmd|calc,ada@example.com,$secret$hash",
    ]
    job_id = importing.started(b"\n".join(lines) + b"\n")
    importing.work()
    rows = importing.report(job_id)
    assert len(rows) == importing.job(job_id)["refused"] == 4
    for row in rows:
        assert all(text.isprintable() and len(text) <= 500 for text in (row["id"], row["reason"], row["field"]))
    assert "secret" not in str(rows)


def test_the_report_has_pages(importing: Importing) -> None:
    """In the order of the rows, each once. A cursor is for one job."""
    content = b"id,email\n" + b"".join(b"id-%d,nobody\n" % number for number in range(230))
    job_id = importing.started(content)
    importing.work()
    assert [row["row"] for row in importing.report(job_id)] == list(range(2, 232))
    cursor = importing.world.call("GET", f"/imports/{job_id}/report").json()["next_cursor"]
    other = importing.create(csv(1, 2))["id"]
    assert importing.world.call("GET", f"/imports/{other}/report", params={"cursor": cursor}).status_code == 400


def test_the_trail_tells_who_did_what(importing: Importing) -> None:
    """Created, started, finished, cancelled, each with the job and its numbers."""
    job_id = importing.started(csv(1, 3))
    importing.work()
    told = {event["type"]: event for event in importing.world.events() if event["target"] == job_id}
    assert set(told) == {"import.created", "import.started", "import.finished"}
    assert told["import.started"]["actor"] == "root-service"
    assert told["import.finished"]["actor"] == "system"
    assert told["import.finished"]["details"] == {
        "format": "csv", "options": "", "dry_run": "no", "created": "3", "known": "0", "refused": "0"
    }  # fmt: skip


def test_tables_that_do_not_answer_let_the_job_rest(importing: Importing, monkeypatch: pytest.MonkeyPatch) -> None:
    """For a minute. Then it goes on, and nothing is lost."""
    job_id = importing.started(csv(1, 30))
    worker = importing.worker()

    def refuse(*_: object, **__: object) -> None:
        raise Unavailable(detail="throttled")

    with monkeypatch.context() as broken:
        broken.setattr(importing.world.services.importer, "run", refuse)
        assert worker.run(has_time=lambda: True) is False
    assert importing.work() is False
    assert importing.job(job_id)["rows"] == 0
    importing.world.clock.now += 61
    importing.work()
    assert (importing.job(job_id)["status"], importing.job(job_id)["created"]) == ("finished", 30)


def test_a_damaged_job_is_left_out_of_the_list(importing: Importing) -> None:
    """The others are shown."""
    importing.create(csv(1, 2))
    damaged = ImportJobItem.new(
        import_job_keys.job("damaged"), job_id="damaged", definition={"system": 1}, created_at=1, status="waiting", progress={}, uploads={}
    )
    importing.world.services.database.put(damaged)
    assert len(importing.world.call("GET", "/imports").json()["items"]) == 1
